"""The sheet "Prüfbericht" of a marked workbook: the list of findings with links and proposals.

In: a checked workbook.
Out: the sheet's XML, in rows of one cell each, every value as text; its stamp says that it is
no data and which upload it answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.feedback.marks import Line, lines_of
from pipelines.feedback.package import quoted, sheet_reference
from pipelines.feedback.styles import Formats
from pipelines.feedback.texts import texts
from pipelines.intake.cells import letter_of
from pipelines.intake.findings import Count
from pipelines.intake.progress import HEADING_ROW, REPORT_ROLE
from pipelines.intake.result import CheckedWorkbook
from pipelines.intake.stamp import write_stamp
from schemas.columns import Lang

_COLUMNS = (
    ("column-number", 6), ("column-severity", 11), ("column-sheet", 20), ("column-cell", 9),
    ("column-found", 24), ("column-message", 60), ("column-remedy", 50), ("column-proposal", 26),
)  # fmt: skip
_STAMP_COLUMN = len(_COLUMNS) + 1
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
    f'<pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)


def list_sheet(checked: CheckedWorkbook, formats: Formats, lang: Lang) -> bytes:
    """The XML of the sheet."""
    links: list[str] = []
    rows = [*_opening(checked, formats, lang)]
    row = HEADING_ROW
    for line in lines_of(checked.findings, lang):
        row += 1
        rows.append(_row(row, _values(line, lang), formats, is_link=bool(line.cell)))
        if line.cell:
            location = f"{sheet_reference(line.sheet)}!{line.cell}"
            links.append(f'<hyperlink ref="D{row}" location="{quoted(location)}"/>')
    if not checked.findings:
        rows.append(_text_row(row + 1, texts()("report-nothing", lang), formats.plain))
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    last = letter_of(len(_COLUMNS))
    return (
        f"{_HEAD}{_widths()}<sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A{HEADING_ROW}:{last}{max(row, HEADING_ROW + 1)}"/>{linked}'
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C{quoted(texts()('page-footer', lang))}</oddFooter>"
        "</headerFooter></worksheet>"
    ).encode()


def _opening(checked: CheckedWorkbook, formats: Formats, lang: Lang) -> Iterator[str]:
    """Title, verdict, counts, how to use it, and the headings; the stamp in a hidden column."""
    text = texts()
    stamp = write_stamp({"role": REPORT_ROLE, "corrects": checked.sha256})
    title = _cell(1, 1, text("report-title", lang, file=checked.file), formats.title)
    cells = title + _cell(1, _STAMP_COLUMN, stamp, formats.plain)
    yield f'<row r="1" ht="24" customHeight="1">{cells}</row>'
    status = text(f"status-{checked.status}", lang)
    verdict = _cell(2, 1, text("verdict", lang, status=status), formats.verdict)
    yield f'<row r="2" ht="20" customHeight="1">{verdict}</row>'
    yield _text_row(3, counts_text(checked, lang), 0)
    yield _text_row(4, text("report-how", lang), 0)
    headings = (text(key, lang) for key, _ in _COLUMNS)
    cells = "".join(
        _cell(HEADING_ROW, at, heading, formats.heading) for at, heading in enumerate(headings, 1)
    )
    yield f'<row r="{HEADING_ROW}">{cells}</row>'


def counts_text(checked: CheckedWorkbook, lang: Lang) -> str:
    """How many findings there are, counted from the list itself."""
    counts = Counter[str]()
    for finding in checked.findings:
        counts[finding.severity] += finding.count
    return texts()(
        "report-counts", lang, errors=Count(counts["error"]),
        warnings=Count(counts["warning"]), hints=Count(counts["hint"]),
    )  # fmt: skip


def _values(line: Line, lang: Lang) -> tuple[str, ...]:
    text = texts()
    severity = text(f"severity-{line.severity}", lang)
    message = line.message
    if line.is_first and line.left_out:
        message = f"{message} ({text('report-more', lang, count=line.left_out)})"
    return (
        str(line.number), severity, line.sheet, line.cell, line.found,
        message, line.remedy, line.proposal, line.code,
    )  # fmt: skip


def _row(row: int, values: tuple[str, ...], formats: Formats, *, is_link: bool) -> str:
    cells = []
    for at, value in enumerate(values, 1):
        style = formats.link if is_link and at == 4 else formats.plain
        if value or at <= len(_COLUMNS):
            cells.append(_cell(row, at, value, style))
    return f'<row r="{row}" ht="{_height(values)}" customHeight="1">{"".join(cells)}</row>'


def _height(values: tuple[str, ...]) -> int:
    """The height in points that shows all of a row: not every program measures wrapped text."""
    lines = (
        -(-len(line) // max(1, width - 2))
        for value, (_, width) in zip(values, _COLUMNS, strict=False)
        for line in value.split("\n")
    )
    return min(400, 15 * max(1, *lines))


def _text_row(row: int, text: str, style: int) -> str:
    return f'<row r="{row}">{_cell(row, 1, text, style)}</row>'


def _cell(row: int, column: int, text: str, style: int) -> str:
    if not text:
        return f'<c r="{letter_of(column)}{row}" s="{style}"/>'
    return (
        f'<c r="{letter_of(column)}{row}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{quoted(text)}</t></is></c>'
    )


def _widths() -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, (_, width) in enumerate(_COLUMNS, 1)
    )
    at = _STAMP_COLUMN
    stamp = f'<col min="{at}" max="{at}" width="2" hidden="1" customWidth="1"/>'
    return f"<cols>{columns}{stamp}</cols>"
