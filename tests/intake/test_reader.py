"""Reading: what any file gives, and that no file takes the reader or the other files down."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from pipelines.intake import reader as reader_module
from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER, companion
from pipelines.intake.options import Limits
from pipelines.intake.reader import Reader, UnreadableFile, prepare
from tests.intake.books import HEADINGS, ROWS, plain_rows, sheet_xml, write_book, write_package

FORMATS = Path(__file__).parent / "formats"
SMALL = Limits(memory_mb=1024, seconds=15, unpacked_mb=64)


def texts(frame: pl.DataFrame, letter: str) -> list[str | None]:
    return frame[letter].to_list()


def refusal(reader: Reader, path: Path, limits: Limits = SMALL) -> str:
    with pytest.raises(UnreadableFile) as caught:
        reader.read(path, limits)
    return caught.value.findings[0].code


def test_a_cell_is_what_it_was(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx", {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Blatt")
    sheet.write_string("B3", "1.200")
    sheet.write_number("C3", 1.2)
    sheet.write_datetime("D3", dt.date(2019, 5, 3))
    sheet.write_boolean("E3", True)
    sheet.write_formula("F3", "=1/0", None, "#DIV/0!")
    sheet.write_formula("G3", "=A1", None, 7)
    sheet.write_formula("H3", '=""', None, "")
    sheet.write_string("B7", "  ")
    book.close()
    found = reader.read(tmp_path / "b.xlsx").sheets[0]
    assert found.frame["row"].to_list() == [3, 7]
    assert texts(found.frame, "B") == ["1.200", "  "]
    first = found.frame.row(0, named=True)
    assert first[companion("C", NUMBER)] == 1.2
    assert first[companion("D", MOMENT)] == dt.datetime(2019, 5, 3)  # noqa: DTZ001
    assert first[companion("E", FLAG)] is True
    assert first[companion("F", FAULT)] == "#DIV/0!"
    assert first[companion("G", NUMBER)] == 7
    assert first[companion("H", FAULT)] == "uncalculated"


def test_columns_of_several_types_stay_apart(reader: Reader, tmp_path: Path) -> None:
    day = dt.date(2019, 5, 3)
    cells = ["k.A.", 80, day, None, 80.5, True]
    path = write_book(tmp_path / "b.xlsx", {"Blatt": [["x", cell] for cell in cells]})
    frame = reader.read(path).sheets[0].frame
    assert texts(frame, "B") == ["k.A.", None, None, None, None, None]
    assert frame[companion("B", NUMBER)].to_list() == [None, 80, None, None, 80.5, None]
    assert [m and m.date() for m in frame[companion("B", MOMENT)]] == [None, None, day, *[None] * 3]
    assert frame[companion("B", FLAG)].to_list() == [*[None] * 5, True]


def test_what_is_hidden_or_merged_is_read_and_told(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("Sichtbar")
    book.add_worksheet("Versteckt").hide()
    for row in range(5):
        sheet.write(row, 0, f"Zeile {row}")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column("C:D", None, None, {"hidden": True})
    sheet.merge_range("B2:B4", "Hochstraße")
    book.close()
    visible, hidden = reader.read(tmp_path / "b.xlsx").sheets
    assert visible.hidden_rows == {3}
    assert visible.hidden_columns == {"C", "D"}
    merge = visible.merges[0]
    assert (merge.first_row, merge.last_row, merge.first_column, merge.last_column) == (2, 4, 2, 2)
    assert (visible.is_hidden, hidden.is_hidden) == (False, True)


def test_struck_rows_are_read_and_told(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("Blatt")
    struck = book.add_format({"font_strikeout": True})
    for row in range(4):
        sheet.write(row, 0, f"Zeile {row}", struck if row == 2 else None)
    book.close()
    workbook = reader.read(tmp_path / "b.xlsx")
    assert [(finding.code, finding.rows) for finding in workbook.findings] == [
        ("rows-struck", (3,))
    ]
    assert workbook.sheets[0].frame.height == 4


def test_an_ods_file_tells_its_faults_and_merges_too(reader: Reader) -> None:
    """Written by LibreOffice: =1/0 in F5, H1:I2 merged."""
    (sheet,) = reader.read(FORMATS / "Formeln.ods").sheets
    faults = sheet.frame.filter(pl.col(companion("F", FAULT)).is_not_null())
    assert faults.select("row", companion("F", FAULT)).rows() == [(5, "#DIV/0!")]
    (merge,) = sheet.merges
    assert (merge.first_row, merge.last_row, merge.first_column, merge.last_column) == (1, 2, 8, 9)


CSV: dict[str, tuple[bytes, str, list[str]]] = {
    "utf-8, semicolon": ("Straße;Fläche\nHochstraße;64,2\n".encode(), "Straße", []),
    "utf-8 with mark, comma": ("\ufeffStraße,Fläche\nHochstraße,64\n".encode(), "Straße", []),
    "windows": ("Straße;Fläche\nHochstraße;64\n".encode("cp1252"), "Straße", ["text-encoding"]),
    "macintosh": ("Straße;Fläche\nHöhe;ü\n".encode("mac_roman"), "Straße", ["text-encoding"]),
    "utf-16": ("Straße\tFläche\nHochstraße\t64\n".encode("utf-16"), "Straße", []),
    "mixed": (b"Stra\xc3\x9fe;x\nStra\xdfe;y\n", "Straße", ["text-mixed-encoding"]),
    "encoded twice": ("StraÃŸe;FlÃ¤che\na;b\n".encode(), "Straße", ["text-repaired"]),
    "destroyed": ("Stra\ufffde;x\na;b\n".encode(), "Stra\ufffde", ["text-lost-characters"]),
    "sep line": ("sep=;\nStraße;x\na,b;c\n".encode(), "Straße", []),
    "sep line in quotes": ('"sep=,"\nStraße,x\n"a,b",c\n'.encode(), "Straße", []),
    "utf-16 without mark": ("Straße\tx\na\tb\n".encode("utf-16-le"), "Straße", []),
    "no-break space": (
        "Strasse\u00a0;x\na;b\n".encode("cp1252"),
        "Strasse\u00a0",
        ["text-encoding"],
    ),
    "dos": ("Straße;Fläche\nHöhe;1\n".encode("cp850"), "Straße", ["text-encoding"]),
    "zeros at the end": ("Straße;x\na;b\n\0\0\0".encode(), "Straße", []),
    "inch": ('Straße;x\na;19" breit\n'.encode(), "Straße", []),
    "open quote": (b'Strasse;x\na;"b\nc;d\n', "Strasse", ["text-open-quote"]),
    "line breaks in cells": ('Straße;"a\nb"\nx;y\n'.encode(), "Straße", []),
}


@pytest.mark.parametrize("case", CSV)
def test_text_files(reader: Reader, tmp_path: Path, case: str) -> None:
    content, heading, codes = CSV[case]
    path = tmp_path / "Liste.csv"
    path.write_bytes(content)
    workbook = reader.read(path)
    sheet = workbook.sheets[0]
    assert sheet.frame.filter(pl.col("A").is_not_null())["A"][0] == heading
    assert sheet.letters == ("A", "B")
    assert [finding.code for finding in workbook.findings] == codes


OPEN: dict[str, tuple[str, list[tuple[str | None, ...]], tuple[int, ...]]] = {
    "one quote": ('a;b;c\n1;2;"3\n4;5;6\n', [("1", "2", "3"), ("4", "5", "6")], (2,)),
    "an even number of them": (
        'a;b;c\n1;2;"3\n4;5;6\n7;8;"9\n',
        [("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9")],
        (2, 4),
    ),
    "in the middle of a line": ('a;b;c\n1;"2;3\n4;5;6\n', [("1", '"2', "3"), ("4", "5", "6")], (2,)),
    "beside a cell of two lines": (
        'a;b;c\n1;"2\n2";3\n4;5;"6\n7;8;9\n',
        [("1", "2\n2", "3"), ("4", "5", "6"), ("7", "8", "9")],
        (3,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_an_open_quote_swallows_no_rows(reader: Reader, tmp_path: Path, case: str) -> None:
    text, expected, rows = OPEN[case]
    path = tmp_path / "Liste.csv"
    path.write_text(text, encoding="utf-8", newline="")
    workbook = reader.read(path)
    assert workbook.sheets[0].frame.slice(1).drop("row").rows() == expected
    assert [(f.code, f.rows) for f in workbook.findings] == [("text-open-quote", rows)]


CONTENTS: dict[str, tuple[bytes, str]] = {
    "leer.xlsx": (b"", "file-empty"),
    "foto.heic": (b"\0\0\0\x18ftypheic" + b"\1" * 100, "file-picture"),
    "foto.xlsx": (b"\xff\xd8\xff\xe0" + b"\1" * 100, "file-picture"),
    "bericht.pdf": (b"%PDF-1.7\n", "file-document"),
    "seite.xls": (b"<html><table><tr><td>Welle</td></tr></table></html>", "file-web-page"),
    "xml2003.xls": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
                    "file-web-page"),
    "flach.fods": ((b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:'
                   b'opendocument:xmlns:office:1.0">'), "file-web-page"),
    "kennwort.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
                      + "EncryptedPackage".encode("utf-16-le") + bytes(100), "file-encrypted"),
    "muell.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8, "file-damaged"),
    "abgeschnitten.xlsx": (b"PK\x03\x04" + b"\1" * 300, "file-damaged"),
    "daten.bin": (bytes(range(256)) * 4, "file-no-table"),
    "~$Erhebung.xlsx": (b"\x05Meier", "file-lock"),
    ".DS_Store": (b"\0\0\0\1Bud1", "file-of-the-system"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTENTS)
def test_the_content_decides_and_a_refusal_says_why(
    reader: Reader, tmp_path: Path, name: str
) -> None:
    content, code = CONTENTS[name]
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(reader, path) == code


PARTS: dict[str, tuple[dict[str, str | bytes], str]] = {
    "Index/Document.iwa": ({"Index/Document.iwa": b"x"}, "file-numbers"),
    "Erhebung.xlsx": ({"Erhebung.xlsx": b"x"}, "file-archive"),
    "word/document.xml": ({"word/document.xml": b"x"}, "file-document"),
}


@pytest.mark.parametrize("case", PARTS)
def test_other_packages_get_a_sentence(reader: Reader, tmp_path: Path, case: str) -> None:
    path = tmp_path / "datei.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in PARTS[case][0].items():
            package.writestr(name, content)
    assert refusal(reader, path) == PARTS[case][1]


def corner(path: Path) -> None:
    write_package(path, sheet_xml({"XFD1048576": '<c r="XFD1048576"><v>1</v></c>'}))


def entities(path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    write_package(path, sheet_xml(declaration=bomb))


def unpacks_large(path: Path) -> None:
    write_package(path, sheet_xml(behind=" " * (80 << 20)))


def texts_missing(path: Path) -> None:
    write_package(path, sheet_xml({"A9": '<c r="A9" t="s"><v>5</v></c>'}))


def cut_in_two(path: Path) -> None:
    write_book(path, {"Leerstände": plain_rows()})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "entities": (entities, "file-entities"),
    "unpacks large": (unpacks_large, "file-too-large"),
    "texts missing": (texts_missing, "file-damaged"),
    "cut in two": (cut_in_two, "file-damaged"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_packages_are_refused(reader: Reader, tmp_path: Path, case: str) -> None:
    make, code = HOSTILE[case]
    make(tmp_path / "boese.xlsx")
    assert refusal(reader, tmp_path / "boese.xlsx") == code
    good = write_book(tmp_path / "gut.xlsx", {"Leerstände": plain_rows()})
    assert reader.read(good).sheets[0].frame.height == len(ROWS) + 1


def test_a_forgotten_cell_in_the_far_corner_is_named_not_read(
    reader: Reader, tmp_path: Path
) -> None:
    corner(tmp_path / "ecke.xlsx")
    workbook = reader.read(tmp_path / "ecke.xlsx", SMALL)
    (finding,) = workbook.findings
    assert (finding.code, finding.cells) == ("cells-stray", ("XFD1048576",))
    assert workbook.sheets[0].frame.height == len(ROWS) + 1


@pytest.mark.parametrize("said", ["A1:XFD1048576", "A1:B3"], ids=["honest", "lying"])
def test_what_a_sheet_says_of_its_range_is_not_believed(
    reader: Reader, tmp_path: Path, said: str
) -> None:
    sheet = sheet_xml({"XFD1048576": '<c r="XFD1048576"><v>1</v></c>'})
    sheet = sheet.replace("<sheetData>", f'<dimension ref="{said}"/><sheetData>')
    workbook = reader.read(write_package(tmp_path / "ecke.xlsx", sheet), SMALL)
    (finding,) = workbook.findings
    assert (finding.code, finding.cells) == ("cells-stray", ("XFD1048576",))
    assert workbook.sheets[0].frame.height == len(ROWS) + 1


def test_past_its_memory_only_the_file_is_lost(reader: Reader, tmp_path: Path) -> None:
    """A million rows of fifty columns, all empty but two cells, are 1.3 GB to calamine."""
    path = tmp_path / "weit.xlsx"
    write_package(path, sheet_xml({"AX1048576": '<c r="AX1048576"><v>1</v></c>'}))
    assert refusal(reader, path) == "file-too-large-memory"
    good = write_book(tmp_path / "gut.xlsx", {"Leerstände": plain_rows()})
    assert reader.read(good).sheets[0].frame.height == len(ROWS) + 1


def test_past_its_time_only_the_file_is_lost(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "weit.xlsx"
    write_package(path, sheet_xml({"T1048576": '<c r="T1048576"><v>1</v></c>'}))
    assert refusal(reader, path, Limits(seconds=0.1)) == "file-too-slow"
    good = write_book(tmp_path / "gut.xlsx", {"Leerstände": plain_rows()})
    assert reader.read(good).sheets[0].frame.height == len(ROWS) + 1


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    path = write_book(tmp_path / "gut.xlsx", {"Leerstände": plain_rows()})
    with Reader() as own:
        own.read(path)
        assert own._worker is not None
        own._worker.process.kill()
        own._worker.process.wait()
        assert own.read(path).sheets[0].frame.height == len(ROWS) + 1


def test_a_file_asked_for_ahead_is_the_file_that_comes(tmp_path: Path) -> None:
    one = write_book(tmp_path / "eins.xlsx", {"Eins": plain_rows()})
    two = write_book(tmp_path / "zwei.xlsx", {"Zwei": plain_rows()})
    with Reader() as own:
        own.prefetch(one)
        assert own.read(one).sheets[0].name == "Eins"
        own.prefetch(one)
        assert own.read(two).sheets[0].name == "Zwei"
        own.prefetch(two)
        own.prefetch(one)
        assert own.read(two).sheets[0].name == "Zwei"


def test_a_reader_takes_over_what_was_prepared(tmp_path: Path) -> None:
    one = write_book(tmp_path / "eins.xlsx", {"Eins": plain_rows()})
    prepare(one)
    worker = reader_module._prepared[0]._worker
    with Reader() as own:
        assert own._worker is worker
        assert own.read(one).sheets[0].name == "Eins"
    assert not reader_module._prepared


def test_macros_and_links_are_named(reader: Reader, tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        "xl/vbaProject.bin": b"x",
        "xl/externalLinks/externalLink1.xml": b"<x/>",
    }
    path = write_package(tmp_path / "makro.xlsm", sheet_xml(), parts)
    workbook = reader.read(path)
    assert workbook.format == "xlsm"
    assert [finding.code for finding in workbook.findings] == ["file-macros", "file-links"]


def test_names_lose_folders_and_control_characters(reader: Reader, tmp_path: Path) -> None:
    path = write_book(tmp_path / "gut.xlsx", {"Leerstände": plain_rows()})
    names = {"../../etc/passwd\x00.xlsx": "passwd.xlsx", "C:\\Daten\\Er\x1bhebung.xlsx": "Erhebung.xlsx",
             "..": "ohne Namen", "x" * 300 + ".xlsx": "x" * 115 + ".xlsx"}  # fmt: skip
    assert {name: reader.read(path, name=name).file for name in names} == names


def test_personal_columns_never_leave_the_worker(reader: Reader, tmp_path: Path) -> None:
    headings = [*HEADINGS, "Telefon Eigentümer", "E-Mail", "Bemerkung"]
    rows = [[*row, "0234 123", "x@example.org", "ruhig"] for row in ROWS]
    below = [None, ["Straße", "Hausnummer", "Objektart", "Status", "Lage im Haus", "Welle", "PLZ"]]
    below_rows = [["Oststraße", "7", "Einheit", "leer", "links", "2019-W1", "44866"]]
    cells = [headings, *rows, [None], *[line or [] for line in below], *below_rows]
    sheet = reader.read(write_book(tmp_path / "b.xlsx", {"Leerstände": cells})).sheets[0]
    assert [text for text in texts(sheet.frame, "G") if text] == [
        "Telefon Eigentümer",
        "PLZ",
        "44866",
    ]
    assert [text for text in texts(sheet.frame, "H") if text] == ["E-Mail"]
    assert texts(sheet.frame, "I").count("ruhig") == len(ROWS)


def test_the_worker_starts_without_what_it_does_not_need() -> None:
    """Neither pandas nor prefect, pandera, pyarrow or pydantic may delay it."""
    heavy = [
        "pandas",
        "prefect",
        "pandera",
        "pyarrow",
        "pydantic",
        "duckdb",
        "openpyxl",
        "rapidfuzz",
    ]
    code = (
        "import json, sys, pipelines.intake.reading.worker, pipelines.intake.reading.frames;"
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ
    )
    assert json.loads(done.stdout) == []
