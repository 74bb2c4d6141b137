"""One file to messages: its sheets frame by frame, and what was found on the way.

In: the path of the file and the request of the reader.
Out: pairs of a JSON message and a frame of cells or None, in the order of the sheets.
"""

from __future__ import annotations

import importlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import python_calamine as calamine

from pipelines.intake.naming import letter_of
from pipelines.intake.reading.biff import XLSB_BOOK, scan_xls, scan_xlsb
from pipelines.intake.reading.extras import coloured_styles, extras_of
from pipelines.intake.reading.kinds import PACKAGES, TEXT, kind_of
from pipelines.intake.reading.ods import scan_ods
from pipelines.intake.reading.package import Archive, Package, open_package, stream
from pipelines.intake.reading.refusal import Refusal
from pipelines.intake.reading.scan import Scan, scan_sheet, struck_styles
from pipelines.intake.reading.stray import without_stray_cells
from pipelines.intake.reading.text_files import read_text_table

if TYPE_CHECKING:
    import polars as pl

    from pipelines.intake.reading.scan import Faults

Message = tuple[dict[str, Any], "pl.DataFrame | None"]
T = TypeVar("T")
_SHARED = ("xl/sharedStrings.xml", "xl/styles.xml")


def read_file(path: Path, request: dict[str, Any]) -> Iterator[Message]:
    """The messages for one file.

    Raises:
        Refusal: the file as a whole cannot be read.
    """
    try:
        kind = kind_of(path)
    except OSError as error:
        raise Refusal("file-not-there") from error
    if kind == TEXT:
        yield from _text_file(path, request)
        return
    package = open_package(path, request["unpacked_mb"]) if kind in PACKAGES else Package(path)
    yield (
        {
            "kind": "file",
            "format": kind,
            "properties": package.properties,
            "is_1904": package.is_1904,
            "has_macros": package.has_macros,
            "has_links": package.has_links,
        },
        None,
    )
    yield from _sheets(path, kind, package, request)


def _text_file(path: Path, request: dict[str, Any]) -> Iterator[Message]:
    if path.stat().st_size > request["unpacked_mb"] << 20:
        raise Refusal("file-too-large", limit_mb=request["unpacked_mb"])
    table = read_text_table(path.read_bytes())
    separator = "tab" if table.separator == "\t" else table.separator
    yield (
        {
            "kind": "file",
            "format": "tsv" if separator == "tab" else "csv",
            "properties": {},
            "text": {
                "encoding": table.encoding,
                "separator": separator,
                "is_repaired": table.is_repaired,
                "lost": table.lost,
                "opened": table.opened,
            },
        },
        None,
    )
    for frame in _chunks(table.rows, 1, {}):
        yield {"kind": "cells"}, frame
    yield {"kind": "sheet", "name": path.stem, "widths": table.widths}, None


def _sheets(path: Path, kind: str, package: Package, request: dict[str, Any]) -> Iterator[Message]:
    most = request["unpacked_mb"] << 20
    scanning = _Beside(lambda: _scan_all(package, most))
    stray = _without_stray(package, request)
    workbook = _open(stray[0] if stray else _by_content(path, kind))
    uses_shared_texts = False
    for metadata in workbook.sheets_metadata:
        name = metadata.name
        if _kind_of_sheet(metadata) != "WorkSheet":
            yield {"kind": "sheet", "name": name, "is_chart": True}, None
            continue
        loading = _Beside(partial(_load, workbook, name))
        _load_polars()
        sheet = _loaded(loading, scanning)
        scan = scanning.result().get(name, Scan(is_blind=package.is_binary))
        uses_shared_texts = uses_shared_texts or scan.uses_shared_texts
        yield from (({"kind": "cells"}, frame) for frame in _cells(sheet, scan.faults))
        about = _about(metadata, sheet, scan)
        yield about | {"stray": stray[1].get(name, []) if stray else []}, None
    scanning.result()
    if uses_shared_texts and "xl/sharedStrings.xml" not in package.names:
        raise Refusal("file-damaged")


