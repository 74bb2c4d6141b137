"""Checkers: who reads and checks while the walk loads, nearly all of the work of many files.

In: jobs (where a file's bytes are, the name it was uploaded under, options).
Out: a future of a `CheckedWorkbook` for each; a bad file is a verdict, never an exception. A few
files are checked by threads of this process; many by processes of their own on every core, or
where the settings say so by the machines of a Dask cluster.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from pipelines.errors import StoreFailure
from pipelines.home import Settings
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook
from pipelines.store.archive import Archive
from schemas.places import Places

MANY = 24
"""From so many files on it pays to start processes, each of which takes a second."""


@dataclass(frozen=True)
class CheckJob:
    """One file to check.

    Attributes:
        at_hand: brings its bytes.
        name: what people call it.
        archive, context: where, and under which digest, everything lies that it is checked with;
            for machines that do not see the home.
    """

    at_hand: Callable[[], AbstractContextManager[Path]]
    name: str
    options: CheckOptions
    archive: Archive | None = None
    context: str = ""


class Checkers(ABC):
    """Checks files; used as a context, which ends whatever was started for it."""

    @abstractmethod
    def submit(self, job: CheckJob) -> Future[CheckedWorkbook]:
        """Check a file as soon as somebody is free."""

    @abstractmethod
    def close(self) -> None:
        """End; what has not begun is dropped."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_checkers(settings: Settings, places: Places, files: int) -> Checkers:
    """The checkers that suit a number of files, as the settings say."""
    workers = settings.workers or os.cpu_count() or 1
    if files < MANY:
        return Crew(places, max(1, min(files, workers, 4)), Here)
    if settings.task_runner == "dask":
        from pipelines.walk.cluster import Cluster  # late: an extra that few homes have

        return Cluster(settings.dask_scheduler, workers)
    return Crew(places, workers, Apart)


Result = TypeVar("Result")
OwnBench = TypeVar("OwnBench", bound="Bench")


class Bench(Protocol):
    """Where one file at a time is checked."""

    def check(self, job: CheckJob) -> CheckedWorkbook:
        """Read and check."""

    def close(self) -> None:
        """End what was started."""


class Crew(Checkers, Generic[OwnBench]):
    """Threads that each have a bench."""

    def __init__(self, places: Places, workers: int, bench: Callable[[Places], OwnBench]) -> None:
        self._local = threading.local()
        self._benches = ExitStack()
        self._lock = threading.Lock()

        def take_place() -> None:
            self._local.bench = own = bench(places)
            with self._lock:
                self._benches.callback(own.close)

        self._threads = ThreadPoolExecutor(workers, "check", initializer=take_place)

    def submit(self, job: CheckJob) -> Future[CheckedWorkbook]:
        """Check a file when a thread is free."""
        return self.run(lambda bench: bench.check(job))

    def run(self, work: Callable[[OwnBench], Result]) -> Future[Result]:
        """Do something at a thread's bench when a thread is free."""
        return self._threads.submit(lambda: work(self._local.bench))

    def close(self) -> None:
        """End threads and benches."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._benches.close()


class Here:
    """A bench in this process; only reading has a process of its own."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.reader = Reader().__enter__()

    def check(self, job: CheckJob) -> CheckedWorkbook:
        """Read and check."""
        with job.at_hand() as path:
            return check_file(path, job.options, self._places, self.reader, name=job.name)

    def close(self) -> None:
        """End the reader."""
        self.reader.close()


class Apart:
    """A bench in a process of its own, which is started again when it dies."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._process = self._started()

    def check(self, job: CheckJob) -> CheckedWorkbook:
        """Read and check; a file whose process died is tried once more.

        Raises:
            StoreFailure: the process died of it twice.
        """
        for _ in range(2):
            try:
                return self._process.submit(_check_there, job).result()
            except BrokenProcessPool:
                self.close()
                self._process = self._started()
        raise StoreFailure("check-broke", file=job.name, reason=BrokenProcessPool.__name__)

    def close(self) -> None:
        """End the process."""
        self._process.shutdown(wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        # Forking a process that has threads may stop it for good.
        fresh = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, fresh, initializer=_set_up, initargs=(self._places,))


_POLITENESS = 15

_bench: Here | None = None
"""The bench of a process that was started for one."""


def _set_up(places: Places) -> None:
    global _bench  # noqa: PLW0603 - what the process is there for
    # One file at a time: more threads than cores would only wait for each other.
    os.environ["POLARS_MAX_THREADS"] = "1"
    # There is one loader for all checkers: it must not wait for a core.
    os.nice(_POLITENESS)
    _bench = Here(places)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Killed, a parent ends none of its children; they would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _check_there(job: CheckJob) -> CheckedWorkbook:
    if _bench is None:
        raise LookupError("no bench")
    return _bench.check(job)
