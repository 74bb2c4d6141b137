"""A rehearsal: what an ingest would change, tried on a copy that is thrown away.

In: a home.
Out: a home of the same content in a scratch folder on the same disk. Ledger and store are copied,
of the archive what is not loaded yet: nothing else is read again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipelines.errors import ExpectedFailure
from pipelines.home import MARKER, Home, make_home
from pipelines.store import FolderArchive, archive_of, pending
from pipelines.store.context import context_parts
from pipelines.store.ledger_copy import save_ledger
from pipelines.store.store_lock import StoreLock
from pipelines.walk.checking import ahead
from pipelines.walk.ingesting import Ingested, Walk, finish, received, size_of
from pipelines.walk.said import Said


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
        scratch = replace(scratch, is_scratch=True)
        _copy_pending(home, FolderArchive(scratch.archive))
        save_ledger(home, scratch.ledger)
        with StoreLock(home):
            for path in home.warehouse.glob(f"{home.store.name}*"):
                shutil.copyfile(path, scratch.warehouse / path.name)
        yield scratch


def rehearse_files(
    home: Home, uploads: Sequence[tuple[Path, Said]]
) -> Iterator[Ingested | ExpectedFailure]:
    """What would become of files, each after those before it, with what it would change.

    Raises:
        StoreLocked: another process kept the store.
    """
    with scratch_home(home) as scratch, Walk(scratch, len(uploads)) as walk:
        for _ in finish(walk):
            pass
        for entry in ahead((received(walk, *upload) for upload in uploads), size_of):
            if isinstance(entry, ExpectedFailure):
                yield entry
                continue
            would = walk.preview(entry)
            (told,) = walk.settle([entry])
            yield replace(told, would=would) if isinstance(told, Ingested) else told


def _copy_pending(home: Home, target: FolderArchive) -> None:
    """The bytes of what an earlier run did not finish, and what they are checked with."""
    archive = archive_of(home)
    for submission in pending(home):
        parts = context_parts(archive, submission.context)
        for sha256 in (submission.sha256, submission.context, *(part.sha256 for part in parts)):
            with archive.at_hand(sha256) as path:
                target.keep_file(path)
