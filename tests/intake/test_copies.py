"""Copies: a sheet that repeats another counts once, two versions of a list are told."""

from __future__ import annotations

from tests.intake.sheets import HEAD, ROW, check, column, finding, found, only


def rows(*numbers: int, **changes: str) -> str:
    text = "\n".join(f"{ROW.replace(' 12 ', f' {number} ')} |" for number in numbers)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_a_sheet_that_only_repeats_another_is_not_counted_again() -> None:
    checked = check(f"{HEAD} |\n{rows(1, 2, 3)}", f"{HEAD} |\n{rows(3, 1)}")
    assert column(checked, "house_number") == ["1", "2", "3"]
    assert [(table.rows, table.accepted) for table in only(checked).tables] == [(3, 3), (0, 0)]
    told = finding(checked, "sheet-copied")
    assert (told.sheet, told.rows, told.value) == ("Tabelle2", (2, 3), "Tabelle1")


def test_a_copy_may_lack_columns_but_not_add_any() -> None:
    wide = "\n".join(f"{line} 80 |" for line in rows(1, 2).splitlines())
    fewer = check(f"{HEAD} | Gesamtfläche |\n{wide}", f"{HEAD} |\n{rows(2)}")
    assert column(fewer, "house_number") == ["1", "2"]
    more = check(f"{HEAD} |\n{rows(1, 2)}", f"{HEAD} | Gesamtfläche |\n{wide}")
    assert column(more, "gross_area_m2") == [80, 80]


def test_a_row_that_the_other_sheet_lacks_makes_it_no_copy() -> None:
    checked = check(f"{HEAD} |\n{rows(1, 2, 3)}", f"{HEAD} |\n{rows(3, 3)}")
    assert len(column(checked, "house_number")) == 5
    assert "sheet-copied" not in [code for code, _, _ in found(checked)]


def test_of_two_versions_of_a_list_neither_counts_until_one_is_chosen() -> None:
    numbers = range(1, 7)
    newer = rows(*numbers, leer="Umbau")
    checked = check(f"{HEAD} |\n{rows(*numbers, 99)}", f"{HEAD} |\n{newer}")
    told = [finding for finding in checked.findings if finding.code == "sheets-overlap"]
    assert [(one.sheet, one.value, one.rows) for one in told] == [
        ("Tabelle1", "Tabelle2", (2, 3, 4, 5, 6, 7)),
        ("Tabelle2", "Tabelle1", (2, 3, 4, 5, 6, 7)),
    ]
    assert [(table.accepted, table.quarantined) for table in only(checked).tables] == [
        (1, 6), (0, 6),
    ]  # fmt: skip
    assert "objects-alike" not in [code for code, _, _ in found(checked)]


def test_the_same_addresses_in_two_waves_are_no_versions() -> None:
    numbers = range(1, 7)
    later = rows(*numbers).replace("2019-W1", "2019-W2")
    checked = check(f"{HEAD} |\n{rows(*numbers)}", f"{HEAD} |\n{later}")
    assert "sheets-overlap" not in [code for code, _, _ in found(checked)]
