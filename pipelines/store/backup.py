"""Backup and restore: the truth of a home, copied whole.

In: a home, a folder.
Out: in the folder the archive, the ledger, mappings, corrections, areas and settings, and the
store, so that nothing has to be rebuilt. editions/ and published/ are made again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from pipelines.errors import InputFailure
from pipelines.home import MARKER, Home
from pipelines.store import ledger_tables as t
from pipelines.store.acts import ACTS
from pipelines.store.archive import FolderArchive, archive_of, copy_missing, disk_failures, mend
from pipelines.store.ledger import Ledger
from pipelines.store.ledger_copy import bring_ledger, save_ledger
from pipelines.store.store_lock import StoreLock
from pipelines.store.writer import open_writer

_FOLDERS = ("raw/mappings", "raw/corrections", "areas")
_ARCHIVE, _LEDGER, _STORE = "raw/archive", "raw/ledger.sqlite", "warehouse/store.duckdb"


def backup(home: Home, folder: Path) -> int:
    """Copy what cannot be made again, and the store; returns the number of files copied.

    Files of the archive that an earlier backup in the same folder holds are not copied again.

    Raises:
        StoreLocked: another process holds the store.
        HomeFailure, StoreFailure: the folder cannot be written to, or is full.
    """
    with disk_failures(folder), open_writer(home) as writer:
        writer.store.execute("CHECKPOINT")
        writer.store.close()
        copied = sum(_copy_tree(home.root / name, folder / name) for name in _FOLDERS)
        copied += copy_missing(archive_of(home), FolderArchive(folder / _ARCHIVE))
        save_ledger(home, folder / _LEDGER)
        _copy(home.store, folder / _STORE)
        _copy(home.root / MARKER, folder / MARKER)
    return copied + 3


def restore(home: Home, folder: Path) -> int:
    """Bring a backup back into a home; returns the number of files copied.

    A home that holds submissions or decisions which the backup lacks is not overwritten.

    Raises:
        InputFailure: the folder is no backup, or the home knows more than the backup.
    """
    if not (folder / _LEDGER).is_file():
        raise InputFailure("no-backup", path=folder)
    if _knows_more(home, folder / _LEDGER):
        raise InputFailure("backup-older", path=folder, home=home.root)
    with disk_failures(home.root), StoreLock(home):
        copied = sum(_copy_tree(folder / name, home.root / name) for name in _FOLDERS)
        copied += mend(FolderArchive(folder / _ARCHIVE), archive_of(home))
        home.store.with_name(f"{home.store.name}.wal").unlink(missing_ok=True)
        bring_ledger(home, folder / _LEDGER)
        _copy(folder / _STORE, home.store)
    with Ledger(home):
        return copied + 2


def _copy_tree(source: Path, target: Path) -> int:
    """Copy what is missing or differs in size or time; hidden files are scratch."""
    copied = 0
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            place = target / path.relative_to(source)
            stat = path.stat()
            there = place.stat() if place.exists() else None
            if there and (there.st_size, there.st_mtime_ns) == (stat.st_size, stat.st_mtime_ns):
                continue
            _copy(path, place)
            copied += 1
    return copied


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.name}.new")
    scratch.unlink(missing_ok=True)
    shutil.copy2(source, scratch)
    scratch.replace(target)


# What people did, beside handing in: what a home must not lose by an older backup.
_ENTERED = (*ACTS, "approval")
_COUNTS = (
    sa.select(sa.func.count()).select_from(t.SUBMISSIONS),
    sa.select(sa.func.count()).select_from(t.EVENTS).where(t.EVENTS.c.kind.in_(_ENTERED)),
)


def _knows_more(home: Home, backup: Path) -> bool:
    """Whether a home holds submissions or decisions that the ledger of a backup lacks."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        own = [int(connection.scalar(query) or 0) for query in _COUNTS]
    # Plainly, since a backup may lie where nothing can be written.
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(backup)))
    try:
        with engine.connect() as connection:
            kept = [int(connection.scalar(query) or 0) for query in _COUNTS]
    finally:
        engine.dispose()
    return any(mine > theirs for mine, theirs in zip(own, kept, strict=True))
