"""What the office corrects in a team's sheet, followed through the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.store import Outcome, build_edition, open_writer, receive
from pipelines.store.query import objects
from pipelines.walk.said import home_places
from tests.findings.case import book
from tests.intake.sheets import HEAD, ROW, TODAY

SHEET = f"""
| Objekt-ID {HEAD} | Gesamtfläche |
| A1 {ROW} | 8000 |
| A2 {ROW.replace("12", "14")} | 60 |
"""
ENTRY = """
- form: vacancies
  object: A1
  field: gross_area_m2
  expect: "{expect}"
  value: "{value}"
  reason: {reason}
  by: {by}
  on: {on}
"""
FIRST = {"expect": "8000", "value": "80", "reason": "Zahlendreher", "by": "MM", "on": "2019-06-01"}
SECOND = {"expect": "8000", "value": "85", "reason": "nachgemessen", "by": "KL", "on": "2019-06-08"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def deliver(home: Home, reader: Reader, **entry: str) -> Outcome:
    """The same sheet of the team, with one correction of the office or none."""
    path = home.root / "Probe.xlsx"
    if not path.exists():
        book({"Leerstände": SHEET})(home.root)
    (home.corrections / "2019.yml").write_text(ENTRY.format(**entry) if entry else "[]")
    places = home_places(home)
    said = CheckOptions(team="west", today=TODAY, correction_folders=(home.corrections,))
    submission = receive(home, path, said, places)
    checked = check_file(path, submission.options, places, reader)
    with open_writer(home) as writer:
        return writer.load(submission, checked)


def test_reason_who_when_and_both_values_stand_in_the_history(home: Home, reader: Reader) -> None:
    """Loaded as written, then corrected, then corrected otherwise: three versions of one row."""
    outcomes = [deliver(home, reader), deliver(home, reader, **FIRST),
                deliver(home, reader, **SECOND)]  # fmt: skip
    assert [one.replaces for one in outcomes] == [(), ("S000001",), ("S000002",)]
    edition = build_edition(home, home_places(home)).path
    versions = objects(
        edition,
        "SELECT submission_id, gross_area_m2, end_cause, corrections FROM units_history "
        "WHERE object_id = 'A1' ORDER BY submission_id",
    )
    told = [
        None if row["corrections"] is None else [tuple(one.values()) for one in row["corrections"]]
        for row in versions
    ]
    place = ("gross_area_m2", "J2", "8000")
    assert told == [
        None,
        [(*place, "80", "Zahlendreher", "MM", "2019-06-01")],
        [(*place, "85", "nachgemessen", "KL", "2019-06-08")],
    ]
    assert [(row["gross_area_m2"], row["end_cause"]) for row in versions] == [
        (8000, "superseded"), (80, "superseded"), (85, None),
    ]  # fmt: skip
    others = objects(edition, "SELECT corrections FROM units_history WHERE object_id = 'A2'")
    assert [row["corrections"] for row in others] == [None] * 3
    assert objects(edition, "SELECT submission_id, new_value FROM corrections ORDER BY ALL") == [
        {"submission_id": "S000002", "new_value": "80"},
        {"submission_id": "S000003", "new_value": "85"},
    ]


def test_a_correction_that_does_not_fit_is_in_no_history(home: Home, reader: Reader) -> None:
    assert deliver(home, reader, **FIRST | {"expect": "9000"}).is_loaded
    edition = build_edition(home, home_places(home)).path
    (row,) = objects(edition, "FROM units_history WHERE object_id = 'A1'")
    assert (row["gross_area_m2"], row["corrections"]) == (8000, None)
    assert objects(edition, "FROM corrections") == []
    (told,) = objects(edition, "FROM findings WHERE code = 'correction-stale'")
    assert (told["cells"], told["value"]) == (["J2"], "9000")
