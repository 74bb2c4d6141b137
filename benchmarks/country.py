"""An invented country of small towns: its registers, its workbooks, and what they must add up to.

In: how many municipalities and waves.
Out: files in a folder, and the count of vacancies per wave and district, kept while the rows are
made, so that no program that reads them has a part in it. The same arguments give the same files.

Every municipality sends two workbooks a wave, one for each survey area of four districts. Every
fifth workbook has mistakes in 2 % of its rows, every twentieth comes again with them mended,
every fiftieth comes again as it was. Half of the municipalities write object ids, half do not.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.workbooks import STREETS, UNITS, USES, Texts, line, write_package
from pipelines.intake.stamp import write_stamp

AREAS, DISTRICTS = ("N", "S"), 4
ROWS = 750
HEADINGS = (
    "Objekt-ID", "Welle", "Erhebungsdatum", "Kürzel Erheber/in",
    "Erhebungsgebiet", "Statistischer Bezirk", "Straße", "Hausnummer", "PLZ", "Objektart",
    "Einheitstyp", "Geschoss", "Leerstandsgrad", "Status", "Letzte Nutzung", "Leerstand seit",
    "Verkaufsfläche", "Gesamtfläche", "Zustand", "Lagequalität", "Vermietungshinweis",
    "Eigentümertyp", "Schaufensterfront", "Bemerkung",
)  # fmt: skip
LETTERS = tuple(chr(65 + column) for column in range(len(HEADINGS)))
STATUS = ("LEER", "LEER", "LEER", "ZWISCHENNUTZUNG", "UMBAU", "UNKLAR")
# What a mistaken row has, in which column, and whether it can still be counted.
FAULTS = ((5, "Nirgendwo", False), (17, "groß", True), (9, "Bude", False))
SURVEY = 43_587
"""Excel's number of 2019-05-02; a wave is a year later than the one before."""

Counts = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """One workbook: a survey area of a municipality in a wave."""

    municipality: int
    wave: int
    area: int

    @property
    def number(self) -> int:
        """Its place among the workbooks of the same wave."""
        return self.municipality * len(AREAS) + self.area

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{key_of(self.municipality)}_{AREAS[self.area]}_{wave_of(self.wave)}.xlsx"

    @property
    def is_faulty(self) -> bool:
        """Whether it has mistakes."""
        return (self.number + self.wave) % 5 == 0

    @property
    def is_corrected(self) -> bool:
        """Whether it comes again without them."""
        return (self.number + self.wave) % 20 == 0

    @property
    def is_repeated(self) -> bool:
        """Whether it comes again as it was."""
        return (self.number + self.wave) % 50 == 1


def key_of(municipality: int) -> str:
    """An eight-digit key that no municipality has."""
    return f"99{municipality:06d}"


def wave_of(wave: int) -> str:
    """The name of a wave."""
    return f"{2019 + wave}-W1"


def sheets(municipalities: int, waves: int) -> Iterator[Sheet]:
    """All workbooks, wave by wave, as they would come."""
    for wave in range(waves):
        for municipality in range(municipalities):
            for area in range(len(AREAS)):
                yield Sheet(municipality, wave, area)


