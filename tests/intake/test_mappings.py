"""Mapping files: read as text, checked with clear sentences, chosen by headings, suggested."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InputFailure
from pipelines.intake.cells import Workbook
from pipelines.intake.check import check_workbook
from pipelines.intake.mappings import choose_mapping, load_mapping
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import Status
from pipelines.intake.suggest import suggest_mapping
from schemas.places import Places
from tests.intake.sheets import TODAY, bochum, column, finding, sheet_of

WHOLE = """
form: vacancies
municipality: 06412000
district_from: postcode
columns:
  "Adresse": address
  "PLZ": [postcode, district_code]
  "geo": latlon
  "Jahr": [wave_id, survey_date]
values:
  vacancy_degree: {komplett: VOLLSTAENDIG, "Keine  Angabe": null}
  vacancy_status: {"vacant": LEER, "*": BELEGT}
  marketed: {no: NEIN}
constants: {wave_id: 2017-W1, survey_date: 2017-06-30, object_kind: EINHEIT, coverage: VOLL}
units: {gross_area_m2: ft2}
rows:
  keep: {"status": ["vacant", "Vacant UC"]}
ignore: ["author", "Beschreibung"]
sheets: ["Sheet1"]
decimal: "."
"""


def written(folder: Path, text: str, name: str = "liste.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_mapping_is_read_as_text(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, WHOLE))
    assert mapping.municipality == "06412000"
    assert mapping.columns["PLZ"] == ("postcode", "district_code")
    assert mapping.columns["Adresse"] == ("address",)
    assert mapping.values["vacancy_degree"] == {"komplett": "VOLLSTAENDIG", "keine angabe": None}
    assert mapping.values["marketed"] == {"no": "NEIN"}
    assert mapping.constants["survey_date"] == "2017-06-30"
    assert mapping.keep == {"status": ("vacant", "Vacant UC")}
    assert (mapping.ignore, mapping.sheets) == (("author", "Beschreibung"), ("Sheet1",))
    assert (mapping.decimal, mapping.district_from) == (".", "postcode")
    assert len(mapping.digest) == 64


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("form: [", "mapping-unreadable", ""),
        ("- a list", "mapping-unreadable", ""),
        ("form: leerstand", "mapping-form-unknown", "leerstand"),
        ("columns: {a: street}", "mapping-form-unknown", "vacancies"),
        ("form: vacancies\nspalten: {}", "mapping-key-unknown", "spalten"),
        ("form: vacancies\ncolumns: {Str: strasse}", "mapping-column-unknown", "strasse"),
        ("form: vacancies\ncolumns: {a: street, b: street}", "mapping-column-twice", "„b“"),
        ("form: vacancies\ncolumns: street", "mapping-shape", "columns"),
        ("form: vacancies\nvalues: {vacancy_status: {x: XYZ}}", "mapping-code-unknown", "XYZ"),
        ("form: vacancies\nconstants: {object_kind: XYZ}", "mapping-code-unknown", "XYZ"),
        ("form: vacancies\nconstants: {coverage: halb}", "mapping-code-unknown", "halb"),
        ("form: vacancies\nunits: {gross_area_m2: Morgen}", "mapping-unit-unknown", "Morgen"),
        ("form: vacancies\ndecimal: komma", "mapping-value-unknown", "komma"),
        ("form: vacancies\ndistrict_from: Straße", "mapping-value-unknown", "Straße"),
        ("form: vacancies\nrows: {drop: {}}", "mapping-key-unknown", "drop"),
    ],
)
def test_what_is_wrong_is_one_clear_sentence(
    tmp_path: Path, text: str, key: str, named: str
) -> None:
    with pytest.raises(InputFailure) as failure:
        load_mapping(written(tmp_path, text))
    assert failure.value.key == key
    assert named in failure.value.sentence("de")
    assert failure.value.sentence("en")


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputFailure, match="no file"):
        load_mapping(tmp_path / "fehlt.yml")


def test_the_mapping_is_chosen_by_the_headings_it_names(tmp_path: Path) -> None:
    written(tmp_path, "form: vacancies\ncolumns: {Strasse: street}", "kurz.yml")
    written(tmp_path, "form: vacancies\ncolumns: {Strasse: street, Jahr: wave_id}", "lang.yml")
    written(tmp_path, "form: vacancies\ncolumns: {Gasse: street}", "fremd.yml")
    chosen = choose_mapping((tmp_path,), ["strasse", "JAHR", "Nutzung"])
    assert chosen is not None
    assert chosen.name == "lang.yml"
    assert choose_mapping((tmp_path,), ["Nutzung"]) is None


LIST = """
    | Strasse | Hnr | Bez | Jahr | Nutzung | Branche | Inhaber |
    | Hochstraße | #12 | #25 | #2019 | vacant | Laden | Frau Beispiel |
    | Hochstraße | #14 | #47 | #2019 | Café | Laden | Herr Muster |
    """
MAPPING = """
form: vacancies
columns:
  Strasse: street
  Hnr: house_number
  Bez: district_code
  Jahr: [wave_id, survey_date]
  Nutzung: vacancy_status
  Branche: unit_type
