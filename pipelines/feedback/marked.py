"""The marked workbook: the team's own file with the mistakes marked.

In: the uploaded file, its check, and (for files that are no xlsx) its cells as read.
Out: a copy in which the cells in question are hatched and commented, with a sheet
"Prüfbericht"; every part that carries no mark stays byte for byte. A file of another format
comes back as xlsx with its cells as text and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from pipelines.feedback.comments import (
    EMPTY_COMMENTS,
    EMPTY_DRAWING,
    FIRST_LINE,
    add_comments,
    add_shapes,
    without_ours,
)
from pipelines.feedback.fresh import write_fresh
from pipelines.feedback.list_sheet import list_sheet
from pipelines.feedback.marks import Mark, marks_of
from pipelines.feedback.package import (
    Package,
    elements_of,
    end_of,
    insert_before,
    open_package,
    prefix_of,
    quoted,
    sheet_reference,
    with_prefix,
)
from pipelines.feedback.sheet_edit import drawing_id, edit_sheet
from pipelines.feedback.styles import EMPTY_STYLES, add_formats
from pipelines.feedback.texts import texts
from pipelines.feedback.zips import StreamEdit, rewrite_zip
from pipelines.intake.cells import Workbook
from pipelines.intake.progress import HEADING_ROW, REPORT_ROLE
from pipelines.intake.result import CheckedWorkbook
from pipelines.intake.stamp import PREFIX
from schemas.columns import Lang

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_COPY = re.compile(r"(.+)-geprueft(?:-(\d+))?")
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def write_marked(
    source: Path,
    checked: CheckedWorkbook,
    target: Path,
    lang: Lang,
    workbook: Workbook | None = None,
) -> None:
    """Write the marked copy of `source` to `target`.

    `workbook` is needed only where `source` is no xlsx or xlsm package (see `is_package`).

    Raises:
        ValueError: `source` is no such package and no workbook is given.
    """
    if is_package(source):
        _mark_package(source, checked, target, lang)
        return
    if workbook is None:
        raise ValueError(f"{source.name}: its cells are needed")
    plain = target.with_name(f".{target.name}.plain")
    try:
        names = write_fresh(workbook, plain)
        _mark_package(plain, _with_names(checked, names), target, lang)
    finally:
        plain.unlink(missing_ok=True)


def is_package(path: Path) -> bool:
    """Whether a file is an xlsx or xlsm package, whatever its name says."""
    try:
        with ZipFile(path) as package:
            names = set(package.namelist())
            return "[Content_Types].xml" in names and b"spreadsheetml" in package.read(
                "[Content_Types].xml"
            )
    except (BadZipFile, OSError):
        return False


def marked_name(file: str) -> str:
    """The name of the marked copy of an uploaded file; a copy's own copy is numbered."""
    path = Path(file)
    suffix = path.suffix.lower() if path.suffix.lower() in {".xlsx", ".xlsm"} else ".xlsx"
    stem, number = path.stem, 1
    if earlier := _COPY.fullmatch(path.stem):
        stem, number = earlier[1], int(earlier[2] or 1) + 1
    return f"{stem}-geprueft{f'-{number}' if number > 1 else ''}{suffix}"


def _with_names(checked: CheckedWorkbook, names: Mapping[str, str]) -> CheckedWorkbook:
    """The check with its findings at the sheets as they are named in the copy."""
    moved = (
        replace(finding, sheet=names.get(finding.sheet, finding.sheet))
        if finding.sheet
        else finding
        for finding in checked.findings
    )
    return replace(checked, findings=tuple(moved))


def _mark_package(source: Path, checked: CheckedWorkbook, target: Path, lang: Lang) -> None:
    edits: dict[str, StreamEdit] = {}
    with ZipFile(source) as opened:
        package = open_package(opened)
        styles_part = package.related(package.workbook, "styles")
        styles = package.read(styles_part) if styles_part else EMPTY_STYLES
        styles, formats = add_formats(styles)
        _put_styles(package, styles_part, styles)
        marks = marks_of(checked.findings, lang)
        for sheet, part in package.sheets.items():
            here = marks.get(sheet, [])
            drawing = _comment(package, part, here)
            if here or _was_marked(package, part):
                edits[part] = edit_sheet(here, formats.marks, drawing, package.relation_type)
        _put_list(package, list_sheet(checked, formats, lang), lang)
        edits = {part: edit for part, edit in edits.items() if part not in package.contents}
        contents = package.contents
    rewrite_zip(source, target, contents, edits)


def _put_styles(package: Package, part: str | None, styles: bytes) -> None:
    if part is None:
        # The one name that openpyxl looks for, whatever the relation says.
        part = "xl/styles.xml"
        package.relate(package.workbook, "styles", part)
        package.declare(part, f"{_MAIN}.styles+xml")
    package.contents[part] = styles


