"""A rehearsal: what an ingest would change, tried on a copy that is thrown away.

In: a home.
Out: a home of the same content in a scratch folder on the same disk. The archive is linked, not
copied, since its files never change; ledger and store are copied.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import StoreLocked
from pipelines.home import MARKER, Home, make_home


@contextmanager
def scratch_home(home: Home) -> Iterator[Home]:
    """A copy of the home to try things on.

    Raises:
        StoreLocked: another process kept the store.
        HomeFailure: there is no room or permission for the copy.
    """
    home.warehouse.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.warehouse, prefix="rehearsal-") as folder:
        scratch = make_home(Path(folder))
        shutil.copyfile(home.root / MARKER, scratch.root / MARKER)
        for name in ("areas", "raw/mappings", "raw/corrections"):
            shutil.copytree(home.root / name, scratch.root / name, dirs_exist_ok=True)
        shutil.copytree(home.archive, scratch.archive, copy_function=os.link, dirs_exist_ok=True)
        _copy_ledger(home.ledger, scratch.ledger)
        _copy_store(home, scratch)
        yield scratch


def _copy_ledger(source: Path, target: Path) -> None:
    if source.exists():
        with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as copy:
            ours.backup(copy)


def _copy_store(home: Home, scratch: Home) -> None:
    seconds = home.settings().store_wait_seconds
    try:
        with FileLock(home.store_lock, timeout=seconds):
            for path in home.warehouse.glob(f"{home.store.name}*"):
                shutil.copyfile(path, scratch.warehouse / path.name)
    except Timeout as error:
        raise StoreLocked("store-locked", path=home.store, seconds=seconds) from error
