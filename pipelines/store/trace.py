"""Tracing: the rows behind a published figure, down to file, sheet and row.

In: an edition, the name of a figure (pipelines/store/behind.py), conditions.
Out: one entry per row that the figure is made of. A count is the number of its entries; other
figures say in each entry what it adds (`value`) and to what (`part`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.errors import InputFailure
from pipelines.store.behind import BEHIND, COMPARED, SECTION_RULES, Rows
from pipelines.store.query import fetch, objects
from schemas.ddl import quoted
from schemas.figures import WZ_DIVISION

# What places a row; everything else is a statement about the object, which tables leave out, as
# not stated, of objects that are held.
_PLACING = frozenset({
    "wave_id", "municipality_key", "district_id", "district_code", "survey_area", "section_id",
    "section", "wave_before", "submission_id", "object_id", "site_id",
})  # fmt: skip
_IS_HELD = "hold_reason IS NOT NULL OR hold_date IS NOT NULL"
_OF_SECTION = "(wave_id, municipality_key, district_id, section_id)"
_IN_SHEET = "v.submission_id AS submission, s.file, s.sha256, v.sheet, v.row_number AS row"
_IN_REGISTER = "NULL AS submission, '{file}' AS file, NULL AS sha256, NULL AS sheet, NULL AS row"

Where = Sequence[tuple[str, str]]


def trace(path: Path, figure: str, where: Where = ()) -> list[dict[str, Any]]:
    """The rows behind a figure: object_id, submission, file, sha256, sheet, row.

    A figure that is no count has `part` and `value` beside them: a sum adds its values; a share is
    100 times the values of part `numerator` by those of `denominator` (`before-…` where it is
    compared with an earlier wave); of a run and of sections the different parts are counted.

    `where` narrows by columns of the figure's view, by survey_area and by published section; an
    empty value means null.

    Raises:
        InputFailure: no such figure, or a condition on a column that it does not have.
        StoreFailure: there is no edition.
    """
    if figure not in BEHIND:
        raise InputFailure("no-such-figure", figure=figure, known=", ".join(known_figures()))
    found = _parts(path, figure, where)
    if figure in COMPARED and (before := _wave_before(path, where)) is not None:
        earlier = [(name, before if name == "wave_id" else value) for name, value in where]
        found += [one | {"part": f"before-{one['part']}"} for one in _parts(path, figure, earlier)]
    return found


def known_figures() -> tuple[str, ...]:
    """The names that `trace` takes."""
    return tuple(BEHIND)


def _parts(path: Path, figure: str, where: Where) -> list[dict[str, Any]]:
    parts = BEHIND[figure]
    if len(parts) == 1:
        return _rows(path, figure, parts[0], where)
    return [
        row
        for part, name in zip(parts, ("numerator", "denominator"), strict=True)
        for row in _rows(path, figure, replace(part, part=f"'{name}'"), where)
    ]


def _rows(path: Path, figure: str, wanted: Rows, where: Where) -> list[dict[str, Any]]:
    if wanted.view == "vacancies" and any(name == "duration" for name, _ in where):
        wanted = replace(wanted, view="vacancy_durations")
    kinds = dict(
        fetch(path, f"SELECT column_name, column_type FROM (DESCRIBE FROM {wanted.view})").rows
    )
    clauses, values = [wanted.where], []
    for name, value in where:
        clause = _clause(figure, kinds, name, value)
        clauses.append(clause)
        values += [value] if "?" in clause else []
    if wanted.view in SECTION_RULES and any(name in {"section_id", "section"} for name, _ in where):
        clauses.append(SECTION_RULES[wanted.view])
    return objects(path, _query(wanted, clauses), values)


def _query(wanted: Rows, clauses: Sequence[str]) -> str:
    beside = {"part": wanted.part, "value": wanted.value}
    more = "".join(f", {sql} AS {name}" for name, sql in beside.items() if sql is not None)
    place, sent = _IN_SHEET, " LEFT JOIN submissions AS s USING (submission_id)"
    if wanted.register:
        place, sent = _IN_REGISTER.format(file=wanted.register), ""
    return (
        f"SELECT {wanted.identity} AS object_id, {place}{more} "
        f"FROM (SELECT * FROM {wanted.view} WHERE {' AND '.join(clauses)}) AS v{sent} "
        "ORDER BY submission, sheet, row, object_id"
    )


def _clause(figure: str, kinds: Mapping[str, str], name: str, value: str) -> str:
    """The condition that a column has a value, which is bound; an empty one means null."""
    if name == "survey_area" and "district_id" in kinds:
        # The area of the published table is the one that lists the district, not the row's own.
        listed = "SELECT district_id FROM districts WHERE survey_area"
        return f"district_id IN ({listed} = ?)" if value else f"district_id IN ({listed} IS NULL)"
    if name == "section" and "section" not in kinds and "section_id" in kinds:
        return f"{_OF_SECTION} IN (SELECT {_OF_SECTION} FROM section_counts WHERE section = ?)"
    told = {"wz_division": WZ_DIVISION} if "wz_code" in kinds else {}
    if name not in kinds and name not in told:
        known = ", ".join(sorted({*kinds, *told}))
        raise InputFailure("no-such-condition", figure=figure, name=name, known=known)
    column = told.get(name, quoted(name))
    if name not in _PLACING and "hold_reason" in kinds:
        column = f"CASE WHEN {_IS_HELD} THEN NULL ELSE {column} END"
    if kinds.get(name, "").endswith("[]"):
        return f"list_contains({column}, ?)" if value else f"coalesce(len({column}), 0) = 0"
    return f"CAST({column} AS VARCHAR) = ?" if value else f"{column} IS NULL"


def _wave_before(path: Path, where: Where) -> str | None:
    """The last wave with rates before that of `where`; None where there is or is named none."""
    wave = dict(where).get("wave_id")
    rows = fetch(
        path,
        "SELECT wave_id FROM vacancy_rates LEFT JOIN (SELECT wave_id, municipality_key, "
        "max(reference_date) AS day FROM waves GROUP BY ALL) USING (wave_id, municipality_key) "
        "GROUP BY wave_id ORDER BY min(day) NULLS LAST, wave_id",
    ).rows
    waves = [row[0] for row in rows]
    place = waves.index(wave) if wave in waves else 0
    return waves[place - 1] if place else None