def _without_stray(
    package: Package, request: dict[str, Any]
) -> tuple[io.BytesIO, dict[str, list[str]]] | None:
    if not package.parts:
        return None
    return without_stray_cells(package, is_careful=request.get("careful", False))


def _loaded(
    loading: _Beside[calamine.CalamineSheet], scanning: _Beside[dict[str, Scan]]
) -> calamine.CalamineSheet:
    """The sheet; where calamine gives up, what the scan has to say is more exact."""
    try:
        return loading.result()
    except Refusal:
        scanning.result()
        raise


def _kind_of_sheet(metadata: calamine.SheetMetadata) -> str:
    return str(metadata.typ).rpartition(".")[2]


def _by_content(path: Path, kind: str) -> Path | io.BytesIO:
    """What calamine is given: of a path it would believe the ending rather than the content."""
    is_named_so = path.suffix.lower() in {"", f".{kind}"}
    return path if is_named_so else io.BytesIO(path.read_bytes())


def _open(source: Path | io.BytesIO) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_object(source)
    except calamine.PasswordError as error:
        raise Refusal("file-encrypted") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal("file-damaged") from error


def _load(workbook: calamine.CalamineWorkbook, name: str) -> calamine.CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal("file-damaged") from error


def _cells(sheet: calamine.CalamineSheet, faults: Faults) -> Iterator[pl.DataFrame]:
    if sheet.start is None:
        return _chunks([], 1, faults)
    return _chunks(sheet.iter_rows(), sheet.start[1] + 1, faults)


def _chunks(rows: Iterable[Any], first_column: int, faults: Faults) -> Iterator[pl.DataFrame]:
    # late: polars loads while calamine and the scan are at work.
    from pipelines.intake.reading.frames import clean_frames

    return clean_frames(rows, first_column, faults)


def _load_polars() -> None:
    importlib.import_module("pipelines.intake.reading.frames")


def _about(
    metadata: calamine.SheetMetadata, sheet: calamine.CalamineSheet, scan: Scan
) -> dict[str, Any]:
    merges = scan.merges or [
        (top + 1, bottom + 1, left + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return {
        "kind": "sheet",
        "name": metadata.name,
        "is_hidden": str(metadata.visible).rpartition(".")[2] != "Visible",
        "merges": merges,
        "hidden_rows": sorted(scan.hidden_rows),
        "is_blind": scan.is_blind,
        "struck_rows": sorted(scan.struck_rows),
        "commented": scan.extras.commented,
        "has_drawn_text": scan.extras.has_drawn_text,
        "colours": sorted(scan.extras.colours.items()),
        "hidden_columns": [letter_of(column) for column in sorted(scan.hidden_columns)],
    }


def _scan_all(package: Package, most: int) -> dict[str, Scan]:
    """Every sheet of the file, and the parts all sheets share, which only must be whole."""
    if not package.names:
        return scan_xls(package.path.read_bytes()) or {}
    with Archive(package.path) as archive:
        if "content.xml" in package.names:
            return scan_ods(archive, most)
        shared = [name for name in package.names if name in _SHARED or name.endswith(".bin")]
        for part in shared:
            for _ in stream(archive, part, most):
                pass
        if XLSB_BOOK in package.names:
            return scan_xlsb(archive, most) or {}
        styles = b""
        if "xl/styles.xml" in package.names:
            styles = b"".join(stream(archive, "xl/styles.xml", most))
        struck, coloured = struck_styles(styles), coloured_styles(styles)
        scans = {}
        for name, part in package.parts.items():
            if part in package.names:
                scans[name] = scan_sheet(archive, part, most, struck)
                scans[name].extras = extras_of(archive, part, coloured)
    return scans


class _Beside(Generic[T]):
    """Work in a thread beside calamine, which lets other threads run while it parses."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._outcome: T | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """What the work returned, or its exception raised here."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return cast("T", self._outcome)

    def _run(self) -> None:
        try:
            self._outcome = self._work()
        except BaseException as error:  # noqa: BLE001 handed over to whoever asks for the result
            self._error = error
