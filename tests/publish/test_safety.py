"""What may never reach the public: internal values, formulas, markup, small cells."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from pipelines.home import Home, Settings, make_home
from pipelines.publish import publish
from pipelines.publish.contents import all_tables
from pipelines.publish.downloads import plain_frame
from pipelines.publish.edition import read_summaries
from pipelines.publish.publication import make_imprint
from pipelines.store.edition import find_edition
from schemas import FORMS
from schemas.columns import Kind
from schemas.places import Wave
from tests.publish.attack import narrowed
from tests.publish.editions import bochum, legible, make_edition, site, unit

MARKER = "GEHEIM4711"
NUMBER = "48151.62"


@dataclass(frozen=True)
class Marked:
    id: str
    path: Path


@pytest.fixture(scope="module")
def marked(examples: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The examples published live and as a draft, with a marker in every internal field."""
    home = make_home(tmp_path_factory.mktemp("marked") / "home")
    shutil.copytree(examples.areas, home.areas, dirs_exist_ok=True)
    waves = home.areas / "bochum" / "waves.csv"
    waves.write_text(waves.read_text().replace("abgeschlossen", "laufend"))  # 2021: a draft
    copy = home.root / "marked.duckdb"
    shutil.copy(find_edition(examples).path, copy)
    with duckdb.connect(str(copy)) as connection:
        for form in FORMS.values():
            for column in form.columns:
                if column.is_public or column.name == "section_id":
                    continue
                if column.kind in {Kind.TEXT, Kind.HOUSE_NUMBER, Kind.POSTCODE}:
                    value = f"{MARKER} {column.name}"
                elif column.kind is Kind.DECIMAL:
                    value = NUMBER
                else:
                    continue
                where = "WHERE hold_date IS NULL" if column.name == "hold_reason" else ""
                if column.name != "hold_reason":
                    connection.execute(
                        f"UPDATE versions.{form.name} SET {column.name} = ? {where}", [value]
                    )
        connection.execute("UPDATE versions.quarantine SET raw = ?", [f'{{"x": "{MARKER} raw"}}'])
    publish(home, home.places(), Marked("marked", copy))
    return home


