"""Explaining: why figures differ between two editions, object by object.

In: two editions, and which figures are asked about.
Out: for every place and figure that changed, what came or went and why, and a sentence that can be
said in public: it names no object.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import StoreFailure
from pipelines.store.behind import BEHIND, COMPARED, SECTION_RULES, Rows
from pipelines.store.portions import opened, portion
from pipelines.store.query import NO_OTHERS, set_thresholds, to_json
from pipelines.store.reasons import Reasons
from pipelines.store.schema import about
from pipelines.store.summaries import MADE_WITH, known_prints
from pipelines.store.verify import texts
from schemas.columns import Lang

_PLACE = ("wave_id", "municipality_key", "district_id", "category")
_ROW = (*_PLACE, "object_id", "part", "unit", "value")


@dataclass(frozen=True)
class Question:
    """A figure that is compared by wave and district.

    Attributes:
        rows: what it is made of, as in `BEHIND`.
        by: what it is broken down by, as told; "" where it is not.
        category: SQL of its category for a row `v`.
    """

    figure: str
    rows: tuple[Rows, ...]
    by: str = ""
    category: str = "NULL"


# `seen_0` is what `_Edition` sees first: section_counts.
_SECTION = """(
    SELECT any_value(c.section) FROM seen_0 AS c
    WHERE c.wave_id = v.wave_id AND c.municipality_key = v.municipality_key
        AND c.district_id = v.district_id AND c.section_id = v.section_id
)"""
_OF_SECTIONS = ("vacancies", "units", "vacant_shops", "buildings", "brownfields", "density",
                "longest_run", "production_sites")  # fmt: skip


def plain_questions() -> tuple[Question, ...]:
    """Every published figure by district and by section; what compares rates follows from them."""
    districts = [
        Question(name, rows, "wave_before", "wave_before")
        if rows[0].view == "wave_moves"
        else Question(name, rows)
        for name, rows in BEHIND.items()
        if name not in {*COMPARED, "density", "longest_run"}
    ]
    sections = [
        Question(name, tuple(map(_in_sections, BEHIND[name])), "section", _SECTION)
        for name in _OF_SECTIONS
    ]
    return (*districts, *sections)


def _in_sections(rows: Rows) -> Rows:
    rule = SECTION_RULES.get(rows.view, "true")
    return replace(rows, where=f"{rows.where} AND {rule} AND section_id IS NOT NULL")


@dataclass(frozen=True)
class Change:
    """One figure of one district that differs.

    Attributes:
        by, category: of what kind, where the figure is broken down: ("section", "Hochstraße").
        before, after: None where a share has no denominator.
        objects: object, section, row or submission → reason, a key of the texts `why-…`.
    """

    figure: str
    wave: str
    municipality_key: str
    district_id: str | None
    by: str
    category: str | None
    before: int | Decimal | None
    after: int | Decimal | None
    objects: dict[str, str]

    def sentence(self, lang: Lang) -> str:
        """The public sentence: "115 → 114: ein Objekt war irrtümlich erfasst"."""
        parts = []
        for why, count in sorted(Counter(self.objects.values()).items()):
            key = f"{why}-one" if count == 1 else f"{why}-many"
            parts.append(texts()(key, lang, count=count))
        told = "; ".join(parts) or texts()("why-nothing", lang)
        return f"{_number(self.before, lang)} → {_number(self.after, lang)}: {told}"

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """An entry of `explain --json`."""
        return {
            "figure": self.figure,
            "by": self.by or None,
            "category": self.category,
            "wave": self.wave,
            "municipality_key": self.municipality_key,
            "district_id": self.district_id,
            "before": to_json(self.before),
            "after": to_json(self.after),
            "sentence": self.sentence(lang),
            "objects": [{"object_id": one, "reason": why} for one, why in self.objects.items()],
        }


def _number(value: int | Decimal | None, lang: Lang) -> str:
    text = "." if value is None else str(value)
    return text.replace(".", ",") if lang == "de" and value is not None else text


def explain(
    before: Path,
    after: Path,
    asked: Sequence[Question] | None = None,
    thresholds: Mapping[str, int] = NO_OTHERS,
) -> list[Change]:
    """What differs between two editions, by figure, wave and district.

    Raises:
        StoreFailure: one of the editions is not there.
    """
    with _both(before, after) as (old, new):
        for one in (old, new):
            set_thresholds(one, thresholds)
        why, earlier, later = Reasons(old, new), _Edition(old), _Edition(new)
        return [
            change
            for question in asked or plain_questions()
            for change in _changes(question, earlier.rows(question), later.rows(question), why)
        ]


@contextmanager
def _both(
    before: Path, after: Path
) -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]]:
    """Both editions, showing the municipalities in which something differs."""
    for path in (before, after):
        if not path.exists():
            raise StoreFailure("no-edition", path=path)
    scratch = Path(tempfile.gettempdir())
    with ExitStack() as stack:
        old, new = (stack.enter_context(opened(path, scratch)) for path in (before, after))
        if about(old, MADE_WITH) == about(new, MADE_WITH) is not None:
            states = known_prints(old), known_prints(new)
            keys = sorted({*states[0], *states[1]})
            changed = [key for key in keys if states[0].get(key) != states[1].get(key)]
            for one in (old, new):
                stack.enter_context(portion(one, changed or [""]))
        yield old, new


class _Edition:
    """An edition of which every view is looked at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._tables: dict[str, str] = {}
        self._table("section_counts")

    def rows(self, question: Question) -> pl.DataFrame:
        """The rows that a figure is made of, with the columns `_ROW`."""
        parts = [
            f"SELECT wave_id, municipality_key, district_id, ({question.category})::VARCHAR AS "
            f"category, {_named(rows)} AS object_id, {place} AS part, "
            f"({rows.part or 'NULL'})::VARCHAR AS unit, ({rows.value or 1})::DOUBLE AS value FROM "
            f"(SELECT * FROM {self._table(rows.view)} WHERE {rows.where} AND wave_id IS NOT NULL) "
            "AS v"
            for place, rows in enumerate(question.rows)
        ]
        return self.connection.execute(" UNION ALL ".join(parts)).pl()

    def _table(self, view: str) -> str:
        if view not in self._tables:
            self._tables[view] = f"seen_{len(self._tables)}"
            self.connection.execute(f"CREATE TEMP TABLE {self._tables[view]} AS FROM {view}")
        return self._tables[view]


