"""Writing published files: only those whose bytes changed, and removing those that are gone.

In: a folder and files as bytes.
Out: the files as they should be, each replaced in one step.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

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
