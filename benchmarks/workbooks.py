"""The workbooks that are measured: form A with 25 columns, as Excel stores it.

In: a number of rows and the share of faulty ones.
Out: an xlsx file with shared strings, written as text, since the usual writers need minutes and
gigabytes for a million rows. The same arguments give the same file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

SHEET = "Leerstände"
HEADINGS = (
    "Objekt-ID", "Welle", "Erhebungsdatum", "Kürzel Erheber/in", "Erhebungsgebiet",
    "Statistischer Bezirk", "Straße", "Hausnummer", "Lage im Haus", "PLZ", "Objektart",
    "Einheitstyp", "Geschoss", "Leerstandsgrad", "Status", "Letzte Nutzung", "Leerstand seit",
    "Verkaufsfläche", "Gesamtfläche", "Zustand", "Lagequalität", "Vermietungshinweis",
    "Eigentümertyp", "Schaufensterfront", "Bemerkung",
)  # fmt: skip
STREETS = tuple(f"{name}straße" for name in (
    "Hoch", "Ost", "Voede", "Freiheit", "Saarland", "Bahnhof", "Marien", "Brink", "Swidbert",
    "Park", "Steinhaus", "Graf-Adolf-", "Nikolai", "Kirch", "Schul", "Garten", "Linden", "Berg",
))  # fmt: skip
LABELS = ("links", "rechts", "Mitte", "Laden 2", "")
UNITS = ("LADENLOKAL", "LADENLOKAL", "BUERO_PRAXIS", "WERKSTATT", "LAGER", "WOHNUNG")
STATUS = ("LEER", "LEER", "LEER", "ZWISCHENNUTZUNG", "UMBAU", "UNKLAR")
USES = ("EINZELHANDEL", "GASTRONOMIE", "DIENSTLEISTUNG", "HANDWERK", "BUERO", "UNBEKANNT")
REMARKS = ("", "", "", "Schild im Fenster", "Rollladen unten", "zweite Begehung nötig")
EPOCH = date(1899, 12, 30)
SURVEY, VACANT = (date(2019, 5, 6) - EPOCH).days, (date(2012, 1, 1) - EPOCH).days
# Column index → what a faulty row has there.
FAULTS = {5: "Wattenschied", 10: "Bude", 12: "hinten", 16: "irgendwann", 18: "groß", 19: "schlecht"}

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
    "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


class Texts:
    """The shared strings of a workbook, numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def cell(self, text: str) -> str:
        """A cell that holds `text`, without its opening."""
        return f' t="s"><v>{self.numbers.setdefault(text, len(self.numbers))}</v></c>'

    def part(self) -> str:
        """The part xl/sharedStrings.xml."""
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in self.numbers)
        return f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(self.numbers)}">{items}</sst>'


def write_workbook(path: Path, rows: int, faulty: float = 0.0, first: int = 1) -> None:
    """Write a workbook of `rows` objects numbered from `first`, a share of them `faulty`."""
    texts = Texts()
    write_package(path, texts, _lines(texts, rows, faulty, first), f"A1:Y{rows + 1}")


def write_package(
    path: Path, texts: Texts, lines: Iterable[str], cells: str, stamp: str = ""
) -> None:
    """Write a workbook of one sheet, whose lines put their texts into `texts`.

    The sheet begins with the range of its `cells`, as Excel and LibreOffice write it.
    A `stamp` makes it one that was filled into our own template.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package:
        for name, part in (PARTS | stamped(stamp) if stamp else PARTS).items():
            package.writestr(name, part)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            extent = f'<dimension ref="{cells}"/>'
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}">{extent}<sheetData>'.encode())
            for one in lines:
                sheet.write(one.encode())
            sheet.write(b"</sheetData></worksheet>")
        package.writestr("xl/sharedStrings.xml", texts.part())


def stamped(stamp: str) -> dict[str, str]:
    """The parts of a workbook that carries a stamp as document property."""
    types, relations = PARTS["[Content_Types].xml"], PARTS["_rels/.rels"]
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    properties = OFFICE.replace("relationships", "custom-properties")
    variants = OFFICE.replace("relationships", "docPropsVTypes")
    return {
        "[Content_Types].xml": types.replace(
            "</Types>", f'<Override PartName="/docProps/custom.xml" ContentType="{kind}"/></Types>'
        ),
        "_rels/.rels": relations.replace(
            "</Relationships>",
            f'<Relationship Id="rId2" Type="{OFFICE}/custom-properties"'
            ' Target="docProps/custom.xml"/></Relationships>',
        ),
        "docProps/custom.xml": f'{HEAD}<Properties xmlns="{properties}" xmlns:vt="{variants}">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="leerstand">'
        f"<vt:lpwstr>{escape(stamp)}</vt:lpwstr></property></Properties>",
    }


def _lines(texts: Texts, rows: int, faulty: float, first: int) -> Iterator[str]:
    letters = [chr(65 + column) for column in range(len(HEADINGS))]
    rng = Random(first)  # noqa: S311  invented data, no secret
    yield line(letters, 1, [texts.cell(heading) for heading in HEADINGS])
    for number in range(rows):
        cells = _cells(texts, rng, first + number)
        if faulty and rng.random() < faulty:
            column, text = list(FAULTS.items())[int(rng.random() * len(FAULTS))]
            cells[column] = texts.cell(text)
        yield line(letters, number + 2, cells)


def line(letters: Sequence[str], row: int, cells: Sequence[str]) -> str:
    """A row of a sheet; a cell that is empty text is left out."""
    filled = "".join(
        f'<c r="{letter}{row}"{cell}' for letter, cell in zip(letters, cells, strict=True) if cell
    )
    return f'<row r="{row}">{filled}</row>'


def _cells(texts: Texts, rng: Random, number: int) -> list[str]:
    one = rng.random()
    few, some, many = int(one * 7), int(one * 97), int(one * 9973)

    def text(value: str) -> str:
        return texts.cell(value) if value else ""

    return [
        text(f"25-A{number:07d}"), text("2019-W1"), f' s="1"><v>{SURVEY + few}</v></c>',
        text(("AB", "CD", "EF")[some % 3]), text("WAT"), text("Wattenscheid-Mitte"),
        text(STREETS[some % 18]), text(f"{901 + many % 400}{('', '', ' a')[some % 3]}"),
        text(LABELS[some % 5]), text("44866"), text("EINHEIT"), text(UNITS[some % 6]),
        text(("EG", "EG", "OG1")[few % 3]), text(("VOLLSTAENDIG", "", "TEILWEISE")[few % 3]),
        text(STATUS[many % 6]), text(USES[many % 6]),
        f' s="1"><v>{VACANT + many % 2000}</v></c>' if few % 2 else "",
        f"><v>{40 + many % 300}.5</v></c>", f"><v>{60 + many % 300}.25</v></c>",
        f"><v>{1 + few % 4}</v></c>", text(("1A", "1B", "2A", "NEBEN")[few % 4]),
        text(("JA", "NEIN")[few % 2]), text(("PRIVATPERSON", "UNTERNEHMEN", "")[few % 3]),
        f"><v>{3 + many % 90 / 10}</v></c>" if few % 3 else "", text(REMARKS[many % 6]) or "/>",
    ]  # fmt: skip