def _named(rows: Rows) -> str:
    """What tells a row: its object or section, else submission, sheet and row."""
    if rows.register:
        return rows.identity
    row = "concat_ws(' ', submission_id, sheet, row_number)"
    return f"coalesce({rows.identity}, {row})"


def _changes(
    question: Question, old: pl.DataFrame, new: pl.DataFrame, why: Reasons
) -> Iterator[Change]:
    gone = old.join(new, on=_ROW, how="anti", nulls_equal=True)
    come = new.join(old, on=_ROW, how="anti", nulls_equal=True)
    places = pl.concat([gone, come]).select(_PLACE).unique().sort(_PLACE, nulls_last=True)
    if places.is_empty():
        return
    before, after = (_values(frame, question) for frame in (old, new))
    is_share = len(question.rows) > 1
    nothing = None if is_share else 0
    why.look_up(pl.concat([gone, come]))
    for place in places.iter_rows():
        here = [
            set(frame.filter(pl.all_horizontal(
                pl.col(name).eq_missing(value) for name, value in zip(_PLACE, place, strict=True)
            ))["object_id"])
            for frame in (gone, come)
        ]  # fmt: skip
        objects = {
            one: why.of(
                question.rows[0], place, one, is_gone=one in here[0], is_come=one in here[1]
            )
            for one in sorted(here[0] | here[1])
        }
        if is_share and before.get(place) == after.get(place):
            continue
        wave, city, district, category = place
        yield Change(question.figure, wave, city, district, question.by, category,
                     before.get(place, nothing), after.get(place, nothing), objects)  # fmt: skip


def _values(rows: pl.DataFrame, question: Question) -> dict[tuple[Any, ...], int | Decimal | None]:
    """The figure of every place."""
    figure: pl.Expr
    if len(question.rows) > 1:
        above, below = (pl.col("value").filter(pl.col("part") == part).sum() for part in (0, 1))
        # Without a denominator there is no share; the division is made all the same.
        share = (100 * above / below).cast(pl.Decimal(12, 1), strict=False)
        figure = pl.when(below > 0).then(share)
    elif question.rows[0].part is not None:
        figure = pl.col("unit").n_unique()
    elif question.rows[0].value is not None:
        figure = pl.col("value").sum().cast(pl.Decimal(18, 2))
    else:
        figure = pl.len()
    found = rows.group_by(_PLACE).agg(figure.alias("figure"))
    return {row[:-1]: row[-1] for row in found.iter_rows()}
