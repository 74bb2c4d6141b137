"""Checking files without loading them, and keeping several ahead of the one at hand.

In: paths, what was said about them.
Out: a `CheckedWorkbook` for each, in their order; a bad file is a verdict, never an exception.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipelines.home import Home, Settings
from pipelines.intake.result import CheckedWorkbook
from pipelines.walk.checkers import CheckJob, open_checkers
from pipelines.walk.said import Said, check_options, home_places

Item = TypeVar("Item")
AHEAD = 8
"""How many files are checked ahead of the one being handed over; bounds memory."""


@contextmanager
def _lying_there(path: Path) -> Iterator[Path]:
    """A file of this machine, which nobody has to bring."""
    yield path


def check_files(
    paths: Sequence[Path], said: Said, settings: Settings, home: Home | None = None
) -> Iterator[CheckedWorkbook]:
    """Check files without loading anything; a verdict for each, in their order."""
    options = check_options(settings, said, home)
    with open_checkers(settings, home_places(home), len(paths)) as checkers:
        jobs = (
            checkers.submit(CheckJob(partial(_lying_there, path), path.name, options))
            for path in paths
        )
        yield from (future.result() for future in ahead(jobs))


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Pass items on, `AHEAD` of them drawn before the first is handed over."""
    window: deque[Item] = deque()
    for item in items:
        window.append(item)
        if len(window) > AHEAD:
            yield window.popleft()
    yield from window