def _was_marked(package: Package, part: str) -> bool:
    """Whether an earlier check of ours marked the sheet."""
    comments = package.related(part, "comments")
    return comments is not None and FIRST_LINE.encode() in package.zip.read(comments)


def _comment(package: Package, sheet: str, marks: list[Mark]) -> str | None:
    """Put comments on the marks; gives the id of a relation that the sheet must still name."""
    comments = package.related(sheet, "comments")
    if not marks and not _was_marked(package, sheet):
        return None
    if comments is None:
        comments = package.free_name("xl/comments{}.xml")
        package.contents[comments] = EMPTY_COMMENTS
        package.relate(sheet, "comments", comments)
        package.declare(comments, f"{_MAIN}.comments+xml")
    gone = without_ours(package.read(comments))[1]
    package.contents[comments], fresh = add_comments(package.read(comments), marks)
    drawing, relation = _drawing_of_comments(package, sheet), None
    if drawing is None:
        drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
        package.contents[drawing] = EMPTY_DRAWING
        relation = package.relate(sheet, "vmlDrawing", drawing)
        package.declare_extension("vml", _VML)
    package.contents[drawing] = add_shapes(package.read(drawing), fresh, gone)
    return relation


def _drawing_of_comments(package: Package, sheet: str) -> str | None:
    """The drawing that holds the sheet's comments; pictures of its header have one of their own."""
    if package.related(sheet, "vmlDrawing") is None:
        return None
    with package.zip.open(sheet) as part:
        name = drawing_id(iter(lambda: part.read(1 << 20), b""))
    relation = package.relations(sheet).get(name or "")
    return relation.target if relation and package.has(relation.target) else None


def _put_list(package: Package, content: bytes, lang: Lang) -> None:
    """Add the sheet of the list, or put it in the place of an earlier one of ours."""
    name = texts()("report-sheet", lang)
    earlier = _earlier_list(package)
    if earlier is not None:
        package.contents[package.sheets[earlier]] = content
        _repeat_headings(package, earlier)
        return
    part = package.free_name("xl/worksheets/sheet{}.xml")
    package.contents[part] = content
    package.declare(part, f"{_MAIN}.worksheet+xml")
    relation = package.relate(package.workbook, "worksheet", part)
    number, free = 1, name
    while free in package.sheets:
        number += 1
        free = f"{name} {number}"
    book = package.read(package.workbook)
    highest = max([0, *(int(n) for n in re.findall(rb'sheetId="(\d+)"', book))])
    entry = (
        f'<sheet xmlns:rel="{package.relation_type}" name="{quoted(free)}" '
        f'sheetId="{highest + 1}" rel:id="{relation}"/>'
    )
    package.contents[package.workbook] = insert_before(book, "sheets", entry)
    _repeat_headings(package, free)


def _repeat_headings(package: Package, name: str) -> None:
    """Let the list's headings stand on every page that is printed."""
    book = package.read(package.workbook)
    prefix = prefix_of(book, "workbook")
    names = [entry.get("name") for entry in elements_of(book, "sheet")]
    at, what = names.index(name), "_xlnm.Print_Titles"
    known = elements_of(book, "definedName")
    if any((one.get("name"), one.get("localSheetId")) == (what, str(at)) for one in known):
        return
    rows = quoted(f"{sheet_reference(name)}!${HEADING_ROW}:${HEADING_ROW}")
    entry = f'<definedName name="{what}" localSheetId="{at}">{rows}</definedName>'
    if re.search(rf"<{prefix}definedNames[\s/>]".encode(), book):
        package.contents[package.workbook] = insert_before(book, "definedNames", entry)
        return
    place = end_of(book, prefix, ("sheets", "functionGroups", "externalReferences"))
    added = with_prefix(f"<definedNames>{entry}</definedNames>", prefix).encode()
    package.contents[package.workbook] = book[:place] + added + book[place:]


def _earlier_list(package: Package) -> str | None:
    """The name of a sheet that an earlier check of ours added; a team's own of that name is not."""
    titles = texts().labels["report-sheet"]
    ours = re.compile(rf"(?:{re.escape(titles.de)}|{re.escape(titles.en)})(?: \d+)?")
    shared = package.related(package.workbook, "sharedStrings")
    stamp = f"{PREFIX}role={REPORT_ROLE}".encode()
    before, found, _ = package.zip.read(shared).partition(stamp) if shared else (b"", b"", b"")
    # Other programs move the stamp to the shared texts; its cell holds its number there.
    number = len(re.findall(rb"<(?:[\w.-]+:)?si[\s>]", before)) - 1
    cell = re.compile(rb'<(?:[\w.-]+:)?c\s[^>]*t="s"[^>]*><(?:[\w.-]+:)?v>%d</' % number)
    for name, part in package.sheets.items():
        if ours.fullmatch(name):
            content = package.zip.read(part)
            if stamp in content or (found and cell.search(content)):
                return name
    return None
