"""Districts with few vacancies are left out, where the office says so (DOMAIN.md, Privacy).

In: the figures of an edition and the count from which a district is shown.
Out: the same figures without those of such districts, as if they had not been surveyed in full:
neither a table nor a total knows them, so that nothing can be worked out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.publish.edition import FRAMES, Summaries

_KEYS = ("wave_id", "municipality_key", "district_id")
Change = tuple[str, str, str, int | None, int | None]
"""(place, wave, figure, old, new)"""
_COUNTS = ("vacancies", "units", "buildings", "brownfields", "vacant_shops", "partly_vacant")


def without_small(summaries: Summaries) -> Summaries:
    """Without the vacancies of districts that have some, but fewer than the office lets out."""
    least = summaries.limits.headline_small
    found: dict[str, Any] = {name: getattr(summaries, name) for name in FRAMES}
    few = (pl.col("vacancies") > 0) & (pl.col("vacancies") < least)
    small = found["districts"].filter(few).select(_KEYS)
    found["districts"] = found["districts"].with_columns(
        pl.when(few).then(None).otherwise(pl.col(name)).alias(name) for name in _COUNTS
    )
    # One small section could be worked out from its district and the others.
    closed = few.any().over(_KEYS) | _of(small)
    hidden = (*_COUNTS[:-1], "longest_run")
    found["sections"] = found["sections"].with_columns(
        pl.when(closed).then(None).otherwise(pl.col(name)).alias(name) for name in hidden
    )
    found["rates"] = found["rates"].join(small, on=_KEYS, how="anti")
    # Where nothing but vacancies was listed, the rows counted would be their number.
    found["quality"] = found["quality"].with_columns(accepted=pl.when(~_of(small)).then("accepted"))
    before = small.rename({"wave_id": "wave_before"})
    found["changes"] = (
        found["changes"].join(small, on=_KEYS, how="anti")
        .join(before, on=before.columns, how="anti")
    )  # fmt: skip
    return replace(summaries, **found)


def _of(small: pl.DataFrame) -> pl.Expr:
    return pl.struct(_KEYS).is_in(small.to_struct().implode()).fill_null(value=False)


def without_small_changes(changes: Iterable[Change], least: int) -> tuple[Change, ...]:
    """What changed as it may be told: counts of vacancies under `least` are not, old or new."""

    def shown(figure: str, value: int | None) -> int | None:
        is_small = value is not None and figure == "vacancies" and 0 < value < least
        return None if is_small else value

    told = (
        (place, wave, figure, shown(figure, old), shown(figure, new))
        for place, wave, figure, old, new in changes
    )
    return tuple(change for change in told if change[3] != change[4])
