"""Adding a column is one edit: what a form declares, every room knows, an existing store too."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from pipelines.docs import documents
from pipelines.feedback.template import TemplateOptions, write_template
from pipelines.home import Home, make_home
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import build_edition, open_writer, receive
from pipelines.store.query import fetch
from schemas import FORMS
from schemas.columns import Form, Kind, Label, Level, column
from schemas.headings import headings
from schemas.shared import DISTRICT_CODE, HOUSE_NUMBER, LOCATION_NOTE, STREET, WAVE_ID

CEILING = column(
    Kind.DECIMAL,
    "ceiling_height_m",
    ("Raumhöhe", "Ceiling height"),
    ("Lichte Höhe des Raumes.", "Clear height of the room."),
    synonyms=("Deckenhöhe", "lichte Höhe"),
    level=Level.CORE,
    is_public=True,
    unit="m",
    minimum=0,
    maximum=50,
    example="3,20",
)
ROW = {
    "Welle": "2019-W1", "Erhebungsdatum": "07.05.2019", "Erhebungsgebiet": "WAT",
    "Statistischer Bezirk": "Wattenscheid-Mitte", "Straße": "Hochstraße", "Hausnummer": "901",
    "Objektart": "Einheit", "Einheitstyp": "Ladenlokal", "Geschoss": "EG", "Status": "leer",
}  # fmt: skip


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one edit: form A declares one more column."""
    form = FORMS["vacancies"]
    monkeypatch.setitem(FORMS, "vacancies", replace(form, columns=(*form.columns, CEILING)))


def write_csv(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, fieldnames=list(rows[0]), delimiter=";")
        table.writeheader()
        table.writerows(rows)
    return path


def check(path: Path, home: Home) -> CheckedWorkbook:
    with Reader() as reader:
        return check_file(path, CheckOptions(today="2019-12-31"), home.places(), reader)


def ingest(path: Path, home: Home) -> None:
    submission = receive(home, path, CheckOptions(today="2019-12-31"), home.places())
    with open_writer(home) as writer:
        outcome = writer.load(submission, check(path, home))
    assert outcome.status is Status.ACCEPTED, outcome.findings


@pytest.mark.usefixtures("declared")
def test_the_template_shows_it_and_the_dictionary_explains_it(tmp_path: Path) -> None:
    place = make_home(tmp_path / "home").places().by_key["05911000"]
    write_template(tmp_path / "Vorlage.xlsx", TemplateOptions(place))
    sheet = openpyxl.load_workbook(tmp_path / "Vorlage.xlsx")["Leerstände"]
    texts = {str(cell.value) for row in sheet.iter_rows(max_row=10) for cell in row}
    assert any("Raumhöhe" in text for text in texts)
    assert "Lichte Höhe des Raumes." in documents()["data-dictionary.md"]


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("heading", ["Raumhöhe", "ceiling height", "Deckenhöhe [m]"])
def test_it_is_recognised_parsed_and_checked(tmp_path: Path, heading: str) -> None:
    home = make_home(tmp_path / "home")
    rows = [ROW | {heading: height} for height in ("3,20", "99", "hoch")]
    rows = [row | {"Hausnummer": str(901 + 2 * number)} for number, row in enumerate(rows)]
    checked = check(write_csv(tmp_path / "Erhebung.csv", *rows), home)
    (form,) = checked.forms
    assert form.frame["ceiling_height_m"].to_list() == [Decimal("3.20"), None, None]
    told = [(f.code, f.rows) for f in checked.findings if f.field == "ceiling_height_m"]
    assert sorted(told) == [("out-of-bounds", (3,)), ("value-unreadable", (4,))]
    assert form.tables[0].accepted == 3, "an optional cell takes no vacancy out of the count"


def test_a_store_that_exists_gains_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "home")
    ingest(write_csv(tmp_path / "alt.csv", ROW), home)
    form = FORMS["vacancies"]
    monkeypatch.setitem(FORMS, "vacancies", replace(form, columns=(*form.columns, CEILING)))
    ingest(write_csv(tmp_path / "neu.csv", ROW | {"Hausnummer": "903", "Raumhöhe": "3,2"}), home)
    edition = build_edition(home, home.places())
    found = fetch(edition.path, "SELECT house_number, ceiling_height_m FROM units ORDER BY ALL")
    assert found.rows == (("901", None), ("903", Decimal("3.20")))
    comment = fetch(
        edition.path,
        "SELECT comment FROM duckdb_columns() "
        "WHERE table_name = 'units' AND column_name = 'ceiling_height_m'",
    )
    assert "Lichte Höhe des Raumes. [m]" in comment.rows[0][0]


def test_a_synonym_is_one_word_of_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    form = FORMS["vacancies"]
    street = form.by_name["street"]
    more = replace(street, synonyms=(*street.synonyms, "Gasse"))
    columns = tuple(more if one is street else one for one in form.columns)
    monkeypatch.setitem(FORMS, "vacancies", replace(form, columns=columns))
    assert headings(FORMS["vacancies"]).certain["gasse"] == "street"
    row = {("Gasse" if name == "Straße" else name): text for name, text in ROW.items()}
    checked = check(write_csv(tmp_path / "Erhebung.csv", row), make_home(tmp_path / "home"))
    assert checked.forms[0].frame["street"].to_list() == ["Hochstraße"]


TREES = Form(
    name="trees",
    title=Label("Bäume", "Trees"),
    grain=Label("eine Zeile je Baum und Welle", "one row per tree and wave"),
    columns=(
        WAVE_ID, DISTRICT_CODE, STREET, HOUSE_NUMBER, LOCATION_NOTE,
        column(
            Kind.TEXT, "tree_kind", ("Baumart", "Kind of tree"),
            ("Art des Baums.", "Kind of the tree."), synonyms=("Baum",), level=Level.CORE,
            is_key=True, example="Linde",
        ),
    ),
    current_view="trees",
    history_view="trees_history",
    sheet_names=("baeume", "trees"),
    identity=("wave_id", "street", "house_number"),
)  # fmt: skip


def test_a_form_is_one_declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "home")
    ingest(write_csv(tmp_path / "leer.csv", ROW), home)
    monkeypatch.setitem(FORMS, "trees", TREES)
    tree = {
        "Welle": "2019-W1", "Statistischer Bezirk": "25", "Straße": "Hochstraße",
        "Hausnummer": "1", "Baum": "Linde",
    }  # fmt: skip
    ingest(write_csv(tmp_path / "Bäume.csv", tree), home)
    edition = build_edition(home, home.places())
    for view in ("trees", "trees_history"):
        found = fetch(edition.path, f"SELECT district_id, tree_kind, row_number FROM {view}")
        assert found.rows == (("05911000-25", "Linde", 2),)
    assert "Art des Baums." in documents()["data-dictionary.md"]


def test_a_declaration_names_only_what_its_form_has() -> None:
    with pytest.raises(ValueError, match="street needs"):
        replace(TREES, columns=(WAVE_ID, STREET))
