"""The desk: what the page remembers between requests, and the queue of its worker.

In: a home.
Out: `Desk` over raw/portal.sqlite: tokens (hashed), uploads with their state, tasks of the office,
the audit log. Verdicts that count stand in the ledger; here is only what the page needs before.
A state survives any restart: what was being worked on is queued again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipelines.home import Home

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, team TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL, revoked_at TEXT);
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, team TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, lang TEXT NOT NULL, wave TEXT, area TEXT, mode TEXT,
    state TEXT NOT NULL,
    submission TEXT, verdict TEXT, made_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS uploads_by_state ON uploads (state, made_at);
CREATE INDEX IF NOT EXISTS uploads_by_team ON uploads (team, made_at);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL,
    state TEXT NOT NULL, result TEXT, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    about TEXT NOT NULL);
"""


class State(StrEnum):
    """Where an upload is on its way."""

    QUEUED = "queued"
    CHECKING = "checking"
    READY = "ready"
    SUBMITTED = "submitted"
    LOADING = "loading"
    LOADED = "loaded"
    WAITING = "waiting"
    FAILED = "failed"
    DISCARDED = "discarded"
    PURGED = "purged"
    WITHDRAWN = "withdrawn"


BUSY = frozenset({State.QUEUED, State.CHECKING, State.SUBMITTED, State.LOADING})
OPEN = frozenset({State.READY, State.WAITING})
"""States in which the team decides."""
_BEGUN = {State.QUEUED: State.CHECKING, State.SUBMITTED: State.LOADING}


@dataclass(frozen=True)
class Upload:
    """One uploaded file; `verdict` is what the worker wrote about it."""

    id: str
    team: str
    file: str
    sha256: str
    size: int
    lang: str
    wave: str | None
    area: str | None
    mode: str | None
    state: State
    submission: str | None
    verdict: dict[str, Any] | None
    made_at: str
    changed_at: str


@dataclass(frozen=True)
class Token:
    """One token: who may come in with it; the token itself is nowhere kept."""

    id: str
    role: str
    team: str
    made_at: str
    revoked_at: str | None


