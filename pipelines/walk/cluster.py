"""A Dask cluster that checks: machines that see the archive, and nothing else of the home.

In: jobs.
Out: futures, as from any other checkers. Dask gives the work of a machine that is lost to others.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from concurrent.futures import Future
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.errors import InputFailure, StoreFailure
from pipelines.intake.check import check_file
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook
from pipelines.store.context import lay_out, options_in
from pipelines.walk.checkers import Checkers, CheckJob
from schemas.places import PACKAGED, Places, load_places

_REACH_SECONDS = 15


class Cluster(Checkers):
    """The cluster of a scheduler, or one of local processes where no scheduler is named."""

    def __init__(self, scheduler: str, workers: int) -> None:
        dask = _dask()
        self._local: Any = None
        if not scheduler:
            self._local = dask.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=50
            )
        try:
            self._client: Any = dask.Client(self._local or scheduler, timeout=_REACH_SECONDS)
        except (OSError, ValueError) as error:
            raise StoreFailure("dask-unreachable", address=scheduler, reason=error) from error
        self._executor = self._client.get_executor(pure=False)

    def submit(self, job: CheckJob) -> Future[CheckedWorkbook]:
        """Check a file on whichever machine is free."""
        future: Future[CheckedWorkbook] = self._executor.submit(check_elsewhere, job)
        return future

    def close(self) -> None:
        """Leave the cluster; end the local one."""
        self._executor.shutdown(wait=False)
        self._client.close()
        if self._local is not None:
            self._local.close()


def _dask() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise InputFailure("no-dask") from error


def check_elsewhere(job: CheckJob) -> CheckedWorkbook:
    """Check on a machine of the cluster, with all that the archive keeps for it."""
    if job.archive is None:
        raise LookupError("a job for other machines names its archive")
    folder = lay_out(job.archive, job.context, _scratch())
    options = options_in(job.options, folder)
    with job.at_hand() as path:
        return check_file(path, options, _places(folder), _reader(), name=job.name)


@cache
def _scratch() -> Path:
    """A folder of this process, gone when it ends."""
    folder = tempfile.mkdtemp(prefix="leerstand-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def _reader() -> Reader:
    reader = Reader().__enter__()
    atexit.register(reader.close)
    return reader


@lru_cache(maxsize=8)
def _places(folder: Path) -> Places:
    return load_places(PACKAGED, folder / "areas")
