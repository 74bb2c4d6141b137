"""What a file is checked with, beside its bytes: mappings, corrections, areas, and our own rules.

In: the home and the check options.
Out: a digest, under which a list of all those files lies in the archive, the files beside it, so
that the same check can be made again years later.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pipelines.intake
import schemas
from pipelines.home import Home
from pipelines.intake.options import CheckOptions
from pipelines.store.archive import Archive, archive_of

_RULE_FILES = ("*.py", "*.csv", "*.toml")


@cache
def rule_version() -> str:
    """A digest of everything in our own code that can change what a workbook is read as."""
    digest = hashlib.sha256()
    for package in (schemas, pipelines.intake):
        folder = Path(str(package.__file__)).parent
        for path in sorted(found for kind in _RULE_FILES for found in folder.rglob(kind)):
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Part:
    """One file of a context: which folder it stands for, its path there, its digest."""

    role: str
    path: str
    sha256: str


def keep_context(home: Home, options: CheckOptions) -> str:
    """Archive every file that this check may consult; return the digest of their list."""
    archive = archive_of(home)
    parts = [
        Part(role, str(path.relative_to(folder)), _kept(archive, path))
        for role, folder, path in _files(home, options)
    ]
    listing = json.dumps([[part.role, part.path, part.sha256] for part in parts])
    return archive.keep_bytes(listing.encode())


def context_parts(archive: Archive, context: str) -> list[Part]:
    """The files of a context, as archived."""
    return [Part(*entry) for entry in json.loads(archive.read(context))]


def laid_out(home: Home, context: str) -> Path:
    """A folder with the files of a context as they were, one subfolder per role.

    It lies below warehouse/, since it can be thrown away and made again.
    """
    return lay_out(archive_of(home), context, home.warehouse / "contexts")


def lay_out(archive: Archive, context: str, below: Path) -> Path:
    """The same in a folder below any other, for a machine that does not see the home."""
    folder = below / context
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    for part in context_parts(archive, context):
        target = scratch / part.role / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(part.sha256))
    try:
        scratch.rename(folder)
    except OSError:
        # Another process was quicker; its folder is the same.
        shutil.rmtree(scratch)
    return folder


def options_text(options: CheckOptions) -> str:
    """The options as JSON, without what depends on the machine."""
    content: dict[str, Any] = {
        "team": options.team,
        "wave": options.wave,
        "municipality": options.municipality,
        "mapping": options.mapping.name if options.mapping else None,
        "today": options.today,
    }
    if options.area is not None:
        content["area"] = options.area
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def options_from(text: str, folder: Path | None = None) -> CheckOptions:
    """The options of `options_text`; with a laid out context, its mappings too."""
    content = json.loads(text)
    mapping = content.pop("mapping")
    options = CheckOptions(**content, mapping=Path(mapping) if mapping else None)
    return replace(options, mapping=None) if folder is None else options_in(options, folder)


def options_in(options: CheckOptions, folder: Path) -> CheckOptions:
    """The options with the mappings and corrections of a context laid out in a folder."""
    named = folder / "mapping" / options.mapping.name if options.mapping else None
    folders = tuple(sorted(folder.glob("mappings*")))
    corrections = tuple(sorted(folder.glob("corrections")))
    return replace(options, mapping=named, mapping_folders=folders, correction_folders=corrections)


def _files(home: Home, options: CheckOptions) -> Iterator[tuple[str, Path, Path]]:
    if options.mapping is not None:
        yield "mapping", options.mapping.parent, options.mapping
    for index, folder in enumerate(options.mapping_folders):
        for path in sorted(folder.rglob("*.yml")):
            yield f"mappings{index:02d}", folder, path
    for role, folder in (("areas", home.areas), ("corrections", home.corrections)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield role, folder, path


def _kept(archive: Archive, path: Path) -> str:
    stat = path.stat()
    return _kept_once(archive, str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _kept_once(archive: Archive, path: str, modified: int, size: int) -> str:
    del modified, size
    return archive.keep_file(Path(path))
