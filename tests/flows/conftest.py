"""A real Prefect server with a home of its own, on a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.home import make_home
from pipelines.service.processes import end_all
from pipelines.service.up import is_healthy
from raw.examples import AREAS, DEMO, FOLDER

CHECKOUT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """How to reach the server, and how to run Prefect's commands against it."""

    port: int
    environment: dict[str, str]
    folder: Path

    def prefect(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
            cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
                cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("prefect")) as (found, _):
        yield found


@pytest.fixture(scope="session")
def deployed(server: Server) -> Server:
    """The server with the office's deployments; whoever needs a worker starts one."""
    server.prefect("work-pool", "create", "leerstand", "--type", "process", "--overwrite")
    server.prefect("deploy", "--all")
    return server


@contextmanager
def running_server(folder: Path) -> Iterator[tuple[Server, subprocess.Popen[bytes]]]:
    """A server with its home in `folder`, and its process."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    environment = os.environ | {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    server = Server(port, environment, folder)
    process = server.start("server", "server", "start", "--port", str(port))
    until = time.monotonic() + 120
    while not is_healthy(port):
        assert time.monotonic() < until, (folder / "server.log").read_text()
        assert process.poll() is None, (folder / "server.log").read_text()
        time.sleep(0.2)
    try:
        yield server, process
    finally:
        end_all([process], 8)


def filled_home(root: Path) -> Path:
    """A home with registers, and the example workbooks in its inbox."""
    home = make_home(root)
    shutil.copytree(AREAS, home.areas, dirs_exist_ok=True)
    for team, files in DEMO.items():
        (home.inbox / team).mkdir()
        for file in files:
            shutil.copy2(FOLDER / file, home.inbox / team / file)
    return home.root
