"""What a load is: a new source, a correction, an addition, or something to ask about.

In: the rows to come with their keys, what the ledger says is current, the mode asked for.
Out: a `Plan`; nothing is changed here. The sentences are those of DESIGN.md, "Twice is once".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import duckdb
import polars as pl
from sqlalchemy.engine import Connection

from pipelines.intake.findings import Finding
from pipelines.store.sqltext import key_sql, marks, table_of
from pipelines.store.submission import Mode, Submission, submission_id
from pipelines.store.verdicts import holders
from schemas import FORMS

# Exact, since 1 - 1/5 as a float is not 4/5.
REPLACING_SHARE = Fraction(4, 5)
# Below this many objects an overlap says little about two files being the same survey.
FEWEST_KNOWN = 5

KEYS = {"form": pl.String, "municipality_key": pl.String, "wave_id": pl.String, "key": pl.String}
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
    new: pl.DataFrame,
    mode: Mode | None,
) -> Plan:
    """Decide what a submission with the accepted keys `new` (columns `KEYS`) does."""
    same = same_source(ledger, submission, new)
    if same:
        return _correction(store, same, new, mode)
    waves = new["wave_id"].unique().sort().to_list()
    team = holders(ledger, waves, team=submission.options.team)
    return _new_name(store, team, new, mode)


def same_source(ledger: Connection, submission: Submission, new: pl.DataFrame) -> Ends:
    """What the submission's own source holds now in the waves of the rows to come."""
    waves = new["wave_id"].unique().sort().to_list()
    return tuple(holders(ledger, waves, source=submission.source))


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
    new: pl.DataFrame,
    mode: Mode | None,
) -> Plan:
    objects = new.filter(_IS_OBJECT)
    if not team or mode == "add" or objects.height < FEWEST_KNOWN:
        return Plan()
    known = live_keys(store, tuple(team)).join(objects, on=list(KEYS), how="semi")
    counts = known.group_by("submission_id").len("known").sort("known", "submission_id")
    if counts.is_empty() or counts["known"][-1] < REPLACING_SHARE * objects.height:
        return Plan()
    old = str(counts["submission_id"][-1])
    ends = tuple((number, wave) for number, wave in team if submission_id(number) == old)
    facts = {"old": old, "known": int(counts["known"][-1]), "objects": objects.height}
    if mode is None:
        return Plan(waits=True, findings=(Finding("known-under-old-name", parameters=facts),))
    gone = live_keys(store, ends).join(new, on=list(KEYS), how="anti")["key"].unique().sort()
    facts |= {"replaced": old, "share": 100, "gone": len(gone)}
    return Plan(
        ends=ends,
        gone=tuple(gone.to_list()),
        findings=(Finding("correction-replaces", parameters=facts),),
    )


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
