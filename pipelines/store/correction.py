"""What a load is: a new source, a correction, an addition, or something to ask about.

In: the rows to come with their keys, what the ledger says is current, the mode asked for.
Out: a `Plan`; nothing is changed here. The sentences are those of DESIGN.md, "Twice is once".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import polars as pl
from sqlalchemy.engine import Connection

from pipelines.intake.findings import Finding
from pipelines.store.sqltext import key_sql, listed, marks, table_of
from pipelines.store.submission import Mode, Submission, submission_id
from pipelines.store.verdicts import holders
from schemas import FORMS
from schemas.columns import Form

# Exact, since 1 - 1/5 as a float is not 4/5.
REPLACING_SHARE = Fraction(4, 5)
# Below this many objects an overlap says little about two files being the same survey.
FEWEST_KNOWN = 5

KEYS = {"form": pl.String, "municipality_key": pl.String, "wave_id": pl.String, "key": pl.String}
STANDING = {
    "form": pl.String, "id": pl.Int64, "municipality_key": pl.String, "wave_id": pl.String,
    "key": pl.String, "submission_id": pl.String, "is_current": pl.Boolean,
}  # fmt: skip
_IS_OBJECT = pl.col("form").is_in([form.name for form in FORMS.values() if form.object_column])
Ends = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Plan:
    """What to do with a submission.

    Attributes:
        waits: nothing is loaded until a mode is given.
        ends: (submission number, wave) whose rows are superseded as a whole.
        adds_to: (submission number, wave) of the same source, of which only recurring objects are
            superseded.
        gone: keys of superseded objects that do not recur.
    """

    waits: bool = False
    ends: Ends = ()
    adds_to: Ends = ()
    gone: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def make_plan(
    ledger: Connection,
    store: duckdb.DuckDBPyConnection,
    submission: Submission,
    rows: tuple[pl.DataFrame, pl.DataFrame],
    same: Ends,
    mode: Mode | None,
) -> Plan:
    """Decide what a submission does, by its accepted keys and the rows that stand for them now.

    The first has the columns `KEYS`, the second is what `standing_for` gives; `same` is what its
    source holds now.
    """
    new, stood = rows
    if same:
        return _correction(store, same, new, mode)
    objects = new.filter(_IS_OBJECT).height
    known = stood.filter(_IS_OBJECT)
    if mode == "add" or objects < FEWEST_KNOWN or known.height < REPLACING_SHARE * objects:
        return Plan()
    waves = new["wave_id"].unique().sort().to_list()
    team = holders(ledger, waves, team=submission.options.team)
    return _new_name(store, team, (new, known), mode)


def same_source(ledger: Connection, source: str, waves: Sequence[str]) -> Ends:
    """What a source holds now in these waves."""
    return tuple(holders(ledger, waves, source=source))


def _correction(
    store: duckdb.DuckDBPyConnection, same: Ends, new: pl.DataFrame, mode: Mode | None
) -> Plan:
    rows = live_keys(store, same)
    with_objects = rows.filter(_IS_OBJECT)
    old = rows if with_objects.is_empty() else with_objects
    missing = old.join(new, on=list(KEYS), how="anti")
    gone = missing["key"].unique().sort().to_list()
    share = 1 - Fraction(missing.height, old.height) if old.height else Fraction(1)
    names = ", ".join(sorted({submission_id(number) for number, _ in same}))
    facts = {"replaced": names, "share": round(share * 100), "gone": len(gone)}
    if mode == "add":
        return Plan(adds_to=same)
    if mode != "replace" and share < REPLACING_SHARE:
        return Plan(waits=True, findings=(Finding("correction-waits", parameters=facts),))
    findings = [Finding("correction-replaces", parameters=facts)]
    if gone:
        findings.append(Finding("objects-gone", value=_some(gone), parameters=facts))
    return Plan(ends=same, gone=tuple(gone), findings=tuple(findings))


def _new_name(
    store: duckdb.DuckDBPyConnection,
    team: list[tuple[int, str]],
    rows: tuple[pl.DataFrame, pl.DataFrame],
    mode: Mode | None,
) -> Plan:
    new, known = rows
    objects = new.filter(_IS_OBJECT).height
    ids = sorted({submission_id(number) for number, _ in team})
    counts = (
        known.filter(pl.col("submission_id").is_in(ids))
        .group_by("submission_id")
        .len("known")
        .sort("known", "submission_id")
    )
    if counts.is_empty() or counts["known"][-1] < REPLACING_SHARE * objects:
        return Plan()
    old = str(counts["submission_id"][-1])
    ends = tuple((number, wave) for number, wave in team if submission_id(number) == old)
    facts = {"old": old, "known": int(counts["known"][-1]), "objects": objects}
    if mode is None:
        return Plan(waits=True, findings=(Finding("known-under-old-name", parameters=facts),))
    gone = live_keys(store, ends).join(new, on=list(KEYS), how="anti")["key"].unique().sort()
    facts |= {"replaced": old, "share": 100, "gone": len(gone)}
    return Plan(
        ends=ends,
        gone=tuple(gone.to_list()),
        findings=(Finding("correction-replaces", parameters=facts),),
    )


def standing_for(store: duckdb.DuckDBPyConnection, keys: pl.DataFrame) -> pl.DataFrame:
    """Rows that stand for keys (columns `KEYS`) of any form; columns as in `STANDING`."""
    found = [
        standing(store, FORMS[str(name)], rows).select(pl.lit(name).alias("form"), pl.all())
        for (name,), rows in keys.group_by("form", maintain_order=True)
    ]
    return pl.concat([pl.DataFrame(schema=STANDING), *found])


def standing(store: duckdb.DuckDBPyConnection, form: Form, keys: pl.DataFrame) -> pl.DataFrame:
    """Rows that stand for these keys: id, the key's columns, submission_id, is_current.

    The waves and municipalities are named in the query, so that whole row groups are passed over.
    """
    store.register("sought", keys.select("municipality_key", "wave_id", "key").unique())
    # Literals, since parameters are not compared with the least and greatest of a row group.
    rows = store.execute(
        f"SELECT v.rowid AS id, v.municipality_key, v.wave_id, {key_sql(form, 'v')} AS key, "
        f"v.submission_id, v.is_current FROM {table_of(form)} AS v "
        f"SEMI JOIN sought AS s ON s.key = {key_sql(form, 'v')} AND s.wave_id = v.wave_id "
        "AND s.municipality_key = v.municipality_key "
        f"WHERE v.wave_id IN ({listed(keys['wave_id'])}) "
        f"AND v.municipality_key IN ({listed(keys['municipality_key'])}) "
        "AND v.live_until IS NULL"
    ).pl()
    store.unregister("sought")
    return rows


def live_keys(store: duckdb.DuckDBPyConnection, held: Ends) -> pl.DataFrame:
    """The keys (columns `KEYS` and submission_id) of rows that these holdings still have."""
    ids = sorted({submission_id(number) for number, _ in held})
    waves = sorted({wave for _, wave in held})
    frames = [
        store.execute(
            f"SELECT '{form.name}' AS form, municipality_key, wave_id, {key_sql(form)} AS key, "
            f"submission_id FROM {table_of(form)} WHERE submission_id IN ({marks(ids)}) "
            f"AND wave_id IN ({marks(waves)}) AND live_until IS NULL",
            [*ids, *waves],
        ).pl()
        for form in FORMS.values()
    ]
    held_pairs = pl.DataFrame(
        [(submission_id(number), wave) for number, wave in held],
        schema={"submission_id": pl.String, "wave_id": pl.String},
        orient="row",
    )
    return pl.concat(frames).join(held_pairs, on=["submission_id", "wave_id"], how="semi")


def _some(items: list[str], most: int = 20) -> str:
    return ", ".join(items[:most]) + (" …" if len(items) > most else "")
