"""What the file as a whole gives to say: names, endings, macros, links, encodings.

In: the uploaded name and what the worker said about the file.
Out: findings of the stage "file".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pipelines.intake.findings import Finding

_ENDINGS = {
    "xlsx": (".xlsx", ".xltx"), "xlsm": (".xlsm", ".xltm"), "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"), "csv": (".csv", ".txt"), "tsv": (".tsv", ".tab", ".txt", ".csv"),
}  # fmt: skip
_MOST_NAME = 120


def shown_name(name: str) -> str:
    """An uploaded name without folders and control characters, of a length that fits a line."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = unicodedata.normalize("NFC", printable(last)).strip() or "ohne Namen"
    if len(clean) > _MOST_NAME:
        ending = PurePosixPath(clean).suffix[:10]
        clean = clean[: _MOST_NAME - len(ending)] + ending
    return "ohne Namen" if clean in {".", ".."} else clean


def printable(text: str) -> str:
    """A name without characters that are no part of what is seen of it."""
    return "".join(c for c in text if not unicodedata.category(c).startswith("C"))


def passed_over(name: str) -> Finding | None:
    """The note on a file that is none of the team's, such as a lock file; None for all others."""
    if name.startswith(("~$", ".~lock.")):
        return Finding("file-lock", value=name)
    if name in {".DS_Store", "Thumbs.db", "desktop.ini"} or name.startswith("._"):
        return Finding("file-of-the-system", value=name)
    return None


def file_findings(name: str, about: dict[str, Any]) -> Iterator[Finding]:
    """Findings about a file that was read."""
    kind = about["format"]
    ending = PurePosixPath(name).suffix.lower()
    if ending and ending not in _ENDINGS[kind]:
        yield Finding("file-other-ending", value=name, parameters={"format": kind})
    if about.get("has_macros"):
        yield Finding("file-macros")
    if about.get("has_links"):
        yield Finding("file-links")
    if about.get("text"):
        yield from _text_findings(about["text"], PurePosixPath(name).stem)


def sheet_findings(about: dict[str, Any]) -> Iterator[Finding]:
    """Findings about what a sheet holds beside the cells that are read."""
    sheet = about["name"]
    if about.get("is_chart"):
        yield Finding("sheet-chart", sheet=sheet)
    if about.get("is_blind"):
        yield Finding("sheet-blind", sheet=sheet)
    if about.get("stray"):
        yield Finding("cells-stray", sheet=sheet, cells=tuple(about["stray"]))
    if about.get("struck_rows"):
        yield Finding("rows-struck", sheet=sheet, rows=tuple(about["struck_rows"]))
    if about.get("commented"):
        yield Finding("cells-commented", sheet=sheet, cells=tuple(about["commented"]))
    if about.get("has_drawn_text"):
        yield Finding("sheet-drawings", sheet=sheet)


def _text_findings(text: dict[str, Any], sheet: str) -> Iterator[Finding]:
    if text["encoding"] == "mixed":
        yield Finding("text-mixed-encoding")
    elif text["encoding"] not in {"utf-8", "utf-16"}:
        yield Finding("text-encoding", value=text["encoding"])
    if text["is_repaired"]:
        yield Finding("text-repaired")
    if text["lost"]:
        yield Finding("text-lost-characters", parameters={"lost": text["lost"]})
    if text["opened"]:
        yield Finding("text-open-quote", sheet=sheet, rows=tuple(text["opened"]))
