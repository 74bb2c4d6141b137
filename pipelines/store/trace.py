"""Tracing: the rows behind a published figure, down to file, sheet and row.

In: an edition, the name of a figure (pipelines/store/behind.py), conditions, the office's settings.
Out: one entry per row that the figure is made of. A count is the number of its entries; other
figures say in each entry what it adds (`value`) and to what (`part`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.errors import InputFailure
from pipelines.home import Settings
from pipelines.store.behind import BEHIND, COMPARED, SECTION_RULES, Rows
from pipelines.store.query import answered, open_edition, set_thresholds
from schemas.ddl import quoted
from schemas.figures import WZ_DIVISION

# What places a row; everything else is a statement about the object, which tables leave out, as
# not stated, of objects that are held.
_PLACING = frozenset({
    "wave_id", "municipality_key", "district_id", "district_code", "survey_area", "section_id",
    "section", "wave_before", "submission_id", "object_id", "site_id",
})  # fmt: skip
# What narrows a figure to one place that is not a sum over districts.
_WITHIN = frozenset({"district_id", "district_code", "section_id", "section"})
_IS_HELD = "hold_reason IS NOT NULL OR hold_date IS NOT NULL"
_OF_SECTION = "(wave_id, municipality_key, district_id, section_id)"
_IN_SHEET = "v.submission_id AS submission, s.file, s.sha256, v.sheet, v.row_number AS row"
_IN_REGISTER = "NULL AS submission, '{file}' AS file, NULL AS sha256, NULL AS sheet, NULL AS row"

Where = Sequence[tuple[str, str]]
Row = dict[str, Any]
USUAL = Settings()


def trace(path: Path, figure: str, where: Where = (), settings: Settings = USUAL) -> list[Row]:
    """The rows behind a figure: object_id, submission, file, sha256, sheet, row.

    A figure that is no count has `part` and `value` beside them: a sum adds its values; a share is
    100 times the values of part `numerator` by those of `denominator` (`before-…` where it is
    compared with an earlier wave); of a run and of sections the different parts are counted.

    `where` narrows by columns of the figure's view, by survey_area and by published section; an
    empty value means null. A sum over districts leaves out those that tables show no total of; of
    a district that is named come all rows, shown or not.

    Raises:
        InputFailure: no such figure, or a condition on a column that it does not have.
        StoreFailure: there is no edition.
    """
    if figure not in BEHIND:
        raise InputFailure("no-such-figure", figure=figure, known=", ".join(known_figures()))
    with open_edition(path) as edition:
        _let_views_know(edition, settings)
        found = _parts(edition, figure, where)
        before = _compared_with(edition, figure, where, settings) if figure in COMPARED else []
    return found + [one | {"part": f"before-{one['part']}"} for one in before]


def known_figures() -> tuple[str, ...]:
    """The names that `trace` takes."""
    return tuple(BEHIND)


def _let_views_know(edition: DuckDBPyConnection, settings: Settings) -> None:
    """Set the thresholds that views ask for, as publication does."""
    set_thresholds(edition, {
        "section_buildings": settings.section_buildings,
        "long_months": settings.long_months,
        "headline_small": settings.headline_small_cell,
    })  # fmt: skip


def _parts(edition: DuckDBPyConnection, figure: str, where: Where) -> list[Row]:
    parts = BEHIND[figure]
    if len(parts) == 1:
        return _rows(edition, figure, parts[0], where)
    return [
        row
        for part, name in zip(parts, ("numerator", "denominator"), strict=True)
        for row in _rows(edition, figure, replace(part, part=f"'{name}'"), where)
    ]


def _rows(edition: DuckDBPyConnection, figure: str, wanted: Rows, where: Where) -> list[Row]:
    names = {name for name, _ in where}
    if wanted.view == "vacancies" and "duration" in names:
        wanted = replace(wanted, view="vacancy_durations")
    kinds = dict(
        answered(
            edition, f"SELECT column_name, column_type FROM (DESCRIBE FROM {wanted.view})"
        ).rows
    )
    clauses, values = [wanted.where], []
    for name, value in where:
        clause = _clause(figure, kinds, name, value)
        clauses.append(clause)
        values += [value] if "?" in clause else []
    if not names & _WITHIN:
        clauses.append(wanted.summed)
    if wanted.view in SECTION_RULES and names & {"section_id", "section"}:
        clauses.append(SECTION_RULES[wanted.view])
    return answered(edition, _query(wanted, clauses), values).objects


def _query(wanted: Rows, clauses: Sequence[str]) -> str:
    beside = {"part": wanted.part, "value": wanted.value}
    more = "".join(f", {sql} AS {name}" for name, sql in beside.items() if sql is not None)
    place, sent = _IN_SHEET, " LEFT JOIN submissions AS s USING (submission_id)"
    if wanted.register:
        place, sent = _IN_REGISTER.format(file=wanted.register), ""
    met = " AND ".join(f"({clause})" for clause in clauses)
    return (
        f"SELECT {wanted.identity} AS object_id, {place}{more} "
        f"FROM (SELECT * FROM {wanted.view} AS r WHERE {met}) AS v{sent} "
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


def _compared_with(
    edition: DuckDBPyConnection, figure: str, where: Where, settings: Settings
) -> list[Row]:
    """The rows of the last wave before in which the same place has the same rate."""
    for wave in _waves_before(edition, where):
        earlier = [(name, wave if name == "wave_id" else value) for name, value in where]
        rows = _parts(edition, figure, earlier)
        units = _parts(edition, "rate_units", earlier)
        if _is_shown(units, settings) and (figure == "points_units" or _is_known(rows, settings)):
            return rows
    return []


def _is_shown(units: Sequence[Row], settings: Settings) -> bool:
    """Whether there is stock enough for a rate."""
    stock: int = sum(row["value"] for row in units if row["part"] == "denominator")
    return stock > 0 and stock >= settings.rate_units


def _is_known(areas: Sequence[Row], settings: Settings) -> bool:
    """Whether enough areas are known for a rate by area."""
    vacant, stock = (
        [row["value"] for row in areas if row["part"] == part]
        for part in ("numerator", "denominator")
    )
    known = 100 * sum(value is not None for value in vacant)
    is_enough = known >= settings.rate_known_percent * len(vacant)
    return is_enough and None not in stock and sum(stock, Decimal(0)) > 0


def _waves_before(edition: DuckDBPyConnection, where: Where) -> Iterator[str]:
    """The waves with rates before that of `where`, the latest first."""
    rows = answered(
        edition,
        "SELECT wave_id FROM vacancy_rates LEFT JOIN (SELECT wave_id, municipality_key, "
        "max(reference_date) AS day FROM waves GROUP BY ALL) USING (wave_id, municipality_key) "
        "GROUP BY wave_id ORDER BY min(day) NULLS LAST, wave_id",
    ).rows
    waves = [str(row[0]) for row in rows]
    wave = dict(where).get("wave_id")
    yield from reversed(waves[: waves.index(wave)] if wave in waves else [])
