"""The reader: hands a file to its worker process and builds the `Workbook` from what comes back.

In: the path of an uploaded file and the limits of what reading it may cost.
Out: a `Workbook`, or `UnreadableFile` with the finding that says why. Whatever a file does to the
worker, the next file gets a fresh one.
"""

from __future__ import annotations

import atexit
import hashlib
import signal
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pipelines.intake.file_notes import passed_over, shown_name
from pipelines.intake.findings import Finding
from pipelines.intake.options import Limits
from pipelines.intake.reading.process import Worker, take_worker
from pipelines.intake.reading.wire import receive, send

if TYPE_CHECKING:
    from pipelines.intake.assembling import Reply
    from pipelines.intake.cells import Workbook

_LIMITS = Limits()
_DIED = "died"
_Held = tuple[Worker | None, "tuple[Path, Limits] | None", float]
_prepared: list[Reader] = []


class UnreadableFile(Exception):
    """The file gives no workbook; `findings` say why and what to send instead."""

    def __init__(self, file: str, sha256: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(file, findings[0].code)
        self.file = file
        self.sha256 = sha256
        self.findings = findings


def prepare(path: Path | None = None, limits: Limits = _LIMITS) -> None:
    """Start a worker that the next `Reader` takes over, and let it begin with a file.

    Called before anything heavy is imported, it saves most of the time that reading takes.
    """
    ahead = Reader()
    ahead.start()
    if path is not None:
        ahead.prefetch(path, limits)
    _prepared.append(ahead)


@atexit.register
def _dismiss() -> None:
    """End the workers that nobody took over."""
    while _prepared:
        _prepared.pop().close()


class Reader:
    """A worker process that reads one file at a time; use it as a context manager.

    It may be shared by threads, which then wait for each other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._asked: tuple[Path, Limits] | None = None
        self._deadline = 0.0

    def __enter__(self) -> Self:
        if not self._adopt():
            self._start()
        return self

    def _adopt(self) -> bool:
        """Take over the worker that was prepared, with the file it may already be reading."""
        try:
            ahead = _prepared.pop()
        except IndexError:
            return False
        self._worker, self._asked, self._deadline = ahead.hand_over()
        return True

    def start(self) -> None:
        """Start the worker, without waiting for it."""
        self._start()

    def hand_over(self) -> _Held:
        """Give the worker away, with the file it may be reading and its time limit."""
        held = self._worker, self._asked, self._deadline
        self._worker = self._asked = None
        return held

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, if there is one."""
        self._stop()

    def prefetch(self, path: Path, limits: Limits = _LIMITS) -> None:
        """Let the worker begin with a file that will be read next, and return at once."""
        with self._lock:
            if self._asked is None and passed_over(path.name) is None:
                self._ask(path.absolute(), limits)

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
            return self._read(path.absolute(), limits, name)

    def _read(self, path: Path, limits: Limits, name: str) -> Workbook:
        if self._asked != (path, limits):
            if self._asked is not None:
                self._stop()
            self._ask(path, limits)
        digest = _sha256(path)
        # late: polars loads here, while the worker is already reading.
        from pipelines.intake.assembling import Reply

        reply = Reply()
        code, parameters = self._collect(reply, limits)
        if code == _DIED:
            self._ask(path, limits, is_careful=True)
            reply = Reply()
            code, parameters = self._collect(reply, limits)
        self._asked = None
        if code:
            code = "file-too-large-memory" if code == _DIED else code
            raise UnreadableFile(name, digest, (Finding(code, parameters=parameters),))
        return reply.workbook(name, digest)

    def _ask(self, path: Path, limits: Limits, *, is_careful: bool = False) -> None:
        request = {
            "path": str(path),
            "memory_mb": limits.memory_mb,
            "seconds": limits.seconds,
            "unpacked_mb": limits.unpacked_mb,
            "careful": is_careful,
        }
        if self._worker is None or self._worker.process.poll() is not None:
            self._start()
        try:
            send(self._wire, request)
        except OSError:
            self._start()
            send(self._wire, request)
        self._asked = (path, limits)
        self._deadline = time.monotonic() + limits.seconds

    def _collect(self, reply: Reply, limits: Limits) -> tuple[str | None, dict[str, Any]]:
        """Take messages until the end; the code and parameters of a refusal, or None."""
        try:
            while True:
                self._wire.settimeout(max(self._deadline - time.monotonic(), 0.001))
                message, descriptor = receive(self._wire)
                if message["kind"] == "end":
                    return None, {}
                if message["kind"] == "refusal":
                    return message["code"], message["parameters"]
                reply.take(message, descriptor)
        except TimeoutError:
            self._stop()
            return "file-too-slow", {"seconds": round(limits.seconds)}
        except (EOFError, OSError):
            return self._post_mortem(limits)

    def _post_mortem(self, limits: Limits) -> tuple[str, dict[str, Any]]:
        """Why the worker died; a new one starts with the next file."""
        code = self._worker.process.wait() if self._worker else 0
        self._stop()
        if code == -signal.SIGALRM:
            return "file-too-slow", {"seconds": round(limits.seconds)}
        return _DIED, {"limit_mb": limits.memory_mb}

    @property
    def _wire(self) -> socket.socket:
        if self._worker is None:
            raise OSError("the worker is not running")
        return self._worker.wire

    def _start(self) -> None:
        self._stop()
        self._worker = take_worker()

    def _stop(self) -> None:
        self._asked = None
        if self._worker is not None:
            self._worker.end()
            self._worker = None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
