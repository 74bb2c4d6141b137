"""Context: what rules may ask beside the declared columns, joined to the typed frame.

In: the typed frame of a form and the places.
Out: the frame with the columns that schemas/rules.py names, and `broken`, the rows that break a
rule. Context columns are dropped again by the caller; no table holds them.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from schemas.code_lists import code_list
from schemas.columns import Form, Kind, Precision, Rule
from schemas.places import Places
from schemas.vectors import house_key, street_key

_NO_END = 100_000
_WAVE, _LIMITS = (
    ["municipality_key", "wave_id", "survey_area"],
    ("wave_starts_on", "wave_ends_on"),
)
_KEYS = {"street": "street_key", "house_number": "house_key"}


def with_context(frame: pl.DataFrame, form: Form, places: Places) -> pl.DataFrame:
    """`frame` with the columns of context; rows and their order stay.

    Args:
        frame: the typed frame of `form` (schemas/types.py), quarantined rows included.
        form: whose columns it holds.
        places: districts with postcodes, boxes of municipalities, waves.
    """
    spans = [
        span
        for column in form.columns
        if column.kind is Kind.DATE
        for span in _span(frame, column.name)
    ]
    spanned = frame.with_columns(spans)
    if {"street", "house_number"} <= form.by_name.keys():
        spanned = _with_address_keys(spanned)
    if {"vacant_since", "duration_class"} <= form.by_name.keys():
        spanned = spanned.with_columns(_durations())
    located = spanned.join(_districts(places), on="district_id", how="left").join(
        _boxes(places), on="municipality_key", how="left"
    )
    return _with_waves(located, places) if "survey_area" in form.by_name else located


def broken(rule: Rule) -> pl.Expr:
    """True for the rows that break the rule; false where a column that it uses is null."""
    applies = pl.all_horizontal(pl.col(name).is_not_null() for name in rule.uses)
    return (applies & rule.broken(pl.col)).fill_null(value=False)


def _with_address_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """The keys of street and house number, made once per spelling: folding is dear."""
    for name, key in (("street", street_key), ("house_number", house_key)):
        keys = frame.select(name).unique().with_columns(key(pl.col(name)).alias(_KEYS[name]))
        frame = frame.join(keys, on=name, how="left", maintain_order="left")
    return frame


def _span(frame: pl.DataFrame, name: str) -> tuple[pl.Expr, pl.Expr]:
    """First and last day that a date of some precision may mean; before a date: no first day."""
    day, precision = pl.col(name), pl.col(f"{name}_precision")
    if (frame[f"{name}_precision"] == Precision.DAY.value).all():
        return day.alias(f"{name}_first"), day.alias(f"{name}_last")
    first = pl.when(precision != Precision.BEFORE.value).then(day)
    last = (
        pl.when(precision == Precision.YEAR.value)
        .then(day.dt.offset_by("1y").dt.offset_by("-1d"))
        .when(precision == Precision.MONTH.value)
        .then(day.dt.month_end())
        .when(precision == Precision.BEFORE.value)
        .then(day.dt.offset_by("-1d"))
        .otherwise(day)
    )
    return first.alias(f"{name}_first"), last.alias(f"{name}_last")


def _durations() -> list[pl.Expr]:
    """Least and most whole months between the start of a vacancy and the survey, and the class."""
    classes = {code.code: code.bounds for code in code_list("duration_class").codes if code.bounds}
    least = _months("vacant_since_last", "survey_date_first")
    most = _months("vacant_since_first", "survey_date_last")
    since = pl.col("vacant_since").is_not_null()
    return [
        pl.when(since).then(least).alias("months_vacant_least"),
        pl.when(since).then(most.fill_null(_NO_END)).alias("months_vacant_most"),
        *(
            pl.col("duration_class")
            .replace_strict(
                {code: bounds[side] or side * _NO_END for code, bounds in classes.items()},
                default=None,
                return_dtype=pl.Int32,
            )
            .alias(name)
            for side, name in enumerate(("duration_months_from", "duration_months_to"))
        ),
    ]


def _months(start: str, end: str) -> pl.Expr:
    first, last = pl.col(start), pl.col(end)
    months = (last.dt.year() - first.dt.year()) * 12 + (
        last.dt.month().cast(pl.Int32) - first.dt.month().cast(pl.Int32)
    )
    return months - (last.dt.day() < first.dt.day()).cast(pl.Int32)


@lru_cache(maxsize=2)
def _districts(places: Places) -> pl.DataFrame:
    rows = [
        (district.district_id, list(district.postcodes) or None) for district in places.districts()
    ]
    return pl.DataFrame(
        rows,
        schema={"district_id": pl.String, "place_postcodes": pl.List(pl.String)},
        orient="row",
    )


@lru_cache(maxsize=2)
def _boxes(places: Places) -> pl.DataFrame:
    rows = [(key, *(place.box or (None,) * 4)) for key, place in places.by_key.items()]
    sides = ("place_e_min", "place_e_max", "place_n_min", "place_n_max")
    return pl.DataFrame(
        rows,
        schema={"municipality_key": pl.String} | dict.fromkeys(sides, pl.Float64),
        orient="row",
    )


def _with_waves(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """The limits of a row's wave: those of its survey area, else those of the municipality."""
    waves = _waves(places)
    whole = waves.filter(pl.col("survey_area") == "").drop("survey_area")
    return (
        frame.join(waves, on=_WAVE, how="left")
        .join(whole, on=_WAVE[:2], how="left", suffix="_whole")
        .with_columns(pl.coalesce(limit, f"{limit}_whole").alias(limit) for limit in _LIMITS)
        .drop(f"{limit}_whole" for limit in _LIMITS)
    )


@lru_cache(maxsize=2)
def _waves(places: Places) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (wave.municipality_key, wave.wave_id, wave.survey_area, wave.starts_on, wave.ends_on)
            for place in places.by_key.values()
            for wave in place.waves
        ],
        schema=dict.fromkeys(_WAVE, pl.String) | dict.fromkeys(_LIMITS, pl.Date),
        orient="row",
    )
