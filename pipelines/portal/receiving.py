"""Receiving: a body becomes an archived file and a queued upload.

In: chunks of bytes, a name, who sends them.
Out: an `Upload` on the desk; its bytes are in the archive and its arrival in the ledger before
anything reads them. The name is only ever shown: on disk the file is named by its sha256.
"""

from __future__ import annotations

import secrets
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from pipelines.home import Home
from pipelines.portal.desk import Desk, State, Upload, folder_of, now
from pipelines.store import archive_of
from pipelines.store.ledger import Ledger
from schemas.columns import Lang

MOST_NAME = 120


def shown_name(name: str) -> str:
    """The file's name without folders and without characters that no name should have."""
    bare = PureWindowsPath(PurePosixPath(name).name).name
    kept = "".join(c for c in bare if unicodedata.category(c)[0] != "C")
    return kept.strip().strip(".")[-MOST_NAME:] or "upload"


def scratch(home: Home) -> BinaryIO:
    """A file without a name for what is being received; it is gone when closed."""
    return tempfile.TemporaryFile(dir=folder_of(home))


@dataclass(frozen=True)
class Sender:
    """Who sends a file, in which language, and what they say about it."""

    team: str
    lang: Lang = "de"
    wave: str = ""
    area: str = ""


def keep(home: Home, desk: Desk, content: BinaryIO, name: str, sender: Sender) -> Upload:
    """Archive what was received, enter it in the ledger and queue its check.

    Raises:
        ExpectedFailure: the home cannot be written to.
    """
    content.seek(0, 2)
    size = content.tell()
    content.seek(0)
    archive = archive_of(home)
    sha256 = archive.keep_stream(content)
    moment = now()
    upload = Upload(
        id=secrets.token_hex(8), team=sender.team, file=shown_name(name), sha256=sha256,
        size=size, lang=sender.lang, wave=sender.wave or None, area=sender.area or None,
        mode=None, state=State.QUEUED, submission=None, verdict=None, made_at=moment,
        changed_at=moment,
    )  # fmt: skip
    with Ledger(home) as ledger:
        body = {"upload": upload.id, "sha256": sha256, "file": upload.file, "team": sender.team}
        ledger.record("uploaded", body, actor=sender.team)
    if not archive.holds(sha256):
        # The same bytes, uploaded long ago, were removed before this upload was entered.
        content.seek(0)
        archive.keep_stream(content)
    desk.add_upload(upload)
    desk.audit(sender.team, "upload", f"{upload.id} {upload.file}")
    return upload
