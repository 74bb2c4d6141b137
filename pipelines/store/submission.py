"""What the store says about one uploaded file: before it is read, and after it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipelines.intake.findings import Finding
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import Status
from pipelines.store.archive import Archive

Mode = Literal["replace", "add"]


def submission_id(number: int) -> str:
    """The short, sortable id of a submission: 12 → "S000012"."""
    return f"S{number:06d}"


def number_of(identifier: str) -> int | None:
    """The number behind "S000012"; None where the text is no submission id."""
    digits = identifier.strip().upper().removeprefix("S")
    return int(digits) if digits.isascii() and digits.isdigit() else None


@dataclass(frozen=True)
class Submission:
    """One upload, archived and entered in the ledger.

    Attributes:
        archive: holds the bytes under `sha256`; nothing else is read from now on.
        source: team and folded file name; with a wave it names a source.
        options: what the uploader said, as it is to be checked with.
        context: digest of the mappings, corrections and areas it is checked with.
        received_at: ISO timestamp in UTC.
        mode, is_strict: how it is to be loaded.
        duplicate_of: set where nothing has to be read: the same upload is current already.
        size: bytes of the file.
    """

    number: int
    file: str
    sha256: str
    archive: Archive
    source: str
    options: CheckOptions
    context: str
    rule_version: str
    fingerprint: str
    received_at: str
    mode: Mode | None = None
    is_strict: bool = False
    duplicate_of: str | None = None
    size: int = 0

    @property
    def id(self) -> str:
        """The id that people see: S000012."""
        return submission_id(self.number)


@dataclass(frozen=True)
class Outcome:
    """What became of a submission.

    Attributes:
        status: the verdict that counts; a correction that needs a mode is `waiting`.
        is_loaded: whether its rows are in the store.
        replaces: ids of the submissions whose rows it superseded.
        duplicate_of: id of the submission that it repeats; then nothing was loaded.
        findings: what loading adds to the findings of the check.
        loaded: form → accepted rows loaded.
        gone: objects of the replaced submissions that this one no longer has.
    """

    submission: str
    status: Status
    is_loaded: bool = False
    waves: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    duplicate_of: str | None = None
    findings: tuple[Finding, ...] = ()
    loaded: tuple[tuple[str, int], ...] = ()
    gone: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What `ingest --json` adds to the file's entry."""
        return {
            "submission": self.submission,
            "replaces": list(self.replaces),
            "duplicate_of": self.duplicate_of,
        }
