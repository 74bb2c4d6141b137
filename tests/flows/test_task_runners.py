"""Who checks: processes here or a Dask cluster, with the same totals, also when one is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.country import write_country
from pipelines.home import Home, make_home
from pipelines.service.processes import descendants
from pipelines.store import build_edition, find_edition, pending, submissions
from pipelines.store.query import fetch
from pipelines.store.verify import verify
from pipelines.walk import home_places
from tests.flows.conftest import CHECKOUT

FILES, ROWS = 40, 60


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty small workbooks, and what they add up to."""
    folder = tmp_path_factory.mktemp("country")
    write_country(folder, municipalities=4, waves=5, rows=ROWS)
    assert len(list((folder / "first").iterdir())) == FILES
    return folder


def home_of(country: Path, root: Path) -> Home:
    home = make_home(root)
    shutil.copytree(country / "areas", home.areas / "country")
    return home


def ingesting(home: Home, folder: Path, runner: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "ingest", str(folder),
         "--team", "land"],
        cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"LEERSTAND_TASK_RUNNER": runner, "LEERSTAND_WORKERS": "2"},
    )  # fmt: skip


def counted(home: Home) -> list[list[object]]:
    """What the edition counts, in the shape of expected.json."""
    build_edition(home, home_places(home))
    sql = "SELECT wave_id, district_id, count(*) FROM vacancies GROUP BY ALL ORDER BY ALL"
    return [list(row) for row in fetch(find_edition(home).path, sql).rows]


def expected(country: Path) -> object:
    return json.loads((country / "expected.json").read_text())["vacancies"]


def kill_one(process: subprocess.Popen[str], home: Home) -> int:
    """Kill a process that checks, once some files are through and others are not."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        done = [one for one in submissions(home) if one["status"] != "pending"]
        workers = [pid for pid in descendants(process.pid) if _is_worker(pid)]
        if 3 <= len(done) < FILES and workers:
            os.kill(workers[0], signal.SIGKILL)
            return len(done)
        time.sleep(0.05)
    raise AssertionError(process.communicate())


def _is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.soak
@pytest.mark.parametrize("runner", ["processes", "dask"])
def test_a_killed_worker_costs_nothing(country: Path, tmp_path: Path, runner: str) -> None:
    home = home_of(country, tmp_path / "home")
    process = ingesting(home, country / "first", runner)
    kill_one(process, home)
    out, errors = process.communicate(timeout=240)
    # Some of the workbooks have mistakes.
    assert process.returncode == 1, errors
    assert len([line for line in out.splitlines() if line.startswith("S0")]) == FILES
    assert pending(home) == []
    later = ingesting(home, country / "later", runner)
    later.communicate(timeout=240)
    assert counted(home) == expected(country)
    assert verify(home, home_places(home)) == []


@pytest.mark.soak
def test_a_killed_walk_is_finished_by_the_next(country: Path, tmp_path: Path) -> None:
    """The parent dies, and with it its workers; the next run does the rest."""
    home = home_of(country, tmp_path / "home")
    process = ingesting(home, country / "first", "processes")
    kill_one(process, home)
    family = descendants(process.pid)
    process.kill()
    process.communicate()
    until = time.monotonic() + 20
    while any(_is_worker(pid) for pid in family):
        assert time.monotonic() < until, "workers outlive their parent"
        time.sleep(0.1)
    for folder in ("first", "later"):
        ingesting(home, country / folder, "processes").communicate(timeout=240)
    assert counted(home) == expected(country)
    assert verify(home, home_places(home)) == []


@pytest.mark.soak
def test_a_scheduler_out_of_reach_is_said(country: Path, tmp_path: Path) -> None:
    home = home_of(country, tmp_path / "home")
    (home.root / "leerstand.toml").write_text('dask_scheduler = "tcp://127.0.0.1:1"\n')
    process = ingesting(home, country / "first", "dask")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "dask scheduler" in errors
    assert "Traceback" not in errors
