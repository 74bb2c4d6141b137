"""Ending processes with everything they started.

In: processes of ours.
Out: none of them, nor of their descendants, is left.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def end_all(processes: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Ask the processes to end, in this order; after `seconds` end them and all they started."""
    family = {pid: born for root in processes for pid, born in descendants(root.pid).items()}
    for process in processes:
        process.terminate()
    until = time.monotonic() + seconds
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
    for root in processes:
        family |= descendants(root.pid) if root.poll() is None else {}
        root.kill()
    for pid, born in family.items():
        # The number may belong to somebody else by now; the time of birth tells.
        if _births([pid]).get(pid) == born:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    for process in processes:
        process.wait()


def descendants(root: int) -> dict[int, str]:
    """Children of a process and their children: number → time of birth."""
    parents = _parents()
    found: list[int] = []
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, above in parents.items() if above == parent]
        found += children
        waiting += children
    return _births(found)


def _parents() -> dict[int, int]:
    if _PROC.is_dir():
        return {
            int(path.name): int(fields[1])
            for path in _PROC.iterdir()
            if path.name.isdigit() and (fields := _stat(path))
        }
    lines = _ps("-A", "-o", "pid=,ppid=")
    return {int(pid): int(parent) for pid, parent in (line.split() for line in lines)}


def _births(pids: Iterable[int]) -> dict[int, str]:
    if _PROC.is_dir():
        return {pid: fields[19] for pid in pids if (fields := _stat(_PROC / str(pid)))}
    found = {pid: _ps("-o", "lstart=", "-p", str(pid)) for pid in pids}
    return {pid: lines[0] for pid, lines in found.items() if lines}


def _stat(path: Path) -> list[str]:
    """The fields of /proc/PID/stat after the name, state first; none where it ended."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ps(*arguments: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 - fixed arguments
        ["ps", *arguments],  # noqa: S607 - where ps lies differs by system
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if line.strip()]
