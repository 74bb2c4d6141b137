"""What a load would change, said before it happens; and marked copies that come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import Home, make_home
from pipelines.intake.result import Status
from pipelines.store import open_writer, submissions
from pipelines.store.preview import Foreseen, Preview, preview
from tests.store.surveys import Row, checked, current, hand_in, ingest, unit

ROWS = [unit(str(number), gross_area_m2=number) for number in range(901, 911)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def foreseen(home: Home, rows: list[Row], **said: Any) -> Preview:
    sent = hand_in(home, "preview", **said)
    with open_writer(home) as writer:
        return preview(writer, sent, checked(rows))


def ids(entries: tuple[Foreseen, ...]) -> list[str | None]:
    return [one.object_id for one in entries]


def test_a_correction_is_told_field_by_field(home: Home) -> None:
    ingest(home, "A", ROWS)
    told = foreseen(home, [*ROWS[:8], unit("909", gross_area_m2=1), unit("955", storey="OG1")])
    assert (told.status, told.replaces) == (Status.ACCEPTED, ("S000001",))
    assert [(one.object_id, one.label) for one in told.new] == [(None, "Hochstraße 955 OG1")]
    assert (len(told.unchanged), ids(told.missing)) == (8, ["25-A0010"])
    (changed,) = told.changed
    assert (changed.object_id, changed.wave) == ("25-A0009", "2019-W1")
    assert changed.fields == {"gross_area_m2": (909, 1)}
    assert [one["status"] for one in submissions(home)] == ["accepted", "pending"]
    assert len(current(home)) == 10


def test_what_waits_tells_what_replacing_would_take_out(home: Home) -> None:
    ingest(home, "A", ROWS)
    told = foreseen(home, [unit("901", gross_area_m2=5), ROWS[1]])
    assert (told.status, told.replaces) == (Status.WAITING, ())
    assert (len(told.changed), len(told.unchanged), len(told.missing)) == (1, 1, 8)
    assert told.conflicting == ()
    added = foreseen(home, [unit("901", gross_area_m2=5)], mode="add")
    assert (len(added.changed), added.missing) == (1, ())


def test_another_source_that_tells_it_differently(home: Home) -> None:
    ingest(home, "A", ROWS)
    told = foreseen(home, [unit("901"), *ROWS[1:3]], team="team2")
    assert (ids(told.conflicting), ids(told.unchanged)) == (["25-A0001"], ["25-A0002", "25-A0003"])
    assert told.conflicting[0].to_json()["fields"] == {"gross_area_m2": {"old": 901, "new": None}}


def test_what_is_not_loaded_changes_nothing(home: Home) -> None:
    sent = hand_in(home, "A", strict=True)
    with open_writer(home) as writer:
        for status in (Status.REJECTED, Status.UNREADABLE, Status.PARTIAL):
            assert preview(writer, sent, checked([unit("901")], status=status)).new == ()


def test_a_marked_copy_corrects_the_upload_it_answers(home: Home) -> None:
    ingest(home, "A", ROWS)
    sent = hand_in(home, "B", file="Erhebung-geprueft.xlsx")
    first = checked(ROWS, content="x")
    answered = replace(first, corrects=submissions(home)[0]["sha256"])
    with open_writer(home) as writer:
        outcome = writer.load(sent, answered)
    assert (outcome.status, outcome.replaces) == (Status.ACCEPTED, ("S000001",))
    again = ingest(home, "C", ROWS)
    assert again.replaces == ("S000002",)
