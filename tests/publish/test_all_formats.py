"""Every table in every language and format says the same, read back from the files themselves."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

Cells = dict[str, Any]
# By the talk, by hand: vacancies and production sites of the first wave, and one street section.
KNOWN = {
    ("districts", "2019-W1", "Wattenscheid-Mitte"): {"vacancies": 115, "production_sites": 40},
    ("districts", "2019-W1", "Werne/Langendreer-Alter Bahnhof zusammen"): {
        "vacancies": 60, "production_sites": 18},
    ("sections", "2019-W1", "Hochstraße (August-Bebel-Platz bis Oststraße)"): {"vacant_shops": 17},
    ("place_types", "2019-W1", "Wattenscheid-Mitte"): {"total": 40},
    ("durations", "2019-W1", "Werne/Langendreer-Alter Bahnhof zusammen"): {"total": 60},
}  # fmt: skip


def tables(site: Path) -> list[str]:
    return sorted(path.stem for path in (site / "downloads").glob("*.parquet"))


def as_json(site: Path, table: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((site / f"downloads/{table}.json").read_text("utf-8"))
    return content


def values_of(row: Cells) -> list[str]:
    return [name for name in row if f"{name}_sign" in row]


def written(value: float | None, sign: str, lang: str, *, grouped: bool) -> set[str]:
    """How a figure may be written: its sign, or the number in one or two decimal places."""
    if sign:
        return {sign}
    if value is None:
        return {".", ""}
    found = set()
    for digits in (0, 1, 2):
        if round(value, digits) == value:
            text = f"{value:{',' if grouped else ''}.{digits}f}"
            found.add(text.translate(str.maketrans(",.", ".,")) if lang == "de" else text)
    return found | ({"–"} if grouped and not value else set()) | {
        f"+{text}" for text in found if grouped and value > 0
    } | {text.replace("-", "−") for text in found}  # fmt: skip


@pytest.fixture(scope="module", params=["csv", "parquet"])
def machine_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_csv_and_parquet_hold_the_rows_of_the_json(site: Path, machine_format: str) -> None:
    assert len(tables(site)) > 12
    for table in tables(site):
        path = site / f"downloads/{table}.{machine_format}"
        if machine_format == "csv":  # without types, "05911000" would be a number
            kinds = {"municipality_key": pl.String}
            read = pl.read_csv(path, infer_schema_length=None, schema_overrides=kinds)
        else:
            read = pl.read_parquet(path)
        content = as_json(site, table)
        found = read.drop("edition", "reference_date", "notice").rows(named=True)
        assert [plain(row) for row in found] == [plain(row) for row in content["rows"]], table
        assert set(read["edition"]) == {content["edition"]}, table


def plain(row: Cells) -> Cells:
    return {name: None if value == "" else value for name, value in row.items()}


def test_what_is_known_by_hand_stands_there(site: Path) -> None:
    for (table, wave, label), figures in KNOWN.items():
        (row,) = [row for row in as_json(site, table)["rows"]
                  if (row["wave_id"], row["label"]) == (wave, label)]  # fmt: skip
        assert {name: row[name] for name in figures} == figures


def test_the_csv_for_german_excel_says_the_same(site: Path) -> None:
    for table in tables(site):
        content = as_json(site, table)
        text = (site / f"downloads/{table}.excel.csv").read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
        names = [column["name"] for column in content["columns"]]
        assert len(rows) == len(content["rows"]), table
        for cells, row in zip(rows, content["rows"], strict=True):
            told = dict(zip(names, cells, strict=False))
            for name in values_of(row):
                expected = written(row[name], row[f"{name}_sign"], "de", grouped=False)
                assert told[name] in expected, (table, row["label"], name)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_workbook_says_the_same(site: Path, lang: str) -> None:
    book = openpyxl.load_workbook(site / f"downloads/leerstand_{lang}.xlsx", read_only=True)
    for table in tables(site):
        content = as_json(site, table)
        rows = list(book[table].iter_rows(min_row=5, values_only=True))
        assert len(rows) == len(content["rows"]), table
        for cells, row in zip(rows, content["rows"], strict=True):
            names = values_of(row)
            for name, cell in zip(names, cells[-len(names) :], strict=True):
                value, sign = row[name], row[f"{name}_sign"]
                assert (cell == sign) if sign else (float(cell) == value), (table, name, row)


class Bodies(HTMLParser):
    """(table, row, field) → text of every cell of a page, by the ids that its headers name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: dict[tuple[str, int, str], str] = {}
        self._at: tuple[str, int, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in {"td", "th"}:
            self._at = None
            row = re.search(r"(\S+)-stub-(\d+)", said.get("headers") or said.get("id") or "")
            if row:
                heads = (said.get("headers") or f"{row[1]}-label").split()
                self._at = row[1], int(row[2]), heads[-1].removeprefix(f"{row[1]}-")
                self.cells[self._at] = ""

    def handle_data(self, data: str) -> None:
        if self._at is not None:
            self.cells[self._at] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._at = None


def rows_of_page(site: Path, table: str, lang: str) -> Iterator[tuple[int, Cells]]:
    """Number of the drawing on the page (from 1) and the cells of each of its rows."""
    folder = site if lang == "de" else site / "en"
    found = Bodies((folder / f"tables/{table}.html").read_text("utf-8")).cells
    rows: dict[tuple[str, int], Cells] = {}
    for (drawing, number, field), text in found.items():
        rows.setdefault((drawing, number), {})[field] = text.strip()
    for (drawing, _), cells in rows.items():
        yield int(drawing.rsplit("-", 1)[1]), cells


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_pages_say_the_same(site: Path, lang: str) -> None:
    for table in tables(site):
        content = as_json(site, table)
        waves = list(dict.fromkeys(row["wave_id"] for row in content["rows"]))
        left = {wave: [r for r in content["rows"] if r["wave_id"] == wave] for wave in waves}
        seen = 0
        german = [cells["label"] for _, cells in rows_of_page(site, table, "de")]
        for (drawing, cells), label in zip(rows_of_page(site, table, lang), german, strict=True):
            rows = left[waves[drawing - 1]]
            # The page leaves out the total of an area of one district, which only repeats it.
            while rows[0]["level"] == "area" and rows[0]["label"] != label:
                rows.pop(0)
            assert rows[0]["label"] == label
            assert matches(cells, rows[0], lang), (table, cells, rows[0])
            rows.pop(0)
            seen += 1
        assert seen, table
        assert all(r["level"] == "area" for rows in left.values() for r in rows), table


def matches(cells: Cells, row: Cells, lang: str) -> bool:
    """Whether every figure that stands in a row of a page is that of the file."""
    figures = [name for name in values_of(row) if name in cells]
    return bool(figures) and all(
        cells[name] in written(row[name], row[f"{name}_sign"], lang, grouped=True)
        for name in figures
    )
