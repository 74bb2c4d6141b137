"""What a finding says: numbers with their noun, labels in the reader's language, some cells."""

import pytest

from pipelines.intake.findings import Count, Finding
from schemas.columns import Label
from tests.intake.sheets import HEAD, ROW, check
from tests.intake.sheets import finding as finding_of


@pytest.mark.parametrize(
    ("number", "spec", "text"),
    [
        (1, "Zeile|Zeilen", "1 Zeile"),
        (2, "Zeile|Zeilen", "2 Zeilen"),
        (0, "row|rows", "0 rows"),
        (7, "", "7"),
        (7, "03", "007"),
    ],
)
def test_a_number_brings_its_noun(number: int, spec: str, text: str) -> None:
    assert format(Count(number), spec) == text


@pytest.mark.parametrize(
    ("rows", "de", "en"),
    [((4,), "in 1 Zeile ergänzt", "in 1 row"), ((4, 5), "in 2 Zeilen ergänzt", "in 2 rows")],
)
def test_a_finding_counts_its_rows(rows: tuple[int, ...], de: str, en: str) -> None:
    finding = Finding(
        "value-filled",
        field="wave_id",
        rows=rows,
        parameters={
            "title": Label("Welle", "Wave"),
            "examples": "2019-W1",
            "origin": Label("vom Deckblatt", "from the cover"),
        },
    )
    assert de in finding.message("de")
    assert en in finding.message("en")
    assert "„Welle“" in finding.message("de")
    assert "“Wave”" in finding.message("en")


def rented(*rents: str) -> str:
    rows = (f"{ROW.replace(' 12 ', f' {n} ')} | {rent} |" for n, rent in enumerate(rents, 1))
    return "\n".join([f"{HEAD} | Mietforderung |", *rows])


def test_a_warning_on_very_many_values_is_one_finding_with_all_its_cells() -> None:
    """Rents of the whole shop in a column of rents per square metre."""
    rents = [str(500 + number) for number in range(40)]
    checked = check(rented(*rents))
    told = finding_of(checked, "value-unusual")
    assert (told.count, told.cells[0], told.cells[-1]) == (40, "I2", "I41")
    assert told.value == "500, 501, 502 …"
    few = check(rented(*rents[:3]))
    assert [one.value for one in few.findings if one.code == "value-unusual"] == rents[:3]
