"""Withdrawing, voiding, deciding: what counts follows, the history keeps everything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home, make_home
from pipelines.store import build_edition, submissions
from pipelines.store.deciding import Withdrawn, choose, link, unlink, unvoid, void, withdraw
from pipelines.store.query import fetch
from tests.store.surveys import PLACES, current, ingest, unit

pytestmark = pytest.mark.usefixtures("each_ledger")

CITY = "05911000"
WHY = {"reason": "Test", "actor": "Amt"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def seen(home: Home, sql: str) -> list[Any]:
    rows = fetch(build_edition(home, PLACES).path, sql).rows
    return [row[0] if len(row) == 1 else row for row in rows]


def test_withdrawn_leaves_the_views_and_stays_in_history(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    before = datetime.now(UTC).replace(tzinfo=None)
    assert withdraw(home, "S000001", **WHY) == Withdrawn(("2019-W1",), ())
    assert seen(home, "SELECT count(*) FROM units") == [0]
    assert seen(home, "SELECT end_cause FROM units_history") == ["withdrawn", "withdrawn"]
    assert seen(home, f"SELECT count(*) FROM units_as_of('{before}')") == [2]
    assert seen(home, "SELECT withdrawn_by, withdrawn_reason FROM submissions") == [("Amt", "Test")]
    with pytest.raises(InputFailure, match="Nothing"):
        withdraw(home, "S000001", **WHY)


def test_withdrawing_lets_the_other_source_count(home: Home) -> None:
    ingest(home, "A", [unit("901", gross_area_m2=70)])
    ingest(home, "B", [unit("901", gross_area_m2=80)], team="team2")
    withdraw(home, "S000002", **WHY)
    assert current(home, "gross_area_m2, submission_id") == [(70, "S000001")]
    assert seen(home, "FROM conflicts") == []


def test_withdrawn_can_be_handed_in_again(home: Home) -> None:
    ingest(home, "A", [unit("901")])
    withdraw(home, "S000001", **WHY)
    again = ingest(home, "A", [unit("901")])
    assert (again.is_loaded, current(home)) == (True, ["25-A0001"])


def test_withdrawing_a_correction_brings_back_what_it_replaced(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902", quarantined=True)])
    ingest(home, "B", [unit("901", gross_area_m2=80)])
    ingest(home, "C", [unit("901", gross_area_m2=90)])
    before = datetime.now(UTC).replace(tzinfo=None)
    assert withdraw(home, "S000003", **WHY) == Withdrawn(("2019-W1",), ("S000002",))
    assert current(home, "submission_id, gross_area_m2") == [("S000002", 80)]
    assert withdraw(home, "S000002", **WHY).restored == ("S000001",)
    assert current(home, "submission_id, gross_area_m2") == [("S000001", None)]
    assert seen(home, "SELECT submission_id FROM quarantine") == ["S000001"]
    states = {one["submission"]: one["state"] for one in submissions(home)}
    assert states == {"S000001": "current", "S000002": "withdrawn", "S000003": "withdrawn"}
    assert seen(home, f"SELECT gross_area_m2 FROM units_as_of('{before}')") == [90]
    # What stands again is corrected, repeated and withdrawn like anything else.
    assert ingest(home, "A", [unit("901")]).duplicate_of == "S000001"
    assert ingest(home, "D", [unit("901", gross_area_m2=70)]).replaces == ("S000001",)
    assert withdraw(home, "S000005", **WHY).restored == ("S000001",)
    assert withdraw(home, "S000001", **WHY).restored == ()
    assert current(home) == []


def test_withdrawing_an_added_day_brings_back_the_rows_it_replaced(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    ingest(home, "B", [unit("902", gross_area_m2=80), unit("903")], mode="add")
    assert withdraw(home, "S000002", **WHY) == Withdrawn(("2019-W1",), ())
    assert current(home, "submission_id, house_number") == [("S000001", "901"), ("S000001", "902")]


def test_withdrawing_in_one_wave_goes_past_what_was_withdrawn_itself(home: Home) -> None:
    both = [unit("901"), unit("902", wave_id="2021-W1")]
    ingest(home, "A", both)
    ingest(home, "B", [one | {"gross_area_m2": 80} for one in both])
    ingest(home, "C", [unit("901", gross_area_m2=90)])
    assert withdraw(home, "S000002", **WHY) == Withdrawn(("2021-W1",), ("S000001",))
    assert withdraw(home, "S000003", **WHY) == Withdrawn(("2019-W1",), ("S000001",))
    assert current(home, "submission_id, wave_id") == [
        ("S000001", "2019-W1"), ("S000001", "2021-W1"),
    ]  # fmt: skip


def test_what_was_voided_meanwhile_does_not_come_back(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    ingest(home, "B", [unit("901", gross_area_m2=80), unit("902")])
    void(home, "25-A0001", CITY, **WHY)
    withdraw(home, "S000002", **WHY)
    assert current(home) == ["25-A0002"]


def test_voided_leaves_every_wave_and_does_not_come_back(home: Home) -> None:
    for wave in ("2019-W1", "2021-W1"):
        ingest(home, wave, [unit("901", wave_id=wave), unit("902", wave_id=wave)])
    assert void(home, "25-A0001", CITY, **WHY) == "vacancies"
    assert current(home) == ["25-A0002", "25-A0002"]
    ingest(home, "later", [unit("901", wave_id="2023-W1")])
    assert current(home) == ["25-A0002", "25-A0002"]
    assert seen(home, "SELECT count(*) FROM units_history") == [5]
    unvoid(home, "25-A0001", CITY, form="vacancies", **WHY)
    assert current(home, "wave_id, object_id")[-1] == ("2023-W1", "25-A0001")
    assert len(current(home)) == 5


def test_the_office_decides_a_conflict_and_takes_it_back(home: Home) -> None:
    ingest(home, "A", [unit("901", gross_area_m2=70)])
    moment = datetime.now(UTC).replace(tzinfo=None)
    ingest(home, "B", [unit("901", gross_area_m2=80)], team="team2")
    place = ("vacancies", CITY, "2019-W1", "25-A0001")
    choose(home, place, "S000001", **WHY)
    assert current(home, "submission_id") == ["S000001"]
    assert seen(home, "SELECT is_open, decided_by FROM conflicts") == [(False, "Amt")]
    choose(home, place, None, **WHY)
    assert current(home, "submission_id") == ["S000002"]
    assert seen(home, "SELECT is_open, decided_by FROM conflicts") == [(True, None)]
    assert seen(home, f"SELECT submission_id FROM units_as_of('{moment}')") == ["S000001"]


def test_a_decision_lasts_through_later_uploads(home: Home) -> None:
    ingest(home, "A", [unit("901", gross_area_m2=70)])
    ingest(home, "B", [unit("901", gross_area_m2=80)], team="team2")
    choose(home, ("vacancies", CITY, "2019-W1", "25-A0001"), "S000001", **WHY)
    ingest(home, "C", [unit("901", gross_area_m2=90)], team="team3")
    assert current(home, "submission_id") == ["S000001"]


def test_confirmed_pair_is_one_object_until_taken_back(home: Home) -> None:
    ingest(home, "A", [unit("901")])
    ingest(home, "B", [unit("901 a", wave_id="2021-W1")])
    pair = ("vacancies", CITY, "25-A0002", "25-A0001")
    link(home, pair, "same", **WHY)
    assert set(seen(home, "SELECT object_id FROM vacancies")) == {"25-A0001"}
    unlink(home, pair, **WHY)
    assert set(seen(home, "SELECT object_id FROM vacancies")) == {"25-A0001", "25-A0002"}


def test_a_split_names_its_predecessor(home: Home) -> None:
    ingest(home, "A", [unit("901")])
    parts = [unit("901", unit_label=side, wave_id="2021-W1") for side in ("links", "rechts")]
    ingest(home, "B", parts)
    for part in ("25-A0002", "25-A0003"):
        link(home, ("vacancies", CITY, part, "25-A0001"), "split", **WHY)
    assert seen(home, "SELECT object_id, predecessor_id, kind FROM object_links") == [
        ("25-A0002", "25-A0001", "split"), ("25-A0003", "25-A0001", "split"),
    ]  # fmt: skip


def test_what_cannot_be_decided_is_said(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    with pytest.raises(InputFailure, match="both stand in wave"):
        link(home, ("vacancies", CITY, "25-A0001", "25-A0002"), "same", **WHY)
    with pytest.raises(InputFailure, match="no object"):
        void(home, "25-A0099", CITY, **WHY)
    with pytest.raises(InputFailure, match="no submission"):
        withdraw(home, "S000099", **WHY)
    with pytest.raises(InputFailure, match="reason"):
        withdraw(home, "S000001", reason=" ", actor="Amt")


def test_every_decision_changes_the_edition_id(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    ids = [build_edition(home, PLACES).id]
    void(home, "25-A0001", CITY, **WHY)
    ids.append(build_edition(home, PLACES).id)
    withdraw(home, "S000001", **WHY)
    ids.append(build_edition(home, PLACES).id)
    assert len(set(ids)) == 3


def test_what_nobody_decided_cannot_be_taken_back(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901"), unit("902")])
    pair = ("", CITY, "25-A0001", "25-A0002")
    for take_back in (
        lambda: unvoid(home, "25-A0001", CITY, **WHY),
        lambda: choose(home, ("", CITY, "2019-W1", "25-A0001"), None, **WHY),
        lambda: unlink(home, pair, **WHY),
    ):
        with pytest.raises(InputFailure, match="no such decision"):
            take_back()
    with pytest.raises(InputFailure, match="does not hold"):
        choose(home, ("", CITY, "2021-W1", "25-A0001"), "S000001", **WHY)
    # The form follows from the object.
    link(home, pair, "other", **WHY)
    unlink(home, pair, **WHY)
