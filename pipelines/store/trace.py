"""Tracing: the rows behind a published figure, down to file, sheet and row.

In: an edition, the name of a figure (schemas/figures.toml, or a kind of wave_moves), conditions.
Out: one entry per row that the figure counts; their number is the figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.errors import InputFailure
from pipelines.store.query import fetch, objects
from schemas.ddl import quoted
from schemas.figures import FIGURES, Figure

# Figures of the table of changes: objects by what became of them.
MOVES = (
    "persistent", "ended", "refurbished_or_let", "unclear", "not_found", "redrawn_out", "merged",
    "newly_found", "returned", "redrawn_in", "split_off",
)  # fmt: skip
# Figures of the tables of interim uses and of the quality of the data.
_INTERIM = "vacancy_status = 'ZWISCHENNUTZUNG'"
_BESIDE = {
    "end_ahead": ("units", f"{_INTERIM} AND interim_use_to >= survey_date"),
    "end_passed": ("units", f"{_INTERIM} AND interim_use_to < survey_date"),
    "end_open": ("units", f"{_INTERIM} AND (interim_use_to IS NULL OR survey_date IS NULL)"),
    "accepted": (
        "(FROM units UNION ALL BY NAME SELECT *, site_id AS object_id FROM production_sites)",
        "true",
    ),
}
# What places a row; everything else is a statement about the object, which tables leave out, as
# not stated, of objects that are held.
_PLACING = frozenset({
    "wave_id", "municipality_key", "district_id", "district_code", "survey_area", "section_id",
    "wave_before", "submission_id", "object_id", "site_id",
})  # fmt: skip
_IS_HELD = "hold_reason IS NOT NULL OR hold_date IS NOT NULL"
# What the table of sections leaves out (DOMAIN.md, Privacy): held objects, private rooms.
_SECTION_RULES = {
    "vacancies": "hold_reason IS NULL AND hold_date IS NULL",
    "production_sites": "place_type IS DISTINCT FROM 'PRIVATRAUM'",
}
_IDS = ("object_id", "site_id")


def trace(path: Path, figure: str, where: Sequence[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """The rows behind a figure: object_id, submission, file, sha256, sheet, row.

    `where` narrows by columns of the figure's view and by survey_area; an empty value means null.

    Raises:
        InputFailure: no such figure, or a condition on a column that it does not have.
        StoreFailure: there is no edition.
    """
    view, condition = _source(figure, dict(where))
    kinds = dict(fetch(path, f"SELECT column_name, column_type FROM (DESCRIBE FROM {view})").rows)
    clauses, values = [condition], []
    for name, value in where:
        clause = _clause(figure, kinds, name, value)
        clauses.append(clause)
        values += [value] if "?" in clause else []
    if view in _SECTION_RULES and any(name == "section_id" for name, _ in where):
        clauses.append(_SECTION_RULES[view])
    identity = next((name for name in _IDS if name in kinds), "NULL")
    return objects(
        path,
        f"SELECT v.{identity} AS object_id, v.submission_id AS submission, s.file, s.sha256, "
        "v.sheet, v.row_number AS row "
        f"FROM (SELECT * FROM {view} WHERE {' AND '.join(clauses)}) AS v "
        "LEFT JOIN submissions AS s USING (submission_id) "
        "ORDER BY submission, sheet, row".replace("v.NULL", "NULL"),
        values,
    )


def known_figures() -> tuple[str, ...]:
    """The names that `trace` takes."""
    return (*FIGURES, *_BESIDE, *MOVES)


def _source(figure: str, where: Mapping[str, str]) -> tuple[str, str]:
    """The view that a figure counts rows of, and its condition."""
    if figure in FIGURES:
        entry: Figure = FIGURES[figure]
        view = "vacancy_durations" if "duration" in where else entry.view
        return view, entry.where
    if figure in _BESIDE:
        return _BESIDE[figure]
    if figure in MOVES:
        return "wave_moves", f"kind = '{figure}'"
    raise InputFailure("no-such-figure", figure=figure, known=", ".join(known_figures()))


def _clause(figure: str, kinds: Mapping[str, str], name: str, value: str) -> str:
    """The condition that a column has a value, which is bound; an empty one means null."""
    if name == "survey_area" and "district_id" in kinds:
        # The area of the published table is the one that lists the district, not the row's own.
        listed = "SELECT district_id FROM districts WHERE survey_area"
        return f"district_id IN ({listed} = ?)" if value else f"district_id IN ({listed} IS NULL)"
    told = {"wz_division": "left(wz_code, 2)"} if "wz_code" in kinds else {}
    if name not in kinds and name not in told:
        known = ", ".join(sorted({*kinds, *told}))
        raise InputFailure("no-such-condition", figure=figure, name=name, known=known)
    column = told.get(name, quoted(name))
    if name not in _PLACING and "hold_reason" in kinds:
        column = f"CASE WHEN {_IS_HELD} THEN NULL ELSE {column} END"
    if kinds.get(name, "").endswith("[]"):
        return f"list_contains({column}, ?)" if value else f"coalesce(len({column}), 0) = 0"
    return f"CAST({column} AS VARCHAR) = ?" if value else f"{column} IS NULL"
