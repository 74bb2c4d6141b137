"""The archive: the bytes of every upload under their sha256, before anything reads them.

In: a file or bytes.
Out: the same bytes at raw/archive/ab/abcd…, written once, never changed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import HomeFailure, InputFailure, StoreFailure

_CHUNK = 1 << 20


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Archive:
    """The archive in `root`; a file is there whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with this digest lie, or would lie."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with this digest are there."""
        return self.path_of(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The bytes with this digest.

        Raises:
            StoreFailure: they are missing.
        """
        try:
            return self.path_of(sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoreFailure("archive-missing", sha256=sha256) from error

    def keep_file(self, source: Path) -> str:
        """Archive the file's bytes and return their sha256.

        Raises:
            InputFailure: the file is missing or cannot be read.
            HomeFailure: the archive cannot be written to.
            StoreFailure: the disk is full.
        """
        if not source.is_file():
            raise InputFailure("no-such-file", path=source)
        try:
            stream = source.open("rb")
        except OSError as error:
            raise InputFailure("not-readable", path=source) from error
        with stream:
            return self._keep(stream)

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
