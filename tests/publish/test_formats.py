"""The same figures in every table, language and format; metadata that their tools accept."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from frictionless import Package
from rdflib import Graph, Namespace
from rdflib.namespace import DCAT, DCTERMS, RDF

Row = tuple[str, ...]
PUBLISHED = {  # wave 2019-W1 by the talk and by raw/examples/record.json
    "Wattenscheid-Mitte": (115, 40),
    "Wattenscheid (Mitte) zusammen": (115, 40),
    "Werne": (34, 11),
    "Langendreer-Alter Bahnhof": (26, 7),
    "Werne/Langendreer-Alter Bahnhof zusammen": (60, 18),
    "Erhobene Bezirke zusammen": (175, 58),
}


OF_SITES = {"production_types", "place_types", "wz_divisions", "employees"}


class Tables(HTMLParser):
    """Every table of a page as rows of texts, with its heads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self.captions = 0
        self.heads_without_scope = 0
        self.merged_body_cells = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._in_body = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "caption":
            self.captions += 1
        elif tag == "tbody":
            self._in_body = True
        elif tag == "tr":
            self._row = []
        elif tag in {"td", "th"}:
            self._cell = []
            self.heads_without_scope += tag == "th" and "scope" not in said
            spans = (said.get("rowspan") or "1", said.get("colspan") or "1")
            self.merged_body_cells += self._in_body and spans != ("1", "1")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self._row is not None and self._cell is not None:
            self._row.append("".join(self._cell).replace("\u00ad", "").strip())
            self._cell = None
        elif tag == "tr" and self._row:
            self.tables[-1].append(tuple(self._row))
            self._row = None
        elif tag == "tbody":
            self._in_body = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def figures_of_csv(path: Path) -> dict[str, tuple[int, int]]:
    rows = pl.read_csv(path).filter(pl.col("wave_id") == "2019-W1")
    return {r["label"]: (r["vacancies"], r["production_sites"]) for r in rows.iter_rows(named=True)}


def test_csv_json_parquet_and_german_excel_say_the_same(site: Path) -> None:
    folder = site / "downloads"
    assert figures_of_csv(folder / "districts.csv") == PUBLISHED
    content = json.loads(read(folder / "districts.json"))
    assert {
        r["label"]: (r["vacancies"], r["production_sites"])
        for r in content["rows"] if r["wave_id"] == "2019-W1"
    } == PUBLISHED  # fmt: skip
    frame = pl.read_parquet(folder / "districts.parquet").filter(pl.col("wave_id") == "2019-W1")
    assert {
        r["label"]: (r["vacancies"], r["production_sites"]) for r in frame.iter_rows(named=True)
    } == PUBLISHED
    raw = (folder / "districts.excel.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    german = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert {
        r["Statistischer Bezirk"]: (
            int(r["Leerstände und Brachflächen"]), int(r["Produktionsstandorte"]))
        for r in german if r["Welle"] == "2019-W1"
    } == PUBLISHED  # fmt: skip


