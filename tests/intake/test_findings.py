"""What a finding says: numbers with their noun, labels in the reader's language, some cells."""

import pytest

from pipelines.intake.findings import Count, Finding
from schemas.columns import Label


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
