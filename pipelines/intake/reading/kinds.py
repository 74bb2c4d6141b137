"""What a file is, decided by its content; its ending only helps to word a refusal.

In: the first bytes of a file, and the table of contents of a package.
Out: a format of `Workbook.format`, or a refusal that says what to send instead.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from pipelines.intake.reading.refusal import Refusal

TEXT = "text"
PACKAGES = frozenset({"xlsx", "xlsm", "xlsb", "ods"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM",
)  # fmt: skip
_MOVIE_BOX = b"ftyp"
_HEIC = (b"heic", b"heix", b"mif1", b"hevc", b"avif")
_PARTS = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/vbaProject.bin", "xlsm"),
    ("xl/workbook.xml", "xlsx"),
)
_OTHERS = (
    ("Index/Document.iwa", "file-numbers"),
    ("Index.zip", "file-numbers"),
    ("word/document.xml", "file-document"),
    ("ppt/presentation.xml", "file-document"),
)
_XML_TABLES = (
    b'progid="excel.sheet"', b"urn:schemas-microsoft-com:office:spreadsheet",
    b"urn:oasis:names:tc:opendocument",
)  # fmt: skip
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv")


def kind_of(path: Path) -> str:
    """xlsx, xlsm, xlsb, ods, xls, or text; packages are told apart by what they hold.

    Raises:
        Refusal: an empty file, or content that is no table.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00 \t\r\n"):
        raise Refusal("file-empty")
    if head.startswith(b"PK"):
        return _package_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head[:2] == b"\x09\x08" or head[:2] == b"\x09\x04" or head[:2] == b"\x09\x02":
        return "xls"
    _refuse_others(head)
    return TEXT


def _package_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            mimetype = package.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, EOFError,
            RuntimeError, NotImplementedError) as error:  # fmt: skip
        raise Refusal("file-damaged") from error
    except Exception as error:
        # zlib and struct raise errors of their own on damaged directories.
        raise Refusal("file-damaged") from error
    lower = {name.replace("\\", "/").lower() for name in names}
    for part, kind in _PARTS:
        if part.lower() in lower:
            return kind
    if b"opendocument.spreadsheet" in mimetype or {"content.xml", "meta.xml"} <= lower:
        return "ods"
    for part, code in _OTHERS:
        if part.lower() in lower or any(name.endswith(".iwa") for name in lower):
            raise Refusal("file-numbers" if any(n.endswith(".iwa") for n in lower) else code)
    if any(name.endswith(_WORKBOOK_ENDINGS) for name in lower):
        raise Refusal("file-archive")
    raise Refusal("file-damaged" if "[content_types].xml" in lower else "file-no-table")


def _ole_kind(path: Path) -> str:
    """Old Excel files and encrypted new ones share a container; its directory tells them apart."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refusal("file-encrypted")
    if "WordDocument".encode("utf-16-le") in content:
        raise Refusal("file-document")
    return "xls"


def _refuse_others(head: bytes) -> None:
    lower = head[:2048].lower()
    if head.startswith(_PICTURES) or (head[4:8] == _MOVIE_BOX and head[8:12] in _HEIC):
        raise Refusal("file-picture")
    if head.startswith(b"%PDF"):
        raise Refusal("file-document")
    if any(sign in lower for sign in _XML_TABLES):
        raise Refusal("file-web-page")
    start = lower.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"mime-version:")):
        raise Refusal("file-web-page")
    if start.startswith((b"<?xml", b"{\\rtf", b'{"', b"[{")):
        raise Refusal("file-no-table")
    if head[4:8] == _MOVIE_BOX or head.startswith(
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"MZ")
    ):
        raise Refusal("file-no-table")
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and _is_binary(head.rstrip(b"\x00")):
        raise Refusal("file-no-table")


def _is_binary(head: bytes) -> bool:
    """Whether zeros stand among the bytes other than in every second place, as in UTF-16."""
    zeros = head.count(b"\x00")
    one_sided = zeros in (head[0::2].count(0), head[1::2].count(0)) and zeros > 0.4 * len(head)
    return zeros > len(head) // 50 and not one_sided
