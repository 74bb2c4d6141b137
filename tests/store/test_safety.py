"""Safety: kills, many processes at once, full disks, missing rights, damage, other programs."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import ExpectedFailure, HomeFailure, StoreFailure, StoreLocked
from pipelines.home import Home, make_home
from pipelines.store import build_edition, open_writer, pending, submissions
from pipelines.store import writer as writer_module
from pipelines.store.query import open_edition
from pipelines.store.store_lock import StoreLock
from pipelines.store.verify import verify
from tests.store.surveys import PLACES, current, hand_in, ingest, unit

pytestmark = pytest.mark.usefixtures("each_ledger")

ROOT = Path(__file__).parents[2]
ROWS = 20
HOLDING = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"


def files(folder: Path, count: int) -> list[Path]:
    """Files whose lines are house numbers, all different."""
    folder.mkdir(parents=True)
    made = [folder / f"Erhebung_{place:02d}.xlsx" for place in range(count)]
    for place, path in enumerate(made):
        path.write_text("\n".join(str(place * 1000 + row) for row in range(ROWS)))
    return made


def loading(home: Home, paths: Sequence[Path], *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.loading_process", str(home.root), *options]
    return subprocess.Popen(
        [*command, *map(str, paths)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def kill_and_finish(tmp_path: Path, seed: int, moments: int) -> None:
    """Kill loading processes at random moments, then let one finish; everything is there once."""
    home = make_home(tmp_path / "home")
    sheets = files(tmp_path / "team", 4)
    started = time.monotonic()
    loading(home, sheets).communicate()
    whole = time.monotonic() - started
    chance = random.Random(seed)
    for place in range(moments):
        process = loading(home, sheets, "--finish")
        # Most of a process is its start; its work lies in the last part.
        time.sleep(chance.uniform(0.4, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if place % 10 == 9:
            sheets = [_changed(path, place) for path in sheets]
    told = loading(home, sheets, "--finish").communicate()
    assert told[1] == ""
    assert pending(home) == []
    assert len(current(home)) == 4 * ROWS
    assert len(set(current(home))) == 4 * ROWS
    build_edition(home, PLACES)
    assert verify(home, PLACES) == []


def _changed(path: Path, place: int) -> Path:
    """A correction of the file: one house number is another."""
    numbers = path.read_text().split()
    path.write_text("\n".join([*numbers[:-1], str(50_000 + place)]))
    return path


def test_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kill_and_finish(tmp_path, seed=1, moments=3)


@pytest.mark.soak
@pytest.mark.timeout(1500)
def test_two_hundred_kills(tmp_path: Path, each_ledger: str) -> None:
    """On a PostgreSQL, of which another process takes care, a quarter of them."""
    kill_and_finish(tmp_path, seed=2, moments=200 if each_ledger == "sqlite" else 50)


@pytest.mark.parametrize(
    ("processes", "each"), [(3, 3), pytest.param(20, 10, marks=pytest.mark.soak)]
)
def test_many_processes_at_once(tmp_path: Path, processes: int, each: int) -> None:
    home = make_home(tmp_path / "home")
    (home.root / "leerstand.toml").write_text("store_wait_seconds = 600\n")
    running = [loading(home, files(tmp_path / f"team{place}", each)) for place in range(processes)]
    told = [process.communicate() for process in running]
    assert [errors for _, errors in told] == [""] * processes
    loaded = [line for lines, _ in told for line in lines.split()]
    assert len(loaded) == len(set(loaded)) == processes * each
    assert [one["status"] for one in submissions(home)] == ["accepted"] * processes * each
    # Every team tells the same objects; each counts once.
    assert len(current(home)) == each * ROWS


def test_a_crash_between_store_and_ledger_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path / "home")
    with monkeypatch.context() as patched:

        def crash(*anything: object) -> None:
            raise KeyboardInterrupt

        patched.setattr("pipelines.store.writer.write_verdict", crash)
        with pytest.raises(KeyboardInterrupt):
            ingest(home, "A", [unit("901")])
    assert [one.id for one in pending(home)] == ["S000001"]
    with open_writer(home):
        pass
    assert pending(home) == []
    assert [one["state"] for one in submissions(home)] == ["current"]
    assert current(home) == ["25-A0001"]


def test_readers_and_writers_do_not_stop_each_other(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    with open_edition(build_edition(home, PLACES).path) as old:
        ingest(home, "B", [unit("902")], team="team2")
        with open_edition(build_edition(home, PLACES).path) as new:
            assert new.execute("SELECT count(*) FROM units").fetchall() == [(2,)]
        assert old.execute("SELECT count(*) FROM units").fetchall() == [(1,)]


def test_a_locked_store_is_said_after_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path / "home")
    monkeypatch.setenv("LEERSTAND_STORE_WAIT_SECONDS", "0.1")
    with open_writer(home), pytest.raises(StoreLocked) as failure:
        ingest(home, "A", [unit("901")])
    assert "Another process" in failure.value.sentence("en")
    assert [one.id for one in pending(home)] == ["S000001"]


def test_a_writer_lets_others_in_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store stays open while nobody else wants it, whatever time has passed."""
    monkeypatch.setattr(writer_module, "_LONGEST_HOLD_SECONDS", 0.0)
    home = make_home(tmp_path / "home")
    entered = threading.Event()

    def wait_for_it() -> None:
        with StoreLock(home):
            entered.set()

    with open_writer(home) as writer:
        store = writer.store
        if not home.settings().ledger_url:
            writer.breathe()
            assert writer.store is store
        waiting = threading.Thread(target=wait_for_it)
        waiting.start()
        until = time.monotonic() + 20
        while not entered.is_set() and time.monotonic() < until:
            writer.breathe()
        waiting.join()
        assert entered.is_set()
        assert writer.store is not store


