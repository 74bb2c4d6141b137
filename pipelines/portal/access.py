"""Access: tokens, sessions and the proof that a form is ours.

In: a home's key file and the desk.
Out: `Access`, which makes tokens, turns them into signed sessions, and sessions into `Visitor`s.
A token has 256 random bits, so that a plain sha256 of it is as good as it gets; hashes are
compared in constant time. A session names its token and ends with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.home import Home
from pipelines.portal.desk import Desk, Token, now

SESSION_SECONDS = 12 * 3600
OFFICE, TEAM = "office", "team"


@dataclass(frozen=True)
class Visitor:
    """Who sends a request; `csrf` must come back with every form."""

    role: str
    team: str
    token: str
    csrf: str = ""

    @property
    def is_office(self) -> bool:
        """Whether the visitor is of the office."""
        return self.role == OFFICE

    @property
    def scope(self) -> str | None:
        """The team whose uploads the visitor sees; None: all."""
        return None if self.is_office else self.team


class Access:
    """Who may come in."""

    def __init__(self, home: Home, desk: Desk) -> None:
        self.desk = desk
        self._key = _key(home.root / "raw/portal.key")

    def make_token(self, role: str, team: str) -> str:
        """A new token; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        entry = Token(secrets.token_hex(6), role, team, now(), None)
        self.desk.add_token(entry, _digest(token))
        return token

    def has_office(self) -> bool:
        """Whether anybody of the office can come in."""
        return any(t.role == OFFICE and t.revoked_at is None for t, _ in self.desk.tokens())

    def holder(self, token: str) -> Visitor | None:
        """Whose token it is; every hash is compared, so that time tells nothing."""
        digest, found = _digest(token), None
        for entry, known in self.desk.tokens():
            if hmac.compare_digest(digest, known) and entry.revoked_at is None:
                found = entry
        return Visitor(found.role, found.team, found.id) if found else None

    def session(self, visitor: Visitor) -> str:
        """A signed session for a cookie."""
        content = {"t": visitor.token, "e": int(time.time()) + SESSION_SECONDS,
                   "n": secrets.token_hex(8)}  # fmt: skip
        body = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
        return f"{body}.{self._sign('session', body)}"

    def visitor(self, session: str | None) -> Visitor | None:
        """Who a session belongs to; None where it is forged, over, or its token revoked."""
        body, _, signature = (session or "").partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", body).encode()):
            return None
        content = json.loads(base64.urlsafe_b64decode(body))
        token = self.desk.token(content["t"])
        if token is None or content["e"] < time.time():
            return None
        return Visitor(token.role, token.team, token.id, self._sign("form", body))

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Whether a form's proof is the session's, compared in constant time."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(path: Path) -> bytes:
    """The signing key, made once, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as out:
        key = secrets.token_bytes(32)
        out.write(key)
    return key
