"""Figures anew only for the districts whose rows have changed since they were last counted.

In: an edition, and what is remembered beside the store of the figures counted before.
Out: the figures of every district, the same as counting all of them (a test holds that).

A district's figures depend on its own rows, on the days of the waves of its municipality, and on
rows of other districts that share an object, an address or a street section with it. So a district
is counted anew when a digest over its rows has changed, or that of a neighbour, as neighbours are
now or were then. Counted is with the same views as ever, over the rows of these
districts and of their neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.publish.digests import code_digest, digest
from pipelines.publish.files import write_changed
from pipelines.store.context import rule_version
from pipelines.store.portions import WHOLE
from pipelines.store.schema import prepare, tables
from pipelines.store.views import make_views, view_statements
from schemas import FORMS
from schemas.ddl import literal

District = tuple[str, str]
Figures = dict[str, pl.DataFrame]

_REGISTERS = ("districts", "survey_areas", "waves", "sections", "codes")
# Under one version of the rules these and the object's id name a row, whose other columns never
# change: ten million rows are told apart without reading all that they say.
_ROW = "submission_id, sheet, row_number"
_KEY = "coalesce(municipality_key, ''), coalesce(district_id, '')"
_DAYS = """
    SELECT municipality_key, wave_id, min(survey_date)::VARCHAR FROM versions.vacancies
    WHERE is_current GROUP BY ALL
    UNION ALL
    SELECT municipality_key, wave_id, min(walked_on)::VARCHAR FROM coverage GROUP BY ALL
    ORDER BY ALL
"""
# Pairs of districts in which a row of the one bears on figures of the other; {near}: which rows,
# {touched}: how the objects of these rows are found again elsewhere.
_PAIRS = """
    WITH near AS (SELECT * FROM versions.vacancies WHERE is_current AND {near}),
    touched AS (
        SELECT municipality_key, object_id FROM near
        UNION ALL
        SELECT municipality_key, same_as FROM versions.aliases
    ), spread AS (
        SELECT municipality_key, object_id FROM units {touched}
        GROUP BY ALL HAVING min(district_id) <> max(district_id)
    ), objects AS (
        SELECT DISTINCT municipality_key, object_id, district_id
        FROM units SEMI JOIN spread USING (municipality_key, object_id)
    ), addresses AS (
        SELECT DISTINCT municipality_key, address_key FROM versions.vacancies
        SEMI JOIN near USING (municipality_key, address_key)
        WHERE is_current AND object_kind = 'GEBAEUDE'
    ), housed AS (
        SELECT DISTINCT municipality_key, address_key, district_id FROM versions.vacancies
        SEMI JOIN addresses USING (municipality_key, address_key)
        WHERE is_current
    )
    SELECT DISTINCT a.municipality_key, a.district_id, b.district_id
    FROM objects AS a JOIN objects AS b USING (municipality_key, object_id)
    UNION
    SELECT DISTINCT a.municipality_key, a.district_id, b.district_id
    FROM housed AS a JOIN housed AS b USING (municipality_key, address_key)
    UNION
    SELECT DISTINCT n.municipality_key, n.district_id, s.district_id
    FROM (
        SELECT DISTINCT municipality_key, section_id, district_id
        FROM near WHERE section_id IS NOT NULL
    ) AS n LEFT JOIN sections AS s USING (municipality_key, section_id)
