"""The invented objects: one record per row that a survey team writes down.

In: vacancies.csv, sites.csv and the registers in areas/bochum.
Out: `vacancies` and `sites`, in the order of a walk, the same on every machine.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import TypeVar

from raw.examples import AREAS, FOLDER

Item = TypeVar("Item")

HEADLINE_KINDS = ("EINHEIT", "GEBAEUDE", "BRACHFLAECHE")
PLOTS = ("BRACHFLAECHE", "BAULUECKE", "MINDERGENUTZT")
USES = {
    "LADENLOKAL": ("EINZELHANDEL", "GASTRONOMIE", "DIENSTLEISTUNG", "EINZELHANDEL", "UNBEKANNT"),
    "BUERO_PRAXIS": ("BUERO", "DIENSTLEISTUNG"),
    "WERKSTATT": ("HANDWERK",),
    "HALLE": ("PRODUKTION", "LAGER"),
    "LAGER": ("LAGER",),
    "WOHNUNG": ("WOHNEN",),
    "GEMISCHT": ("UNBEKANNT",),
}
AREAS_M2 = {
    "LADENLOKAL": (35, 210),
    "BUERO_PRAXIS": (50, 160),
    "WERKSTATT": (80, 260),
    "HALLE": (300, 1400),
    "LAGER": (90, 400),
    "WOHNUNG": (45, 95),
    "GEMISCHT": (120, 300),
    "BRACHFLAECHE": (600, 4200),
    "BAULUECKE": (180, 460),
    "MINDERGENUTZT": (700, 1900),
    "GEBAEUDE": (240, 980),
}


@dataclass(frozen=True)
class Section:
    """A street section with what its register says."""

    section_id: str
    street: str
    district_code: str
    postcode: str
    first_number: int


@dataclass(frozen=True)
class Vacancy:
    """One vacant unit, building or site, in codes; `area_m2` is the plot's for sites."""

    section: Section
    number: str
    unit_label: str
    object_kind: str
    unit_type: str
    storey: str
    status: str
    degree: str
    previous_use: str
    area_m2: float
    surveyed_on: date
    vacant_year: int
    vacant_month: int
    condition: int
    marketed: str

    @property
    def is_headline(self) -> bool:
        """Whether the headline counts it (DOMAIN.md, Indicators)."""
        return self.status == "LEER" and self.object_kind in HEADLINE_KINDS


@dataclass(frozen=True)
class Site:
    """One production site, in codes."""

    section: Section
    number: str
    name: str
    status: str
    production_type: str
    place_type: str
    floor_area_m2: float
    surveyed_on: date
    has_sales: str


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """One of `items`; only `random()` is promised to stay the same over Python versions."""
    return items[int(rng.random() * len(items))]


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of a data file of this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def sections() -> dict[str, Section]:
    """section_id → Section, from streets.csv."""
    with (AREAS / "bochum" / "streets.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["section_id"]: Section(
                row["section_id"], row["street"], row["district_code"], row["postcode"],
                int(row["number_from"]),
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


@cache
def spellings(workbook: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """(field, code) → how the team of `workbook` writes it."""
    return {
        (row["field"], row["code"]): tuple(row["spellings"].split("|"))
        for row in read_csv("spellings.csv")
        if row["workbook"] == workbook
    }


def vacancies(districts: tuple[str, ...], begin: date) -> list[Vacancy]:
    """The objects of form A in `districts`, section after section, walked from `begin` on."""
    return list(_vacancies(districts, begin))


def _vacancies(districts: tuple[str, ...], begin: date) -> Iterator[Vacancy]:
    rng = Random(f"vacancies {' '.join(districts)}")  # noqa: S311  invented data, no secret
    day, walked, number = begin, "", 0
    for row in read_csv("vacancies.csv"):
        section = sections()[row["section_id"]]
        if section.district_code not in districts:
            continue
        if section.section_id != walked:
            walked, number, day = section.section_id, section.first_number, day + timedelta(days=1)
        for _ in range(int(row["count"])):
            yield _vacancy(rng, section, number, row, day)
            number += 2


def _vacancy(rng: Random, section: Section, number: int, row: dict[str, str], day: date) -> Vacancy:
    kind, unit_type = row["object_kind"], row["unit_type"]
    low, high = AREAS_M2[unit_type or kind]
    is_unit, is_shop = kind == "EINHEIT", unit_type == "LADENLOKAL"
    return Vacancy(
        section=section,
        number=f"{number}{pick(rng, ('', '', '', '', ' a'))}",
        unit_label=pick(rng, ("", "", "", "links", "rechts", "Mitte")) if is_shop else "",
        object_kind=kind,
        unit_type=unit_type,
        storey="" if not is_unit else "EG" if is_shop else pick(rng, ("EG", "OG1")),
        status=row["vacancy_status"],
        degree=row["vacancy_degree"],
        previous_use=pick(rng, USES[unit_type]) if is_unit else "",
        area_m2=between(rng, low * 10, high * 10) / 10,
        surveyed_on=day,
        vacant_year=between(rng, 2011, 2018),
        vacant_month=between(rng, 1, 12),
        condition=pick(rng, (1, 2, 2, 3, 4, 9)),
        marketed=pick(rng, ("JA", "NEIN", "NEIN")),
    )


def sites(districts: tuple[str, ...], begin: date) -> list[Site]:
    """The objects of form B in `districts`, on the even house numbers."""
    rng = Random(f"sites {' '.join(districts)}")  # noqa: S311  invented data, no secret
    found: list[Site] = []
    numbers: dict[str, int] = {}
    for row in read_csv("sites.csv"):
        section = sections()[row["section_id"]]
        if section.district_code not in districts:
            continue
        for _ in range(int(row["count"])):
            first = section.first_number + section.first_number % 2
            number = numbers[section.section_id] = numbers.get(section.section_id, first - 2) + 2
            found.append(
                Site(
                    section=section,
                    number=str(number),
                    name=f"Beispielbetrieb {section.district_code}-{len(found) + 1:02d}",
                    status=row["site_status"],
                    production_type=row["production_type"],
                    place_type=row["place_type"],
                    floor_area_m2=between(rng, 300, 6000) / 10,
                    surveyed_on=begin + timedelta(days=between(rng, 0, 10)),
                    has_sales=pick(rng, ("JA", "NEIN")),
                )
            )
    return found
