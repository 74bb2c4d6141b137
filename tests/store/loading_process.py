"""A process that hands files in and loads them, to be killed or run beside others.

Arguments: home, then files; each file's lines are house numbers. Prints a line per file loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.home import open_home
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import CheckedWorkbook
from pipelines.store import open_writer, pending, receive
from pipelines.store.submission import Submission
from tests.store.surveys import PLACES, checked, unit


def main(root: str, *names: str) -> None:
    """Finish what is pending, hand the files in, load them."""
    home = open_home(Path(root))
    waiting = pending(home) if "--finish" in names else []
    files = [Path(name) for name in names if name != "--finish"]
    said = [CheckOptions(team=path.parent.name) for path in files]
    sent = [*waiting, *(receive(home, *one, PLACES) for one in zip(files, said, strict=True))]
    with open_writer(home) as writer:
        for submission in sent:
            print(writer.load(submission, book(submission)).submission, flush=True)


def book(submission: Submission) -> CheckedWorkbook:
    """What a check of the archived bytes would say."""
    numbers = submission.archive.read(submission.sha256).decode().split()
    street = f"Straße {submission.file}"
    return checked([unit(number, street=street) for number in numbers], content=submission.file)


if __name__ == "__main__":
    main(*sys.argv[1:])
