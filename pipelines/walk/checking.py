"""Checking files without loading them, and keeping several ahead of the one at hand.

In: paths, what was said about them.
Out: a `CheckedWorkbook` for each, in their order; a bad file is a verdict, never an exception.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipelines.home import Home, Settings
from pipelines.intake.result import CheckedWorkbook
from pipelines.walk.checkers import CheckJob, open_checkers
from pipelines.walk.said import Said, check_options, home_places

Item = TypeVar("Item")
AHEAD_FILES, AHEAD_BYTES = 64, 64 << 20
"""What is checked ahead of the file being handed over: enough for the checkers to have work while
a batch is loaded, and not more than memory holds."""


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
            (checkers.submit(CheckJob(partial(_lying_there, path), path.name, options)), path)
            for path in paths
        )
        yield from (future.result() for future, _ in ahead(jobs, lambda job: _size(job[1])))


def ahead(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[Item]:
    """Pass items on, with as many drawn before the first is handed over as `AHEAD_…` allow.

    Args:
        items: drawing one begins its check.
        size_of: the bytes of an item's file.
    """
    window: deque[Item] = deque()
    size = 0
    for item in items:
        window.append(item)
        size += size_of(item)
        while len(window) > AHEAD_FILES or (size > AHEAD_BYTES and len(window) > 1):
            size -= size_of(window[0])
            yield window.popleft()
    yield from window


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
