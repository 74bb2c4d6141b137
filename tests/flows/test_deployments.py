"""The office's schedules with the real thing: server, deployments, worker, published table."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.service.processes import end_all
from raw.examples import FAULTY, FOLDER
from tests.flows.conftest import Server, filled_home


def ask(server: Server, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = httpx.post(f"http://127.0.0.1:{server.port}/api/{path}", json=body or {}, timeout=30)
    answer.raise_for_status()
    return answer.json()


def run(server: Server, name: str) -> None:
    """Trigger a deployment and wait for the worker to have run it."""
    found = {entry["name"]: entry["id"] for entry in ask(server, "deployments/filter")}
    started = ask(server, f"deployments/{found[name]}/create_flow_run")["id"]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        wanted = {"flow_runs": {"id": {"any_": [started]}}}
        state = ask(server, "flow_runs/filter", wanted)[0]["state"]
        if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            assert state["type"] == "COMPLETED", state
            return
        time.sleep(0.3)
    raise AssertionError((server.folder / "worker.log").read_text())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = filled_home(tmp_path_factory.mktemp("office") / "home")
    (root / "raw/inbox/uebung").mkdir()
    shutil.copy2(FOLDER / FAULTY, root / "raw/inbox/uebung")
    return root


@pytest.fixture(scope="module")
def working(deployed: Server, home: Path) -> Iterator[Server]:
    """The server with a worker for the home."""
    deployed.environment["LEERSTAND_HOME"] = str(home)
    deployed.environment["LEERSTAND_PAGE_URL"] = "https://seite.example"
    worker = deployed.start("worker", "worker", "start", "--pool", "leerstand")
    yield deployed
    end_all([worker], 8)


@pytest.fixture(scope="module")
def published(working: Server, home: Path) -> Path:
    """The home after its first refresh by the worker."""
    run(working, "refresh")
    return home


def test_the_deployments_have_their_schedules(deployed: Server) -> None:
    found = {
        entry["name"]: [
            (schedule["schedule"]["cron"], schedule["schedule"]["timezone"])
            for schedule in entry["schedules"]
        ]
        for entry in ask(deployed, "deployments/filter")
    }
    assert found == {
        "ingest_workbook": [],
        "ingest_received": [],
        "ingest_inbox": [("*/15 * * * *", "Europe/Berlin")],
        "publish": [("30 5 * * *", "Europe/Berlin")],
        "purge": [("15 4 * * 1", "Europe/Berlin")],
        "refresh": [],
    }


def test_the_table_is_published_by_the_worker(working: Server, published: Path) -> None:
    page = (published / "published/index.html").read_text(encoding="utf-8")
    assert "Wattenscheid-Mitte" in page
    artifacts = {entry["key"]: entry for entry in ask(working, "artifacts/filter")}
    assert "| 25 Wattenscheid-Mitte |" in artifacts["district-summary"]["data"]
    rows = json.loads(artifacts["submissions"]["data"])
    assert [row["Datei"] for row in rows] == [
        "Bestand_2019.xlsx", "Fehlerbeispiel.xlsx", "Wattenscheid_2019.xlsx",
        "Wattenscheid_2021.xlsx", "Werne_Langendreer_2019.xlsx",
    ]  # fmt: skip
    states = {entry["name"]: entry["state"] for entry in ask(working, "task_runs/filter")}
    assert states["Wattenscheid_2019.xlsx (wattenscheid)"]["name"] == "Completed"
    faulty = states["Fehlerbeispiel.xlsx (uebung)"]
    assert (faulty["type"], faulty["name"]) == ("COMPLETED", "Partial")
    (link,) = (entry for key, entry in artifacts.items() if key.startswith("marked-"))
    assert "https://seite.example/amt/einlieferung/S" in link["data"]
    assert artifacts["progress"]["data"] == 100.0
    tagged = {entry["name"]: entry["tags"] for entry in ask(working, "task_runs/filter")}
    assert tagged["Wattenscheid_2019.xlsx (wattenscheid)"] == ["team:wattenscheid"]
    runs = {entry["name"].split(" 20")[0]: entry for entry in ask(working, "flow_runs/filter")}
    states = {name: runs[name]["state"]["name"] for name in ("refresh", "ingest_inbox", "publish")}
    assert states == {"refresh": "Partial", "ingest_inbox": "Partial", "publish": "Completed"}
    assert runs["refresh"]["state"]["message"] == "1 von 5 Dateien nicht ganz angenommen"
    assert runs["refresh"]["tags"] == ["leerstand"]


def test_a_second_run_finds_nothing_new(working: Server, published: Path) -> None:
    before = (published / "published/index.html").stat().st_mtime_ns
    run(working, "refresh")
    assert (published / "published/index.html").stat().st_mtime_ns == before
