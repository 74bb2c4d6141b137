"""Why figures of two editions differ: what the store counts, broken down as publication does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.publish.breakdowns import NOT_STATED, Breakdown, breakdowns
from pipelines.store.behind import BEHIND
from pipelines.store.explain import Change, Question, explain, plain_questions
from pipelines.store.query import NO_OTHERS

_HELD = "hold_reason IS NOT NULL OR hold_date IS NOT NULL"


def explain_editions(
    before: Path, after: Path, thresholds: Mapping[str, int] = NO_OTHERS
) -> list[Change]:
    """What differs in any published table, by figure, wave and district.

    `thresholds` are those of the office that the views ask for.

    Raises:
        StoreFailure: one of the editions is not there.
    """
    return explain(before, after, (*plain_questions(), *map(_question, breakdowns())), thresholds)


def _question(breakdown: Breakdown) -> Question:
    """A figure by what its table breaks it down by; what is held counts as not stated."""
    (rows,) = BEHIND[breakdown.figure.name]
    category = breakdown.dimension
    if breakdown.view != rows.view:
        rows = replace(rows, view=breakdown.view)
    elif rows.view == "vacancies":
        category = f"CASE WHEN NOT ({_HELD}) THEN {category} END"
    if breakdown.several:
        stated = f"CASE WHEN len({category}) > 0 THEN list_distinct({category}) ELSE [NULL] END"
        rows = replace(rows, view=f"(SELECT *, unnest({stated}) AS one_of FROM {rows.view})")  # noqa: S608 - ours
        category = "one_of"
    category = f"coalesce({category}, '{NOT_STATED}')"
    return Question(breakdown.figure.name, (rows,), breakdown.name, category)
