"""Twice is once: every sentence of the design about the same thing coming again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from pipelines.intake.result import Status
from pipelines.store import open_writer
from tests.store.surveys import checked, current, hand_in, ingest, unit

pytestmark = pytest.mark.usefixtures("each_ledger")

TEN = [unit(str(number), gross_area_m2=number) for number in range(901, 911)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_equal_upload_changes_nothing(home: Home) -> None:
    first = ingest(home, "A", TEN)
    again = ingest(home, "A", TEN)
    assert (first.is_loaded, again.is_loaded) == (True, False)
    assert again.duplicate_of == first.submission
    assert again.status is Status.ACCEPTED
    assert len(current(home)) == 10


def test_receiving_knows_a_duplicate_before_reading_it(home: Home) -> None:
    first = ingest(home, "A", TEN)
    assert hand_in(home, "A").duplicate_of == first.submission


def test_two_equal_uploads_in_one_batch_are_one(home: Home) -> None:
    pair = [hand_in(home, "A"), hand_in(home, "A")]
    with open_writer(home) as writer:
        outcomes = writer.load_batch([(one, checked(TEN), None) for one in pair])
    assert [one.is_loaded for one in outcomes] == [True, False]
    assert len(current(home)) == 10


@pytest.mark.parametrize(
    ("kept", "changed", "status"),
    [
        (10, 0, Status.ACCEPTED),
        (8, 0, Status.ACCEPTED),
        (7, 0, Status.WAITING),
        (8, 5, Status.ACCEPTED),
        (0, 10, Status.WAITING),
    ],
)
def test_correction_replaces_from_80_percent(
    home: Home, kept: int, changed: int, status: Status
) -> None:
    first = ingest(home, "A", TEN)
    new = [*TEN[:kept], *(unit(str(number)) for number in range(951, 951 + changed))]
    second = ingest(home, "B", new)
    assert second.status is status
    if status is Status.ACCEPTED:
        assert second.replaces == (first.submission,)
        assert len(second.gone) == 10 - kept
        assert len(current(home)) == kept + changed
    else:
        assert not second.is_loaded
        assert len(current(home)) == 10


def test_waiting_until_replace_or_add(home: Home) -> None:
    ingest(home, "A", TEN[:5])
    assert ingest(home, "B", TEN[5:]).status is Status.WAITING
    added = ingest(home, "B", TEN[5:], mode="add")
    assert (added.status, added.replaces, len(current(home))) == (Status.ACCEPTED, (), 10)
    replaced = ingest(home, "C", TEN[:2], mode="replace")
    assert replaced.replaces == ("S000001", "S000003")
    assert len(current(home)) == 2


def test_adding_a_day_replaces_only_what_recurs(home: Home) -> None:
    ingest(home, "A", TEN[:5])
    ingest(home, "B", [unit("901", gross_area_m2=80), *TEN[5:]], mode="add")
    assert len(current(home)) == 10
    assert [str(area) for area in current(home, "gross_area_m2")][:2] == ["80.00", "902.00"]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.UNREADABLE])
def test_failed_correction_replaces_nothing(home: Home, status: Status) -> None:
    ingest(home, "A", TEN)
    second = ingest(home, "B", [], status=status)
    assert (second.status, second.is_loaded) == (status, False)
    assert len(current(home)) == 10


def test_a_then_b_then_a(home: Home) -> None:
    bigger = [unit(str(number), gross_area_m2=90) for number in range(901, 911)]
    ingest(home, "A", TEN)
    ingest(home, "B", bigger)
    third = ingest(home, "A", TEN)
    assert third.is_loaded
    assert third.duplicate_of is None
    assert third.replaces == ("S000002",)
    assert 90 not in current(home, "gross_area_m2")


def test_new_name_with_known_objects_is_offered_as_correction(home: Home) -> None:
    ingest(home, "A", TEN)
    offered = ingest(home, "A", TEN, file="Erhebung_neu.xlsx")
    assert (offered.status, offered.is_loaded) == (Status.WAITING, False)
    assert [finding.code for finding in offered.findings] == ["known-under-old-name"]
    taken = ingest(home, "A", TEN, file="Erhebung_neu.xlsx", mode="replace")
    assert taken.replaces == ("S000001",)
    assert len(current(home)) == 10


def test_same_name_of_another_team_or_wave_is_another_source(home: Home) -> None:
    ingest(home, "A", TEN)
    other = ingest(home, "B", [unit("990")], team="team2")
    later = ingest(home, "C", [unit("901", wave_id="2021-W1")])
    assert (other.replaces, later.replaces) == ((), ())
    assert len(current(home)) == 12


@pytest.mark.parametrize(
    ("first_day", "second_day", "counts"),
    [(3, 4, "S000002"), (4, 3, "S000001"), (3, 3, "S000002")],
)
def test_later_survey_then_later_upload_counts(
    home: Home, first_day: int, second_day: int, counts: str
) -> None:
    ids = [{"object_id": f"X{number}"} for number in range(10)]
    dated = [date(2019, 5, first_day), date(2019, 5, second_day)]
    ingest(home, "A", [unit("901", survey_date=dated[0], gross_area_m2=70, **one) for one in ids])
    second = ingest(
        home,
        "B",
        [unit("901", survey_date=dated[1], gross_area_m2=80, **one) for one in ids],
        team="team2",
    )
    assert [finding.code for finding in second.findings] == ["object-in-two-sources"]
    assert current(home, "object_id, submission_id") == [(one["object_id"], counts) for one in ids]
    with open_writer(home) as writer:
        conflicts = writer.store.execute(
            "SELECT DISTINCT counted_submission, fields, is_open FROM versions.conflicts"
        ).fetchall()
    assert conflicts == [(counts, ["gross_area_m2"], True)]


def test_sources_that_agree_count_once_without_conflict(home: Home) -> None:
    ingest(home, "A", TEN)
    second = ingest(home, "B", TEN, team="team2")
    assert second.is_loaded
    assert len(current(home)) == 10
    assert "object-in-two-sources" not in [finding.code for finding in second.findings]


def test_correcting_one_source_settles_its_conflict(home: Home) -> None:
    ingest(home, "A", [unit("901", gross_area_m2=70)])
    ingest(home, "B", [unit("901", gross_area_m2=80)], team="team2")
    ingest(home, "C", [unit("901", gross_area_m2=70)], team="team2")
    with open_writer(home) as writer:
        assert writer.store.execute("FROM versions.conflicts").fetchall() == []
    assert current(home, "gross_area_m2, submission_id") == [(70, "S000003")]
