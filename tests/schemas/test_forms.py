"""The forms are declared whole: described, without ambiguity, and as private as they must be."""

import pytest

from schemas import FORMS
from schemas.columns import Form, Kind, Level
from schemas.findings import catalogue
from schemas.folding import fold
from schemas.headings import headings
from schemas.personal import is_personal


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_column_is_described_in_both_languages(form: Form) -> None:
    for column in form.columns:
        for label in (column.title, column.description):
            assert label.de.strip(), column.name
            assert label.en.strip(), column.name
        assert column.description.de.endswith("."), column.name
        assert column.description.en.endswith("."), column.name
        assert column.synonyms, f"{column.name} has no heading met in the field"
        assert column.example, f"{column.name} has no example"
        assert (column.code_list is not None) == (column.kind in {Kind.CODE, Kind.CODES})
        if column.kind is Kind.DECIMAL:
            assert column.unit, column.name
            assert column.name.endswith(("_m2", "_m")), column.name


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_rules_fall_where_they_may(form: Form) -> None:
    for rule in form.rules:
        assert catalogue()[rule.code].severity == rule.severity, rule.code
        assert rule.field in form.by_name, rule.code
        if rule.severity == "error":
            assert not form.by_name[rule.field].is_key, f"{rule.code} would take a row out"


def test_what_must_not_be_published_is_internal() -> None:
    internal = {
        "business_name", "remarks", "photo_ref", "asking_rent_eur_m2", "street", "house_number",
        "location_note", "unit_label", "previous_use_text", "surveyor_code", "easting", "northing",
        "longitude", "latitude", "hold_reason", "hold_date", "profile", "products", "object_id",
        "site_id", "row_label", "postcode", "evidence", "area_source", "frontage_m",
        "emission_noise", "emission_odour", "emission_dust", "emission_traffic", "founded_year",
    }  # fmt: skip
    for form in FORMS.values():
        public = {column.name for column in form.public_columns}
        assert not public & internal, form.name
        assert {column.name for column in form.columns} - public <= internal, form.name
    profile = FORMS["production_sites"].by_name["profile"]
    assert profile.level is Level.EXTRA, "may reveal ethnic origin: in no template"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_no_heading_means_two_columns_of_a_form(form: Form) -> None:
    known = headings(form)
    assert set(known.certain.values()) >= set(form.by_name)
    assert not known.certain.keys() & known.vague.keys()
    squeezed: dict[str, str] = {}
    for text, name in (known.certain | known.vague).items():
        assert squeezed.setdefault(text.replace(" ", ""), name) == name, f"{text}, without blanks"


READ = [
    ("vacancies", "lfd. Nr.", "row_label"),
    ("vacancies", "STRASSE", "street"),
    ("vacancies", "Haus-Nr.", "house_number"),
    ("vacancies", "Leer seit", "vacant_since"),
    ("vacancies", "Stat. Bezirk", "district_code"),
    ("vacancies", "gross_area_m2", "gross_area_m2"),
    ("vacancies", "Vacant since", "vacant_since"),
    ("vacancies", "Adresse", "address"),
    ("vacancies", "geo_point_2d", "latlon"),
    ("production_sites", "Firma", "business_name"),
    ("production_sites", "WZ 2008", "wz_code"),
    ("production_sites", "Lärm", "emission_noise"),
    ("stock", "Anzahl Ladenlokale", "units_total"),
    ("coverage", "Begehung am", "walked_on"),
]


@pytest.mark.parametrize(("form", "heading", "column"), READ)
def test_headings_met_in_the_field(form: str, heading: str, column: str) -> None:
    assert headings(FORMS[form]).certain[fold(heading)] == column


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Fläche", "gross_area_m2"), ("Lage", "location_note"), ("ID", "object_id")],
)
def test_vague_headings_stand_apart(heading: str, column: str) -> None:
    known = headings(FORMS["vacancies"])
    assert known.vague[fold(heading)] == column
    assert fold(heading) not in known.certain


@pytest.mark.parametrize(
    ("heading", "is_dropped"),
    [
        ("Eigentümer", True), ("Name des Eigentümers", True), ("Telefon", True), ("E-Mail", True),
        ("Tel.-Nr.", True), ("Ansprechpartner (Name, Tel.)", True), ("Kontakt", True),
        ("Owner name", True), ("Eigentümertyp", False), ("Notizen", False),
        ("Name der Straße", False), ("Straße", False), ("Bemerkung", False),
    ],
)  # fmt: skip
def test_headings_of_personal_data(heading: str, *, is_dropped: bool) -> None:
    assert is_personal(heading) is is_dropped


def test_no_declared_heading_but_a_business_name_is_personal() -> None:
    for form in FORMS.values():
        for text, column in headings(form).certain.items():
            assert not is_personal(text) or column == "business_name", f"{form.name}: {text}"
