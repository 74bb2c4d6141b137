"""Wattenscheid 2019: one team, one sheet per form, much of it typed as text.

In: the invented objects of district 25.
Out: the workbook of the first wave with cover, Leerstände, Produktionsstandorte and Begehung.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook

from raw.examples import NOTICE
from raw.examples.book import Field, Layout, Value, write_cover, write_lists, write_table
from raw.examples.survey import PLOTS, Section, Site, Vacancy, sections, spellings

BEGIN = date(2019, 5, 6)
FOOTNOTES = (
    "* Fläche laut Aushang",
    "k.A. = keine Angabe; Baulücken und Zwischennutzungen bitte nicht mitzählen!",
    f"{NOTICE}. Alle Zeilen sind erfunden, die Hausnummern gibt es nicht.",
)


@dataclass(frozen=True)
class Written:
    """An object with its place in the sheet and the spellings of the team."""

    item: Vacancy | Site
    n: int
    workbook: str

    def say(self, field: str, code: str) -> str:
        """How the team writes `code` this time; nothing for nothing."""
        ways = spellings(self.workbook).get((field, code)) or spellings("wattenscheid").get(
            (field, code), (code,)
        )
        return ways[self.n % len(ways)]


def written(items: Sequence[Vacancy | Site], workbook: str) -> list[Written]:
    """The rows of a sheet, numbered from 1."""
    return [Written(item, n, workbook) for n, item in enumerate(items, start=1)]


def german(number: float) -> str:
    """A decimal as Germans type it: 1.234,5."""
    return f"{number:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def day_text(day: date) -> str:
    """A date as text: 06.05.2019."""
    return day.strftime("%d.%m.%Y")


def area(row: Written) -> Value:
    """Some areas are numbers, some text with a decimal comma, some have a unit or a guess."""
    square_metres = row.item.area_m2 if isinstance(row.item, Vacancy) else row.item.floor_area_m2
    ways = (
        square_metres,
        german(square_metres),
        f"ca. {round(square_metres)}",
        f"{round(square_metres)}m²",
        german(square_metres),
        round(square_metres),
    )
    return "k.A." if row.n % 17 == 0 else ways[row.n % len(ways)]


def since(row: Written) -> Value:
    """Since when it is vacant, as exactly as the neighbours knew."""
    item = row.item
    assert isinstance(item, Vacancy)  # noqa: S101  only form A has the column
    ways = (
        str(item.vacant_year), f"{item.vacant_month:02d}.{item.vacant_year}",
        f"15.{item.vacant_month:02d}.{item.vacant_year}", f"vor {item.vacant_year}", "k.A.", None,
    )  # fmt: skip
    return ways[row.n % len(ways)] if item.object_kind == "EINHEIT" else None


def vacancy_fields(lists: dict[str, str]) -> list[Field]:
    """The columns of the sheet Leerstände in the team's order."""
    return [
        Field("", "lfd. Nr.", lambda r: r.n, width=6),
        Field("", "Datum", lambda r: day_text(r.item.surveyed_on)),
        Field("", "Kürzel", lambda r: "AB" if r.n % 2 else "CD", width=7),
        Field("Lage", "Stat. Bezirk", lambda r: r.say("district", "25"), width=20),
        Field("Lage", "Straße", lambda r: r.item.section.street, width=24),
        Field("Lage", "Hausnr.", lambda r: r.item.number, width=8),
        Field("Lage", "Lage im Haus", lambda r: r.item.unit_label, width=9),
        Field("Lage", "Abschnitt", lambda r: r.item.section.section_id, width=9),
        Field("Objekt", "Objektart", lambda r: r.say("object_kind", r.item.object_kind),
              lists["object_kind"]),
        Field("Objekt", "Einheitstyp", lambda r: r.say("unit_type", r.item.unit_type),
              lists["unit_type"]),
        Field("Objekt", "Geschoss", lambda r: r.say("storey", r.item.storey), width=9),
        Field("Leerstand", "Status", lambda r: r.say("vacancy_status", r.item.status),
              lists["vacancy_status"], 18),
        Field("Leerstand", "Leerstandsgrad", lambda r: r.say("vacancy_degree", r.item.degree)),
        Field("Leerstand", "Leerstand seit", since),
        Field("Leerstand", "Letzte Nutzung",
              lambda r: r.say("previous_use", r.item.previous_use), lists["previous_use"]),
        Field("Flächen", "Gesamtfläche\n(m²)",
              lambda r: None if r.item.object_kind in PLOTS else area(r)),
        Field("Flächen", "Grundstücks-\nfläche (m²)",
              lambda r: area(r) if r.item.object_kind in PLOTS else None),
        Field("", "Zustand", lambda r: r.item.condition, width=8),
        Field("", "Vermietungshinweis", lambda r: r.say("marketed", r.item.marketed), width=8),
        Field("", "Notizen Begehung", lambda r: "Schild im Fenster" if r.n % 9 == 0 else None),
        Field("", "Bemerkung", lambda r: "Beispielzeile" if r.n % 4 else None, width=20),
    ]  # fmt: skip


