"""Where a row lies: addresses, coordinates, registers, and what they say of each other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.intake.mapping import Mapping
from pipelines.intake.result import Status
from schemas.places import Place, Places, StreetRange, Wave
from tests.intake.sheets import HEAD, ROW, bochum, check, column, finding, found, with_place


def test_addresses_are_split_and_an_explicit_column_wins() -> None:
    checked = check(
        """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Adresse | PLZ | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße 12a, 44866 Bochum | 44867 | Einheit | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 25 | Am alten Markt | | Einheit | Ladenlokal | leer |
        """,
        fields={"Adresse": ("address",)},
    )
    assert column(checked, "street") == ["Hochstraße", "Am alten Markt"]
    assert column(checked, "house_number") == ["12a", None]
    assert column(checked, "postcode") == ["44867", None]
    assert finding(checked, "address-split").cells == ("D2",)
    assert finding(checked, "address-whole").value == "Am alten Markt"


def test_a_pair_in_one_cell_is_split() -> None:
    checked = check(f"{HEAD} | geo |\n{ROW} | 51.47987, 7.14220 |", fields={"geo": ("latlon",)})
    assert column(checked, "latitude") == [Decimal("51.47987")]
    assert column(checked, "longitude") == [Decimal("7.1422")]
    (east,), (north,) = column(checked, "easting"), column(checked, "northing")
    # The check pair of the domain list: Hochstraße 42.
    assert (round(east), round(north)) == (370993, 5704827)


@pytest.mark.parametrize(
    ("easting", "northing", "code"),
    [
        ("370993", "5704827", None),
        ("370993,0", "5704827,0", None),
        ("5704827", "370993", "position-swapped"),
        ("32370993", "5704827", "position-prefixed"),
        ("370.993", "5704827", "position-grouped"),
        ("370.993", "5704.827", "position-grouped"),
        ("7,14220", "51,47987", "position-converted"),
        ("51,47987", "7,14220", "position-converted"),
    ],
)
def test_coordinates_are_understood(easting: str, northing: str, code: str | None) -> None:
    checked = check(f"{HEAD} | Ostwert | Nordwert |\n{ROW} | {easting} | {northing} |")
    (east,), (north,) = column(checked, "easting"), column(checked, "northing")
    assert (round(east), round(north)) == (370993, 5704827)
    (lon,), (lat,) = column(checked, "longitude"), column(checked, "latitude")
    assert (round(lon, 4), round(lat, 4)) == (Decimal("7.1422"), Decimal("51.4799"))
    told = [c for c, _, _ in found(checked) if c.startswith("position")]
    assert told == ([] if code is None else [code])


def test_pairs_that_contradict_or_lack_a_half_are_warned_of() -> None:
    checked = check(
        f"{HEAD} | Ostwert | Nordwert | Längengrad | Breitengrad |\n"
        f"{ROW} | 370993 | 5704827 | 7,2 | 51,5 |\n{ROW.replace('12', '14')} | 370993 | | | |"
    )
    assert finding(checked, "position-contradicts").rows == (2,)
    assert finding(checked, "position-incomplete").cells == ("I3",)


def test_degrees_beyond_the_globe_are_an_error() -> None:
    checked = check(f"{HEAD} | Längengrad | Breitengrad |\n{ROW} | 714,2 | 51,5 |")
    assert column(checked, "longitude") == [None]
    assert finding(checked, "out-of-bounds").cells == ("I2",)


STREETS = (
    StreetRange("05911000", "Hochstraße", 1, 49, "", "25", "44866", "S1"),
    StreetRange("05911000", "Hochstraße", 50, 99, "gerade", "25", "44866", "S2"),
    StreetRange("05911000", "Hochstraße", 51, 99, "ungerade", "26", "44866", "S3"),
)


@pytest.mark.parametrize(
    ("street", "number", "district", "section"),
    [
        ("Hochstraße", "12", "25", "S1"),
        ("Hochstr.", "12", "25", "S1"),
        ("Hochstraße", "52", "25", "S2"),
        ("Hochstraße", "53", "26", "S3"),
        ("Hochstraße", "400", None, None),
        ("Nirgendweg", "1", None, None),
    ],
)
def test_the_street_register_fills_in(
    street: str, number: str, district: str | None, section: str | None
) -> None:
    checked = check(
        f"""
        | Welle | Erhebungsdatum | Straße | Hausnummer | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | {street} | {number} | Einheit | Ladenlokal | leer |
        """,
        places=with_place(streets=STREETS),
    )
    assert column(checked, "district_code") == [district]
    assert column(checked, "section_id") == [section]
    is_mended = ("street-mended", "street", "C2") in found(checked)
    assert is_mended == (street == "Hochstr.")


def test_what_is_typed_is_checked_against_the_street_register() -> None:
    checked = check(
        f"{HEAD} |\n{ROW.replace(' 12 ', ' 53 ')} |", places=with_place(streets=STREETS)
    )
    told = finding(checked, "register-contradicts")
    assert (told.cells, told.value, told.proposal) == (("C2",), "25", "26")
    assert column(checked, "district_code") == ["25"]


def test_a_wave_that_the_register_does_not_name_is_a_hint() -> None:
    wave = Wave("2018-W1", "", "05911000", "", None, None, None, "laufend")
    checked = check(f"{HEAD} |\n{ROW} |", places=with_place(waves=(wave,)))
    assert finding(checked, "wave-unregistered").value == "2019-W1"


def test_without_registers_everything_still_works() -> None:
    checked = check(f"{HEAD} |\n{ROW} |", places=Places({"x": Place("x")}), municipality="x")
    assert column(checked, "district_id") == ["x-Wattenscheid-Mitte"]
    assert checked.status is Status.ACCEPTED


def test_a_bare_area_is_the_plot_of_a_site() -> None:
    checked = check(
        f"{HEAD} | Fläche |\n{ROW} | 80 |\n{ROW.replace('Einheit', 'Brachfläche')} | 800 |"
    )
    assert column(checked, "gross_area_m2") == [Decimal(80), None]
    assert column(checked, "plot_area_m2") == [None, Decimal(800)]
    assert finding(checked, "vague-moved").cells == ("I3",)


def test_columns_of_one_choice_each_become_codes() -> None:
    checked = check(
        f"{HEAD} | Schaufenster/LEER | Schaufenster/HINWEIS |\n{ROW} | #1 | #1 |\n{ROW} | #0 | #0 |"
    )
    assert column(checked, "window_state") == [["LEER", "HINWEIS"], None]


def test_a_district_may_be_taken_from_the_postcode_where_a_mapping_says_so() -> None:
    mapping = Mapping("vacancies", "0", district_from="postcode")
    text = """
        | Welle | Erhebungsdatum | PLZ | Straße | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | 44869 | Hochstraße | Einheit | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 44866 | Hochstraße | Einheit | Ladenlokal | leer |
        """
    # 44869 is Höntrop only; 44866 is shared by several districts.
    assert column(check(text, mapping=mapping), "district_code") == ["28", None]
    assert column(check(text), "district_code") == [None, None]


def test_a_district_may_be_taken_from_the_position(tmp_path: Path) -> None:
    outlines = tmp_path / "outlines.geojson"
    outlines.write_text(
        '{"features": [{"properties": {"district_code": "25"}, "geometry": {"type": "Polygon", '
        '"coordinates": [[[7.1, 51.4], [7.2, 51.4], [7.2, 51.5], [7.1, 51.5], [7.1, 51.4]]]}}]}',
        encoding="utf-8",
    )
    mapping = Mapping("vacancies", "0", district_from="coordinates")
    checked = check(
        """
        | Welle | Erhebungsdatum | Längengrad | Breitengrad | Straße | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | 7,1422 | 51,47987 | Hochstraße | Einheit | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 7,3 | 51,47987 | Hochstraße | Einheit | Ladenlokal | leer |
        """,
        mapping=mapping,
        places=with_place(outlines=outlines),
    )
    assert column(checked, "district_code") == ["25", None]


def test_several_tables_of_a_form_are_judged_together() -> None:
    text = """
        | Objekt-ID | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | A1 | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        """
    checked = check(text, text.replace("leer", "belegt"))
    contradicted = [f for f in checked.findings if f.code == "object-contradicted"]
    assert [(f.sheet, f.cells) for f in contradicted] == [
        ("Tabelle1", ("A2",)), ("Tabelle2", ("A2",)),
    ]  # fmt: skip


def test_stock_and_coverage_know_their_municipality() -> None:
    checked = check(
        """
        | Welle | Gemeindeschlüssel | Statistischer Bezirk | Einheitstyp | Einheiten gesamt | Abdeckung |
        | 2019-W1 | 5911000 | Wattenscheid-Mitte | Ladenlokal | #657 | voll |
        """,
        form="stock",
    )
    assert column(checked, "municipality_key") == ["05911000"]
    assert column(checked, "district_id") == ["05911000-25"]
    assert bochum().by_key.keys() == {"05911000"}


@pytest.mark.parametrize(
    ("street", "number", "expected"),
    [
        ("Hochstraße 12a", "", ("Hochstraße", "12a")),
        ("Hochstraße 9 - 15", "", ("Hochstraße", "9 - 15")),
        ("Hochstraße 12", "14", ("Hochstraße 12", "14")),
        ("Straße des 17. Juni", "", ("Straße des 17. Juni", None)),
    ],
)
def test_a_house_number_in_the_street(
    street: str, number: str, expected: tuple[str, str | None]
) -> None:
    row = ROW.replace("Hochstraße", street).replace("| 12 |", f"| {number} |")
    checked = check(f"{HEAD} |\n{row} |")
    assert (column(checked, "street")[0], column(checked, "house_number")[0]) == expected
    is_split = "street-split" in [code for code, _, _ in found(checked)]
    assert is_split == (expected[0] != street)


def test_a_suffix_in_a_column_of_its_own_belongs_to_the_house_number() -> None:
    wide = f"{HEAD} | Zusatz |"
    rows = "\n".join(f"{ROW} | {end} |" for end in ("a", "", "-14", "0"))
    checked = check(f"{wide}\n{rows}", fields={"Zusatz": ("house_suffix",)})
    assert column(checked, "house_number") == ["12a", "12", "12-14", "12"]
    assert finding(checked, "number-joined").cells == ("I2", "I4")


@pytest.mark.parametrize(
    ("cells", "numbers", "code"),
    [(("12a", "14"), ["12a", "14"], "column-vague"), (("a", "b"), [None, None], "column-ignored")],
)
def test_a_suffix_without_a_number_beside_it(
    cells: tuple[str, ...], numbers: list[str | None], code: str
) -> None:
    """Under "Hausnummer/Zusatz" stand both; "Zusatz" alone adds to nothing and is named."""
    head, row = HEAD.replace("| Hausnummer ", ""), ROW.replace("| 12 ", "")
    rows = "\n".join(f"{row} | {cell} |" for cell in cells)
    checked = check(f"{head} | Zusatz |\n{rows}", fields={"Zusatz": ("house_suffix",)})
    assert column(checked, "house_number") == numbers
    assert (code, None, "H1") in found(checked)


def test_a_first_and_a_last_number_are_a_range() -> None:
    rows = "\n".join(f"{ROW} | {last} |" for last in ("#16", "", "#12", "14a"))
    checked = check(f"{HEAD} | bis |\n{rows}", fields={"bis": ("house_number_to",)})
    assert column(checked, "house_number") == ["12-16", "12", "12", "12-14a"]


@pytest.mark.parametrize("street", ["Hochstraße 7 und Oststraße 3", "Hochstraße 7, Oststraße 3"])
def test_of_two_addresses_in_one_cell_no_number_is_split_off(street: str) -> None:
    checked = check(f"{HEAD} |\n{ROW.replace('Hochstraße | 12', f'{street} | ')} |")
    assert (column(checked, "street"), column(checked, "house_number")) == ([street], [None])