def contents(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1") + legible(path)


def test_no_internal_field_reaches_published_or_drafts(marked: Home) -> None:
    seen = 0
    for folder in (marked.published, marked.drafts):
        for path, said in contents(folder):
            assert MARKER not in said, path
            assert NUMBER not in said, path
            assert NUMBER.replace(".", ",") not in said, path
            seen += 1
    assert seen > 150


def test_the_marker_would_be_found(tmp_path: Path) -> None:
    frame = pl.DataFrame({"label": [MARKER] * 50})
    frame.write_parquet(tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    book.active["A1"] = MARKER  # type: ignore[index]  # a new workbook has a sheet
    book.save(tmp_path / "a.xlsx")
    assert all(MARKER in said for _, said in contents(tmp_path))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("hostile") / "home")
    texts = ['=HYPERLINK("http://x.example";"klick")', "+1+1", "-2", "@SUM(A1)",
             "<script>x</script>", '"><img src=x onerror=alert(1)>']  # fmt: skip
    units = [unit(n, "25", section_id=text, wave_id=text) for n, text in enumerate(texts)]
    places = bochum()
    edition = make_edition(home.root / "h1.duckdb", places, units=units)
    publish(home, places, edition)
    return home


def test_no_download_holds_a_formula(hostile: Home) -> None:
    folder = hostile.published / "downloads"
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
        assert not [c.value for c in cells if c.data_type == "f"]
        assert any("HYPERLINK" in str(c.value) for c in cells)  # it is there, as text
        with zipfile.ZipFile(path) as package:
            assert not any(b"<f>" in package.read(name) for name in package.namelist())
    for path in folder.glob("*.csv"):
        for line in path.read_text("utf-8-sig").splitlines():
            for cell in line.replace(";", ",").split(","):
                assert cell.strip('"')[:1] not in {"=", "+", "@"}, (path, cell)
                assert not cell.strip('"').startswith("-2"), (path, cell)


def test_no_page_holds_foreign_markup(hostile: Home) -> None:
    for path in hostile.published.rglob("*.html"):
        page = path.read_text()
        assert "<script" not in page, path
        assert "<img" not in page, path
    assert "&lt;script&gt;" in (hostile.published / "tables/sections.html").read_text()


def test_held_objects_stand_in_district_totals_only(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    units = [unit(n, "25", section_id="S1", previous_use="HANDWERK") for n in range(1, 7)]
    units.append(unit(9, "25", section_id="S1", previous_use="PRAXIS", owner_type="KIRCHE",
                      condition="4", hold_date=date(2019, 5, 1)))  # fmt: skip
    sites = [site(n, "25", section_id="S1", place_type="PRIVATRAUM") for n in range(3)]
    places = bochum()
    publish(home, places, make_edition(home.root / "e.duckdb", places, units=units,
                                       production_sites=sites))  # fmt: skip
    folder = home.published / "downloads"
    assert pl.read_csv(folder / "districts.csv")["vacancies"][0] == 7
    assert pl.read_csv(folder / "districts.csv")["production_sites"][0] == 3
    assert pl.read_csv(folder / "sections.csv")["vacancies"].to_list() == [6]
    assert pl.read_csv(folder / "sections.csv")["production_sites"].to_list() == [0]
    assert set(pl.read_csv(folder / "previous_use.csv")["PRAXIS"].to_list()) <= {0, None}


def published_frames(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_csv(path, infer_schema_length=None)
            for path in folder.glob("downloads/*.csv") if ".excel" not in path.name}  # fmt: skip


def test_nothing_published_gives_a_suppressed_cell_away(site: Path) -> None:
    """Read back what is published, and try to work out each suppressed cell from all of it."""
    found, hidden = narrowed(published_frames(site))
    assert found == set()
    assert hidden > 20


OWNERS = ("PRIVATPERSON", "UNTERNEHMEN", "KOMMUNE", "KIRCHE", None)
USES = ("EINZELHANDEL", "GASTRONOMIE", "PRAXIS", None)
PLACE_TYPES = ("PRIVATRAUM", "HALLE", "LADENLOKAL", "HINTERHOF", None)


def survey(seed: int) -> dict[str, list[dict[str, object]]]:
    """Two waves of a few objects in four districts, with all that tables are confidential about."""
    chance = random.Random(seed)
    units = [
        unit(number, chance.choice(["25", "47", "49", "10"]), wave_id=f"20{number % 2 + 19}-W1",
             owner_type=chance.choice(OWNERS), previous_use=chance.choice(USES),
             condition=chance.choice(["1", "2", "3", "9", None]),
             causes=chance.choice([None, ["MIETE"], ["ZUSTAND"], ["MIETE", "STUFEN"]]))
        for number in range(chance.randint(4, 60))
    ]  # fmt: skip
    sites = []
    for number in range(chance.randint(2, 30)):
        code = chance.choice(["25", "47", "49"])
        sites.append(site(
            number, code, place_type=chance.choice(PLACE_TYPES), section_id=f"S{code}",
            wz_code=chance.choice(["1011", "3109", "4711", None]),
            employees_class=chance.choice(["B1", "B2_4", None]),
            production_type=chance.choice(["URBANE_MANUFAKTUR", "URBANE_INDUSTRIE"]),
        ))  # fmt: skip
    return {"units": units, "production_sites": sites}


@pytest.mark.parametrize("seed", range(8))
def test_nothing_gives_a_suppressed_cell_away_whatever_was_surveyed(
    tmp_path: Path, seed: int
) -> None:
    places = bochum()
    edition = make_edition(tmp_path / "e.duckdb", places, **survey(seed))
    summaries = read_summaries(edition.path, places, tmp_path / "kept")
    marks = summaries.districts.select(
        "wave_id", "municipality_key", "district_id", mark=pl.lit("p")
    )
    imprint = make_imprint(Settings(), "e", summaries)
    frames = {t.name: plain_frame(t, imprint) for t in all_tables(summaries, marks)}
    found, hidden = narrowed(frames)
    assert found == set()
    assert hidden > 0


def test_small_cells_are_hidden_in_the_demonstration_of_waves(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    waves = (Wave("2019-W1", "", "05911000", "", None, None, None, "abgeschlossen"),)
    units = [unit(n, "47", owner_type="KOMMUNE" if n < 3 else "PRIVATPERSON") for n in range(1, 9)]
    units += [unit(n, "49", owner_type="KOMMUNE" if n < 5 else "KIRCHE") for n in range(1, 9)]
    places = bochum(*waves)
    publish(home, places, make_edition(home.root / "e.duckdb", places, units=units))
    for path in (home.published / "downloads" / "owners.csv",):
        werne = pl.read_csv(path).filter(pl.col("label") == "Werne").row(0, named=True)
        assert (werne["KOMMUNE"], werne["KOMMUNE_sign"]) == (None, ".")
        assert werne["total"] == 8
    for lang in ("", "en/"):
        page = (home.published / f"{lang}districts/05911000-47.html").read_text()
        assert "KOMMUNE" not in page
        assert "<td" in page