def test_a_store_opened_by_another_program_is_said(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(home.store)],
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdout is not None
    other.stdout.readline()
    try:
        with pytest.raises(StoreLocked):
            ingest(home, "B", [unit("902")])
    finally:
        other.communicate("\n")
    assert len(pending(home)) == 1


def test_a_full_disk_is_said_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    with monkeypatch.context() as patched:

        def full(*anything: object, **more: object) -> None:
            raise duckdb.IOException("IO Error: Could not write file: No space left on device")

        patched.setattr("pipelines.store.load.append_rows", full)
        with pytest.raises(StoreFailure, match="full"):
            ingest(home, "B", [unit("902")], team="team2")
    assert current(home) == ["25-A0001"]
    assert len(pending(home)) == 1


def test_a_full_disk_while_archiving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "home")

    def full(*anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreFailure, match="full"):
        hand_in(home, "A")
    assert [path for path in home.archive.rglob("*") if path.is_file()] == []


def test_missing_rights_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "home")

    def refused(*anything: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    with pytest.raises(HomeFailure, match="written"):
        hand_in(home, "A")


@pytest.mark.parametrize("damage", ["text", "cut", "zero"])
def test_a_damaged_store_is_said(tmp_path: Path, damage: str) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit(str(number)) for number in range(50)])
    content = home.store.read_bytes()
    home.store.write_bytes(
        {"text": b"nonsense" * 999, "cut": content[: len(content) // 2], "zero": b"\0" * 9999}[
            damage
        ]
    )
    with pytest.raises(ExpectedFailure, match="rebuild"):
        ingest(home, "B", [unit("902")], team="team2")


def test_a_newer_store_is_refused_and_an_older_one_brought_up(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    with duckdb.connect(home.store) as store:
        store.execute("ALTER TABLE versions.vacancies DROP COLUMN remarks")
    with open_writer(home) as writer:
        writer.store.execute("SELECT remarks FROM versions.vacancies")
    assert home.store.with_suffix(".before.duckdb").exists()
    with duckdb.connect(home.store) as store:
        store.execute("UPDATE versions.about SET value = '999' WHERE name = 'version'")
    with pytest.raises(StoreFailure, match="newer"), open_writer(home):
        pass


def test_a_store_behind_the_ledger_is_refused(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    shutil.copy(home.store, tmp_path / "old")
    ingest(home, "B", [unit("902")], team="team2")
    shutil.copy(tmp_path / "old", home.store)
    with pytest.raises(StoreFailure, match="rebuild"), open_writer(home):
        pass
