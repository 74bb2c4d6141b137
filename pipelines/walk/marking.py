"""Marked copies for a survey team: which files get one, and under which name.

In: files as they were named, with their checks.
Out: a copy of each readable file in a folder, its mistakes marked. A file that lies there already
is never written over: somebody may be mending it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.errors import HomeFailure, InputFailure
from pipelines.feedback.marked import is_package, marked_name, write_marked
from pipelines.home import Home
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import archive_of
from pipelines.store.ledger import Ledger
from pipelines.store.recheck import check_again
from pipelines.store.submission import number_of
from schemas.columns import Lang


def write_marks(
    folder: Path, pairs: Sequence[tuple[Path, CheckedWorkbook]], lang: Lang
) -> list[Path]:
    """Write the marked copies and give their paths; files that cannot be read have none.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    readable = [(path, c) for path, c in pairs if c.status is not Status.UNREADABLE]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix=".marked", dir=folder)))
            reader: Reader | None = None
            for path, checked in readable:
                workbook = None
                if not is_package(path):
                    reader = reader or stack.enter_context(Reader())
                    workbook = reader.read(path, name=checked.file)
                copy = scratch / "copy.xlsx"
                write_marked(path, checked, copy, lang, workbook)
                written.append(_put(copy, folder, marked_name(checked.file)))
    except OSError as error:
        raise HomeFailure("not-writable", path=folder) from error
    return written


def mark_again(home: Home, submission: str, folder: Path, lang: Lang) -> Path:
    """The marked copy of a submission, made anew from the archive, so that none need lie about.

    Raises:
        InputFailure: there is no such submission, or nothing in it could be read.
        StoreFailure: its original is not in the archive any more.
    """
    number = number_of(submission)
    if number is None:
        raise InputFailure("no-such-submission", submission=submission)
    with Ledger(home) as ledger, Reader() as reader:
        again = check_again(home, ledger, number, reader)
    with archive_of(home).at_hand(again.submission.sha256) as path:
        written = write_marks(folder, [(path, again.checked)], lang)
    if not written:
        raise InputFailure("nothing-to-mark", submission=submission)
    return written[0]


def _put(copy: Path, folder: Path, name: str) -> Path:
    """Move a copy to the first of its names that is free or holds the same bytes."""
    target = folder / name
    while target.exists() and not cmp(copy, target, shallow=False):
        name = marked_name(name)
        target = folder / name
    return copy.replace(target)