def write_country(folder: Path, municipalities: int, waves: int, rows: int = ROWS) -> None:
    """Write first/ and later/ (corrections and repeats), areas/ and expected.json."""
    for name in ("first", "later", "areas"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_registers(folder / "areas", municipalities)
    counts: Counts = Counter()
    files = 0
    for sheet in sheets(municipalities, waves):
        counted = _write(folder / "first" / sheet.name, sheet, rows, is_mended=False)
        files += 1
        if sheet.is_corrected:
            counted = _write(folder / "later" / sheet.name, sheet, rows, is_mended=True)
        elif sheet.is_repeated:
            _write(folder / "later" / sheet.name, sheet, rows, is_mended=False)
        files += sheet.is_corrected or sheet.is_repeated
        counts += counted
    expected = {
        "files": files,
        "rows": municipalities * waves * len(AREAS) * rows,
        "vacancies": [[*place, count] for place, count in sorted(counts.items())],
    }
    (folder / "expected.json").write_text(json.dumps(expected), encoding="utf-8")


def write_registers(folder: Path, municipalities: int) -> None:
    """Municipalities, districts and survey areas as the office would give them."""
    keys = [key_of(number) for number in range(municipalities)]
    _write_csv(
        folder / "municipality.csv",
        ["municipality_key", "municipality"],
        [[key, f"Musterstadt {number}"] for number, key in enumerate(keys)],
    )
    _write_csv(
        folder / "districts.csv",
        ["municipality_key", "borough_code", "borough", "district_code", "district"],
        [
            [key, area, f"Gebiet {area}", f"{area}{place}", f"Bezirk {area}{place}"]
            for key in keys
            for area in AREAS
            for place in range(DISTRICTS)
        ],
    )
    _write_csv(
        folder / "survey_areas.csv",
        ["municipality_key", "survey_area", "label", "district_codes"],
        [
            [key, area, f"Gebiet {area}", "|".join(f"{area}{p}" for p in range(DISTRICTS))]
            for key in keys
            for area in AREAS
        ],
    )


def _write_csv(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


def _write(path: Path, sheet: Sheet, rows: int, *, is_mended: bool) -> Counts:
    """Write one workbook; returns its vacancies per wave and district."""
    texts, counts = Texts(), Counter[tuple[str, str]]()
    faulty = sheet.is_faulty and not is_mended
    stamp = write_stamp({"template": "1", "municipality": key_of(sheet.municipality)})
    lines, cells = (
        _lines(texts, (sheet, rows), counts, faulty=faulty),
        f"A1:{LETTERS[-1]}{rows + 1}",
    )
    write_package(path, texts, lines, cells, stamp)
    return counts


def _lines(
    texts: Texts, asked: tuple[Sheet, int], counts: Counts, *, faulty: bool
) -> Iterator[str]:
    sheet, rows = asked
    yield line(LETTERS, 1, [texts.cell(heading) for heading in HEADINGS])
    for number in range(rows):
        one = (number * 2_654_435_761 + sheet.wave * 40_503 + sheet.number * 97) % 2**32
        values = _values(sheet, number, one)
        is_counted = values[13] == "LEER"
        if faulty and one % 50 == 0:
            column, text, can_be_counted = FAULTS[one // 50 % len(FAULTS)]
            values[column] = text
            is_counted = is_counted and can_be_counted
        if is_counted:
            district = f"{key_of(sheet.municipality)}-{AREAS[sheet.area]}{number % DISTRICTS}"
            counts[wave_of(sheet.wave), district] += 1
        yield line(LETTERS, number + 2, [_cell(texts, value) for value in values])


def _cell(texts: Texts, value: str | float | None) -> str:
    if isinstance(value, str):
        return texts.cell(value) if value else ""
    if value is None:
        return ""
    # Excel keeps a day as a number; in these sheets only days are whole and above 40,000.
    style = ' s="1"' if isinstance(value, int) and value > 40_000 else ""
    return f"{style}><v>{value}</v></c>"


def _values(sheet: Sheet, number: int, one: int) -> list[str | float | None]:
    area, district = AREAS[sheet.area], number % DISTRICTS
    object_id = f"{area}{district}-A{number:05d}" if sheet.municipality % 2 else ""
    few, many = one // 7 % 97, one // 11 % 9_973
    house = 1 + 100 * sheet.area + number // len(STREETS)
    return [
        object_id, wave_of(sheet.wave), SURVEY + sheet.wave * 365,
        ("AB", "CD", "EF")[few % 3], area, f"Bezirk {area}{district}",
        STREETS[number % len(STREETS)], str(house), "44866", "EINHEIT",
        UNITS[few % 6], ("EG", "EG", "OG1")[number % 3],
        ("VOLLSTAENDIG", "", "TEILWEISE")[few % 3], STATUS[many % 6], USES[few % 6],
        41_000 + many % 2_000 if few % 2 else None, 40.5 + many % 300, 60.25 + many % 300,
        1 + few % 4, ("1A", "1B", "2A", "NEBEN")[few % 4], ("JA", "NEIN")[few % 2],
        ("PRIVATPERSON", "UNTERNEHMEN", "")[few % 3], 3.5 + many % 90 if few % 3 else None,
        ("", "", "Schild im Fenster", "Rollladen unten")[few % 4],
    ]  # fmt: skip