class Desk:
    """The page's own memory; one short transaction a call, safe from any thread or process."""

    def __init__(self, home: Home) -> None:
        self.path = home.root / "raw/portal.sqlite"
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def audit(self, who: str, what: str, about: str = "") -> None:
        """Append to the audit log."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO audit (at, who, what, about) VALUES (?, ?, ?, ?)",
                (now(), who, what, about),
            )

    def audited(self, most: int = 200) -> list[dict[str, Any]]:
        """The newest entries of the audit log."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", (most,))
            return [dict(row) for row in rows]

    def add_token(self, token: Token, digest: str) -> None:
        """Enter a token by its hash."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, NULL)",
                (token.id, token.role, token.team, digest, token.made_at),
            )

    def tokens(self) -> list[tuple[Token, str]]:
        """All tokens with their hashes, newest first."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM tokens ORDER BY made_at DESC").fetchall()
        return [(_token(row), row["hash"]) for row in rows]

    def token(self, identifier: str) -> Token | None:
        """A token that still holds."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT * FROM tokens WHERE id = ? AND revoked_at IS NULL", (identifier,)
            ).fetchone()
        return _token(row) if row else None

    def revoke(self, identifier: str) -> None:
        """End a token; sessions begun with it end too."""
        with self._open() as connection:
            connection.execute(
                "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                (now(), identifier),
            )

    def add_upload(self, upload: Upload) -> None:
        """Queue an upload whose bytes are archived."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                (
                    upload.id, upload.team, upload.file, upload.sha256, upload.size, upload.lang,
                    upload.wave, upload.area, upload.mode, upload.state, upload.submission,
                    upload.made_at, upload.changed_at,
                ),
            )  # fmt: skip

    def upload(self, identifier: str, team: str | None = None) -> Upload | None:
        """An upload; with a team only where it is theirs."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT * FROM uploads WHERE id = ? AND (? IS NULL OR team = ?)",
                (identifier, team, team),
            ).fetchone()
        return _upload(row) if row else None

    def uploads(self, team: str | None = None, most: int = 200) -> list[Upload]:
        """The newest uploads, of one team or of all."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM uploads WHERE ? IS NULL OR team = ? ORDER BY made_at DESC LIMIT ?",
                (team, team, most),
            ).fetchall()
        return [_upload(row) for row in rows]

    def move(self, identifier: str, states: frozenset[State], to: State, **changes: Any) -> bool:
        """Change an upload's state and columns where it is in one of `states`; whether it was."""
        if changes.get("verdict") is not None:
            changes["verdict"] = _as_text(changes["verdict"])
        columns = {"state": to, "changed_at": now(), **changes}
        settings = ", ".join(f"{name} = ?" for name in columns)
        marks = ", ".join("?" for _ in states)
        with self._open() as connection:
            cursor = connection.execute(
                f"UPDATE uploads SET {settings} WHERE id = ? AND state IN ({marks})",  # noqa: S608  names are ours
                (*columns.values(), identifier, *sorted(states)),
            )
            return cursor.rowcount == 1

    def note(self, identifier: str, state: State, verdict: dict[str, Any]) -> None:
        """Add to the verdict of an upload that is still in this state."""
        with self._open() as connection:
            connection.execute(
                "UPDATE uploads SET verdict = ? WHERE id = ? AND state = ?",
                (_as_text(verdict), identifier, state),
            )

    def take(self, state: State, most: int) -> list[Upload]:
        """The oldest uploads that are queued or submitted, marked as begun."""
        if most < 1 or not self.has(state):
            return []
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute(
                "SELECT * FROM uploads WHERE state = ? ORDER BY changed_at, id LIMIT ?",
                (state, most),
            ).fetchall()
            connection.executemany(
                "UPDATE uploads SET state = ? WHERE id = ?",
                [(_BEGUN[state], row["id"]) for row in rows],
            )
            connection.execute("COMMIT")
        return [replace(_upload(row), state=_BEGUN[state]) for row in rows]

    def has(self, state: State) -> bool:
        """Whether any upload is in a state; asked often, so it takes no lock."""
        with self._open() as connection:
            query = "SELECT 1 FROM uploads WHERE state = ? LIMIT 1"
            return connection.execute(query, (state,)).fetchone() is not None

    def requeue(self) -> None:
        """Queue again what an ended worker had begun."""
        with self._open() as connection:
            for waiting, begun in _BEGUN.items():
                connection.execute("UPDATE uploads SET state = ? WHERE state = ?", (waiting, begun))
            connection.execute("UPDATE tasks SET state = 'queued' WHERE state = 'begun'")

    def add_task(self, kind: str, who: str, reason: str) -> None:
        """Queue a task of the office."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO tasks (kind, who, reason, state, at) VALUES (?, ?, ?, 'queued', ?)",
                (kind, who, reason, now()),
            )

    def take_task(self) -> dict[str, Any] | None:
        """The oldest task, marked as begun."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute(
                "SELECT * FROM tasks WHERE state = 'queued' ORDER BY id LIMIT 1"
            ).fetchone()
            if row is not None:
                connection.execute("UPDATE tasks SET state = 'begun' WHERE id = ?", (row["id"],))
            connection.execute("COMMIT")
        return dict(row) if row else None

    def end_task(self, identifier: int, state: str, result: str) -> None:
        """Note how a task ended: done or failed, with a sentence."""
        with self._open() as connection:
            connection.execute(
                "UPDATE tasks SET state = ?, result = ? WHERE id = ?", (state, result, identifier)
            )

    def tasks(self, most: int = 5) -> list[dict[str, Any]]:
        """The newest tasks."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM tasks ORDER BY id DESC LIMIT ?", (most,))
            return [dict(row) for row in rows]

    def remembered_before(self, day: str) -> list[Upload]:
        """Uploads made before a day, of which more is known than that they were made."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM uploads WHERE made_at < ? AND state <> 'purged' "
                "AND (verdict IS NOT NULL OR submission IS NULL)",
                (day,),
            ).fetchall()
        return [_upload(row) for row in rows]

    def forget(self, identifier: str) -> None:
        """Drop what was said of an upload whose bytes are gone; what was loaded stays loaded."""
        with self._open() as connection:
            connection.execute(
                "UPDATE uploads SET verdict = NULL, state = CASE "
                "WHEN state IN ('loaded', 'withdrawn') THEN state ELSE 'purged' END WHERE id = ?",
                (identifier,),
            )


def now() -> str:
    """The current moment as ISO text in UTC; sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def folder_of(home: Home) -> Path:
    """Where the page keeps marked copies and what is being received."""
    folder = home.warehouse / "portal"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _as_text(verdict: dict[str, Any]) -> str:
    return json.dumps(verdict, ensure_ascii=False)


def _token(row: sqlite3.Row) -> Token:
    return Token(row["id"], row["role"], row["team"], row["made_at"], row["revoked_at"])


def _upload(row: sqlite3.Row) -> Upload:
    values = dict(row)
    values["state"] = State(values["state"])
    values["verdict"] = json.loads(values["verdict"]) if values["verdict"] else None
    return Upload(**values)
