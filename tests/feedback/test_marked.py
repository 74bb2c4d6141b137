"""The marked workbook: marks where they belong, and everything else as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback.marked import is_package, marked_name, write_marked
from pipelines.feedback.sheet_edit import ranges_of
from pipelines.intake.cells import Sheet, Workbook
from pipelines.intake.findings import Finding
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.intake.stamp import read_stamp

ERROR, WARNING, HINT = "vacant-after-survey", "postcode-implausible", "file-links"
SHEET = "O'Neil & Söhne"


def checked(*findings: Finding) -> CheckedWorkbook:
    return CheckedWorkbook("Erhebung.xlsx", "ab" * 32, Status.PARTIAL, (), (), findings)


def finding(code: str, *cells: str, sheet: str = SHEET, proposal: str | None = None) -> Finding:
    rows = tuple(int("".join(filter(str.isdigit, cell))) for cell in cells)
    return Finding(code, sheet=sheet, rows=rows, cells=cells, value="<5>", proposal=proposal)


@pytest.fixture
def team_file(tmp_path: Path) -> Path:
    """Two sheets with a drop-down, a colour scale, a comment and a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for row in range(1, 30):
        sheet.append([f"Text {row}", row, f"=B{row}*2", "a"])
    sheet["B3"].comment = Comment("von uns", "Ute")
    rule = DataValidation(type="list", formula1='"a,b"')
    rule.add("D1:D40")
    sheet.add_data_validation(rule)
    scale = ColorScaleRule("min", None, "FFFFFF", "max", None, "00FF00")
    sheet.conditional_formatting.add("A1:A9", scale)
    book.create_sheet("leer")
    path = tmp_path / "Erhebung.xlsx"
    book.save(path)
    return path


def marks(sheet: Worksheet) -> dict[str, str]:
    """Range → pattern of its mark."""
    return {
        str(area.sqref): rule.dxf.fill.patternType
        for area, rules in sheet.conditional_formatting._cf_rules.items()
        for rule in rules
        if rule.type == "expression"
    }


