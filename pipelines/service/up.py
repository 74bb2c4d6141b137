"""`leerstand up`: server, deployments, worker and page as children of one process.

In: a home with its settings; an own prefect.yaml in the home beats the one of the program.
Out: running children until SIGTERM or SIGINT, then none: whatever a child started is ended too,
within `STOP_SECONDS`. A child that dies is started again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from pipelines.errors import InputFailure, StoreFailure
from pipelines.home import Home
from pipelines.service.processes import end_all

CHECKOUT = Path(__file__).parents[2]
DEPLOYMENTS = CHECKOUT / "prefect.yaml"
POOL = "leerstand"
PAGE = "pipelines.portal.app"
START_SECONDS = 180.0
STOP_SECONDS = 8.0
LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True)
class Ports:
    """Where server and page listen, on this machine only."""

    page: int = 8080
    prefect: int = 4200


@dataclass
class Child:
    """One process to be kept running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 1.0
    not_before: float = field(default=0.0)


def api_url(ports: Ports) -> str:
    """Where the server is asked."""
    return f"http://127.0.0.1:{ports.prefect}/api"


def environment(home: Home, ports: Ports) -> dict[str, str]:
    """What the children are told: their own Prefect below the home, and nothing reported."""
    return os.environ | {
        "PREFECT_HOME": str(home.root / ".prefect"),
        "PREFECT_API_URL": api_url(ports),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_WORKER_QUERY_SECONDS": os.environ.get("PREFECT_WORKER_QUERY_SECONDS", "5"),
        "LEERSTAND_HOME": str(home.root),
        "LEERSTAND_PAGE_URL": home.settings().page_url or f"http://127.0.0.1:{ports.page}",
    }


def prefect(*arguments: str) -> list[str]:
    """A Prefect command of the same Python."""
    return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]


def deployments_of(home: Home) -> Path:
    """The office's own prefect.yaml, else the program's."""
    own = home.root / "prefect.yaml"
    return own if own.is_file() else DEPLOYMENTS


@contextmanager
def only_one(home: Home, ports: Ports) -> Iterator[None]:
    """Held while the service runs, with its process and its ports for others to read.

    Raises:
        StoreFailure: it runs already.
    """
    folder = home.root / ".prefect"
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "up.lock", timeout=0)
    try:
        with lock:
            (folder / "up.pid").write_text(str(os.getpid()), encoding="utf-8")
            (folder / "up.url").write_text(api_url(ports), encoding="utf-8")
            try:
                yield
            finally:
                (folder / "up.pid").unlink(missing_ok=True)
    except Timeout as error:
        raise StoreFailure("up-runs", path=home.root, pid=running_pid(home) or "?") from error


def running_pid(home: Home) -> str | None:
    """The process that runs the service of this home, as it wrote down itself.

    A number left behind by one that was killed does not count: the lock tells.
    """
    path = home.root / ".prefect/up.pid"
    if not path.is_file():
        return None
    try:
        with FileLock(path.with_name("up.lock"), timeout=0):
            return None
    except Timeout:
        return path.read_text(encoding="utf-8")


def running_server(home: Home) -> str:
    """Where the server is asked that the environment names, or the one of the running service.

    Raises:
        InputFailure: there is none.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        return named
    if running_pid(home) is None:
        raise InputFailure("no-prefect-server", home=home.root)
    return (home.root / ".prefect/up.url").read_text(encoding="utf-8")


class Service:
    """The children, and what starts, watches and ends them."""

    def __init__(self, home: Home, ports: Ports, tell: Callable[[str], None]) -> None:
        self.home = home
        self.ports = ports
        self.tell = tell
        self.environment = environment(home, ports)
        self.logs = home.root / "logs"
        self.stopping = False
        server = prefect("server", "start", "--host", "127.0.0.1", "--port", str(ports.prefect))
        worker = prefect("worker", "start", "--pool", POOL, "--type", "process")
        page = [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(ports.page)]
        self.children = [Child("server", server), Child("worker", worker)]
        if find_spec(PAGE):
            self.children.append(Child("page", page))

    def run(self) -> None:
        """Start everything and stay until a signal comes."""
        with only_one(self.home, self.ports), self._signals():
            try:
                self._start(self.children[0])
                self._wait_for_server()
                self._register()
                for child in self.children[1:]:
                    self._start(child)
                self.tell("up")
                while not self.stopping:
                    self._mend()
                    time.sleep(0.2)
            finally:
                self.tell("stopping")
                running = [c.process for c in reversed(self.children) if c.process]
                end_all(running, STOP_SECONDS)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            self.stopping = True

        before = {kind: signal.signal(kind, stop) for kind in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def _start(self, child: Child) -> None:
        self.logs.mkdir(exist_ok=True)
        with (self.logs / f"{child.name}.log").open("ab") as log:
            # A session of its own: Ctrl+C reaches us alone, and we end the children in order.
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command, cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self.tell(child.name)

    def _mend(self) -> None:
        """Start again what died, after a pause that grows."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            if child.not_before == 0.0:
                child.not_before = time.monotonic() + child.pause
                child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)
            elif time.monotonic() >= child.not_before:
                child.not_before = 0.0
                self._start(child)

    def _wait_for_server(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.stopping and not is_healthy(self.ports.prefect):
            process = self.children[0].process
            if time.monotonic() > until or process is None or process.poll() is not None:
                raise StoreFailure("up-no-server", log=self.logs / "server.log")
            time.sleep(0.2)

    def _register(self) -> None:
        pool = prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
        limit = prefect("work-pool", "set-concurrency-limit", POOL, "1")
        file = str(deployments_of(self.home))
        deploy = prefect("deploy", "--all", "--prefect-file", file)
        with (self.logs / "deploy.log").open("ab") as log:
            for command in (pool, limit, deploy):
                done = subprocess.run(  # noqa: S603 - our own commands
                    command, cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log,
                    stdin=subprocess.DEVNULL, check=False,
                )  # fmt: skip
                if done.returncode and not self.stopping:
                    raise StoreFailure("up-no-deployments", log=self.logs / "deploy.log")


def is_healthy(port: int) -> bool:
    """Whether a Prefect server answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
