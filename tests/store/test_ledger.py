"""The ledger itself, in a file and in PostgreSQL: entries, copies, many machines, faults."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.errors import InputFailure, StoreFailure, StoreLocked
from pipelines.home import Home, make_home
from pipelines.store import ledger_tables as t
from pipelines.store import open_writer, pending, submissions
from pipelines.store.deciding import withdraw
from pipelines.store.ledger import Ledger, record, remember_numbers
from pipelines.store.ledger_copy import bring_ledger, save_ledger
from tests.store.surveys import hand_in, ingest, unit

pytestmark = pytest.mark.usefixtures("each_ledger")


def everything(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables of a ledger."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(sa.select(table)))
            for table in t.METADATA.sorted_tables
        }


def test_events_are_read_back_in_order(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with Ledger(home) as ledger:
        for place in range(3):
            ledger.record("publication", {"place": place}, actor="Amt", reason="Test")
        found = ledger.events("publication")
    assert [event.payload["place"] for event in found] == [0, 1, 2]
    assert found[0].actor == "Amt"


def test_a_zero_byte_stops_no_entry(tmp_path: Path) -> None:
    """PostgreSQL has no such text; a form of the page may send it."""
    home = make_home(tmp_path / "home")
    with Ledger(home) as ledger:
        ledger.record("publication", {"note": "a\0b"}, actor="A\0mt", reason="\0")
        with ledger.writing() as connection:
            numbers = {"Oststraße\0 1": "25-A0001"}
            told = remember_numbers(connection, "vacancies", "05911000", numbers, 1)
            again = remember_numbers(connection, "vacancies", "05911000", numbers, 2)
        (found,) = ledger.events("publication")
    assert (told, again) == (1, 0)
    assert found.payload == {"note": "a\0b"}
    assert found.actor in {"A\0mt", "A\N{REPLACEMENT CHARACTER}mt"}


def test_writers_come_one_at_a_time(tmp_path: Path) -> None:
    """What a writer reads before it writes, nobody else writes in between."""
    home = make_home(tmp_path / "home")

    def count_up() -> None:
        with Ledger(home) as ledger:
            for _ in range(20):
                with ledger.writing() as connection:
                    last = connection.scalar(sa.select(sa.func.count()).select_from(t.EVENTS))
                    record(connection, "counted", body={"before": last})

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger(home) as ledger:
        seen = [event.payload["before"] for event in ledger.events("counted")]
    assert seen == list(range(80))


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with Ledger(home) as ledger:
        with pytest.raises(ZeroDivisionError), ledger.writing() as connection:
            _fail_after(record(connection, "begun"))
        assert ledger.events("begun") == []


def _fail_after(seq: int) -> float:
    return seq / 0


def test_a_reader_sees_one_moment(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    count = sa.select(sa.func.count()).select_from(t.EVENTS)
    with Ledger(home) as ledger, ledger.reading() as connection:
        before = connection.scalar(count)
        with Ledger(home) as other:
            other.record("meanwhile", {})
        assert connection.scalar(count) == before


def test_a_copy_has_everything_and_counts_on(tmp_path: Path) -> None:
    home, copy = make_home(tmp_path / "home"), tmp_path / "copy/ledger.sqlite"
    ingest(home, "A", [unit("901"), unit("902")])
    ingest(home, "B", [unit("903")], team="team2")
    save_ledger(home, copy)
    before = everything(home)
    with Ledger(home) as ledger, ledger.writing() as connection:
        connection.execute(sa.delete(t.EVENTS))
    bring_ledger(home, copy)
    assert everything(home) == before
    assert hand_in(home, "C", team="team3").id == "S000003"


def test_a_second_home_on_the_same_ledger_waits_for_the_store(
    tmp_path: Path, each_ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines, each with a folder of its own, share a ledger: one of them writes."""
    monkeypatch.setenv("LEERSTAND_STORE_WAIT_SECONDS", "0.2")
    one, other = make_home(tmp_path / "one"), make_home(tmp_path / "other")
    with open_writer(one):
        if each_ledger == "sqlite":
            with open_writer(other):
                return
        began = time.monotonic()
        with pytest.raises(StoreLocked), open_writer(other):
            pass
        assert time.monotonic() - began < 5
    with open_writer(other):
        pass


def test_a_machine_without_the_store_is_told_so(tmp_path: Path, each_ledger: str) -> None:
    one, other = make_home(tmp_path / "one"), make_home(tmp_path / "other")
    ingest(one, "A", [unit("901")])
    if each_ledger == "sqlite":
        assert submissions(other) == []
        return
    assert [entry["submission"] for entry in submissions(other)] == ["S000001"]
    with pytest.raises(StoreFailure, match="rebuild"), open_writer(other):
        pass


def test_what_one_machine_received_another_finishes(tmp_path: Path, each_ledger: str) -> None:
    one, other = make_home(tmp_path / "one"), make_home(tmp_path / "other")
    hand_in(one, "A")
    found = [entry["submission"] for entry in submissions(other)]
    assert found == ([] if each_ledger == "sqlite" else ["S000001"])
    assert [one.id for one in pending(one)] == ["S000001"]


FIRST_VERSION = (
    "CREATE TABLE endings AS SELECT *, caused_by AS ended_by FROM turns",
    "DROP TABLE turns",
    "UPDATE about SET value = '1' WHERE name = 'version'",
)


def test_a_ledger_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    """There a holding ended once and for all, in a table that stays as it was."""
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    ingest(home, "B", [unit("902"), unit("901")])
    with Ledger(home) as ledger, ledger.writing() as connection:
        for statement in FIRST_VERSION:
            connection.execute(sa.text(statement))
    assert [one["state"] for one in submissions(home)] == ["superseded", "current"]
    withdraw(home, "S000002", reason="Test", actor="Amt")
    assert [one["state"] for one in submissions(home)] == ["current", "withdrawn"]
    with Ledger(home) as ledger, ledger.writing() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM endings")) == 1
        connection.execute(sa.update(t.ABOUT).values(value="999"))
    with pytest.raises(StoreFailure, match="999"):
        submissions(home)


def test_a_damaged_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEERSTAND_LEDGER_URL", raising=False)
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    for path in home.ledger.parent.glob("ledger.sqlite*"):
        path.write_bytes(b"nonsense" * 999)
    with pytest.raises(StoreFailure, match="restore"):
        submissions(home)


@pytest.mark.parametrize(
    ("address", "kind", "key"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", StoreFailure, "ledger-unreachable"),
        ("mysql://localhost/none", InputFailure, "bad-ledger-url"),
        ("no address", InputFailure, "bad-ledger-url"),
    ],
)
def test_a_database_out_of_reach_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, kind: type[Exception], key: str
) -> None:
    home = make_home(tmp_path / "home")
    monkeypatch.setenv("LEERSTAND_LEDGER_URL", address)
    with pytest.raises(kind) as failure:
        submissions(home)
    assert getattr(failure.value, "key", "") == key