def site_fields() -> list[Field]:
    """The columns of the sheet Produktionsstandorte."""
    return [
        Field("", "Nr.", lambda r: r.n, width=6),
        Field("", "Betriebsname", lambda r: r.item.name, width=24),
        Field("", "Status", lambda r: r.say("site_status", r.item.status)),
        Field("", "Art der Produktion",
              lambda r: r.say("production_type", r.item.production_type), width=22),
        Field("", "Ortstyp", lambda r: r.say("place_type", r.item.place_type), width=20),
        Field("", "Strasse", lambda r: r.item.section.street, width=24),
        Field("", "Hausnummer", lambda r: int(r.item.number), width=10),
        Field("", "Statistischer Bezirk", lambda r: r.say("district", "25"), width=20),
        Field("", "Nutzfläche", area),
        Field("", "Verkauf", lambda r: r.say("marketed", r.item.has_sales), width=8),
        Field("", "Erhebungsdatum", lambda r: day_text(r.item.surveyed_on)),
    ]  # fmt: skip


def coverage_fields() -> list[Field]:
    """The columns of the sheet Begehung."""
    return [
        Field("", "Straßenabschnitt", lambda r: r[0].section_id),
        Field("", "Straße", lambda r: r[0].street, width=24),
        Field("", "begangen am", lambda r: r[1], width=12),
        Field("", "Abdeckung", lambda r: r[2], width=12),
    ]


def write_coverage(book: Workbook, walked: list[tuple[Section, date, str]]) -> None:
    """Write the sheet Begehung: what was walked, with vacancies or without."""
    write_table(book.create_sheet("Begehung"), Layout(("Begehung",)), coverage_fields(), walked)


def _drop_downs(book: Workbook) -> dict[str, str]:
    """The hidden sheet of lists, each with every way this team writes its codes."""
    return write_lists(
        book,
        {
            name: sorted(
                {
                    way
                    for (field, _), ways in spellings("wattenscheid").items()
                    if field == name
                    for way in ways
                }
            )
            for name in ("object_kind", "unit_type", "vacancy_status", "previous_use")
        },
    )


def workbook(vacant: list[Vacancy], producing: list[Site]) -> Workbook:
    """The workbook Wattenscheid_2019."""
    book = Workbook()
    write_cover(
        book,
        "Leerstandserhebung Wattenscheid-Mitte",
        [
            ("Erhebungsgebiet", "WAT"),
            ("Welle", "2019-W1"),
            ("Zeitraum", "06.05.2019 bis 14.06.2019"),
            ("Hinweis", NOTICE),
            ("Leer ist", "was am Tag der Erhebung erkennbar nicht genutzt wird"),
        ],
    )
    sheets = [book.create_sheet("Leerstände"), book.create_sheet("Produktionsstandorte")]
    days = {item.section.section_id: item.surveyed_on for item in vacant}
    write_coverage(book, [(sections()[key], day, "VOLL") for key, day in days.items()])
    lists = _drop_downs(book)
    counted = [item for item in vacant if item.is_headline]
    write_table(
        sheets[0],
        Layout(
            ("Leerstände und Brachflächen Wattenscheid (Mitte)", f"Stand: 14.06.2019, {NOTICE}"),
            totals={"lfd. Nr.": "Summe", "Straße": len(counted)},
            footnotes=FOOTNOTES,
        ),
        vacancy_fields(lists),
        written(vacant, "wattenscheid"),
    )
    write_table(
        sheets[1],
        Layout((f"Produktionsstandorte ({NOTICE})",), footnotes=FOOTNOTES[2:]),
        site_fields(),
        written(producing, "wattenscheid"),
    )
    return book
