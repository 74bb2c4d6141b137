"""The worker's process: started, and started ahead where a command will surely need it.

In: nothing.
Out: a process and the socket it listens on. It imports next to nothing, so that the worker loads
what it needs while the command still loads its own.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
_ahead: list[Worker] = []


@dataclass(frozen=True)
class Worker:
    """A process that reads what the socket tells it to."""

    process: subprocess.Popen[bytes]
    wire: socket.socket

    def end(self) -> None:
        """Close the socket, and end the process whatever it is doing."""
        self.wire.close()
        self.process.kill()
        self.process.wait()


def start_ahead() -> None:
    """Start a worker that the next `take_worker` gets; one at most."""
    if not _ahead:
        _ahead.append(_start())


def take_worker() -> Worker:
    """The worker that was started ahead, or a new one."""
    try:
        return _ahead.pop()
    except IndexError:
        return _start()


def _start() -> Worker:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            [sys.executable, "-P", "-m", "pipelines.intake.reading.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    return Worker(process, ours)


def _environment() -> dict[str, str]:
    """The worker's environment: one polars thread, since calamine and the scan are its work."""
    return os.environ | {
        "PYTHONPATH": str(_ROOT),
        "POLARS_MAX_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


@atexit.register
def _dismiss() -> None:
    """End the workers that nobody took."""
    while _ahead:
        _ahead.pop().end()
