"""The lock of the store: one writer at a time, on this machine and on all others.

In: a home.
Out: a lock on a file, and where the ledger lies on PostgreSQL a claim there too, since locks on
files do not hold between machines.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from pipelines.errors import StoreLocked
from pipelines.home import Home
from pipelines.store.archive import disk_failures
from pipelines.store.ledger_engine import StoreClaim

# The lock is polled more often than a writer pauses to let others in.
_POLL_SECONDS = 0.02


class StoreLock:
    """Held while the store, or its file, is used."""

    def __init__(self, home: Home, seconds: float | None = None) -> None:
        self._home = home
        self._seconds = home.settings().store_wait_seconds if seconds is None else seconds
        self._file = FileLock(home.store_lock, poll_interval=_POLL_SECONDS)
        # Whoever waits for the lock holds the queue, by which its holder sees that somebody does.
        self._queue = FileLock(f"{home.store_lock}.queue", poll_interval=_POLL_SECONDS)
        self._claim = StoreClaim(home)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            StoreLocked: another process held it longer than the settings allow.
            HomeFailure, StoreFailure: warehouse/ or the ledger's database cannot be used.
        """
        with disk_failures(self._home.warehouse):
            self._home.warehouse.mkdir(parents=True, exist_ok=True)
            until = time.monotonic() + self._seconds
            try:
                with self._queue.acquire(timeout=self._seconds):
                    self._file.acquire(timeout=max(0.0, until - time.monotonic()))
            except Timeout as error:
                raise locked(self._home, self._seconds) from error
        try:
            is_ours = self._claim.acquire(self._seconds)
        except BaseException:
            self._file.release()
            raise
        if not is_ours:
            self._file.release()
            raise locked(self._home, self._seconds)

    def is_wanted(self) -> bool:
        """Whether somebody waits for it; of other machines nobody knows."""
        if self._claim.is_shared:
            return True
        try:
            with self._queue.acquire(blocking=False):
                return False
        except Timeout:
            return True

    def release(self) -> None:
        """Give the lock back."""
        self._claim.release()
        self._file.release()


def locked(home: Home, seconds: float | None = None) -> StoreLocked:
    """The failure for a store that another process keeps."""
    waited = home.settings().store_wait_seconds if seconds is None else seconds
    return StoreLocked("store-locked", path=home.store, seconds=waited)
