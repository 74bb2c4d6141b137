"""A town that was walked unevenly: whole districts, a part of one, merged sections, few vacancies.

In 2019 Mitte (25) and Ost (49) are walked whole, of Nord (47) one section of two; in 2021 Nord is
walked whole and of Mitte one section of three is left out. Ost has two vacancies only. All of them
are shops on the ground floor; house numbers below 10 lie in the first section of a district.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.home import Home
from schemas.places import District, Place, Places, Section, StreetRange, SurveyArea
from tests.store.surveys import ingest, site, unit

CITY = "05911000"
_STREETS = {"25": "Hochstraße", "47": "Nordstraße", "49": "Oststraße"}
# Section, district, buildings; those of few buildings are merged into their street.
_SECTIONS = (("25-S1", 20), ("25-S2", 6), ("25-S3", 4), ("47-S1", 30), ("47-S2", 30), ("49-S1", 30))
_NOT_WALKED = {("2019-W1", "47-S2"), ("2021-W1", "25-S3")}
# Wave and district → house numbers of vacancies.
VACANT = {
    ("2019-W1", "25"): (2, 4, 8, 12, 14, 22), ("2019-W1", "47"): (1, 3, 5, 7),
    ("2019-W1", "49"): (1, 2),
    ("2021-W1", "25"): (2, 4, 12), ("2021-W1", "47"): (1, 3, 5, 11), ("2021-W1", "49"): (1, 2),
}  # fmt: skip

TOWN = Places({
    CITY: Place(
        CITY, "Stadt",
        districts=tuple(District(CITY, code, name, area_km2=2.5, inhabitants=people)
                        for code, name, people in (("25", "Mitte", 9000), ("47", "Nord", 7000),
                                                   ("49", "Ost", 8000))),
        survey_areas=(SurveyArea(CITY, "WAT", "Mitte", (), ("25",)),
                      SurveyArea(CITY, "WLAB", "Nord und Ost", (), ("47", "49"))),
        sections=tuple(Section(one, one, CITY, _STREETS[one[:2]], "", "", "", 100.0, buildings)
                       for one, buildings in _SECTIONS),
        streets=tuple(StreetRange(CITY, _STREETS[one[:2]], place * 10, place * 10 + 9, "",
                                  one[:2], "", one)
                      for one, _ in _SECTIONS for place in [int(one[-1]) - 1]),
    ),
}, "town")  # fmt: skip


def walk_town(home: Home) -> None:
    """Hand in both waves."""
    for wave in ("2019-W1", "2021-W1"):
        day = date(int(wave[:4]), 5, 3)
        ingest(
            home, wave, file=f"{wave}.xlsx",
            units=[_unit(wave, day, code, number)
                   for (one, code), numbers in VACANT.items() if one == wave
                   for number in numbers],
            production_sites=[
                site("9", wave_id=wave, survey_date=day, district_code=code,
                     street=_STREETS[code], section_id=f"{code}-S1")
                for code in _STREETS
            ],
            coverage=[
                {"wave_id": wave, "section_id": one, "walked_on": day, "coverage": "VOLL"}
                for one, _ in _SECTIONS if (wave, one) not in _NOT_WALKED
            ],
            stock=[
                {"wave_id": wave, "district_code": code, "unit_type": "LADENLOKAL",
                 "units_total": 40, "sales_area_total_m2": 4000, "coverage": "VOLL",
                 "reference_date": day}
                for code in _STREETS if (wave, code) != ("2021-W1", "47")
            ],
        )  # fmt: skip


def _unit(wave: str, day: date, code: str, number: int) -> dict[str, Any]:
    return unit(
        str(number), wave_id=wave, survey_date=day, district_code=code, street=_STREETS[code],
        section_id=f"{code}-S{number // 10 + 1}", sales_area_m2=10 * number,
        survey_area="WAT" if code == "25" else "WLAB",
        vacant_since=date(2015 + number % 4, 5, 3), vacant_since_precision="day",
        vacancy_status="ZWISCHENNUTZUNG" if number == 8 else "LEER",
        previous_use="EINZELHANDEL" if number % 3 else None,
    )  # fmt: skip