@pytest.mark.parametrize(("lang", "folder"), [("de", ""), ("en", "en/")])
def test_pages_and_workbook_say_the_same(site: Path, lang: str, folder: str) -> None:
    values = sorted(PUBLISHED.values())
    (main,) = Tables(read(site / f"{folder}index.html")).tables
    heads = [cell for row in main[:2] for cell in row]
    assert any("Produ" in head for head in heads)
    body = [row for row in main if row[0] in PUBLISHED or row[0].endswith("in total")]
    # The page leaves out the total of an area of one district, which only repeats it.
    assert sorted({(int(row[2]), int(row[-2])) for row in body}) == sorted(set(values))
    assert len(body) == len(values) - 1
    sheet = openpyxl.load_workbook(site / f"downloads/leerstand_{lang}.xlsx")["districts"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    vacancies = next(i for i, head in enumerate(rows[0]) if str(head).startswith(
        ("Leerstände", "Vacancies")))  # fmt: skip
    sites = next(i for i, head in enumerate(rows[0]) if str(head).startswith("Produ"))
    found = [(row[vacancies], row[sites]) for row in rows[1:] if row[0] == "2019-W1"]
    assert sorted(found) == values  # type: ignore[type-var]  # the cells are numbers


def test_every_total_of_a_breakdown_is_the_headline(site: Path) -> None:
    headline = pl.read_csv(site / "downloads/districts.csv").select(
        "wave_id", "label", "vacancies", "production_sites"
    )
    compared = 0
    for path in sorted((site / "downloads").glob("*.csv")):
        frame = pl.read_csv(path) if "excel" not in path.name else pl.DataFrame()
        if "total" not in frame.columns:
            continue
        figure = "production_sites" if path.stem in OF_SITES else "vacancies"
        both = frame.join(headline, on=["wave_id", "label"])
        assert both.height == frame.height
        assert both["total"].to_list() == both[figure].to_list(), path.name
        compared += both.height
    assert compared > 30


def test_seventeen_shops_on_the_section_of_hochstrasse(site: Path) -> None:
    rows = pl.read_csv(site / "downloads/sections.csv").filter(
        pl.col("section_id") == "25-S01", pl.col("wave_id") == "2019-W1"
    )
    assert rows["vacant_shops"].to_list() == [17]
    (table,) = [
        t for t in Tables(read(site / "tables/sections.html")).tables
        if any("Alter Markt" in row[0] for row in t)
    ]  # fmt: skip
    assert [row[4] for row in table if "August-Bebel-Platz" in row[0]] == ["17"]


def test_a_partial_survey_has_no_total_but_a_comparison_that_reconciles(site: Path) -> None:
    rows = pl.read_csv(site / "downloads/districts.csv").filter(pl.col("wave_id") == "2021-W1")
    assert set(rows["vacancies"].to_list()) == {None}
    assert set(rows["vacancies_sign"].to_list()) == {"."}
    assert "Teilerhebung: 6 von 15 Abschnitten" in rows["survey"].to_list()
    changes = pl.read_csv(site / "downloads/changes.csv")
    came = pl.sum_horizontal("u_before", "newly_found", "returned", "split_off", "redrawn_in")
    went = pl.sum_horizontal(
        "ended", "refurbished_or_let", "unclear", "not_found", "merged", "redrawn_out"
    )
    assert changes.height == 3
    assert changes.select((came - went == pl.col("u_now")).all()).item()


def test_tables_are_made_for_screen_readers(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        found = Tables(read(page))
        assert found.captions == len(found.tables), page
        assert found.heads_without_scope == 0, page
        assert found.merged_body_cells == 0, page


def test_the_workbook_is_made_for_screen_readers(site: Path) -> None:
    book = openpyxl.load_workbook(site / "downloads/leerstand_de.xlsx")
    assert book.sheetnames[:3] == ["Deckblatt", "Inhalt", "Hinweise"]
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet["A1"].value, sheet.title
    for sheet in book.worksheets[3:]:
        (table,) = sheet.tables.values()
        heads = [cell.value for cell in sheet[table.ref][0]]
        assert heads == [column.name for column in table.tableColumns]
        assert len(heads) == len(set(heads)), sheet.title
        assert all(cell.value is not None for row in sheet[table.ref] for cell in row[3:])


def test_the_data_package_is_valid(site: Path) -> None:
    report = Package(str(site / "downloads/datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])[:3]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # within rdflib itself
def test_dcat_ap_de_holds_its_mandatory_fields(site: Path) -> None:
    graph = Graph().parse(site / "downloads/dcat-ap-de.jsonld", format="json-ld")
    dcatde = Namespace("http://dcat-ap.de/def/dcatde/")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    for wanted in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint,
                   DCAT.distribution, dcatde.politicalGeocodingURI):  # fmt: skip
        assert list(graph.objects(dataset, wanted)), wanted
    (catalogue,) = graph.subjects(DCAT.dataset, dataset)
    for name in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher):
        assert set(graph.objects(catalogue, name)), name
    (location,) = graph.objects(dataset, DCTERMS.spatial)
    assert set(graph.objects(location, RDF.type)) == {DCTERMS.Location}
    (place,) = graph.objects(dataset, dcatde.politicalGeocodingURI)
    assert str(place).endswith("municipalityKey/05911000")
    offers = list(graph.objects(dataset, DCAT.distribution))
    for offer in offers:
        for wanted in (DCAT.accessURL, DCTERMS.license, DCTERMS.format):
            (value,) = graph.objects(offer, wanted)
            assert str(value).startswith("http"), wanted
        address = str(graph.value(offer, DCAT.accessURL))
        assert (site / address.removeprefix("https://example.org/leerstand/")).is_file()
    assert len(offers) > 20


def test_numbers_are_written_as_each_language_writes_them(site: Path) -> None:
    german = read(site / "tables/rates.html")
    english = read(site / "en/tables/rates.html")
    assert re.search(r">\d+,\d<", german)
    assert re.search(r">\d+\.\d<", english)
