"""The report: one page, complete, accessible, and safe against what stands in cells."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.feedback.report import report_page, write_report
from pipelines.intake.findings import Finding
from pipelines.intake.notes import READINGS_SCHEMA
from pipelines.intake.result import CheckedForm, CheckedWorkbook, Status, TableReport
from schemas.columns import Lang

EVIL = "<script>alert('x')</script>"


@pytest.fixture
def checked() -> CheckedWorkbook:
    frame = pl.DataFrame(
        {
            "sheet": ["Tabelle1"] * 2,
            "row_number": [5, 6],
            "is_quarantined": [False, True],
            "street": [EVIL, "Hochstraße"],
            "object_kind": ["BRACHFLAECHE", None],
            "gross_area_m2": [Decimal("80.50"), None],
            "survey_date": [date(2019, 5, 3), None],
            "causes": [["MIETE", "STUFEN"], None],
            "remarks": pl.Series([None, None], dtype=pl.String),
        }
    )
    table = TableReport(
        "vacancies", "Tabelle1", "A4:E6", (4,), {"street": ("A",), "gross_area_m2": ("C",)},
        ("Notizen & mehr",), 2, 1, 1,
    )  # fmt: skip
    empty = pl.DataFrame()
    readings = pl.DataFrame(
        [("Tabelle1", 5, "postcode", "F5", "4486", "unreadable")],
        schema=READINGS_SCHEMA, orient="row",
    )  # fmt: skip
    findings = (
        Finding(
            "postcode-implausible", "vacancies", "Tabelle1", "postcode", (5,), ("F5",), "44894"
        ),
        Finding(
            "vacant-after-survey", "vacancies", "Tabelle1", "vacant_since",
            tuple(range(5, 85)), tuple(f"G{row}" for row in range(5, 85)), EVIL, proposal=EVIL,
        ),
    )  # fmt: skip
    form = CheckedForm("vacancies", frame, readings, empty, (table,))
    return CheckedWorkbook("a<b>.xlsx", "ab" * 32, Status.PARTIAL, ("2019-W1",), (form,), findings)


class Outline(HTMLParser):
    """The headings, table cells and attributes of a page, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("de", ["teilweise angenommen", "80 Fehler, 1 Warnung, 0 Hinweise", "80,5",
                "Brachfläche", "03.05.2019", "80 Zellen:", "Nicht gelesene Spalten"]),
        ("en", ["partly accepted", "80 errors, 1 warning, 0 hints", "80.5", "2019-05-03",
                "80 cells:", "Columns not read"]),
    ],
)  # fmt: skip
def test_what_it_says(checked: CheckedWorkbook, lang: Lang, expected: list[str]) -> None:
    page = report_page([checked], lang)
    assert [text for text in expected if text not in page] == []


def test_text_of_cells_stays_text(checked: CheckedWorkbook) -> None:
    page = report_page([checked], "de")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "a&lt;b&gt;.xlsx" in page
    assert re.search(r"default-src 'none'; style-src 'sha256-[\w+/=]+'", page)


def test_errors_come_first(checked: CheckedWorkbook) -> None:
    page = report_page([checked], "de")
    assert page.index("Fehler (80)") < page.index("Warnungen (1)")


def test_structure(checked: CheckedWorkbook) -> None:
    tags = Outline(report_page([checked], "de")).tags
    names = [tag for tag, _ in tags]
    assert [tag for tag in names if re.fullmatch(r"h\d", tag)][:3] == ["h1", "h2", "h3"]
    assert names.count("table") == names.count("caption") == 3
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in tags if tag == "th")
    assert ("html", {"lang": "de"}) in tags
    assert not [attrs for _, attrs in tags if "src" in attrs or "href" in attrs], "no requests"


def test_file_without_findings_and_forms(tmp_path: Path) -> None:
    nothing = CheckedWorkbook("leer.xlsx", "0" * 64, Status.ACCEPTED, (), (), ())
    write_report(tmp_path / "bericht.html", [nothing], "de")
    assert "Nichts zu beanstanden." in (tmp_path / "bericht.html").read_text(encoding="utf-8")
