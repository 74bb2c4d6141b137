"""What stands behind the figures: trace, explain, match, enquiries, deliveries."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home, make_home
from pipelines.store import build_edition, find_edition
from pipelines.store.deciding import link, unlink, void, withdraw
from pipelines.store.enquiry import (
    Enquiry,
    deliveries,
    find_objects,
    open_conflicts,
    write_list,
)
from pipelines.store.explain import Change, explain, plain_questions
from pipelines.store.matching import match
from pipelines.store.query import fetch, objects
from pipelines.store.trace import trace
from pipelines.walk.explaining import explain_editions
from raw.examples import FOLDER
from tests.store.conftest import places_of
from tests.store.surveys import PLACES, ingest, site, unit

CITY = "05911000"
WHY = {"reason": "Test", "actor": "Amt"}
RECORD = json.loads((FOLDER / "record.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def path(bochum: Home) -> Path:
    return find_edition(bochum).path


def test_a_traced_row_is_the_cell_it_came_from(path: Path) -> None:
    rows = trace(path, "vacancies", [("wave_id", "2019-W1"), ("survey_area", "WAT")])
    assert len(rows) == 115
    book = openpyxl.load_workbook(FOLDER / rows[0]["file"], data_only=True)
    streets = objects(
        path,
        "SELECT street FROM vacancies WHERE object_id = ? AND wave_id = '2019-W1'",
        [rows[0]["object_id"]],
    )
    cells = [cell.value for cell in book[rows[0]["sheet"]][rows[0]["row"]]]
    assert any(str(cell or "").startswith(streets[0]["street"][:5]) for cell in cells)
    assert set(rows[0]) == {"object_id", "submission", "file", "sha256", "sheet", "row"}


def test_quarantined_rows_without_district_are_found(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901"), unit("902", quarantined=True, district_code=None)])
    path = build_edition(home, PLACES).path
    assert len(trace(path, "quarantined", [("district_id", "")])) == 1


@pytest.mark.parametrize(
    ("figure", "where"), [("nonsense", []), ("vacancies", [("nonsense", "1")]), ("units; --", [])]
)
def test_what_cannot_be_traced_is_said(path: Path, figure: str, where: list[Any]) -> None:
    with pytest.raises(InputFailure, match="Known are"):
        trace(path, figure, where)


def told(before: Path, after: Path, figure: str) -> list[Change]:
    """What is said of one figure by district."""
    return explain(before, after, [one for one in plain_questions()
                                   if (one.figure, one.by) == (figure, "")])  # fmt: skip


def test_an_enquiry_takes_what_people_write(path: Path) -> None:
    said = find_objects(path, Enquiry(storey="Erdgeschoss", unit_type="ladenlokal"))
    assert said == find_objects(path, Enquiry(storey="EG", unit_type="LADENLOKAL"))
    assert said
    for wrong in (Enquiry(storey="Hof"), Enquiry(unit_type="Raumschiff")):
        with pytest.raises(InputFailure, match=r"There is no|is no storey"):
            find_objects(path, wrong)


def test_a_share_without_a_denominator_is_none(tmp_path: Path) -> None:
    """No register says how many inhabit the district, or how large it is."""
    home = make_home(tmp_path / "home")
    ingest(home, "A", production_sites=[site("901")], file="A.xlsx")
    before = build_edition(home, PLACES).path
    ingest(home, "B", production_sites=[site("902")], file="B.xlsx")
    after = build_edition(home, PLACES).path
    changed = {one.figure: (one.before, one.after) for one in explain_editions(before, after)}
    assert changed["production_sites"] == (1, 2)
    assert not {"per_1000", "per_km2"} & changed.keys()


def test_explain_names_objects_and_a_public_sentence(bochum_copy: Home) -> None:
    home, places = bochum_copy, places_of(bochum_copy)
    first = build_edition(home, places)
    gone = trace(first.path, "vacancies", [("district_id", f"{CITY}-25"), ("wave_id", "2019-W1")])
    never_again = next(
        row["object_id"] for row in gone
        if not objects(
            first.path,
            "SELECT 1 FROM units WHERE object_id = ? AND wave_id = '2021-W1'",
            [row["object_id"]],
        )
    )  # fmt: skip
    void(home, never_again, CITY, **WHY)
    second = build_edition(home, places)
    (change,) = told(first.path, second.path, "vacancies")
    assert (change.before, change.after) == (115, 114)
    assert change.objects == {never_again: "why-voided"}
    assert change.sentence("de") == "115 → 114: ein Objekt war irrtümlich erfasst"
    (back,) = told(second.path, first.path, "vacancies")
    assert back.sentence("en") == "114 → 115: one object counts again"
    # Everything that is published of it, and nothing else.
    row = objects(first.path, "FROM vacancies WHERE object_id = ? AND wave_id = '2019-W1'",
                  [never_again])[0]  # fmt: skip
    changes = explain_editions(first.path, second.path)
    assert {one.wave for one in changes} <= {"2019-W1", "2021-W1"}
    named = {(one.figure, one.by): one.category for one in changes if one.wave == "2019-W1"}
    assert named["vacancies", "section"] is not None
    assert named["vacancies", "storeys"] == row["storey"]
    assert named["vacancies", "previous_use"] == row["previous_use"]
    assert named["accepted", ""] is None
    # A run that is broken loses its other objects too.
    others = [one for one in changes if one.figure != "longest_run"]
    assert all(set(one.objects) == {never_again} for one in others)


def test_explain_tells_withdrawals_corrections_and_late_reports(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    rows = [unit(str(number)) for number in range(901, 911)]
    ingest(home, "A", rows)
    ingest(home, "T", [unit("990")], team="team2")
    first = build_edition(home, PLACES)
    changed = [*rows[:8], unit("909", vacancy_status="BELEGT"), unit("955", storey="OG1")]
    ingest(home, "B", changed)
    withdraw(home, "S000002", **WHY)
    (change,) = told(first.path, build_edition(home, PLACES).path, "vacancies")
    assert sorted(change.objects.values()) == [
        "why-dropped", "why-new", "why-restated", "why-withdrawn",
    ]  # fmt: skip
    assert (change.before, change.after) == (11, 9)


def test_second_wave_of_the_examples_comes_out_as_planned(path: Path) -> None:
    (found,) = match(path, "2021-W1")
    states = {one: state for one, (state, _) in found.states.items()}
    fates = RECORD["2021-W1"]["fates"]
    assert {one for one, state in states.items() if state == "ended"} == set(fates["ended"])
    persistent = {one for one, state in states.items() if state in {"persistent", "changed"}}
    assert persistent >= {one for one in fates["persistent"] if one.startswith("25-")}
    not_walked = objects(
        path,
        "SELECT object_id FROM units WHERE wave_id = '2019-W1' AND district_id = ? "
        "AND section_id NOT IN (SELECT section_id FROM coverage WHERE wave_id = '2021-W1' "
        "AND coverage = 'VOLL') AND object_id NOT IN "
        "(SELECT object_id FROM units WHERE wave_id = '2021-W1')",
        [f"{CITY}-25"],
    )
    not_surveyed = {one for one, state in states.items() if state == "not_surveyed"}
    assert not_surveyed >= {row["object_id"] for row in not_walked}


def test_planted_changes_of_names_and_numbers_lose_no_object(path: Path) -> None:
    """A renamed street, a house number that is lost, and an id that could not be read."""
    (found,) = match(path, "2021-W1")
    rows = {row["object_id"]: row for row in objects(path, "FROM units WHERE wave_id = '2021-W1'")}
    renamed = {one for one, row in rows.items() if row["street"] == "August-Bebel-Platz"}
    assert len(renamed) == 6
    for one in renamed:
        state, fields = found.states[one]
        assert state == "ended" or (state, "street" in fields) == ("changed", True)
    (numberless,) = [one for one, row in rows.items() if not row["house_number"]]
    assert {"house_number", "location_note"} <= set(found.states[numberless][1])
    (unread,) = [one for one, row in rows.items() if "unleserlich" in (row["remarks"] or "")]
    assert found.states[unread][0] in {"persistent", "changed"}
    kinds = dict(fetch(path, "SELECT object_id, kind FROM wave_moves").rows)
    gone = {one for one in renamed if found.states[one][0] == "ended"}
    assert {kinds[one] for one in {*renamed, numberless, unread} - gone} == {"persistent"}
    assert {kinds[one] for one in gone} == {"ended"}


def test_the_equation_of_the_second_wave_reconciles(path: Path) -> None:
    """73 before, 6 new (one of them from the split, until the office says so), 8 ended, 6 gone."""
    (row,) = objects(path, "FROM wave_changes")
    assert (row["u_before"], row["newly_found"], row["ended"], row["not_found"], row["u_now"]) == (
        73, 6, 8, 6, 65
    )  # fmt: skip
    came = ("newly_found", "returned", "split_off", "redrawn_in")
    went = ("ended", "refurbished_or_let", "unclear", "not_found", "merged", "redrawn_out")
    assert row["u_now"] == row["u_before"] + sum(row[name] for name in came) - sum(
        row[name] for name in went
    )


def test_the_planted_split_is_proposed_confirmed_and_taken_back(bochum_copy: Home) -> None:
    home, places = bochum_copy, places_of(bochum_copy)
    (found,) = match(build_edition(home, places).path, "2021-W1")
    (split,) = [pair for pair in found.pairs if pair.kind == "split"]
    assert (split.score, split.reasons) == (0.9, ("unit_label",))
    pair = ("vacancies", CITY, split.now, split.before)
    link(home, pair, "split", **WHY)
    after = build_edition(home, places).path
    assert match(after, "2021-W1")[0].pairs == ()
    (moved,) = trace(after, "split_off")
    assert moved["object_id"] == split.now
    unlink(home, pair, **WHY)
    assert match(build_edition(home, places).path, "2021-W1")[0].pairs == (split,)


@pytest.mark.parametrize("kind", ["split", "merge"])
def test_splits_and_merges_reconcile(tmp_path: Path, kind: str) -> None:
    """901 whole becomes 901 links and rechts, or the other way round, beside a steady 903."""
    home = make_home(tmp_path / "home")
    whole, parts = [unit("901")], [unit("901", unit_label=side) for side in ("links", "rechts")]
    before, now = (whole, parts) if kind == "split" else (parts, whole)
    for wave, rows in (("2019-W1", before), ("2021-W1", now)):
        walk = {"wave_id": wave, "section_id": "S1", "coverage": "VOLL",
                "walked_on": date(int(wave[:4]), 5, 3)}  # fmt: skip
        at = {"wave_id": wave, "section_id": "S1", "survey_date": walk["walked_on"]}
        ingest(home, wave, [one | at for one in (*rows, unit("903"))], coverage=[walk])
    ids = {"split": (("25-A0003", "25-A0001"), ("25-A0004", "25-A0001")),
           "merge": (("25-A0004", "25-A0001"), ("25-A0004", "25-A0002"))}[kind]  # fmt: skip
    for one, other in ids:
        link(home, ("vacancies", CITY, one, other), kind, **WHY)  # type: ignore[arg-type] # parametrised
    rows = objects(
        build_edition(home, PLACES).path,
        "SELECT kind, count(*) AS n FROM wave_moves GROUP BY ALL ORDER BY ALL",
    )
    counts = {row["kind"]: row["n"] for row in rows}
    assert counts == {"persistent": 2, "split_off" if kind == "split" else "merged": 1}


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (unit("901", street="Hochstrasse"), None),
        (unit("901", street="Neue Hochstraße"), "same"),
        (unit("901 a"), "same"),
        (unit("955"), None),
        (unit("901", storey="OG1"), "same"),
    ],
)
def test_likely_pairs(tmp_path: Path, later: dict[str, Any], expected: str | None) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901")])
    ingest(home, "B", [later | {"wave_id": "2021-W1"}])
    (found,) = match(build_edition(home, PLACES).path, "2021-W1")
    assert [pair.kind for pair in found.pairs] == ([expected] if expected else [])


def test_an_enquiry_finds_what_fits(path: Path, tmp_path: Path) -> None:
    wanted = Enquiry(area_m2=Decimal(80), storey="EG", place="wattenscheid")
    rows = find_objects(path, wanted)
    assert rows
    assert all(row["storey"] == "EG" and "Wattenscheid" in row["district"] for row in rows)
    distances = [abs((row["gross_area_m2"] or row["sales_area_m2"]) - 80) for row in rows]
    assert distances == sorted(distances)
    assert max(distances) <= 20
    write_list(rows, tmp_path / "list.xlsx", "de")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1


def test_deliveries_name_sections_still_to_come(bochum: Home, path: Path) -> None:
    rows = deliveries(bochum, path, "2021-W1")
    came = {row["section_id"] for row in rows if row["is_delivered"]}
    missing = {row["section_id"] for row in rows if not row["is_delivered"]}
    walked = {one for one, how in RECORD["2021-W1"]["walked"].items() if how != "NICHT"}
    assert came >= walked
    assert {one["section_id"] for one in objects(path, "FROM sections")
            if one["section_id"].startswith("25-")} == (came | missing)  # fmt: skip


def test_conflicts_show_what_each_source_says(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901", gross_area_m2=70)])
    ingest(home, "B", [unit("901", gross_area_m2=80)], team="team2")
    (conflict,) = open_conflicts(build_edition(home, PLACES).path)
    assert conflict["values"] == {
        "S000001": {"gross_area_m2": 70}, "S000002": {"gross_area_m2": 80},
    }  # fmt: skip
