"""The worker without a page: what it keeps, what it drops, what it meets again."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.portal.desk import Desk, State, Upload, folder_of
from pipelines.portal.receiving import Sender, keep
from pipelines.portal.worker import Worker, _sweep
from pipelines.store import archive_of, submissions
from raw.examples import FOLDER
from tests.portal.running import new_home

LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def discarded(home: Home, desk: Desk, content: bytes, *, at: str = LONG_AGO) -> Upload:
    kept = keep(home, desk, io.BytesIO(content), "a.csv", Sender("team-a"))
    (folder_of(home) / f"{kept.id}.xlsx").write_bytes(b"marked")
    desk.move(kept.id, frozenset({State.QUEUED}), State.DISCARDED)
    with sqlite3.connect(desk.path) as connection:
        connection.execute("UPDATE uploads SET changed_at = ? WHERE id = ?", (at, kept.id))
    return kept


def state_of(desk: Desk, upload: Upload) -> str:
    found = desk.upload(upload.id)
    return str(found.state) if found else "gone"


def test_what_was_discarded_long_ago_is_dropped(home: Home) -> None:
    desk = Desk(home)
    old = discarded(home, desk, b"old")
    new = discarded(home, desk, b"new", at="2999-01-01T00:00:00+00:00")
    _sweep(home, desk)
    assert (state_of(desk, old), state_of(desk, new)) == ("purged", "discarded")
    assert not archive_of(home).holds(old.sha256)
    assert archive_of(home).holds(new.sha256)
    assert not (folder_of(home) / f"{old.id}.xlsx").exists()
    assert (folder_of(home) / f"{new.id}.xlsx").exists()


def test_bytes_that_something_else_needs_stay(home: Home) -> None:
    """The same bytes, discarded by one team and waiting with another."""
    desk = Desk(home)
    old = discarded(home, desk, b"both")
    other = keep(home, desk, io.BytesIO(b"both"), "b.csv", Sender("team-b"))
    _sweep(home, desk)
    assert (state_of(desk, old), state_of(desk, other)) == ("purged", "queued")
    assert archive_of(home).holds(other.sha256)


def test_a_load_that_was_cut_short_is_one_submission(home: Home) -> None:
    """A worker gone between the ledger and the store: the next one loads what it had received."""
    desk = Desk(home)
    with (FOLDER / "Werne_Langendreer_2019.xlsx").open("rb") as content:
        kept = keep(home, desk, content, "Werne.xlsx", Sender("team-a"))
    turn_until(home, desk, kept, "ready")
    desk.move(kept.id, frozenset({State.READY}), State.SUBMITTED)
    with Worker(home, desk) as cut:
        cut.loads._received(cut._walk)
    assert state_of(desk, kept) == "loading"
    desk.requeue()
    turn_until(home, desk, kept, "loaded")
    assert [entry["state"] for entry in submissions(home)] == ["current"]


def turn_until(home: Home, desk: Desk, upload: Upload, state: str) -> None:
    with Worker(home, desk) as worker:
        for _ in range(100_000):
            if state_of(desk, upload) == state:
                return
            worker.turn()


def test_the_worker_sees_what_the_office_changes(home: Home) -> None:
    """A register that is edited while the page runs holds for the next upload."""
    desk = Desk(home)
    with Worker(home, desk) as worker:
        before = worker._current_walk()
        assert worker._current_walk() is before
        with (home.areas / "bochum/waves.csv").open("a", encoding="utf-8") as waves:
            waves.write("2023-W1,Neu,05911000,WAT,2023-05-01,2023-06-30,2023-06-30,laufend\n")
        after = worker._current_walk()
        assert after is not before
        assert "2023-W1" in {wave.wave_id for wave in after.places.by_key["05911000"].waves}
