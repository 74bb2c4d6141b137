"""The upload page with a real Prefect server: its loads by a worker, by itself, never twice."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import Home, open_home
from pipelines.portal.desk import Desk, State, Upload
from pipelines.portal.loading import Loads
from pipelines.portal.prefecting import Deployment, FlowRun, Progress
from pipelines.portal.receiving import Sender, keep
from pipelines.portal.worker import Worker
from pipelines.service.processes import end_all
from pipelines.store import submissions
from raw.examples import FOLDER
from tests.flows.conftest import Server, filled_home, running_server
from tests.flows.test_deployments import ask

FILES = ("Wattenscheid_2019.xlsx", "Werne_Langendreer_2019.xlsx")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = filled_home(tmp_path / "home")
    shutil.rmtree(root / "raw/inbox")
    return open_home(root)


@pytest.fixture
def worker(deployed: Server) -> Iterator[Server]:
    started = deployed.start("page-worker", "worker", "start", "--pool", "leerstand")
    until = time.monotonic() + 120
    while ask(deployed, "deployments/filter")[0]["status"] != "READY":
        assert time.monotonic() < until
        time.sleep(0.5)
    yield deployed
    end_all([started], 8)


def deployment(home: Home, server: Server) -> Deployment:
    return Deployment(home, server.environment)


def handed_in(home: Home, desk: Desk) -> list[Upload]:
    """Both files, checked and handed in."""
    kept = []
    for name in FILES:
        with (FOLDER / name).open("rb") as content:
            kept.append(keep(home, desk, content, name, Sender("team-a")))
    with Worker(home, desk) as checking:
        turn_until(checking, desk, lambda one: one.state is State.READY and has_changes(one))
    for one in kept:
        assert desk.move(one.id, frozenset({State.READY}), State.SUBMITTED)
    return kept


def has_changes(upload: Upload) -> bool:
    return "changes" in (upload.verdict or {})


def turn_until(working: Worker, desk: Desk, holds: Any, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not all(holds(one) for one in desk.uploads()):
        assert time.monotonic() < until, [(one.file, one.state) for one in desk.uploads()]
        if not working.turn():
            time.sleep(0.1)


def loaded_once(home: Home, desk: Desk) -> None:
    """Each upload is one submission, and nothing else was received."""
    known = submissions(home)
    assert sorted(entry["file"] for entry in known) == sorted(FILES)
    assert {entry["state"] for entry in known} == {"current"}
    assert {str(one.submission) for one in desk.uploads()} == {e["submission"] for e in known}


def runs(server: Server, home: Home) -> list[dict[str, Any]]:
    """The runs of the deployment for this home, oldest first."""
    found = ask(server, "flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
    return [run for run in found if run["parameters"].get("home") == str(home.root)
            and "submissions" in run["parameters"]]  # fmt: skip


def working(home: Home, desk: Desk, served: Deployment) -> Worker:
    found = Worker(home, desk)
    found.loads = Loads(home, desk, served, found.checks)
    return found


def test_the_deployment_loads(worker: Server, home: Home) -> None:
    desk = Desk(home)
    handed_in(home, desk)
    with working(home, desk, deployment(home, worker)) as page:
        turn_until(page, desk, lambda one: one.state is State.LOADED)
    loaded_once(home, desk)
    done = runs(worker, home)
    assert [run["parameters"]["submissions"] for run in done] == [["S000001", "S000002"]]
    for _ in range(50):
        if runs(worker, home)[0]["state_type"] != "RUNNING":
            break
        time.sleep(0.2)
    assert runs(worker, home)[0]["state_type"] == "COMPLETED", "it was the run that loaded"


@pytest.fixture
def hoped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are begun though no worker has asked for any, as shortly after one has died."""
    monkeypatch.setattr("pipelines.portal.prefecting.is_served", lambda _: True)


@pytest.mark.usefixtures("hoped")
def test_a_restarted_page_meets_its_run_again(deployed: Server, home: Home) -> None:
    """The same uploads handed over twice are one run."""
    desk = Desk(home)
    handed_in(home, desk)
    for _ in range(2):
        with working(home, desk, deployment(home, deployed)) as page:
            page.turn()
        desk.requeue()
    (run,) = runs(deployed, home)
    deployment(home, deployed).call_off(FlowRun(run["id"], ()))
    with working(home, desk, Deployment(home, {})) as page:
        turn_until(page, desk, lambda one: one.state is State.LOADED)
    loaded_once(home, desk)


