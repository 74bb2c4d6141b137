"""What a load would change, said before it happens; and marked copies that come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import Status
from pipelines.store import open_writer, submissions
from pipelines.store.preview import preview
from tests.store.surveys import checked, current, hand_in, ingest, unit

ROWS = [unit(str(number), gross_area_m2=number) for number in range(901, 911)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_a_correction_is_told_field_by_field(home: Home) -> None:
    ingest(home, "A", ROWS)
    book = checked([*ROWS[:8], unit("909", gross_area_m2=1), unit("955", storey="OG1")])
    told = preview(home, book, CheckOptions(team="team1"))
    assert (told.status, told.replaces) == (Status.ACCEPTED, ("S000001",))
    assert (told.new, told.unchanged, told.missing) == (1, 8, ("25-A0010",))
    assert {one: list(fields) for one, fields in told.changed.items()} == {
        "25-A0009": ["gross_area_m2"]
    }
    assert [one["submission"] for one in submissions(home)] == ["S000001"]
    assert len(current(home)) == 10


def test_waiting_and_conflicts_are_told(home: Home) -> None:
    ingest(home, "A", ROWS)
    told = preview(home, checked(ROWS[:2]), CheckOptions(team="team1"))
    assert told.status is Status.WAITING
    other = preview(home, checked([unit("901")]), CheckOptions(team="team2"))
    assert other.conflicting == ("25-A0001",)
    assert preview(home, checked(status=Status.REJECTED), CheckOptions()).new == 0


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
