"""Wattenscheid 2021: the second wave, on part of the sections, with the walk list's numbers.

In: the objects of the first wave with the numbers that the office gave them at first load.
Out: the workbook of the second wave, and what became of each object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from openpyxl import Workbook

from raw.examples import NOTICE
from raw.examples.book import Field, Layout, write_cover, write_table
from raw.examples.survey import Vacancy, sections
from raw.examples.wattenscheid import FOOTNOTES, Written, write_coverage

WALKED = {f"25-S0{n}": "TEIL" if n == 7 else "VOLL" for n in range(1, 8)}
BEGIN = date(2021, 5, 4)
RENAMED = "August-Bebel-Platz"
# What becomes of a vacant object, in hundredths; the rest is vacant still.
FATES = ((8, "ended"), (13, "absent"), (17, "interim"), (20, "refurbished"))
STATUS = {"interim": "ZWISCHENNUTZUNG", "refurbished": "UMBAU", "ended": "BEENDET"}
REASONS = ("WIEDERVERMIETET", "WIEDERVERMIETET", "UMNUTZUNG_WOHNEN", "ABRISS")


@dataclass(frozen=True)
class Met:
    """An object as the second wave met it; `fate` is for the record, not for the sheet."""

    item: Vacancy
    object_id: str
    fate: str
    street: str
    location_note: str = ""
    end_reason: str = ""
    remark: str = ""


def numbered(vacant: list[Vacancy]) -> list[tuple[str, Vacancy]]:
    """The first wave with the office's numbers, given in the order of the rows."""
    return [(f"25-A{n:04d}", item) for n, item in enumerate(vacant, start=1)]


def second_wave(vacant: list[Vacancy]) -> list[Met]:
    """The rows of the second wave; objects that nobody found again are left out."""
    return list(_met(vacant))


def _met(vacant: list[Vacancy]) -> Iterator[Met]:
    rng = Random("second walk")  # noqa: S311  invented data, no secret
    seen: Counter[str] = Counter()
    for object_id, item in numbered(vacant):
        section = item.section.section_id
        if section not in WALKED or not item.is_headline:
            continue
        hundredth, reason = int(rng.random() * 100), REASONS[int(rng.random() * 4)]
        seen[section] += 1
        if seen[section] == 1 and section in SPECIAL:
            yield from SPECIAL[section](object_id, item)
            continue
        fate = next((name for limit, name in FATES if hundredth < limit), "persistent")
        if fate == "absent" or (section == "25-S07" and seen[section] > 4):
            continue
        again = replace(item, status=STATUS.get(fate, "LEER"), surveyed_on=_day(section))
        yield Met(
            again, object_id, fate, _street(item),
            end_reason=reason if fate == "ended" else "",
        )  # fmt: skip
    for n, section in enumerate(("25-S01", "25-S02", "25-S04", "25-S05", "25-S05")):
        yield _new(section, n)


def _day(section: str) -> date:
    return BEGIN.replace(day=BEGIN.day + list(WALKED).index(section))


def _street(item: Vacancy) -> str:
    return RENAMED if item.section.section_id == "25-S06" else item.section.street


def _new(section: str, n: int) -> Met:
    place = sections()[section]
    item = Vacancy(
        section=place, number=f"{place.first_number + 30 + n} b", unit_label="",
        object_kind="EINHEIT", unit_type="LADENLOKAL", storey="EG", status="LEER",
        degree="VOLLSTAENDIG", previous_use="EINZELHANDEL", area_m2=72.5 + n,
        surveyed_on=_day(section), vacant_year=2020, vacant_month=3 + n, condition=2,
        marketed="JA",
    )  # fmt: skip
    return Met(item, "", "new", place.street)


def _split(object_id: str, item: Vacancy) -> Iterator[Met]:
    half = replace(item, area_m2=round(item.area_m2 / 2, 1), surveyed_on=_day("25-S03"))
    remark = f"geteilt, vorher ein Laden ({object_id})"
    for label in ("links", "rechts"):
        yield Met(replace(half, unit_label=label), "", "split", item.section.street, remark=remark)


def _lost_house_number(object_id: str, item: Vacancy) -> Iterator[Met]:
    again = replace(item, number="", surveyed_on=_day("25-S04"))
    yield Met(again, object_id, "persistent", item.section.street, "neben der Einfahrt")


def _lost_object_id(_: str, item: Vacancy) -> Iterator[Met]:
    yield Met(
        replace(item, surveyed_on=_day("25-S05")), "", "persistent", item.section.street,
        remark="Nummer auf der Laufliste unleserlich",
    )  # fmt: skip


SPECIAL = {"25-S03": _split, "25-S04": _lost_house_number, "25-S05": _lost_object_id}


def fields() -> list[Field]:
    """The columns, much like the template's."""
    return [
        Field("", "Objekt-ID", lambda r: r.object_id),
        Field("", "Straße", lambda r: r.street, width=24),
        Field("", "Hausnummer", lambda r: r.item.number, width=10),
        Field("", "Lagehinweis", lambda r: r.location_note, width=18),
        Field("", "Lage im Haus", lambda r: r.item.unit_label, width=10),
        Field("", "Straßenabschnitt", lambda r: r.item.section.section_id, width=10),
        Field("", "Statistischer Bezirk", lambda _: "Wattenscheid-Mitte", width=20),
        Field("", "Objektart", lambda r: _say(r, "object_kind", r.item.object_kind)),
        Field("", "Einheitstyp", lambda r: _say(r, "unit_type", r.item.unit_type)),
        Field("", "Geschoss", lambda r: r.item.storey, width=9),
        Field("", "Status", lambda r: r.item.status, width=18),
        Field("", "Leerstandsgrad", lambda r: r.item.degree),
        Field("", "Grund des Wegfalls", lambda r: r.end_reason),
        Field("", "Gesamtfläche", lambda r: None if r.item.object_kind == "BRACHFLAECHE"
              else r.item.area_m2),
        Field("", "Grundstücksfläche", lambda r: r.item.area_m2
              if r.item.object_kind == "BRACHFLAECHE" else None),
        Field("", "Erhebungsdatum", lambda r: r.item.surveyed_on),
        Field("", "Bemerkung", lambda r: r.remark, width=30),
    ]  # fmt: skip


def _say(met: Met, field: str, code: str) -> str:
    return Written(met.item, 0, "wattenscheid").say(field, code)


def workbook(met: list[Met]) -> Workbook:
    """The workbook Wattenscheid_2021."""
    book = Workbook()
    write_cover(
        book,
        "Wiederholungserhebung Wattenscheid-Mitte",
        [
            ("Erhebungsgebiet", "WAT"),
            ("Welle", "2021-W1"),
            ("Hinweis", f"Nur die Abschnitte 25-S01 bis 25-S07. {NOTICE}."),
        ],
    )
    sheet = book.create_sheet("Leerstände")
    write_coverage(
        book,
        [(sections()[key], _day(key), coverage) for key, coverage in WALKED.items()]
        + [(sections()["25-S08"], BEGIN, "NICHT")],
    )
    write_table(
        sheet,
        Layout(("Leerstände, zweite Welle",), footnotes=FOOTNOTES[2:]),
        fields(),
        met,
    )
    return book
