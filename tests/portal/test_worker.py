"""The worker without a page: what it keeps, what it drops, what it meets again."""

from __future__ import annotations

import io
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.portal.assigning import assignable
from pipelines.portal.desk import Desk, State, Upload, folder_of
from pipelines.portal.receiving import Sender, keep
from pipelines.portal.worker import Worker, _sweep
from pipelines.store import archive_of, submissions
from pipelines.store.ledger import Ledger
from pipelines.store.unclaimed import due_uploads
from pipelines.walk.keeping import purge_home
from raw.examples import FOLDER
from tests.portal.running import new_home

TODAY = datetime.now(UTC).date()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def uploaded(home: Home, desk: Desk, content: bytes, state: State, *, days_ago: int) -> Upload:
    """An upload of a team in a state, with its marked copy."""
    kept = keep(home, desk, io.BytesIO(content), "a.csv", Sender("team-a"))
    (folder_of(home) / f"{kept.id}.xlsx").write_bytes(b"marked")
    desk.move(kept.id, frozenset({State.QUEUED}), state, verdict={"json": {}})
    came = f"{TODAY - timedelta(days=days_ago)}T12:00:00+00:00"
    with sqlite3.connect(desk.path) as connection:
        connection.execute("UPDATE uploads SET made_at = ? WHERE id = ?", (came, kept.id))
    with sqlite3.connect(home.ledger) as connection:
        connection.execute(
            "UPDATE events SET at = ? WHERE body LIKE ?", (came, f'%"upload": "{kept.id}"%')
        )
    return kept


def state_of(desk: Desk, upload: Upload) -> str:
    found = desk.upload(upload.id)
    return str(found.state) if found else "gone"


@pytest.mark.parametrize("state", [State.DISCARDED, State.READY, State.FAILED])
def test_what_nobody_hands_in_goes_after_thirty_days(home: Home, state: State) -> None:
    desk = Desk(home)
    old = uploaded(home, desk, b"old", state, days_ago=31)
    new = uploaded(home, desk, b"new", state, days_ago=30)
    _sweep(home, desk, TODAY)
    assert (state_of(desk, old), state_of(desk, new)) == ("purged", str(state))
    assert not archive_of(home).holds(old.sha256)
    assert archive_of(home).holds(new.sha256)
    assert not (folder_of(home) / f"{old.id}.xlsx").exists()
    assert (folder_of(home) / f"{new.id}.xlsx").exists()
    with Ledger(home) as ledger:
        (told,) = ledger.events("upload-purged")
    assert told.payload == {"upload": old.id, "sha256": old.sha256}
    assert told.reason.startswith(f"a.csv von team-a: hochgeladen am {TODAY - timedelta(31)}")


def test_the_purge_by_schedule_takes_them_too(home: Home) -> None:
    """Without a page that runs; what the page remembers of them goes when it runs again."""
    desk = Desk(home)
    old = uploaded(home, desk, b"old", State.READY, days_ago=31)
    assert [one.upload for one in due_uploads(home, TODAY)] == [old.id]
    (told,) = purge_home(home, "Amt", TODAY)
    assert "nicht eingereicht, gelöscht nach 30 Tagen" in told.sentence("de")
    assert not archive_of(home).holds(old.sha256)
    assert purge_home(home, "Amt", TODAY) == []
    _sweep(home, desk, TODAY)
    assert state_of(desk, old) == "purged"


def test_bytes_that_something_else_needs_stay(home: Home) -> None:
    """The same bytes, discarded by one team long ago and waiting with another."""
    desk = Desk(home)
    old = uploaded(home, desk, b"both", State.DISCARDED, days_ago=99)
    new = uploaded(home, desk, b"both", State.READY, days_ago=1)
    _sweep(home, desk, TODAY)
    assert (state_of(desk, old), state_of(desk, new)) == ("discarded", "ready")
    assert archive_of(home).holds(new.sha256)


def test_what_was_loaded_stays_loaded_when_its_original_goes(home: Home) -> None:
    """The marked copy and what the page says of cells go with the original."""
    desk = Desk(home)
    old = uploaded(home, desk, b"loaded", State.LOADED, days_ago=999)
    desk.move(old.id, frozenset({State.LOADED}), State.LOADED, submission="S000001")
    archive_of(home).remove(old.sha256)
    _sweep(home, desk, TODAY)
    found = desk.upload(old.id)
    assert found is not None
    assert (found.state, found.verdict) == (State.LOADED, None)
    assert not (folder_of(home) / f"{old.id}.xlsx").exists()


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


@pytest.mark.parametrize("is_corrected", [False, True])
def test_what_was_checked_is_read_again_only_where_something_changed(
    home: Home, is_corrected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office corrects a cell between the team's check and its handing in, or does not."""
    desk = Desk(home)
    with (FOLDER / "Werne_Langendreer_2019.xlsx").open("rb") as content:
        kept = keep(home, desk, content, "Werne.xlsx", Sender("team-a"))
    with Worker(home, desk) as worker:
        turns(worker, kept, "ready")
        if is_corrected:
            (home.corrections / "a.yml").write_text("[]", encoding="utf-8")
        read, submit = [], worker._crew.submit
        monkeypatch.setattr(
            worker._crew, "submit", lambda job: read.append(job.name) or submit(job)
        )
        desk.move(kept.id, frozenset({State.READY}), State.SUBMITTED)
        turns(worker, kept, "loaded")
    assert read == (["Werne.xlsx"] if is_corrected else [])


def test_a_heading_of_persons_is_not_offered_for_assigning(home: Home) -> None:
    """What is dropped as personal may not come in by another name."""
    desk = Desk(home)
    with (FOLDER / "Fehlerbeispiel.xlsx").open("rb") as content:
        kept = keep(home, desk, content, "Fehlerbeispiel.xlsx", Sender("team-a"))
    turn_until(home, desk, kept, "ready")
    found = desk.upload(kept.id)
    assert found is not None
    offered = {entry["heading"] for entry in assignable(found.verdict or {}, "de")}
    assert offered == {"Laune"}, "and not the owner's telephone"


def turn_until(home: Home, desk: Desk, upload: Upload, state: str) -> None:
    with Worker(home, desk) as worker:
        turns(worker, upload, state)


def turns(worker: Worker, upload: Upload, state: str) -> None:
    """Let the worker work until the upload is in a state."""
    for _ in range(100_000):
        if state_of(worker.desk, upload) == state:
            return
        if not worker.turn():
            time.sleep(0.02)


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
