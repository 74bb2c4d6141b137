"""Checking several files at once: reading one in its worker process while another is parsed.

In: jobs (a file, the name it was uploaded under, options).
Out: a future of a `CheckedWorkbook` for each; a bad file is a verdict, never an exception.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pipelines.home import Home, Settings
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook
from pipelines.walk.said import Said, check_options, home_places
from schemas.places import Places

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 8
"""How many files are checked ahead of the one being handed over; bounds memory."""


@dataclass(frozen=True)
class CheckJob:
    """One file to check; `name` is what people call it, `at_hand` brings its bytes."""

    at_hand: Callable[[], AbstractContextManager[Path]]
    name: str
    options: CheckOptions


class Checkers:
    """Threads that check, each with a reader process of its own.

    The threads mostly wait for their reader or compute in polars, so they use the cores well.
    """

    def __init__(self, places: Places, workers: int) -> None:
        self._places = places
        self._local = threading.local()
        self._readers = ExitStack()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(workers, "check", initializer=self._start_reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._readers.close()

    def submit(self, job: CheckJob) -> Future[CheckedWorkbook]:
        """Check a file when a thread is free."""
        return self.run(partial(self._check, job))

    def run(self, work: Callable[[Reader], Result]) -> Future[Result]:
        """Do something with a thread's reader when a thread is free."""
        return self._threads.submit(lambda: work(self._local.reader))

    def _start_reader(self) -> None:
        reader = Reader()
        with self._lock:
            self._readers.enter_context(reader)
        self._local.reader = reader

    def _check(self, job: CheckJob, reader: Reader) -> CheckedWorkbook:
        with job.at_hand() as path:
            return check_file(path, job.options, self._places, reader, name=job.name)


@contextmanager
def _lying_there(path: Path) -> Iterator[Path]:
    """A file of this machine, which nobody has to bring."""
    yield path


def workers_for(files: int) -> int:
    """As many threads as there are files and cores, at most four."""
    return max(1, min(files, os.cpu_count() or 1, 4))


def check_files(
    paths: Sequence[Path], said: Said, settings: Settings, home: Home | None = None
) -> Iterator[CheckedWorkbook]:
    """Check files without loading anything; a verdict for each, in their order."""
    options = check_options(settings, said, home)
    with Checkers(home_places(home), workers_for(len(paths))) as checkers:
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
