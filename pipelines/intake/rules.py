"""Rules: what must agree between the columns of a row, as the declarations say.

In: the typed rows of a form.
Out: findings on the fields that a rule names; an error takes the field's value away, never a key.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from pipelines.intake.rows import MUNICIPALITY, FormRows
from pipelines.intake.values.numbers import german
from schemas.columns import Rule
from schemas.context import broken, with_context
from schemas.findings import catalogue
from schemas.places import Places


def apply_rules(rows: FormRows, places: Places) -> None:
    """Note every broken rule, and clear the fields that an error falls on."""
    frame = rows.frame
    stated = {name for name in frame.columns if frame[name].null_count() < frame.height}
    declared = set(frame.columns)
    rules = [
        rule
        for rule in (*rows.form.rules, *rows.form.usual_rules)
        if all(name in stated for name in rule.uses if name in declared)
    ]
    if not rules:
        return
    context = with_context(rows.frame, rows.form, places)
    present = set(context.columns)
    rules = [rule for rule in rules if set(rule.uses) <= present]
    hits = context.select(broken(rule).alias(str(number)) for number, rule in enumerate(rules))
    counts = hits.select(pl.all().any()).row(0) if rules else ()
    for number, rule in enumerate(rules):
        if counts[number]:
            _note(rows, rule, hits[str(number)].arg_true().to_list())


def hint_waves(rows: FormRows, places: Places) -> None:
    """A wave that waves.csv does not name counts as running; without that file nothing is said."""
    frame = rows.frame.with_row_index("index")
    if "wave_id" not in frame.columns:
        return
    for key in frame[MUNICIPALITY].unique(maintain_order=True).to_list():
        place = places.by_key.get(key)
        if place is None or not place.waves:
            continue
        known = [wave.wave_id for wave in place.waves]
        strange = frame.filter(
            (pl.col(MUNICIPALITY) == key)
            & pl.col("wave_id").is_not_null()
            & ~pl.col("wave_id").is_in(known)
        )
        for (wave,), group in strange.group_by("wave_id", maintain_order=True):
            rows.note("wave-unregistered", "wave_id", group["index"].to_list(), str(wave))


def _note(rows: FormRows, rule: Rule, indexes: list[int]) -> None:
    texts = rows.texts(rule.field, indexes)
    groups: dict[str, list[int]] = {}
    for index, text in zip(indexes, texts, strict=True):
        groups.setdefault(text, []).append(index)
    column = rows.form.by_name[rule.field]
    usual = column.usual or ()
    shown = " – ".join(german(Decimal(str(bound))) for bound in usual)
    for text, where in groups.items():
        rows.note(rule.code, rule.field, where, text, usual=f"{shown} {column.unit or ''}".strip())
    if catalogue()[rule.code].severity == "error" and not column.is_key:
        rows.clear(rule.field, indexes)