@pytest.mark.usefixtures("hoped")
def test_without_a_worker_the_page_loads(
    deployed: Server, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes the run up: the page does, and calls the run off."""
    monkeypatch.setattr("pipelines.portal.prefecting.UNSTARTED_SECONDS", 2.0)
    desk = Desk(home)
    handed_in(home, desk)
    with working(home, desk, deployment(home, deployed)) as page:
        turn_until(page, desk, lambda one: one.state is State.LOADED)
    loaded_once(home, desk)
    assert [run["state_type"] for run in runs(deployed, home)] == ["CANCELLED"]


@pytest.mark.soak
def test_page_and_deployment_at_once_load_once(worker: Server, home: Home) -> None:
    """The page gives its run up while the worker is at it: the store's lock lets one load."""
    desk = Desk(home)
    handed_in(home, desk)
    served = deployment(home, worker)
    with working(home, desk, served) as page:
        page.turn()
        assert page.loads.is_watching
        until = time.monotonic() + 180
        while runs(worker, home)[0]["state_type"] in {"SCHEDULED", "PENDING"}:
            assert time.monotonic() < until
            time.sleep(0.05)
        desk.requeue()
    with ThreadPoolExecutor(1) as pool, working(home, desk, Deployment(home, {})) as other:
        done = pool.submit(turn_until, other, desk, lambda one: one.state is State.LOADED)
        done.result()
    for _ in range(300):
        if runs(worker, home)[0]["state_type"] != "RUNNING":
            break
        time.sleep(0.2)
    loaded_once(home, desk)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/api", "http://192.0.2.1:1/api"], ids=["refused", "silent"]
)
def test_a_server_that_is_not_there(
    address: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.portal.prefecting.ANSWER_SECONDS", 0.5)
    desk = Desk(home)
    handed_in(home, desk)
    with working(home, desk, Deployment(home, {"PREFECT_API_URL": address})) as page:
        turn_until(page, desk, lambda one: one.state is State.LOADED)
    loaded_once(home, desk)


def test_a_server_without_the_deployment(home: Home, server: Server) -> None:
    served = Deployment(home, server.environment | {"PREFECT_API_URL": f"{_api(server)}/none"})
    assert served.start(["S000001"]) is None


def _api(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/api"


@pytest.mark.soak
@pytest.mark.usefixtures("hoped")
def test_the_server_goes_in_the_middle(tmp_path: Path, home: Home) -> None:
    """A run is under way when its server dies: the page loads, and nothing is loaded twice."""
    desk = Desk(home)
    handed_in(home, desk)
    with running_server(tmp_path / "prefect") as (other, process):
        other.prefect("work-pool", "create", "leerstand", "--type", "process")
        other.prefect("deploy", "--all")
        with working(home, desk, deployment(home, other)) as page:
            page.turn()
            assert page.loads.is_watching
            process.send_signal(signal.SIGKILL)
            process.wait()
            turn_until(page, desk, lambda one: one.state is State.LOADED)
    loaded_once(home, desk)


def test_a_run_is_over_lost_or_under_way(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each state of a run means, by how long ago it began."""
    served = Deployment(home, {"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    told = {
        ("SCHEDULED", 1): Progress.UNDER_WAY, ("SCHEDULED", 60): Progress.LOST,
        ("PENDING", 60): Progress.LOST, ("RUNNING", 60): Progress.UNDER_WAY,
        ("RUNNING", 1000): Progress.LOST, ("COMPLETED", 1): Progress.OVER,
        ("FAILED", 1): Progress.LOST, ("CRASHED", 1): Progress.LOST,
        ("CANCELLED", 1): Progress.LOST,
    }  # fmt: skip
    for (state, seconds), expected in told.items():
        monkeypatch.setattr(served, "_ask", lambda *_, s=state: {"state_type": s})
        run = FlowRun("x", ("S000001",), time.monotonic() - seconds)
        assert served.progress(run) is expected, (state, seconds)


def test_what_a_server_that_asks_for_it_is_shown(home: Home) -> None:
    key = Deployment(home, {"PREFECT_API_KEY": "k"})
    pair = Deployment(home, {"PREFECT_API_AUTH_STRING": "admin:secret"})
    assert key.headers["authorization"] == "Bearer k"
    assert pair.headers["authorization"] == "Basic YWRtaW46c2VjcmV0"