values:
  vacancy_status: {vacant: LEER, "*": BELEGT}
constants: {object_kind: EINHEIT, coverage: VOLL}
"""


def list_workbook() -> Workbook:
    return Workbook("Liste.xlsx", "0" * 64, "xlsx", (sheet_of(LIST),), {})


def test_a_list_of_the_office_becomes_a_submission(tmp_path: Path) -> None:
    written(tmp_path, MAPPING)
    options = CheckOptions(today=TODAY, mapping_folders=(tmp_path,))
    checked = check_workbook(list_workbook(), options, bochum())
    assert checked.status is Status.ACCEPTED
    assert checked.waves == ("2019",)
    assert checked.coverage == "VOLL"
    assert column(checked, "vacancy_status") == ["LEER", "BELEGT"]
    assert column(checked, "survey_date_precision") == ["year", "year"]
    assert {f.value for f in checked.findings if f.code == "value-mapped"} == {"vacant", "Café"}


def test_a_broken_mapping_named_by_the_user_is_told_before_anything(tmp_path: Path) -> None:
    options = CheckOptions(today=TODAY, mapping=written(tmp_path, "form: x"))
    with pytest.raises(InputFailure):
        check_workbook(list_workbook(), options, Places())


def test_a_suggested_mapping_loads_and_shows_no_personal_value(tmp_path: Path) -> None:
    text = suggest_mapping(list_workbook(), CheckOptions(today=TODAY), bochum())
    assert text is not None
    mapping = load_mapping(written(tmp_path, text))
    assert mapping.form == "vacancies"
    assert mapping.columns["Strasse"] == ("street",)
    assert "Beispiel" not in text
    assert '# "Bez": district_code' in text
    assert '# "Branche": unit_type' in text


def test_nothing_to_suggest_where_nothing_looks_like_headings() -> None:
    workbook = Workbook("leer.xlsx", "0" * 64, "xlsx", (), {})
    assert suggest_mapping(workbook, CheckOptions(today=TODAY), bochum()) is None


def test_the_mapping_says_the_decimal_sign(tmp_path: Path) -> None:
    text = MAPPING.replace("Branche: unit_type", "Branche: unit_type\n  Fläche: gross_area_m2")
    path = written(tmp_path, text + 'decimal: "."\n')
    sheet = sheet_of(
        """
        | Strasse | Hnr | Bez | Jahr | Nutzung | Branche | Fläche |
        | Hochstraße | #12 | #25 | #2019 | vacant | Laden | 1.200 |
        | Hochstraße | #14 | #47 | #2019 | vacant | Laden | 1,200 |
        """
    )
    workbook = Workbook("Liste.xlsx", "0" * 64, "xlsx", (sheet,), {})
    checked = check_workbook(workbook, CheckOptions(today=TODAY, mapping=path), bochum())
    assert [float(value) for value in column(checked, "gross_area_m2")] == [1.2, 1200.0]
    assert finding(checked, "number-grouped").cells == ("G3",)
