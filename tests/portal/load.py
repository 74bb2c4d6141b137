"""Many uploads at once, and a worker killed among them."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import openpyxl

from pipelines.portal.access import TEAM
from pipelines.service.processes import descendants
from pipelines.store import build_edition
from pipelines.store.query import fetch
from pipelines.walk import home_places
from raw.examples.faulty import vacancy
from tests.portal.running import Running, wait_for

ROWS = 155
# As often as the page asks; fifty clients that ask are load, too.
PAUSE = 0.7


def survey(path: Path, number: int, rows: int = ROWS) -> Path:
    """A sheet of objects that no other number has."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Leerstände"
    sheet.append([name for name in vacancy(1) if name not in {"Telefon Eigentümer", "Laune"}])
    for n in range(1, rows + 1):
        row = vacancy(n)
        del row["Telefon Eigentümer"], row["Laune"]
        row["Objekt-ID"] = f"25-A{number:03d}{n:04d}"
        row["Hausnummer"] = str(number * 1000 + n)
        sheet.append(list(row.values()))
    book.save(path)
    return path


def deliver(running: Running, token: str, path: Path) -> tuple[str, float, list[int]]:
    """Send and hand in one file; its upload, the seconds to its verdict, the status codes."""
    headers = {"authorization": f"Bearer {token}"}
    began = time.monotonic()
    with httpx.Client(base_url=f"{running.address}/api/v1", headers=headers, timeout=120) as client:
        sent = client.post("/uploads", params={"file": path.name}, content=path.read_bytes())
        name = sent.json()["id"]
        wait_for(client, name, "ready", seconds=240, pause=PAUSE)
        seconds = time.monotonic() - began
        handed = client.post(f"/uploads/{name}/submit", json={})
        wait_for(client, name, "loaded", "failed", seconds=240, pause=PAUSE)
        return name, seconds, [sent.status_code, handed.status_code]


def fifty_at_once(running: Running) -> None:
    """Each is in the store once; the median verdict is told."""
    tokens = [running.portal.access.make_token(TEAM, f"team-{n}") for n in range(10)]
    folder = running.home.root
    files = [survey(folder / f"Liste{n}.xlsx", n) for n in range(50)]
    before = processor_seconds(running.process.pid)
    with ThreadPoolExecutor(50) as pool:
        done = list(
            pool.map(lambda n: deliver(running, tokens[n % 10], files[n]), range(len(files)))
        )
    assert {code for _, _, codes in done for code in codes} == {202}
    states = [running.portal.desk.upload(name) for name, _, _ in done]
    assert {str(found.state) for found in states if found} == {"loaded"}
    submissions = [found.submission for found in states if found]
    assert len(set(submissions)) == 50
    seconds = sorted(took for _, took, _ in done)
    spent = (processor_seconds(running.process.pid) - before) / len(files)
    median = statistics.median(seconds)
    print(
        f"median verdict {median:.2f} s, worst {seconds[-1]:.2f} s, processor {spent:.3f} s a file"
    )
    assert median < 5 or is_busy()


def is_busy() -> bool:
    """Whether others kept the processors busy, so that seconds on the wall say nothing."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def processor_seconds(pid: int) -> float:
    """What a process and all that it started have used of the processors so far."""
    ticks = 0
    for one in (pid, *descendants(pid)):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2]
            # After the name: user and system time, then those of children that have ended.
            ticks += sum(map(int, fields.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def killed_among_twenty(running: Running, restart: Callable[[], None]) -> None:
    """Page and worker die in the middle of twenty uploads; after the restart each is there once."""
    token = running.portal.access.make_token(TEAM, "team-k")
    headers = {"authorization": f"Bearer {token}"}
    names = []
    with httpx.Client(base_url=f"{running.address}/api/v1", headers=headers) as client:
        for n in range(20):
            path = survey(running.home.root / f"Kill{n}.xlsx", n, 20)
            sent = client.post("/uploads", params={"file": path.name}, content=path.read_bytes())
            names.append(sent.json()["id"])
    restart()
    with httpx.Client(base_url=f"{running.address}/api/v1", headers=headers) as client:
        for name in names:
            wait_for(client, name, "ready", seconds=120)
            assert client.post(f"/uploads/{name}/submit", json={}).status_code == 202
    restart()
    with httpx.Client(base_url=f"{running.address}/api/v1", headers=headers) as client:
        found = [wait_for(client, name, "loaded", "failed", seconds=120) for name in names]
    assert {entry["state"] for entry in found} == {"loaded"}
    edition = build_edition(running.home, home_places(running.home))
    counted = fetch(edition.path, "SELECT count(*), count(DISTINCT object_id) FROM units").rows
    assert counted == ((400, 400),), "none lost, none twice"
