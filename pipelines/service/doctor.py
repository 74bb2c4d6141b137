"""The doctor: what is wrong with a home, and how to mend it.

In: a home.
Out: `Symptom`s, good and bad. The last success is told by data (the newest verdict, the newest
edition), not by runs: a schedule that runs and does nothing is found out.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pipelines.errors import ExpectedFailure, StoreLocked
from pipelines.home import Home
from pipelines.service.up import Ports, running_pid
from pipelines.store import archive_of, find_edition, submissions
from pipelines.store.store_lock import StoreLock
from pipelines.walk.ingesting import new_uploads
from pipelines.walk.said import inbox
from schemas.columns import Lang
from schemas.texts import Texts, read_texts

PACKAGES = ("leerstand", "prefect", "polars", "duckdb", "pandera")
LEAST_FREE_MB = 1024
PUBLISHED_WITHIN = timedelta(hours=26)
"""The daily publication, an hour of daylight saving, and an hour for the run itself."""


@cache
def doctor_texts() -> Texts:
    """The texts of doctor.toml."""
    return read_texts(Path(__file__).with_name("doctor.toml"))


_HARD = frozenset(
    {"versions", "disk", "permissions", "settings", "data", "archive", "port", "running"}
)
_OPEN = frozenset({"nothing-loaded", "no-service"})


@dataclass(frozen=True)
class Symptom:
    """One thing looked at."""

    key: str
    parameters: dict[str, Any] = field(default_factory=dict)
    is_bad: bool = field(default=False, kw_only=True)

    @property
    def is_good(self) -> bool:
        """Whether it is as it should be; what nobody has begun is neither good nor bad."""
        return not self.is_bad and self.key not in _OPEN

    @property
    def is_hard(self) -> bool:
        """Whether nothing can run until it is mended; other faults are work for the office."""
        return self.is_bad and self.key in _HARD

    def text(self, lang: Lang) -> str:
        """What was found, and how to mend it."""
        key = f"{self.key}-bad" if self.is_bad else self.key
        said = {name: _said(value, lang) for name, value in self.parameters.items()}
        return doctor_texts()(key, lang, **said)

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """An entry of "checks" in `doctor --json`."""
        return {"check": self.key, "ok": not self.is_bad, "message": self.text(lang)}


def _said(value: object, lang: Lang) -> object:
    """A failure in the reader's language."""
    return value.sentence(lang) if isinstance(value, ExpectedFailure) else value


def examine(home: Home) -> list[Symptom]:
    """Look at everything; what cannot be looked at is a symptom too."""
    found = [_versions(), _disk(home), *_permissions(home)]
    try:
        home.settings()
    except ExpectedFailure as failure:
        # Whatever asks for a setting would only say the same once more.
        return [*found, Symptom("settings", {"reason": failure}, is_bad=True)]
    found += [_archive(home), *_lock(home)]
    try:
        found += _data(home)
    except ExpectedFailure as failure:
        found.append(Symptom("data", {"reason": failure}, is_bad=True))
    found.append(_running(home))
    return found


def examine_ports(ports: Ports) -> list[Symptom]:
    """Whether server and page can have their ports."""
    return [
        Symptom("port", {"port": port}, is_bad=_is_taken(port))
        for port in (ports.prefect, ports.page)
    ]


def examine_start(home: Home, ports: Ports) -> list[Symptom]:
    """What `up` needs: everything looked at, free ports, and no other `up` of this home."""
    found = examine(home)
    other = running_pid(home)
    if other is None:
        return [*found, *examine_ports(ports)]
    # Its ports are taken by itself; what helps is to be told once.
    apart = [symptom for symptom in found if symptom.key != "service"]
    return [*apart, Symptom("running", {"pid": other}, is_bad=True)]


def _versions() -> Symptom:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            return Symptom("versions", {"missing": name}, is_bad=True)
    return Symptom("versions", parameters={"versions": ", ".join(found)})


def _disk(home: Home) -> Symptom:
    free = shutil.disk_usage(home.root).free // 2**20
    return Symptom("disk", {"free": free, "least": LEAST_FREE_MB}, is_bad=free < LEAST_FREE_MB)


def _permissions(home: Home) -> Iterator[Symptom]:
    folders = (home.inbox, home.archive, home.warehouse, home.published)
    closed = [folder for folder in folders if folder.exists() and not os.access(folder, os.W_OK)]
    yield Symptom("permissions", {"folders": ", ".join(map(str, closed))}, is_bad=bool(closed))


def _archive(home: Home) -> Symptom:
    """Whether the archive can be reached, wherever it lies."""
    try:
        archive_of(home).holds("0" * 64)
    except ExpectedFailure as failure:
        return Symptom("archive", {"reason": failure}, is_bad=True)
    return Symptom("archive", {"place": home.settings().archive_url or home.archive})


def _lock(home: Home) -> Iterator[Symptom]:
    """Whether the store is free; a ledger out of reach, which claims it too, is told by itself."""
    try:
        with StoreLock(home, seconds=3):
            yield Symptom("lock")
    except StoreLocked:
        yield Symptom("lock", {"path": home.store_lock}, is_bad=True)
    except ExpectedFailure:
        return


def _data(home: Home) -> Iterator[Symptom]:
    entries = submissions(home)
    pending = [entry["submission"] for entry in entries if entry["status"] == "pending"]
    waiting = [entry["submission"] for entry in entries if entry["status"] == "waiting"]
    yield Symptom("pending", {"submissions": ", ".join(pending)}, is_bad=bool(pending))
    if waiting:
        yield Symptom("waiting", {"submissions": ", ".join(waiting)}, is_bad=True)
    news = new_uploads(home, inbox(home))
    yield Symptom("inbox", {"count": len(news)}, is_bad=bool(news))
    loaded = [entry for entry in entries if entry["status"] in {"accepted", "partial"}]
    if not loaded:
        yield Symptom("nothing-loaded")
        return
    yield Symptom("loaded", parameters={"moment": _minute(loaded[-1]["received_at"])})
    yield _edition(home, str(loaded[-1]["received_at"]))


def _edition(home: Home, newest: str) -> Symptom:
    """Whether what was loaded more than a day ago is published."""
    if not home.edition.exists():
        return Symptom("edition", {"age": "–"}, is_bad=True)
    moment = datetime.fromtimestamp(find_edition(home).path.stat().st_mtime, UTC)
    loaded = datetime.fromisoformat(newest)
    is_late = loaded > moment and datetime.now(UTC) - loaded > PUBLISHED_WITHIN
    is_there = (home.published / "index.html").exists() or any(home.drafts.iterdir())
    age = _minute(moment.isoformat())
    return Symptom("edition", {"age": age}, is_bad=is_late or not is_there)


def _minute(moment: object) -> str:
    """A moment of the ledger to the minute, for people."""
    return str(moment)[:16].replace("T", " ")


def _running(home: Home) -> Symptom:
    pid = running_pid(home)
    return Symptom("service" if pid else "no-service", parameters={"pid": pid or ""})


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
