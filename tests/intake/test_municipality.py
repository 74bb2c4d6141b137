"""Whose districts a sheet's rows are read in, and what happens to rows of another place."""

from __future__ import annotations

import pytest

from pipelines.intake.result import Status
from schemas.places import District, Place, Places
from tests.intake.sheets import HEAD, ROW, bochum, check, column, found

STOCK = """
| Gemeindeschlüssel | Statistischer Bezirk | Welle | Einheitstyp | Einheiten gesamt | Abdeckung |
"""
HERNE = "05916000"


def places() -> Places:
    """Bochum and Herne, both with a district called Mitte of some kind."""
    herne = Place(HERNE, "Herne", districts=(District(HERNE, "01", "Mitte"),))
    return Places({**bochum().by_key, HERNE: herne})


def stock(*rows: str) -> str:
    return (
        STOCK.strip()
        + "\n"
        + "\n".join(f"| {row} | 2019-W1 | Laden | #90 | voll |" for row in rows)
    )


@pytest.mark.parametrize("said", ["Bochum", "Stadt Bochum", "05911000", "5911000", "BOCHUM"])
def test_a_cover_may_name_the_municipality_in_any_way(said: str) -> None:
    checked = check(f"{HEAD} |\n{ROW} |", cover={"municipality_key": said}, places=places())
    assert column(checked, "district_id") == ["05911000-25"]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize("said", ["Herne", HERNE, "5916000"])
def test_the_column_beats_what_the_uploader_said(said: str) -> None:
    checked = check(stock(f"{said} | Mitte"), form="stock", places=places())
    assert column(checked, "municipality_key") == [HERNE]
    assert column(checked, "district_id") == [f"{HERNE}-01"]
    assert column(checked, "is_quarantined") == [False]


def test_without_registers_the_key_is_taken_as_it_stands() -> None:
    checked = check(stock("06412000 | 151", "06412000 | 152"), form="stock")
    assert column(checked, "district_id") == ["06412000-151", "06412000-152"]
    assert checked.status is Status.ACCEPTED


def test_a_row_of_another_municipality_is_told_and_not_counted_here() -> None:
    rows = ("05911000 | 25", f"{HERNE[1:]}9 | 47", "Bochum | 47")
    checked = check(stock(*rows), form="stock", places=places())
    assert column(checked, "is_quarantined") == [False, True, False]
    assert column(checked, "district_id") == ["05911000-25", None, "05911000-47"]
    assert found(checked, hints=False) == [("municipality-other", "municipality_key", "A3")]
    assert checked.status is Status.PARTIAL