def comments(sheet: Worksheet) -> dict[str, str]:
    return {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def mark(source: Path, *findings: Finding) -> Path:
    target = source.with_name("geprueft.xlsx")
    if source == target:
        target = source.with_name("nochmal.xlsx")
    write_marked(source, checked(*findings), target, "de")
    return target


def test_cells_are_marked_and_commented(team_file: Path) -> None:
    book = openpyxl.load_workbook(
        mark(team_file, finding(ERROR, "C4", "C5"), finding(WARNING, "D7"), finding(HINT, "A1"))
    )
    assert marks(book[SHEET]) == {"C4:C5": "darkUp", "D7": "lightUp"}, "hints are listed only"
    said = comments(book[SHEET])
    assert set(said) == {"B3", "C4", "C5", "D7"}
    assert "<5>" in said["C4"]
    assert marks(book["leer"]) == {}


def test_comment_of_the_team_stays_and_ours_follows(team_file: Path) -> None:
    said = comments(openpyxl.load_workbook(mark(team_file, finding(ERROR, "B3")))[SHEET])
    assert said["B3"].startswith("von uns\n")
    assert "<5>" in said["B3"]


def test_parts_without_marks_are_the_same_bytes(team_file: Path) -> None:
    changed = {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml",
    }  # fmt: skip
    with ZipFile(team_file) as before, ZipFile(mark(team_file, finding(ERROR, "C4"))) as after:
        assert after.testzip() is None
        kept = set(before.namelist()) - changed
        assert {name for name in kept if before.read(name) == after.read(name)} == kept
        rows = before.read("xl/worksheets/sheet1.xml").partition(b"</sheetData>")[0]
        assert after.read("xl/worksheets/sheet1.xml").startswith(rows), "no cell changed"


def test_drop_downs_and_other_rules_stay(team_file: Path) -> None:
    sheet = openpyxl.load_workbook(mark(team_file, finding(ERROR, "C4")))[SHEET]
    assert str(sheet.data_validations.dataValidation[0].sqref) == "D1:D40"
    kinds = {
        rule.type: rule.priority
        for rules in sheet.conditional_formatting._cf_rules.values()
        for rule in rules
    }
    assert kinds["expression"] < kinds["colorScale"], "the mark is seen first"


def test_list_with_links_and_proposals(team_file: Path) -> None:
    path = mark(team_file, finding(ERROR, "C4", proposal="7"), finding(WARNING, "D7"))
    sheet = openpyxl.load_workbook(path)["Prüfbericht"]
    listed = [[cell.value for cell in row[:5]] + [row[7].value] for row in sheet["A7:H8"]]
    assert listed == [
        ["1", "Fehler", SHEET, "C4", "<5>", "7"],
        ["2", "Warnung", SHEET, "D7", "<5>", None],
    ]
    assert [sheet[cell].hyperlink.location for cell in ("D7", "D8")] == [
        "'O''Neil & Söhne'!C4", "'O''Neil & Söhne'!D7",
    ]  # fmt: skip
    assert sheet["A3"].value == "1 Fehler, 1 Warnung, 0 Hinweise"
    assert read_stamp(sheet["I1"].value) == {"role": "report", "corrects": "ab" * 32}
    assert sheet.column_dimensions["I"].hidden
    assert sheet.print_title_rows == "$6:$6", "its headings stand on every page"


def test_second_round_replaces_the_first(team_file: Path) -> None:
    once = mark(team_file, finding(ERROR, "B3", "C4"), finding(WARNING, "A2", sheet="leer"))
    book = openpyxl.load_workbook(mark(once, finding(WARNING, "D7")))
    assert book.sheetnames == [SHEET, "leer", "Prüfbericht"]
    assert book["Prüfbericht"].print_title_rows == "$6:$6"
    assert marks(book[SHEET]) == {"D7": "lightUp"}
    assert comments(book[SHEET]).keys() == {"B3", "D7"}
    assert comments(book[SHEET])["B3"] == "von uns"
    assert marks(book["leer"]) == {}
    assert comments(book["leer"]) == {}


def test_a_sheet_of_that_name_is_not_taken(team_file: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(team_file)
    book.create_sheet("Prüfbericht")["A1"] = "unser eigener"
    own = tmp_path / "eigener.xlsx"
    book.save(own)
    book = openpyxl.load_workbook(mark(own, finding(ERROR, "C4")))
    assert book["Prüfbericht"]["A1"].value == "unser eigener"
    assert "Prüfbericht 2" in book.sheetnames


def test_other_readers_read_it(team_file: Path, tmp_path: Path) -> None:
    path = mark(team_file, finding(ERROR, "B3", "C4"))
    before = python_calamine.CalamineWorkbook.from_path(team_file)
    after = python_calamine.CalamineWorkbook.from_path(path)
    assert after.get_sheet_by_index(0).to_python() == before.get_sheet_by_index(0).to_python()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/office", "--headless",
         "--convert-to", "ods", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = python_calamine.CalamineWorkbook.from_path(path.with_suffix(".ods"))
    assert saved.sheet_names == [SHEET, "leer", "Prüfbericht"]
    with ZipFile(path.with_suffix(".ods")) as package:
        content = package.read("content.xml").decode()
    assert content.count("<office:annotation ") == 2


def test_prefixed_package(team_file: Path, tmp_path: Path) -> None:
    """A writer may name the namespace: every element of ours must then carry its prefix."""
    import re

    path = tmp_path / "praefix.xlsx"
    with ZipFile(team_file) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name in {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}:
                content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content)
                content = content.replace(b' xmlns="', b' xmlns:x="')
            target.writestr(name, content)
    book = openpyxl.load_workbook(mark(path, finding(ERROR, "C4")))
    assert marks(book[SHEET]) == {"C4": "darkUp"}
    assert book.sheetnames[-1] == "Prüfbericht"


def test_csv_comes_back_as_xlsx(tmp_path: Path) -> None:
    source = tmp_path / "Erhebung.csv"
    source.write_text("Straße;Nr;Datum\nHoch & Tief <x>;7;03.05.2021\n", encoding="utf-8")
    frame = pl.DataFrame(
        {
            "row": pl.Series([1, 2], dtype=pl.Int32),
            "A": ["Straße", "Hoch & Tief <x>"],
            "B": ["Nr", None], "B:number": [None, 7.5],
            "C": ["Datum", None],
            "C:moment": pl.Series([None, "2021-05-03T00:00:00"]).str.to_datetime(),
        }
    )  # fmt: skip
    workbook = Workbook(
        source.name, "ab" * 32, "csv", (Sheet("Erhebung", frame, ("A", "B", "C")),), {}
    )
    assert not is_package(source)
    target = tmp_path / marked_name(source.name)
    found = checked(finding(ERROR, "B2", sheet="Erhebung"))
    with pytest.raises(ValueError, match="cells"):
        write_marked(source, found, target, "de")
    write_marked(source, found, target, "de", workbook)
    book = openpyxl.load_workbook(target)
    rows = [[cell.value for cell in row] for row in book["Erhebung"]["A1:C2"]]
    assert rows[0] == ["Straße", "Nr", "Datum"]
    assert rows[1][:2] == ["Hoch & Tief <x>", 7.5]
    assert book["Erhebung"]["C2"].value.isoformat() == "2021-05-03T00:00:00"
    assert marks(book["Erhebung"]) == {"B2": "darkUp"}
    assert list(tmp_path.iterdir()).count(target) == 1, "nothing is left over"


@pytest.mark.parametrize(
    ("cells", "ranges"),
    [
        (["F3", "F4", "F5"], ["F3:F5"]),
        (["F3", "G3", "F9"], ["F3", "F9", "G3"]),
        (["AA10", "B2"], ["AA10", "B2"]),
    ],
)
def test_ranges(cells: list[str], ranges: list[str]) -> None:
    assert ranges_of(cells) == ranges


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Erhebung.xlsx", "Erhebung-geprueft.xlsx"),
        ("Makros.XLSM", "Makros-geprueft.xlsm"),
        ("alt.xls", "alt-geprueft.xlsx"),
        ("punkt.v2.csv", "punkt.v2-geprueft.xlsx"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert marked_name(name) == expected


def test_file_of_another_writer(tmp_path: Path) -> None:
    """xlsxwriter's package: shared strings, tables, and links behind the rows."""
    path = tmp_path / "andere.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    sheet.add_table("A1:B4", {"data": [["a", 1], ["b", 2], ["c", 3]]})
    sheet.write_url("D1", "https://example.org")
    sheet.merge_range("D3:E3", "verbunden")
    book.close()
    read = openpyxl.load_workbook(mark(path, finding(ERROR, "B2")))[SHEET]
    assert marks(read) == {"B2": "darkUp"}
    assert list(read.tables) == ["Table1"]
    assert read["D1"].hyperlink.target == "https://example.org"
