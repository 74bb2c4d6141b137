"""The edition: what analysts open, a copy of the store that no load ever touches.

In: a home and its places.
Out: warehouse/editions/ID.duckdb, and leerstand.duckdb, which names the newest one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import InputFailure, StoreFailure
from pipelines.home import Home
from pipelines.store.archive import disk_failures, sync_folder
from pipelines.store.effective import edition_id
from pipelines.store.ledger import Ledger
from pipelines.store.registers import registers
from pipelines.store.schema import limit, set_about
from pipelines.store.summaries import keep_summaries
from pipelines.store.views import comment_views, make_views
from pipelines.store.writer import open_writer, store_failures
from schemas.places import Places

# So long after somebody asked for it a view of the office is kept, whatever came after it.
_LEFT_SECONDS = 20


@dataclass(frozen=True)
class Edition:
    """One edition; its file never changes.

    Attributes:
        is_new: whether this call made it.
    """

    id: str
    path: Path
    is_new: bool = False


def build_edition(home: Home, places: Places) -> Edition:
    """The edition of what the ledger holds now, made only where it is not there yet.

    Raises:
        StoreLocked: another process holds the store.
        StoreFailure: the store is damaged, or the disk is full.
    """
    with Ledger(home) as ledger, ledger.reading() as connection:
        identifier = edition_id(connection, places)
    path = home.editions / f"{identifier}.duckdb"
    is_new = not path.exists()
    with disk_failures(home.editions):
        if is_new:
            home.editions.mkdir(parents=True, exist_ok=True)
            identifier, path = _make(home, places, home.editions)
        _point(home, path)
        _drop_old(home, path)
    return Edition(identifier, path, is_new)


def find_edition(home: Home, identifier: str | None = None) -> Edition:
    """The edition of this id, or the newest.

    Raises:
        InputFailure: there is none of this id.
        StoreFailure: there is none at all.
    """
    if identifier is not None:
        path = home.editions / f"{Path(identifier).name}.duckdb"
        if not path.exists():
            known = ", ".join(sorted(one.stem for one in _editions(home.editions))) or "-"
            raise InputFailure("no-such-edition", edition=identifier, known=known)
        return Edition(identifier, path)
    if not home.edition.exists():
        raise StoreFailure("no-edition", path=home.edition)
    for path in home.editions.glob("*.duckdb"):
        if path.samefile(home.edition):
            return Edition(path.stem, path)
    with duckdb.connect(home.edition, read_only=True) as connection:
        row = connection.execute("SELECT value FROM versions.about WHERE name = 'edition'")
        found = row.fetchone()
    return Edition(str(found[0]) if found else "", home.edition)


def snapshot(home: Home, places: Places, folder: Path) -> Path:
    """The store as an edition would show it, for the office's own pages; analysts never see it.

    The file lies in `folder` under the id that its edition would have; older ones are removed, but
    for those that somebody asked for just now, and may be about to open.

    Raises:
        StoreLocked: another process holds the store.
        StoreFailure: the store is damaged, or the disk is full.
    """
    with Ledger(home) as ledger, ledger.reading() as connection:
        path = folder / f"{edition_id(connection, places)}.duckdb"
    with disk_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not _asked_for(path):
            _, path = _make(home, places, folder)
        outdated = time.time_ns() - _LEFT_SECONDS * 10**9
        for other in _editions(folder):
            if other != path and _dated(other) < outdated:
                other.unlink(missing_ok=True)
    return path


def last_snapshot(folder: Path) -> Path | None:
    """The view of the office that was asked for last, for when the store is held; or None."""
    known = max(_editions(folder), key=_dated, default=None)
    return known if known is not None and _asked_for(known) else None


def _make(home: Home, places: Places, folder: Path) -> tuple[str, Path]:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-", suffix=".duckdb")
    os.close(handle)
    scratch = Path(name)
    try:
        with open_writer(home) as writer:
            with writer.ledger.reading() as connection:
                identifier = edition_id(connection, places)
            with store_failures(home):
                writer.store.execute("CHECKPOINT")
            # Closed before it is copied: the file is then whole, and the lock is still ours.
            writer.store.close()
            shutil.copyfile(home.store, scratch)
        with store_failures(home):
            _dress(scratch, identifier, places, home.warehouse)
        scratch.chmod(0o444)
        target = folder / f"{identifier}.duckdb"
        scratch.replace(target)
        sync_folder(folder)
        return identifier, target
    finally:
        scratch.unlink(missing_ok=True)


def dress(
    connection: duckdb.DuckDBPyConnection,
    identifier: str,
    places: Places,
    before: Path | None = None,
) -> None:
    """Add registers, views, summaries and comments to a store, which makes it an edition.

    From the edition `before` come the summaries of municipalities in which nothing has changed.
    """
    connection.begin()
    connection.execute("CREATE SCHEMA registers")
    for name, frame in registers(places).items():
        connection.register("incoming", frame)
        connection.execute(f"CREATE TABLE registers.{name} AS FROM incoming")
        connection.unregister("incoming")
    set_about(connection, "edition", identifier)
    make_views(connection)
    connection.commit()
    keep_summaries(connection, before)
    connection.begin()
    comment_views(connection)
    connection.commit()


def _dress(path: Path, identifier: str, places: Places, folder: Path) -> None:
    before = max(_editions(path.parent), key=_dated, default=None)
    with duckdb.connect(path) as connection:
        limit(connection, folder)
        dress(connection, identifier, places, before)
        connection.execute("CHECKPOINT")


def _editions(folder: Path) -> list[Path]:
    """The editions in a folder, without what is being made."""
    return list(folder.glob("[!.]*.duckdb"))


def _dated(path: Path) -> int:
    """When an edition was made or an office's view last asked for; 0 where it is gone meanwhile."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _asked_for(path: Path) -> bool:
    """Whether the office's view is there; from now on it is one that somebody asked for."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _point(home: Home, path: Path) -> None:
    """Let leerstand.duckdb be this edition; whoever has the old one open keeps it."""
    if home.edition.exists() and home.edition.samefile(path):
        return
    scratch = home.edition.with_suffix(f".{os.getpid()}.new")
    scratch.unlink(missing_ok=True)
    try:
        scratch.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, scratch)
    scratch.replace(home.edition)


def _drop_old(home: Home, newest: Path) -> None:
    """Keep as many editions as the settings say."""
    kept = home.settings().editions_kept
    paths = sorted(_editions(home.editions), key=_dated)
    for path in paths[: max(0, len(paths) - kept)]:
        if path != newest:
            path.unlink()
