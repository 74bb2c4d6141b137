"""Upkeep: verify, rebuild, backup, restore, purge; nothing of the truth is lost."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import InputFailure, StoreFailure
from pipelines.home import Home, make_home
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.store import Outcome, build_edition, find_edition, open_writer, receive
from pipelines.store.archive import archive_of
from pipelines.store.backup import backup, restore
from pipelines.store.deciding import choose, link, unvoid, void, withdraw
from pipelines.store.extract import from_bytes, to_bytes
from pipelines.store.purge import due_for_purge, purge
from pipelines.store.query import fetch
from pipelines.store.rebuild import rebuild
from pipelines.store.unclaimed import purge_orphans
from pipelines.store.verify import verify
from pipelines.walk import publish_home
from raw.examples import DEMO, FOLDER
from tests.store.conftest import places_of
from tests.store.surveys import checked, ingest, site, unit

pytestmark = pytest.mark.usefixtures("each_ledger")

WHY = {"reason": "Test", "actor": "Amt"}
CITY = "05911000"
EVERYTHING = (
    "units", "units_history", "production_sites", "stock", "coverage", "quarantine", "findings",
    "corrections", "submissions", "conflicts", "object_links", "district_summary",
    "street_sections",
)  # fmt: skip


def content(home: Home) -> dict[str, object]:
    """All that analysts see."""
    path = find_edition(home).path
    return {name: fetch(path, f"FROM {name} ORDER BY ALL").rows for name in EVERYTHING}


def keys(home: Home) -> list[str]:
    return [one.key for one in verify(home, places_of(home))]


def test_a_sound_home_has_no_differences(bochum_copy: Home) -> None:
    assert keys(bochum_copy) == []


def test_rebuild_from_archive_and_ledger(bochum_copy: Home, reader: Reader) -> None:
    home, places = bochum_copy, places_of(bochum_copy)
    void(home, "25-A0003", CITY, **WHY)
    link(home, ("vacancies", CITY, "25-A0145", "25-A0020"), "split", **WHY)
    withdraw(home, "S000004", **WHY)
    corrected = _again(home, reader, wave="2021-W1")
    assert corrected.replaces
    unvoid(home, "25-A0003", CITY, form="vacancies", **WHY)
    assert withdraw(home, corrected.submission, **WHY).restored == corrected.replaces
    before, expected = build_edition(home, places), content(home)
    shutil.rmtree(home.warehouse)
    with pytest.raises(StoreFailure, match="rebuild"), open_writer(home):
        pass
    assert rebuild(home, reader).differing == ()
    after = build_edition(home, places)
    assert (after.id, after.is_new) == (before.id, True)
    assert content(home) == expected
    assert keys(home) == []


def _again(home: Home, reader: Reader, **said: str) -> Outcome:
    """The second wave handed in once more, with something else said about it: a correction."""
    ((team, file),) = [
        (team, file) for team, files in DEMO.items() for file in files if "2021" in file
    ]
    sent = receive(
        home, FOLDER / file, CheckOptions(team=team, today="2026-11-22", **said), places_of(home)
    )
    with sent.archive.at_hand(sent.sha256) as path:
        book = check_file(path, sent.options, places_of(home), reader, name=sent.file)
    with open_writer(home) as writer:
        return writer.load(sent, book)


def published(home: Home) -> dict[str, bytes]:
    """Every published file and its bytes."""
    paths = sorted(path for path in home.published.rglob("*") if path.is_file())
    return {str(path.relative_to(home.published)): path.read_bytes() for path in paths}


def test_a_rebuilt_home_publishes_the_same_bytes(bochum_copy: Home, reader: Reader) -> None:
    home = bochum_copy
    void(home, "25-A0003", CITY, **WHY)
    edition = publish_home(home).edition
    expected = published(home)
    assert len(expected) > 50
    shutil.rmtree(home.warehouse)
    shutil.rmtree(home.published)
    assert rebuild(home, reader).differing == ()
    assert publish_home(home).edition == edition
    again = published(home)
    assert sorted(again) == sorted(expected)
    assert [name for name in expected if again[name] != expected[name]] == []


def test_verify_says_what_differs(bochum_copy: Home) -> None:
    home = bochum_copy
    originals = sorted((home.archive).rglob("*"), key=lambda path: path.stat().st_size)
    originals[-1].unlink()
    changed = originals[-2]
    changed.chmod(0o644)
    changed.write_bytes(b"x")
    with open_writer(home) as writer:
        writer.store.execute("DELETE FROM versions.stock")
    assert sorted(keys(home)) == [
        "bytes-changed", "bytes-missing", "edition-differs", "rows-differ",
    ]  # fmt: skip


def test_a_file_that_no_entry_names_is_told_and_goes_after_its_days(
    bochum_copy: Home, reader: Reader
) -> None:
    """The upload was cut short between archive and ledger."""
    home, places = bochum_copy, places_of(bochum_copy)
    lost = archive_of(home).keep_bytes(b"cut short")
    (told,) = verify(home, places)
    assert (told.key, told.parameters["sha256"]) == ("bytes-unknown", lost)
    today = datetime.now(UTC).date()
    assert purge(home, places, date(2021, 1, 1), actor="Amt", reader=reader) == []
    protocol = purge_orphans(home, today + timedelta(days=31), actor="Amt")
    assert [one.parameters["sha256"] for one in protocol] == [lost]
    assert keys(home) == []
    archive_of(home).keep_bytes(b"cut short")
    assert keys(home) == ["bytes-unknown"]


def test_an_unknown_edition_is_answered_with_those_there_are(bochum: Home) -> None:
    with pytest.raises(InputFailure, match=find_edition(bochum).id):
        find_edition(bochum, "nope")


def test_a_damaged_store_is_said_and_rebuilt(bochum_copy: Home, reader: Reader) -> None:
    home = bochum_copy
    home.store.write_bytes(b"no database " * 1000)
    assert keys(home) == ["store-unusable"]
    rebuild(home, reader)
    assert keys(home) == []


def test_backup_and_restore_after_losing_everything(bochum_copy: Home, tmp_path: Path) -> None:
    home, kept = bochum_copy, tmp_path / "backup"
    expected, first = content(home), backup(home, kept)
    assert backup(home, kept) < first
    shutil.rmtree(home.root)
    again = make_home(home.root)
    restore(again, kept)
    build_edition(again, places_of(again))
    assert content(again) == expected
    assert keys(again) == []


def test_restore_overwrites_no_decision(tmp_path: Path) -> None:
    home, kept = make_home(tmp_path / "home"), tmp_path / "backup"
    ingest(home, "A", [unit("901")])
    backup(home, kept)
    withdraw(home, "S000001", **WHY)
    with pytest.raises(InputFailure, match="decisions"):
        restore(home, kept)


def test_restore_overwrites_nothing_newer(tmp_path: Path) -> None:
    home, kept = make_home(tmp_path / "home"), tmp_path / "backup"
    ingest(home, "A", [unit("901")])
    backup(home, kept)
    ingest(home, "B", [unit("902")], team="team2")
    with pytest.raises(InputFailure, match="lacks"):
        restore(home, kept)
    with pytest.raises(InputFailure, match="no backup"):
        restore(home, tmp_path)


def test_purge_removes_originals_and_keeps_rows(bochum_copy: Home, reader: Reader) -> None:
    home, places = bochum_copy, places_of(bochum_copy)
    expected, before = content(home), build_edition(home, places).id
    assert due_for_purge(home, places, date(2020, 1, 1)) == []
    protocol = purge(home, places, date(2022, 6, 1), actor="Amt", reader=reader)
    assert [one.parameters["submission"] for one in protocol] == ["S000001", "S000003", "S000004"]
    assert all(one.sentence("de") and one.sentence("en") for one in protocol)
    assert purge(home, places, date(2022, 6, 1), actor="Amt", reader=reader) == []
    shutil.rmtree(home.warehouse)
    rebuild(home, reader)
    assert build_edition(home, places).id == before
    assert content(home) == expected
    assert keys(home) == []


def test_an_extract_is_the_checked_workbook() -> None:
    book = checked([unit("901"), unit("902", quarantined=True)], production_sites=[site("903")])
    again = from_bytes(to_bytes(book))
    assert to_bytes(again) == to_bytes(book)
    for one, other in zip(book.forms, again.forms, strict=True):
        assert one.frame.equals(other.frame)
        assert one.tables == other.tables


def test_numbers_are_the_same_after_rebuild_although_one_was_dropped(tmp_path: Path) -> None:
    """A remembered id that the sheet brings for another row is not given twice."""
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    ingest(home, "B", [unit("950", object_id="25-A0001"), unit("901")], team="team2")
    with duckdb.connect(home.store, read_only=True) as store:
        rows = store.execute(
            "SELECT submission_id, object_id FROM versions.vacancies ORDER BY ALL"
        ).fetchall()
    assert rows == [("S000001", "25-A0001"), ("S000002", "25-A0001"), ("S000002", "25-A0002")]


def test_a_choice_survives_a_rebuild(bochum_copy: Home, reader: Reader) -> None:
    home = bochum_copy
    choose(home, ("vacancies", CITY, "2019-W1", "25-A0001"), "S000001", **WHY)
    build_edition(home, places_of(home))
    expected = content(home)
    rebuild(home, reader)
    assert content(home) == expected
