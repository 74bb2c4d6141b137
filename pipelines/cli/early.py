"""The first file of a command line, read while the rest of the house is loaded.

In: the session, the paths and the mapping file of a command line.
Out: nothing but a reader process at work, which the walk takes over. A command line that cannot be
carried out is refused before anything is archived: no original lies there that no ledger knows.

It is called before anything heavy is imported, and imports nothing heavy itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.home import read_settings
from pipelines.intake.file_notes import passed_over
from pipelines.intake.options import Limits
from pipelines.intake.reader import prepare
from pipelines.store.archive import FolderArchive, archive_of


def begin_to_check(session: Session, paths: Sequence[Path], mapping: Path | None) -> None:
    """Let a reader begin with the first file as it lies there.

    Raises:
        InputFailure: the mapping file named is not there.
    """
    _demand(mapping)
    home = session.home_or_none()
    prepare(paths[0], Limits.set_by(home.settings() if home else read_settings(None)))


def begin_to_ingest(
    session: Session, paths: Sequence[Path], mapping: Path | None, *, is_dry: bool
) -> None:
    """Archive the first file and let a reader begin with the archived bytes.

    Raises:
        InputFailure: the mapping file named is not there.
        HomeFailure, StoreFailure: there is no home, or its archive cannot be written to.
    """
    _demand(mapping)
    home, first = session.home(), paths[0]
    archive = archive_of(home)
    # A dry run has an archive of its own; of a shared one a file is fetched when its turn comes.
    if is_dry or not isinstance(archive, FolderArchive) or _is_passed_over(first):
        prepare()
        return
    with suppress(InputFailure):  # told in its place, when the file is handed in
        sha256 = archive.keep_file(first)
        prepare(archive.path_of(sha256), Limits.set_by(home.settings()))


def _demand(mapping: Path | None) -> None:
    if mapping is not None and not mapping.is_file():
        raise InputFailure("no-such-file", path=mapping)


def _is_passed_over(path: Path) -> bool:
    return not path.is_file() or passed_over(path.name) is not None