"""


@dataclass(frozen=True)
class Memory:
    """What is remembered of the figures counted last.

    Attributes:
        key: digest of everything that bears on all districts.
        prints: district → digest of its rows.
        pairs: neighbours, both ways round.
        figures: by name, every frame with municipality_key and district_id.
    """

    key: str
    prints: Mapping[District, str]
    pairs: frozenset[tuple[District, District]]
    figures: Figures


def counted(
    connection: duckdb.DuckDBPyConnection,
    count: Callable[[duckdb.DuckDBPyConnection], Figures],
    folder: Path,
    *about: Any,
) -> Figures:
    """The figures that `count` gives of the edition, from memory where nothing has changed.

    Args:
        connection: as `portions.opened` gives it.
        count: counts every figure over the views of a connection.
        folder: where figures are remembered; it may be thrown away.
        about: what else bears on every figure.
    """
    key = _key(connection, about)
    prints = _prints(connection)
    before = _remembered(folder)
    if before is None or before.key != key or not before.prints:
        pairs = _pairs(connection)
        memory = Memory(key, prints, pairs, count(connection))
    else:
        memory = _brought_up(connection, count, before, prints)
    if memory is not before:
        _remember(folder, memory)
    return memory.figures


def _key(connection: duckdb.DuckDBPyConnection, about: tuple[Any, ...]) -> str:
    decided = [
        connection.execute(f"SELECT * FROM versions.{name} ORDER BY ALL").fetchall()  # noqa: S608 - ours
        for name in ("aliases", "links")
    ]
    rows = connection.execute(
        "SELECT sql FROM duckdb_views() WHERE database_name = ? ORDER BY view_name", [WHOLE]
    ).fetchall()
    # DuckDB keeps the columns after EXCLUDE in an order of its own, another one in every file.
    views = [sorted(re.findall(r"\w+|[^\w\s]", sql)) for (sql,) in rows]
    version = (code_digest(), rule_version(), duckdb.__version__)
    return digest(*version, view_statements(), views, decided, *about)


def _prints(connection: duckdb.DuckDBPyConnection) -> dict[District, str]:
    """A digest of the current rows of every district, in every table that figures come from."""
    days: dict[str, list[Any]] = {}
    for municipality, *rest in connection.execute(_DAYS).fetchall():
        days.setdefault(municipality, []).append(rest)
    found: dict[District, list[Any]] = {}
    for name, rows in _rows_of().items():
        query = (
            f"SELECT {_KEY}, bit_xor(hash({_ROW}, object, rule_version, coverage)), count(*) "  # noqa: S608 - ours
            f"FROM ({rows}) LEFT JOIN (SELECT submission_id, rule_version, coverage "
            "FROM versions.submissions) USING (submission_id) GROUP BY ALL"
        )
        for municipality, district, total, count in connection.execute(query).fetchall():
            found.setdefault((municipality, district), []).append((name, total, count))
    return {key: digest(rows, days.get(key[0])) for key, rows in found.items()}


def _rows_of() -> dict[str, str]:
    """Table → what tells its current rows apart, with their districts, as SQL."""
    told = {
        form.name: f"SELECT municipality_key, district_id, {_ROW}, "  # noqa: S608 - ours
        f"{form.object_column or 'NULL'} AS object FROM versions.{form.name} WHERE is_current"
        for form in FORMS.values()
        if form.name != "coverage"
    }
    walked = (
        f"SELECT municipality_key, s.district_id, {_ROW}, section_id AS object "  # noqa: S608 - ours
        "FROM coverage LEFT JOIN sections AS s USING (municipality_key, section_id)"
    )
    lost = f"SELECT municipality_key, district_id, {_ROW}, wave_id AS object FROM quarantine"  # noqa: S608 - ours
    return told | {"quarantine": lost, "coverage": walked}


def _pairs(
    connection: duckdb.DuckDBPyConnection, districts: set[District] | None = None
) -> frozenset[tuple[District, District]]:
    """Neighbours of these districts, or of all, both ways round."""
    near, touched = "true", ""
    if districts is not None:
        near = _among(districts)
        touched = "SEMI JOIN touched USING (municipality_key, object_id)"
    rows = connection.execute(_PAIRS.format(near=near, touched=touched)).fetchall()
    pairs = {((m, a or ""), (m, b or "")) for m, a, b in rows if a != b}
    return frozenset(pairs | {(b, a) for a, b in pairs})


def _brought_up(
    connection: duckdb.DuckDBPyConnection,
    count: Callable[[duckdb.DuckDBPyConnection], Figures],
    before: Memory,
    prints: Mapping[District, str],
) -> Memory:
    changed = {key for key in {*prints, *before.prints}
               if prints.get(key) != before.prints.get(key)}  # fmt: skip
    if not changed:
        return before
    around = changed | {b for a, b in before.pairs if a in changed}
    kept = {pair for pair in before.pairs if not around.intersection(pair)}
    pairs = _pairs(connection, around) | kept
    anew = changed | {b for a, b in pairs | before.pairs if a in changed}
    needed = anew | {b for a, b in pairs if a in anew}
    with _part(connection, needed):
        part = count(connection)
    figures = {name: _joined(frame, part[name], anew) for name, frame in before.figures.items()}
    return Memory(before.key, dict(prints), frozenset(pairs), figures)


def _among(districts: set[District]) -> str:
    """The rows of these districts, so said that DuckDB skips blocks of rows without any of them."""
    listed = ", ".join(f"({literal(m)}, {literal(d)})" for m, d in sorted(districts))
    named = sorted({literal(d) for _, d in districts if d})
    clauses = [f"district_id IN ({', '.join(named)})"] if named else []
    clauses += ["district_id IS NULL"] if len(named) < len({d for _, d in districts}) else []
    return f"({' OR '.join(clauses)}) AND ({_KEY}) IN ({listed})"


@contextmanager
def _part(connection: duckdb.DuckDBPyConnection, districts: set[District]) -> Iterator[None]:
    """The connection reads an edition of these districts alone, and of every walk."""
    connection.execute("USE memory")
    prepare(connection)
    connection.execute("CREATE SCHEMA registers")
    for name in _REGISTERS:
        connection.execute(f"CREATE TABLE registers.{name} AS FROM {WHOLE}.registers.{name}")
    split = {form.name for form in FORMS.values()} - {"coverage"} | {"quarantine"}
    for name in tables():
        source = f"{WHOLE}.versions.{name}"
        where = f"WHERE {_among(districts)}" if name in split else ""
        connection.execute(f"INSERT INTO versions.{name} BY NAME FROM {source} {where}")
    _add_first_days(connection)
    make_views(connection)
    yield
    connection.execute(f"USE {WHOLE}")


def _add_first_days(connection: duckdb.DuckDBPyConnection) -> None:
    """The earliest row of every wave, since the order of waves follows from them."""
    connection.execute(f"""
        INSERT INTO versions.vacancies BY NAME
        SELECT v.* FROM {WHOLE}.versions.vacancies AS v
        ANTI JOIN versions.vacancies AS here USING (submission_id, sheet, row_number)
        WHERE v.rowid IN (
            SELECT arg_min(rowid, survey_date) FROM {WHOLE}.versions.vacancies
            WHERE is_current GROUP BY municipality_key, wave_id)
    """)  # noqa: S608 - ours


def _joined(old: pl.DataFrame, part: pl.DataFrame, anew: set[District]) -> pl.DataFrame:
    """The figures of before with those of `anew` in their place, in the order of their columns."""
    keys = pl.DataFrame(
        sorted(anew), schema={"municipality_key": pl.String, "_district": pl.String}, orient="row"
    )
    told = pl.col("district_id").fill_null("").alias("_district")
    on = ["municipality_key", "_district"]
    kept = old.with_columns(told).join(keys, on=on, how="anti").drop("_district")
    fresh = part.with_columns(told).join(keys, on=on, how="semi").drop("_district")
    return pl.concat([kept, fresh.select(old.columns)], how="vertical_relaxed")


def _remembered(folder: Path) -> Memory | None:
    """What `_remember` wrote; None where it is missing, torn or not legible."""
    try:
        content = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
        figures = {
            name: pl.read_ipc(folder / f"{name}-{content['mark']}.arrow")
            for name in content["frames"]
        }
        prints = {(m, d): value for m, d, value in content["prints"]}
        pairs = frozenset(((a, b), (c, d)) for a, b, c, d in content["pairs"])
        return Memory(content["key"], prints, pairs, figures)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None


def _remember(folder: Path, memory: Memory) -> None:
    """Write the frames under names of their own, then the file that names them."""
    prints = [[m, d, value] for (m, d), value in sorted(memory.prints.items())]
    mark = digest(memory.key, prints)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in memory.figures.items():
        frame.write_ipc(folder / f"{name}-{mark}.arrow")
    pairs = [[*a, *b] for a, b in sorted(memory.pairs)]
    content = {"key": memory.key, "mark": mark, "prints": prints, "pairs": pairs,
               "frames": sorted(memory.figures)}  # fmt: skip
    write_changed(folder, "figures.json", json.dumps(content).encode())
    for path in folder.glob("*.arrow"):
        if not path.name.endswith(f"-{mark}.arrow"):
            path.unlink()
