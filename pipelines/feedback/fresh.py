"""A plain xlsx of the cells of a file that is none (xls, ods, csv), to be marked then.

In: a `Workbook` as read.
Out: an xlsx with the same sheets and cells: text as text, numbers, dates and flags as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from pipelines.feedback.package import quoted
from pipelines.feedback.zips import write_zip
from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER, ROW, Sheet, Workbook, companion

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BATCH = 20_000
_LONGEST_NAME, _FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_DAY, _MOMENT = 1, 2
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="dd.mm.yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd.mm.yyyy hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1"/>'
        for number in (0, 164, 165)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def write_fresh(workbook: Workbook, target: Path) -> dict[str, str]:
    """Write the cells of a workbook as a plain xlsx; gives each sheet's name in it."""
    sheets = workbook.sheets
    named = _sheet_names(sheet.name for sheet in sheets)
    numbers = range(1, len(sheets) + 1)
    names = "".join(
        f'<sheet name="{quoted(named[sheet.name])}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    relations = "".join(_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    relations += _relation(len(sheets) + 1, "styles", "styles.xml")
    types = "".join(_override(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
    contents: dict[str, Iterable[bytes]] = {
        "[Content_Types].xml": [_types(types)],
        "_rels/.rels": [_relations(_relation(1, "officeDocument", "xl/workbook.xml"))],
        "xl/workbook.xml": [
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets>'
            f"</workbook>".encode()
        ],
        "xl/_rels/workbook.xml.rels": [_relations(relations)],
        "xl/styles.xml": [_STYLES.encode()],
    }
    for n, sheet in zip(numbers, sheets, strict=True):
        contents[f"xl/worksheets/sheet{n}.xml"] = _sheet(sheet)
    write_zip(target, contents)
    return named


def _sheet_names(names: Iterable[str]) -> dict[str, str]:
    """Name of a sheet → the name that Excel allows it: other programs allow more."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        clean = _FORBIDDEN.sub("_", name).strip("'")[:_LONGEST_NAME] or "_"
        free, number = clean, 1
        while free.casefold() in taken:
            number += 1
            free = f"{clean[: _LONGEST_NAME - 1 - len(str(number))]} {number}"
        taken.add(free.casefold())
        given[name] = free
    return given


def _sheet(sheet: Sheet) -> Iterator[bytes]:
    """The sheet's XML, a batch of rows at a time."""
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    cells = [_cell(sheet, letter) for letter in sheet.letters]
    row = pl.concat_str(
        pl.lit('<row r="'), pl.col(ROW).cast(pl.String), pl.lit('">'), *cells, pl.lit("</row>")
    ).alias("xml")
    for start in range(0, sheet.frame.height, _BATCH):
        rows = sheet.frame.slice(start, _BATCH).select(row)["xml"]
        yield "".join(rows.to_list()).encode()
    yield b"</sheetData></worksheet>"


def _cell(sheet: Sheet, letter: str) -> pl.Expr:
    """The XML of a column's cells; empty text where there is no cell."""
    row = pl.col(ROW).cast(pl.String)
    text = _escaped(pl.col(letter))
    if sheet.has(letter, FAULT):
        text = pl.coalesce(text, _escaped(pl.col(companion(letter, FAULT))))
    opening = f'<c r="{letter}'
    parts = [
        pl.concat_str(
            pl.lit(opening), row, pl.lit('" t="inlineStr"><is><t xml:space="preserve">'),
            text, pl.lit("</t></is></c>"),
        )
    ]  # fmt: skip
    if sheet.has(letter, NUMBER):
        number = pl.col(companion(letter, NUMBER)).cast(pl.String)
        parts.append(_value(opening, row, "", number))
    if sheet.has(letter, MOMENT):
        moment = pl.col(companion(letter, MOMENT))
        days = (moment - pl.datetime(1899, 12, 30)).dt.total_microseconds() / 86_400_000_000
        style = pl.when(moment.dt.time() == pl.time(0, 0)).then(_DAY).otherwise(_MOMENT)
        parts.append(
            pl.concat_str(
                pl.lit(opening), row, pl.lit('" s="'), style.cast(pl.String), pl.lit('"><v>'),
                days.cast(pl.String), pl.lit("</v></c>"),
            )
        )  # fmt: skip
    if sheet.has(letter, FLAG):
        flag = pl.col(companion(letter, FLAG)).cast(pl.Int8).cast(pl.String)
        parts.append(_value(opening, row, ' t="b"', flag))
    return pl.coalesce(*parts, pl.lit(""))


def _value(opening: str, row: pl.Expr, kind: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(opening), row, pl.lit(f'"{kind}><v>'), value, pl.lit("</v></c>"))


def _escaped(text: pl.Expr) -> pl.Expr:
    """Text for XML; characters that XML cannot hold are left out."""
    return (
        text.str.replace_all(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]", "")
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


def _types(overrides: str) -> bytes:
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{_override('xl/styles.xml', 'styles')}{overrides}</Types>"
    ).encode()


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>'


def _relations(entries: str) -> bytes:
    head = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    return f"{head}{entries}</Relationships>".encode()


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
