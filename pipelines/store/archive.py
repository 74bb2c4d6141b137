"""The archive: the bytes of every upload under their sha256, before anything reads them.

In: a file or bytes.
Out: the same bytes at ab/abcd…, written once, never changed; in raw/archive, or on whatever file
system fsspec reaches, such as S3-compatible storage, where several machines share it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import HomeFailure, InputFailure, StoreFailure
from pipelines.home import Home

_CHUNK = 1 << 20


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def archive_of(home: Home) -> Archive:
    """The archive that the settings of a home name.

    Raises:
        InputFailure: no file system can be reached by the address in the settings.
    """
    address = home.settings().archive_url
    if not address:
        return FolderArchive(home.archive)
    from pipelines.store.shared_archive import SharedArchive  # late: few homes need fsspec

    return SharedArchive(address.rstrip("/"))


class Archive(ABC):
    """Bytes by their digest; what is there is there whole. Cheap to make and to hand on."""

    @abstractmethod
    def holds(self, sha256: str) -> bool:
        """Whether the bytes with this digest are there."""

    @abstractmethod
    def at_hand(self, sha256: str) -> AbstractContextManager[Path]:
        """A file on this machine with these bytes, as long as it is needed.

        Raises:
            StoreFailure: they are missing.
        """

    @abstractmethod
    def remove(self, sha256: str) -> None:
        """Remove the bytes with this digest; nothing happens where there are none."""

    @abstractmethod
    def digests(self) -> Iterator[str]:
        """The digests of all that is there, in their order."""

    @abstractmethod
    def kept_on(self, sha256: str) -> date:
        """The day (UTC) on which the bytes were put there; they are there."""

    @abstractmethod
    def keep_bytes(self, content: bytes) -> str:
        """Archive `content` and return its sha256; errors as in `keep_file`."""

    @abstractmethod
    def _keep(self, stream: BinaryIO) -> str: ...

    def keep_file(self, source: Path) -> str:
        """Archive the file's bytes and return their sha256.

        Raises:
            InputFailure: the file is missing or cannot be read.
            HomeFailure: the archive cannot be written to.
            StoreFailure: the disk is full, or the archive cannot be reached.
        """
        if not source.is_file():
            raise InputFailure("no-such-file", path=source)
        try:
            stream = source.open("rb")
        except OSError as error:
            raise InputFailure("not-readable", path=source) from error
        with stream:
            return self._keep(stream)

    def keep_stream(self, stream: BinaryIO) -> str:
        """Archive what comes from `stream` up to its end; errors as in `keep_file`."""
        return self._keep(stream)

    def read(self, sha256: str) -> bytes:
        """The bytes with this digest.

        Raises:
            StoreFailure: they are missing.
        """
        with self.at_hand(sha256) as path:
            return path.read_bytes()

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes with this digest are there, and still are what they were."""
        if not self.holds(sha256):
            return False
        with self.at_hand(sha256) as path:
            return digest_of(path) == sha256


def mend(source: Archive, target: Archive) -> int:
    """Copy what `target` lacks, or holds damaged; returns how many files."""
    for sha256 in source.digests():
        if target.holds(sha256) and not target.is_whole(sha256):
            target.remove(sha256)
    return copy_missing(source, target)


def copy_missing(source: Archive, target: Archive) -> int:
    """Copy what `target` does not hold yet; returns how many files."""
    missing = [sha256 for sha256 in source.digests() if not target.holds(sha256)]
    for sha256 in missing:
        with source.at_hand(sha256) as path:
            target.keep_file(path)
    return len(missing)


@dataclass(frozen=True)
class FolderArchive(Archive):
    """The archive in the folder `root`."""

    root: Path

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with this digest lie, or would lie."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with this digest are there."""
        return self.path_of(sha256).is_file()

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        """The archived file itself; its bytes never change."""
        if not self.holds(sha256):
            raise StoreFailure("archive-missing", sha256=sha256)
        yield self.path_of(sha256)

    def remove(self, sha256: str) -> None:
        """Remove the bytes with this digest; nothing happens where there are none."""
        self.path_of(sha256).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """The digests of all that is there; hidden files are scratch."""
        yield from sorted(path.name for path in self.root.glob("*/[!.]*"))

    def kept_on(self, sha256: str) -> date:
        """The day (UTC) on which the bytes were put there; they are there."""
        return datetime.fromtimestamp(self.path_of(sha256).stat().st_mtime, UTC).date()

    def keep_bytes(self, content: bytes) -> str:
        """Archive `content` and return its sha256; errors as in `keep_file`."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.holds(sha256):
            with self._scratch() as (scratch, path):
                scratch.write(content)
                self._settle(scratch, path, sha256)
        return sha256

    def _keep(self, stream: BinaryIO) -> str:
        digest = hashlib.sha256()
        with self._scratch() as (scratch, path):
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                scratch.write(chunk)
            self._settle(scratch, path, digest.hexdigest())
        return digest.hexdigest()

    @contextmanager
    def _scratch(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A file beside the archived ones, gone at the end whatever happens."""
        with disk_failures(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.root, prefix=".new-")
            path = Path(name)
            try:
                with os.fdopen(handle, "wb") as scratch:
                    yield scratch, path
            finally:
                path.unlink(missing_ok=True)

    def _settle(self, scratch: BinaryIO, path: Path, sha256: str) -> None:
        """Make the scratch file durable, then give it its name."""
        if self.holds(sha256):
            return
        scratch.flush()
        os.fsync(scratch.fileno())
        path.chmod(0o444)
        target = self.path_of(sha256)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_failures(path: Path) -> Iterator[None]:
    """Turn a full disk and missing rights into expected failures that name `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StoreFailure("disk-full", path=path) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise HomeFailure("not-writable", path=path) from error
        raise
