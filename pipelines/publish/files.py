"""Writing published files: only those whose bytes changed, and removing those that are gone.

In: a folder and files as bytes.
Out: the files as they should be, each replaced in one step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipelines.errors import HomeFailure


def write_changed(folder: Path, name: str, content: bytes) -> bool:
    """Write `folder/name` unless it holds these bytes already; whether it was written.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    path = folder / name
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise HomeFailure("not-writable", path=folder) from error
    return True


def remove_others(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Remove every file of `folder` that is not named, and folders left empty."""
    keep = set(names)
    gone: list[str] = []
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in keep:
            path.unlink()
            gone.append(name)
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return tuple(sorted(gone))


@dataclass(frozen=True)
class Written:
    """What was written last, so that what stands need not be made again.

    It lies in warehouse/ and may be thrown away: everything is then made again, to the same bytes.

    Attributes:
        key: digest of everything that the publication depended on.
        files: name → [digest of the inputs, size, time of change in ns].
        draft: whether there is a draft.
    """

    key: str = ""
    files: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    draft: bool = False

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `save` wrote; nothing where it is missing or not legible."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            files = {name: (str(d), int(s), int(t)) for name, (d, s, t) in content["files"].items()}
            return cls(content["key"], files, content["draft"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        """Write it beside the store."""
        content = {"key": self.key, "draft": self.draft, "files": self.files}
        write_changed(path.parent, path.name, json.dumps(content).encode())

    def holds(self, folder: Path, name: str, digest: str) -> bool:
        """Whether the file stands as it was written from these inputs."""
        return name in self.files and self.files[name] == self.entry(folder, name, digest)

    def stands(self, folder: Path) -> bool:
        """Whether every file stands as it was written."""
        return all(self.holds(folder, name, entry[0]) for name, entry in self.files.items())

    @staticmethod
    def entry(folder: Path, name: str, digest: str) -> tuple[str, int, int]:
        """What is remembered of a file; its size is -1 where it is missing."""
        try:
            found = (folder / name).stat()
        except OSError:
            return digest, -1, 0
        return digest, found.st_size, found.st_mtime_ns
