"""Corrections as data: applied where they fit, loud where they do not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import InputFailure
from pipelines.intake.cells import Sheet, Workbook
from pipelines.intake.corrections import Correction, apply_corrections, read_corrections
from pipelines.intake.tables import CoverValue, Recognised, Table, TableColumn

ENTRY = """
- form: vacancies
  object: 25-A0001
  wave: 2019-W1
  field: gross_area_m2
  expect: "8000"
  value: "80"
  reason: Zahlendreher
  by: MM
  on: 2019-06-01
"""


@pytest.fixture
def recognised() -> Recognised:
    """Two rows: an area as number and as text; the wave stands on the cover."""
    frame = pl.DataFrame(
        {
            "row": pl.Series([5, 6], dtype=pl.Int32),
            "A": ["25-A0001", "25-A0002"],
            "B": ["Hochstraße", "HOCHSTR."],
            "C": [None, "ca. 40"],
            "C:number": [8000.0, None],
        }
    )
    sheet = Sheet("Tabelle1", frame, ("A", "B", "C"))
    columns = tuple(
        TableColumn(letter, name, (name,))
        for letter, name in zip("ABC", ("object_id", "street", "gross_area_m2"), strict=True)
    )
    cover = {"wave_id": CoverValue("2019-W1", "Deckblatt", "B5")}
    return Recognised((Table("vacancies", sheet, (4,), frame, columns),), cover, ())


@pytest.fixture
def workbook(recognised: Recognised) -> Workbook:
    return Workbook("Erhebung.xlsx", "0" * 64, "xlsx", (recognised.tables[0].sheet,), {})


def correction(tmp_path: Path, **changes: str) -> Correction:
    lines = dict(line.strip(" -").split(": ", 1) for line in ENTRY.strip().splitlines())
    lines |= changes
    text = "\n".join(f"  {key}: {value}" for key, value in lines.items())
    (tmp_path / "a.yml").write_text(f"-{text[1:]}", encoding="utf-8")
    return read_corrections([tmp_path])[0]


def test_number_becomes_the_text_of_the_correction(
    tmp_path: Path, recognised: Recognised, workbook: Workbook
) -> None:
    after = apply_corrections(recognised, [correction(tmp_path)], workbook, "ohne")
    assert after.tables[0].frame.select("C", "C:number").rows() == [("80", None), ("ca. 40", None)]
    (finding,) = after.findings
    assert (finding.code, finding.cells, finding.value) == ("correction-applied", ("C5",), "8000")
    assert "8000 wird als 80 gelesen" in finding.message("de")
    assert "(MM, 2019-06-01)" in finding.message("en")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expect": '"81"'}, "correction-stale"),
        ({"object": "25-A0002", "expect": '"CA. 40"'}, "correction-applied"),
        ({"object": "25-A0009"}, None),
        ({"object": "25-A0009", "file": "Erhebung.xlsx"}, "correction-without-row"),
        ({"file": "andere.xlsx"}, None),
        ({"team": "west"}, None),
        ({"wave": "2021-W1"}, None),
        ({"field": "storey", "expect": "null", "value": "EG"}, "correction-applied"),
        ({"value": "null"}, "correction-applied"),
    ],
)
def test_when_it_applies(
    changes: dict[str, str],
    code: str | None,
    tmp_path: Path,
    recognised: Recognised,
    workbook: Workbook,
) -> None:
    after = apply_corrections(recognised, [correction(tmp_path, **changes)], workbook, "ohne")
    assert [finding.code for finding in after.findings] == ([code] if code else [])
    if code != "correction-applied":
        assert after.tables == recognised.tables, "nothing is changed"


def test_several_rows_are_no_answer(recognised: Recognised, workbook: Workbook) -> None:
    unclear = Correction(
        "vacancies", "gross_area_m2", "8000", "80", "r", "MM", "heute", {"wave_id": "2019-W1"}
    )
    after = apply_corrections(recognised, [unclear], workbook, "ohne")
    assert [finding.code for finding in after.findings] == ["correction-ambiguous"]
    assert "2 Zeilen" in after.findings[0].message("de")


@pytest.mark.parametrize(
    "text",
    ["a: 1", "- a", "- form: vacancies", ENTRY.replace("gross_area_m2", "gross"),
     ENTRY.replace("reason: Zahlendreher", "reason:"), ENTRY + "  colour: red", "- [",
     ENTRY.replace("  object: 25-A0001\n", "")],
)  # fmt: skip
def test_unreadable_files_say_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputFailure) as caught:
        read_corrections([tmp_path])
    assert "b.yml" in caught.value.sentence("de")


def test_keys_stay_text(tmp_path: Path) -> None:
    found = correction(tmp_path, expect="0123", value="no")
    assert (found.expect, found.value, found.on) == ("0123", "no", "2019-06-01")
