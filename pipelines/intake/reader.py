"""The reader: hands a file to its worker process and builds the `Workbook` from what comes back.

In: the path of an uploaded file and the limits of what reading it may cost.
Out: a `Workbook`, or `UnreadableFile` with the finding that says why. Whatever a file does to the
worker, the next file gets a fresh one.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from pipelines.intake.cells import Merge, Sheet, Workbook
from pipelines.intake.file_notes import file_findings, passed_over, shown_name
from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW, column_of
from pipelines.intake.options import Limits
from pipelines.intake.reading.wire import receive, send
from pipelines.intake.stamp import PROPERTY, read_stamp

_LIMITS = Limits()
_STAMP_ROWS = 3
_ROOT = Path(__file__).resolve().parents[2]


class UnreadableFile(Exception):
    """The file gives no workbook; `findings` say why and what to send instead."""

    def __init__(self, file: str, sha256: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(file, findings[0].code)
        self.file = file
        self.sha256 = sha256
        self.findings = findings


@dataclass
class _Reply:
    """What has come back from the worker for one file."""

    about: dict[str, Any] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)


class Reader:
    """A worker process that reads one file at a time; use it as a context manager.

    It may be shared by threads, which then wait for each other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._asked: tuple[Path, Limits] | None = None
        self._deadline = 0.0

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def prefetch(self, path: Path, limits: Limits = _LIMITS) -> None:
        """Let the worker begin with a file that will be read next, and return at once."""
        with self._lock:
            if self._asked is None and passed_over(path.name) is None:
                self._ask(path, limits)

    def read(self, path: Path, limits: Limits = _LIMITS, *, name: str | None = None) -> Workbook:
        """The cells of one file.

        Args:
            path: where the bytes are.
            limits: memory (MB), wall time (s) and unpacked size (MB) it may cost.
            name: the name it was uploaded under, where that is not the path's.

        Raises:
            UnreadableFile: whatever is wrong with it.
        """
        name = shown_name(name or path.name)
        refusal = passed_over(name)
        if refusal is not None:
            raise UnreadableFile(name, _sha256(path), (refusal,))
        with self._lock:
            return self._read(path, limits, name)

    def _read(self, path: Path, limits: Limits, name: str) -> Workbook:
        if self._asked != (path, limits):
            if self._asked is not None:
                self._stop()
            self._ask(path, limits)
        self._asked = None
        digest = _sha256(path)
        reply = _Reply()
        code, parameters = self._collect(reply, limits)
        if code:
            raise UnreadableFile(name, digest, (Finding(code, parameters=parameters),))
        return _workbook(name, digest, reply)

    def _ask(self, path: Path, limits: Limits) -> None:
        request = {
            "path": str(path.absolute()),
            "memory_mb": limits.memory_mb,
            "seconds": limits.seconds,
            "unpacked_mb": limits.unpacked_mb,
        }
        if self._process is None or self._process.poll() is not None:
            self._start()
        try:
            send(self._wire, request)
        except OSError:
            self._start()
            send(self._wire, request)
        self._asked = (path, limits)
        self._deadline = time.monotonic() + limits.seconds

    def _collect(self, reply: _Reply, limits: Limits) -> tuple[str | None, dict[str, Any]]:
        """Take messages until the end; the code and parameters of a refusal, or None."""
        try:
            while True:
                self._wire.settimeout(max(self._deadline - time.monotonic(), 0.001))
                message, descriptor = receive(self._wire)
                if message["kind"] == "end":
                    return None, {}
                if message["kind"] == "refusal":
                    return message["code"], message["parameters"]
                _take(reply, message, descriptor)
        except TimeoutError:
            self._stop()
            return "file-too-slow", {"seconds": round(limits.seconds)}
        except (EOFError, OSError):
            return self._post_mortem(limits)

    def _post_mortem(self, limits: Limits) -> tuple[str, dict[str, Any]]:
        """Why the worker died; a new one starts with the next file."""
        process = self._process
        code = process.wait() if process else 0
        self._stop()
        if code == -signal.SIGALRM:
            return "file-too-slow", {"seconds": round(limits.seconds)}
        return "file-too-large-memory", {"limit_mb": limits.memory_mb}

    @property
    def _wire(self) -> socket.socket:
        if self._connection is None:
            raise OSError("the worker is not running")
        return self._connection

    def _start(self) -> None:
        self._stop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
                [sys.executable, "-P", "-m", "pipelines.intake.reading.worker",
                 str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )  # fmt: skip
        self._connection = ours

    def _stop(self) -> None:
        self._asked = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _environment() -> dict[str, str]:
    """The worker's environment: one polars thread, since calamine and the scan are its work."""
    return os.environ | {
        "PYTHONPATH": str(_ROOT),
        "POLARS_MAX_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _take(reply: _Reply, message: dict[str, Any], descriptor: int | None) -> None:
    if descriptor is not None:
        try:
            reply.frames.append(pl.read_ipc(f"/dev/fd/{descriptor}"))
        finally:
            os.close(descriptor)
    elif message["kind"] == "file":
        reply.about = message
    elif message.get("is_chart"):
        reply.charts.append(message["name"])
    elif message["kind"] == "sheet":
        reply.sheets.append(_sheet(message, reply.frames))
        reply.frames = []


def _stamped(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """The stamp in one of the first rows of a sheet, and the frame without its cell."""
    head = frame.head(_STAMP_ROWS).filter(pl.col(ROW) <= _STAMP_ROWS)
    for name in head.columns:
        if head.schema[name] != pl.String:
            continue
        for row, text in zip(head[ROW].to_list(), head[name].to_list(), strict=True):
            stamp = read_stamp(text)
            if stamp is not None:
                is_stamp = (pl.col(ROW) == row).and_(pl.col(name) == text)
                cleared = pl.when(is_stamp).then(None).otherwise(pl.col(name)).alias(name)
                return frame.with_columns(cleared), stamp
    return frame, {}


def _sheet(message: dict[str, Any], frames: list[pl.DataFrame]) -> Sheet:
    frame = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={ROW: pl.Int32})
    frame, stamp = _stamped(frame)
    letters = sorted(
        {name.partition(":")[0] for name in frame.columns if name != ROW}, key=column_of
    )
    ordered = sorted(
        (name for name in frame.columns if name != ROW),
        key=lambda name: (column_of(name.partition(":")[0]), name),
    )
    return Sheet(
        name=message["name"],
        frame=frame.select(ROW, *ordered),
        letters=tuple(letters),
        is_hidden=message.get("is_hidden", False),
        merges=tuple(Merge(*merge) for merge in message.get("merges", ())),
        hidden_rows=frozenset(message.get("hidden_rows", ())),
        hidden_columns=frozenset(message.get("hidden_columns", ())),
        stamp=stamp,
    )


def _workbook(name: str, digest: str, reply: _Reply) -> Workbook:
    stamp = read_stamp(reply.about.get("properties", {}).get(PROPERTY)) or {}
    for sheet in reply.sheets:
        stamp |= {key: value for key, value in sheet.stamp.items() if key != "role"}
    if reply.about.get("is_1904"):
        stamp["date1904"] = "true"
    return Workbook(
        file=name,
        sha256=digest,
        format=reply.about["format"],
        sheets=tuple(reply.sheets),
        stamp=stamp,
        findings=tuple(file_findings(name, reply.about, reply.charts)),
    )
