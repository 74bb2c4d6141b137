"""Ending processes leaves none of their descendants, even those that detach themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from pipelines.service.processes import descendants, end_all

DETACHED = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_detached_grandchild_is_ended_too() -> None:
    root = subprocess.Popen([sys.executable, "-c", DETACHED])
    until = time.monotonic() + 20
    while not descendants(root.pid) and time.monotonic() < until:
        time.sleep(0.05)
    family = list(descendants(root.pid))
    assert len(family) == 1
    end_all([root], 5)
    time.sleep(0.2)
    assert not _runs(root.pid)
    assert not _runs(family[0])


def test_one_that_does_not_listen_is_killed_in_time() -> None:
    root = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
    assert root.stdout
    assert root.stdout.readline() == b"ready\n"
    began = time.monotonic()
    end_all([root], 0.5)
    root.stdout.close()
    assert time.monotonic() - began < 3
    assert root.returncode == -9
