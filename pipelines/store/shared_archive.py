"""The archive on a file system that several machines reach, through fsspec.

In: an address such as s3://bucket/archive; keys and end points come from fsspec's own settings.
Out: the same as the archive in a folder. What is needed on this machine is fetched into a scratch
file that is gone as soon as it was read, so that no original stays behind.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from pipelines.errors import InputFailure, StoreFailure
from pipelines.store.archive import Archive


@dataclass(frozen=True)
class SharedArchive(Archive):
    """The archive below the address `url`."""

    url: str

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with this digest are there."""
        with self._reached() as system:
            return bool(system.isfile(self._key(sha256)))

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        """A scratch copy on this machine, gone at the end."""
        with tempfile.TemporaryDirectory(prefix="leerstand-") as folder:
            path = Path(folder, sha256)
            with self._reached() as system:
                try:
                    system.get_file(self._key(sha256), str(path))
                except FileNotFoundError as error:
                    raise StoreFailure("archive-missing", sha256=sha256) from error
            yield path

    def remove(self, sha256: str) -> None:
        """Remove the bytes with this digest; nothing happens where there are none."""
        if self.holds(sha256):
            with self._reached() as system:
                system.rm_file(self._key(sha256))

    def digests(self) -> Iterator[str]:
        """The digests of all that is there, in their order."""
        with self._reached() as system:
            system.invalidate_cache()
            found = system.find(self._root())
        yield from sorted(Path(key).name for key in found)

    def kept_on(self, sha256: str) -> date:
        """The day (UTC) on which the bytes were put there; they are there."""
        with self._reached() as system:
            day: date = system.modified(self._key(sha256)).date()
        return day

    def keep_bytes(self, content: bytes) -> str:
        """Archive `content` and return its sha256; errors as in `keep_file`."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._missing(sha256, len(content)) as (system, key):
            if system is not None:
                system.pipe_file(key, content)
        return sha256

    def _keep(self, stream: BinaryIO) -> str:
        digest = hashlib.sha256()
        # What is hashed is what is sent, even while somebody still writes to the file.
        with tempfile.NamedTemporaryFile(prefix="leerstand-") as scratch:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                scratch.write(chunk)
            scratch.flush()
            with self._missing(digest.hexdigest(), scratch.tell()) as (system, key):
                if system is not None:
                    system.put_file(scratch.name, key)
        return digest.hexdigest()

    @contextmanager
    def _missing(self, sha256: str, size: int) -> Iterator[tuple[Any, str]]:
        """The file system and the key to write to; no file system where the bytes are there.

        Stores give an object its name when it is whole; where one does not, the rest of a write
        cut short has another size and is written again.
        """
        with self._reached() as system:
            key = self._key(sha256)
            system.invalidate_cache()
            if system.isfile(key) and system.size(key) == size:
                yield None, key
                return
            system.makedirs(key.rpartition("/")[0], exist_ok=True)
            yield system, key

    def _root(self) -> str:
        return str(fsspec.core.strip_protocol(self.url))

    def _key(self, sha256: str) -> str:
        return f"{self._root()}/{sha256[:2]}/{sha256}"

    @contextmanager
    def _reached(self) -> Iterator[Any]:
        """The file system; what its many libraries raise becomes one expected failure."""
        try:
            system, _ = fsspec.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise InputFailure("bad-archive-url", url=self.url, reason=error) from error
        try:
            yield system
        except StoreFailure:
            raise
        except Exception as error:
            raise StoreFailure("archive-unreachable", url=self.url, reason=error) from error
