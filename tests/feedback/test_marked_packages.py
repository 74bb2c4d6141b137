"""Marks in workbooks by other programs: every part well formed, and nothing else touched."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import openpyxl
import pytest
import python_calamine

from pipelines.feedback.comments import FIRST_LINE
from pipelines.feedback.marked import write_marked
from pipelines.intake.findings import Finding
from pipelines.intake.result import CheckedWorkbook, Status
from tests.feedback.packages import MAIN, PACKAGES, SHEET

CELLS = ("A4", "B3", "C9")
ORDER = re.findall(
    r"\w+",
    """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
    protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
    phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup
    headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing
    legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts
    extLst
    """,
)
"""The order of a sheet's elements in ECMA-376, 18.3.1.99."""
BOOK_ORDER = re.findall(
    r"\w+",
    """
    fileVersion fileSharing workbookPr AlternateContent revisionPtr workbookProtection bookViews
    sheets functionGroups externalReferences definedNames calcPr oleSize customWorkbookViews
    pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst
    """,
)
"""The order of a workbook's elements in ECMA-376, 18.2.27, and what newer Excels put there."""


def checked() -> CheckedWorkbook:
    rows = tuple(int(cell[1:]) for cell in CELLS)
    found = Finding("postcode-implausible", sheet=SHEET, rows=rows, cells=CELLS, value="-5")
    return CheckedWorkbook("Erhebung.xlsx", "ab" * 32, Status.PARTIAL, (), (), (found,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each package, its marked copy, the copy of the copy, and LibreOffice's view of the copies."""
    folder = tmp_path_factory.mktemp("packages")
    for name, write in PACKAGES.items():
        write(folder / f"{name}.xlsx")
        write_marked(folder / f"{name}.xlsx", checked(), folder / f"{name}-1.xlsx", "de")
        write_marked(folder / f"{name}-1.xlsx", checked(), folder / f"{name}-2.xlsx", "de")
    run_office(folder, "ods", *(folder / f"{name}-1.xlsx" for name in PACKAGES))
    return folder


def run_office(folder: Path, kind: str, *files: Path) -> None:
    subprocess.run(
        ["soffice", f"-env:UserInstallation={folder.as_uri()}/office", "--headless",
         "--convert-to", kind, "--outdir", folder, *files],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip


def parsed(part: bytes) -> ET.Element:
    return ET.fromstring(part)  # noqa: S314  parts of files made here


def notes(path: Path) -> dict[str, str]:
    """Cell → its comment, from the part itself, since openpyxl reads no strict files."""
    with ZipFile(path) as package:
        parts = [
            name for name in package.namelist() if re.search(r"/comments?\d*/?\w*\.xml$", name)
        ]
        trees = [parsed(package.read(name)) for name in parts]
    return {
        comment.get("ref", ""): "".join(comment.itertext())
        for tree in trees
        for comment in tree.iter()
        if comment.tag.endswith("}comment")
    }


def sheets(path: Path) -> Iterator[list[str]]:
    """The names of the elements of each sheet; every part must be well formed for it."""
    with ZipFile(path) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                tree = parsed(package.read(name))
                if tree.tag.endswith("}worksheet"):
                    spaces = {element.tag.partition("}")[0] for element in tree}
                    assert len(spaces) == 1, f"{name}: every element in the sheet's namespace"
                    yield [element.tag.partition("}")[2] for element in tree]


@pytest.mark.parametrize("name", PACKAGES)
def test_parts_stay_well_formed_and_in_order(folder: Path, name: str) -> None:
    for elements in sheets(folder / f"{name}-1.xlsx"):
        assert elements == sorted(elements, key=ORDER.index)
        assert elements.count("legacyDrawing") <= 1


@pytest.mark.parametrize("name", PACKAGES)
def test_only_the_lists_headings_are_added_to_the_names(folder: Path, name: str) -> None:
    before, once, twice = (names(folder / f"{name}{copy}.xlsx") for copy in ("", "-1", "-2"))
    (added,) = set(once) - set(before)
    assert once == [*before, added]
    assert twice == once
    assert added[0] == "_xlnm.Print_Titles"
    assert added[2].endswith("'!$6:$6")


def names(path: Path) -> list[tuple[str, str, str]]:
    """The defined names of a workbook: name, number of the sheet, what it stands for."""
    with ZipFile(path) as package:
        book = parsed(package.read("xl/workbook.xml"))
    order = [element.tag.partition("}")[2] for element in book]
    assert order == sorted(order, key=BOOK_ORDER.index)
    return [
        (one.get("name", ""), one.get("localSheetId", ""), one.text or "")
        for one in book.iter()
        if one.tag.endswith("}definedName")
    ]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_mark_has_its_note_and_the_teams_stays(folder: Path, name: str) -> None:
    before, after = notes(folder / f"{name}.xlsx"), notes(folder / f"{name}-1.xlsx")
    assert set(after) == {*before, *CELLS}
    assert all(FIRST_LINE in after[cell] and " -5 " in after[cell] for cell in CELLS)
    assert all(after[cell].startswith(text) for cell, text in before.items())


@pytest.mark.parametrize("name", PACKAGES)
def test_the_second_copy_is_as_the_first(folder: Path, name: str) -> None:
    assert notes(folder / f"{name}-2.xlsx") == notes(folder / f"{name}-1.xlsx")
    assert list(sheets(folder / f"{name}-2.xlsx")) == list(sheets(folder / f"{name}-1.xlsx"))


@pytest.mark.parametrize("name", PACKAGES)
def test_other_parts_are_the_same_bytes(folder: Path, name: str) -> None:
    touched = re.compile(
        r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/styles\.xml|xl/worksheets/sheet1\.xml"
        r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/_rels/sheet1\.xml\.rels|.*[cC]omments?\d*\.xml"
        r"|.*[dD]rawing\d*\.vml"
    )
    with ZipFile(folder / f"{name}.xlsx") as old, ZipFile(folder / f"{name}-1.xlsx") as new:
        kept = [part for part in old.namelist() if not touched.fullmatch(part)]
        assert [part for part in kept if old.read(part) != new.read(part)] == []
        rows = re.compile(rb".*</(?:x:)?sheetData>", re.DOTALL)
        sheet = "xl/worksheets/sheet1.xml"
        assert rows.match(old.read(sheet))[0] == rows.match(new.read(sheet))[0]  # type: ignore[index]  # both have rows


@pytest.mark.parametrize("name", PACKAGES)
def test_readers_see_the_same_cells(folder: Path, name: str) -> None:
    before = python_calamine.CalamineWorkbook.from_path(folder / f"{name}.xlsx")
    after = python_calamine.CalamineWorkbook.from_path(folder / f"{name}-1.xlsx")
    assert after.sheet_names[: len(before.sheet_names)] == before.sheet_names
    for sheet in before.sheet_names:
        old, new = before.get_sheet_by_name(sheet), after.get_sheet_by_name(sheet)
        assert old.to_python() == new.to_python()
    if name != "strict":  # of which openpyxl reads no sheet
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(folder / f"{name}-1.xlsx")
        assert all(book[SHEET][cell].comment for cell in CELLS)


@pytest.mark.parametrize("name", PACKAGES)
def test_libreoffice_shows_every_note(folder: Path, name: str) -> None:
    with ZipFile(folder / f"{name}-1.ods") as package:
        content = package.read("content.xml").decode()
    assert content.count("<office:annotation ") == len(notes(folder / f"{name}-1.xlsx"))
    assert content.count("<table:table ") == len(
        python_calamine.CalamineWorkbook.from_path(folder / f"{name}-1.xlsx").sheet_names
    )


def test_a_drawing_of_the_header_stays_the_headers(folder: Path) -> None:
    with ZipFile(folder / "header_picture-1.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
        assert b"Note" not in package.read("xl/drawings/vmlDrawing1.vml")
        assert package.read("xl/drawings/vmlDrawing2.vml").count(b'ObjectType="Note"') == len(CELLS)
    assert sheet.index(b"<legacyDrawing ") < sheet.index(b"<legacyDrawingHF ")


def test_buttons_and_notes_share_their_drawing(folder: Path) -> None:
    with ZipFile(folder / "xlsxwriter_book-1.xlsx") as package:
        drawings = [package.read(n) for n in package.namelist() if n.endswith(".vml")]
    (shared,) = (drawing for drawing in drawings if b'ObjectType="Button"' in drawing)
    assert shared.count(b'ObjectType="Note"') == len(CELLS)
    assert b'id="_x0000_t202"' in shared


def test_notes_that_libreoffice_saved_are_known_again(folder: Path) -> None:
    """It joins the team's words and ours, and forgets who said what."""
    saved = folder / "saved"
    saved.mkdir()
    run_office(
        folder,
        "xlsx:Calc MS Excel 2007 XML",
        *[shutil.copy(folder / "plain-1.xlsx", saved / "s.xlsx")],
    )
    again = folder / "again.xlsx"
    write_marked(folder / "s.xlsx", checked(), again, "de")
    assert notes(again) == notes(folder / "plain-1.xlsx")
    assert openpyxl.load_workbook(again).sheetnames == [SHEET, "Prüfbericht", "Prüfbericht 2"]
    assert MAIN in ZipFile(again).read("xl/workbook.xml")
