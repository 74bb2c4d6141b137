"""`leerstand up`: from the inbox to the published table by schedule, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from pipelines.service.processes import descendants
from pipelines.service.up import DEPLOYMENTS
from tests.flows.conftest import CHECKOUT, filled_home, free_port

SECONDS = 4


def with_intervals(source: Path, target: Path) -> None:
    """The office's own schedules: every few seconds, for this test."""
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    for deployment in content["deployments"]:
        if deployment["name"] == "ingest_inbox":
            deployment["schedules"] = [{"interval": SECONDS}]
        if deployment["name"] == "publish":
            deployment["schedules"] = [{"interval": SECONDS * 3}]
    target.write_text(yaml.safe_dump(content), encoding="utf-8")


def wait_for(what: Callable[[], bool], seconds: float, log: Callable[[], str]) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, log()
        time.sleep(0.3)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = filled_home(tmp_path / "home")
    with_intervals(DEPLOYMENTS, root / "prefect.yaml")
    return root


@pytest.fixture
def up(home: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    command = [
        sys.executable, "-m", "pipelines.cli", "--home", str(home), "up",
        "--port", str(free_port()), "--prefect-port", str(free_port()),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True,
        env=environment | {"PREFECT_WORKER_QUERY_SECONDS": "1"},
    )  # fmt: skip
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(30)
    assert process.stderr
    process.stderr.close()


def logs(home: Path) -> str:
    return "\n".join(path.read_text()[-3000:] for path in sorted((home / "logs").glob("*.log")))


@pytest.mark.soak
def test_the_office_runs_by_itself(home: Path, up: subprocess.Popen[str]) -> None:
    page = home / "published/index.html"
    wait_for(
        lambda: page.exists() and ">115<" in page.read_text(encoding="utf-8"), 240,
        lambda: logs(home),
    )  # fmt: skip
    second = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home), "--lang", "en", "up"],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode == 2
    assert f"runs already for this home (process {up.pid}" in second.stderr
    family = descendants(up.pid)
    assert len(family) >= 2
    began = time.monotonic()
    up.send_signal(signal.SIGTERM)
    assert up.wait(15) == 0
    assert time.monotonic() - began < 10
    time.sleep(0.3)
    left = {pid for pid in family if _runs(pid)}
    assert not left


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
