"""Marked copies for a survey team: which files get one, and under which name.

In: files as they were named, with their checks.
Out: a copy of each readable file in a folder, its mistakes marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from pipelines.errors import HomeFailure
from pipelines.feedback.marked import is_package, marked_name, write_marked
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from schemas.columns import Lang


def write_marks(folder: Path, pairs: Sequence[tuple[Path, CheckedWorkbook]], lang: Lang) -> None:
    """Write the marked copies; files that cannot be read have none.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    readable = [(path, c) for path, c in pairs if c.status is not Status.UNREADABLE]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            reader: Reader | None = None
            for path, checked in readable:
                workbook = None
                if not is_package(path):
                    reader = reader or stack.enter_context(Reader())
                    workbook = reader.read(path, name=checked.file)
                target = folder / marked_name(checked.file)
                write_marked(path, checked, target, lang, workbook)
    except OSError as error:
        raise HomeFailure("not-writable", path=folder) from error
