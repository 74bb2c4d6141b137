"""Office numbers: issued once, in the order of the sheet, and met again."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from tests.store.surveys import Row, current, ingest, site, unit

pytestmark = pytest.mark.usefixtures("each_ledger")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_numbers_follow_the_sheet(home: Home) -> None:
    outcome = ingest(home, "A", [unit("905"), unit("901"), unit("903", district_code="47")])
    assert current(home, "object_id, house_number") == [
        ("25-A0001", "905"), ("25-A0002", "901"), ("47-A0001", "903"),
    ]  # fmt: skip
    assert [finding.code for finding in outcome.findings] == ["numbers-issued"]


def test_sites_have_numbers_of_their_own(home: Home) -> None:
    ingest(home, "A", [unit("901")], production_sites=[site("902"), site("903")])
    assert current(home, "site_id", view="production_sites") == ["25-P0001", "25-P0002"]


@pytest.mark.parametrize(
    "again",
    [
        unit("901"),
        unit("901", street="Hochstr."),
        unit("901", street="HOCHSTRASSE"),
        unit("901", gross_area_m2=80, vacancy_status="BELEGT"),
        unit("901", wave_id="2021-W1"),
    ],
)
def test_the_same_object_is_met_again(home: Home, again: Row) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    ingest(home, "B", [again], team="team2")
    assert set(current(home)) == {"25-A0001", "25-A0002"}


@pytest.mark.parametrize(
    "other",
    [unit("903"), unit("901", storey="OG1"), unit("901", unit_label="links"),
     unit("901", object_kind="GEBAEUDE", unit_type=None)],
)  # fmt: skip
def test_another_place_or_kind_is_another_object(home: Home, other: Row) -> None:
    ingest(home, "A", [unit("901"), unit("902")])
    ingest(home, "B", [other], team="team2")
    assert "25-A0003" in current(home)


def test_alike_rows_are_several_objects(home: Home) -> None:
    ingest(home, "A", [unit("901"), unit("901")])
    assert current(home) == ["25-A0001", "25-A0002"]
    ingest(home, "B", [unit("901", gross_area_m2=1), unit("901", gross_area_m2=2)])
    assert current(home) == ["25-A0001", "25-A0002"]


def test_ids_of_the_sheet_are_kept_and_not_issued_again(home: Home) -> None:
    ingest(home, "A", [unit("901", object_id="25-A0007"), unit("902", object_id="Haus 3")])
    ingest(home, "B", [unit("903")], team="team2")
    assert current(home) == ["25-A0007", "25-A0008", "Haus 3"]


def test_a_sheet_without_ids_meets_those_that_another_brought(home: Home) -> None:
    ingest(home, "A", [unit("901", object_id="Haus 3")])
    ingest(home, "B", [unit("901", wave_id="2021-W1")], team="team2")
    assert current(home) == ["Haus 3", "Haus 3"]


def test_correcting_an_address_keeps_the_number(home: Home) -> None:
    rows = [unit(str(number)) for number in range(901, 906)]
    ingest(home, "A", rows)
    outcome = ingest(home, "B", [*rows[:4], unit("955")])
    assert "number-kept" in [finding.code for finding in outcome.findings]
    assert current(home, "object_id, house_number")[-1] == ("25-A0005", "955")
    ingest(home, "C", [unit("955", wave_id="2021-W1")], team="team2")
    assert len(set(current(home))) == 5


def test_another_object_in_the_same_row_gets_a_number_of_its_own(home: Home) -> None:
    rows = [unit(str(number), gross_area_m2=number) for number in range(901, 906)]
    ingest(home, "A", rows)
    ingest(home, "B", [*rows[:4], unit("955", gross_area_m2=12)])
    assert current(home) == ["25-A0001", "25-A0002", "25-A0003", "25-A0004", "25-A0006"]
