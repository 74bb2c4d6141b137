"""A page that answers in a process of its own, and how to wait for it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from pipelines.home import Home, make_home
from pipelines.portal.access import OFFICE, TEAM
from pipelines.portal.app import make_portal
from pipelines.portal.gate import Portal
from pipelines.service.processes import descendants
from raw.examples import FOLDER


@dataclass
class Running:
    """A page that answers, in a process of its own, and tokens for it."""

    home: Home
    portal: Portal
    address: str
    tokens: dict[str, str]
    process: subprocess.Popen[bytes] = field(repr=False)

    def client(self, who: str | None = None) -> httpx.Client:
        """A machine's client, with the token of a team or of the office."""
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=30)

    def signed_in(self, who: str | None) -> httpx.Client:
        """A browser's client, with a session."""
        client = httpx.Client(base_url=self.address, timeout=30)
        if who is not None:
            answer = client.post("/anmelden", data={"token": self.tokens[who]})
            assert answer.status_code == 303
        return client


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(home: Home, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "serve", "--port",
         str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/gesund", timeout=5).status_code == 200:
                return process
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the page does not answer")


def new_home(root: Path) -> Home:
    home = make_home(root)
    shutil.copytree(FOLDER / "areas", home.areas, dirs_exist_ok=True)
    return home


def run(root: Path) -> Iterator[Running]:
    home = new_home(root)
    portal = make_portal(home)
    tokens = {
        "A": portal.access.make_token(TEAM, "team-a"),
        "B": portal.access.make_token(TEAM, "team-b"),
        "office": portal.access.make_token(OFFICE, "Amt"),
    }
    port = free_port()
    process = start(home, port)
    found = Running(home, portal, f"http://127.0.0.1:{port}", tokens, process)
    try:
        yield found
    finally:
        found.process.terminate()
        found.process.wait(timeout=20)


@contextmanager
def stopped_worker(running: Running) -> Iterator[None]:
    """Nothing is checked meanwhile; what the page needs is not held by what is stopped."""
    worker = next(iter(descendants(running.process.pid)))
    with (
        closing(sqlite3.connect(running.portal.desk.path, timeout=30)) as desk,
        closing(sqlite3.connect(running.home.ledger, timeout=30)) as ledger,
    ):
        for connection in (desk, ledger):
            connection.execute("BEGIN IMMEDIATE")
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def wait_for(
    client: httpx.Client, upload: str, *states: str, seconds: float = 60, pause: float = 0.25
) -> dict[str, Any]:
    """Ask until the upload is in one of the states, with a pause of seconds between."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: dict[str, Any] = client.get(f"/uploads/{upload}").json()
        if found["state"] in states:
            return found
        time.sleep(pause)
    raise AssertionError(found)
