"""Tables beside the counts: interim uses, changes between waves, rates, quality of the data.

In: `Summaries`.
Out: `Table`s whose rows are districts with subtotals where these make sense.
"""

from __future__ import annotations

import polars as pl

from pipelines.publish.edition import Summaries
from pipelines.publish.model import Field, Limits, Table, sign_column
from pipelines.publish.numbers import Sign
from pipelines.publish.rows import district_grid, in_order, with_labels, with_signs, with_subtotals
from pipelines.publish.tables import (
    DISTRICT_FIELDS,
    LANGUAGES,
    known_districts,
    site_texts,
    text_field,
    told,
)
from schemas.columns import Label

_KEYS = ["wave_id", "municipality_key", "district_id"]
_COUNT = Label("Anzahl", "count")
_PERCENT = Label("%", "%")
_POINTS = Label("Prozentpunkte", "percentage points")
_BEFORE = Label("Vorwelle", "wave before")
_OUT = Label("Abgänge", "leaving")
_IN = Label("Zugänge", "arriving")
_BY_UNITS = Label("nach Einheiten", "by units")
_BY_AREA = Label("nach Verkaufsfläche", "by sales area")


def _notes(*keys: str) -> tuple[tuple[str, Label], ...]:
    return tuple((key, site_texts().labels[key]) for key in keys)


def _labelled(rows: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    return with_labels(with_signs(rows, values), site_texts(), LANGUAGES)


def interim_table(summaries: Summaries) -> Table:
    """Interim uses and what is known of their end."""
    fields = (
        Field("interim_use", Label("Zwischennutzungen", "Interim uses")),
        Field("end_ahead", Label("Ende steht bevor", "end lies ahead")),
        Field("end_passed", Label("Ende überschritten", "end has passed")),
        Field("end_open", Label("ohne bekanntes Ende", "no known end")),
    )
    names = [field.name for field in fields]
    known = known_districts(summaries).select(*_KEYS, "interim_use")
    data = known.join(summaries.interim.drop("interim_use"), on=_KEYS, how="left").with_columns(
        pl.when(pl.col("interim_use").is_not_null()).then(pl.col(name).fill_null(0)).alias(name)
        for name in names[1:]
    )
    rows = with_subtotals(district_grid(data, summaries.registers), names)
    return Table(
        "interim_use", Label("Zwischennutzungen", "Interim uses"), _COUNT,
        Label("Objekte mit Zwischennutzung am Erhebungstag",
              "objects in interim use on the day of the survey"),
        (*DISTRICT_FIELDS, *fields), _labelled(rows, names), "label",
    )  # fmt: skip


_CHANGES: tuple[Field, ...] = (
    Field("u_before", Label("Bestand der Vorwelle", "in the wave before")),
    Field("newly_found", Label("neu", "new"), spanner=_IN),
    Field("returned", Label("wieder leer", "vacant again"), spanner=_IN, is_optional=True),
    Field("split_off", Label("durch Teilung", "by splitting"), spanner=_IN, is_optional=True),
    Field("redrawn_in", Label("durch Neu\u00adzuschnitt", "by redrawing"), spanner=_IN,
          note="redrawn", is_optional=True),
    Field("ended", Label("beendet", "ended"), spanner=_OUT),
    Field("refurbished_or_let", Label("Umbau oder vermietet", "refurbishment or let"),
          spanner=_OUT),
    Field("unclear", Label("unklar", "unclear"), spanner=_OUT),
    Field("not_found", Label("nicht wieder\u00adgefunden", "not found again"), spanner=_OUT,
          note="not-found"),
    Field("merged", Label("durch Zusammen\u00adlegung", "by merging"), spanner=_OUT,
          is_optional=True),
    Field("redrawn_out", Label("durch Neu\u00adzuschnitt", "by redrawing"), spanner=_OUT,
          note="redrawn", is_optional=True),
    Field("u_now", Label("Bestand der Welle", "in this wave")),
)  # fmt: skip


def change_table(summaries: Summaries) -> Table:
    """Changes between waves on the sections walked in both; every row reconciles."""
    fields = _CHANGES
    names = [field.name for field in fields]
    counted = [*names, "sections_matched", "sections_registered"]
    pairs = summaries.changes.select("wave_id", "municipality_key", "wave_before").unique()
    grids = [
        district_grid(
            summaries.changes.join(pairs[i : i + 1], on=pairs.columns, how="semi"),
            summaries.registers,
        ).with_columns(wave_before=pl.lit(pairs["wave_before"][i]))
        for i in range(pairs.height)
    ]
    rows = pl.concat(
        [with_subtotals(grid, counted, extra=("wave_before",)) for grid in grids]
        or [with_subtotals(district_grid(summaries.changes, summaries.registers), counted,
                           extra=("wave_before",))]
    ).filter(pl.col("u_now").is_not_null())  # fmt: skip
    return Table(
        "changes", Label("Veränderung zwischen den Wellen", "Changes between waves"), _COUNT,
        Label("leere und zwischengenutzte Objekte auf Abschnitten, die in beiden Wellen ganz "
              "begangen wurden", "objects vacant or in interim use on sections walked in full in "
              "both waves"),
        (*DISTRICT_FIELDS, text_field("wave_before", _BEFORE), text_field("compared", Label(
            "vergli\u00adchene Ab\u00adschnitte", "sections compared")), *fields),
        _labelled(_compared(in_order(rows)), names), "label", _notes("redrawn", "not-found"),
    )  # fmt: skip


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    """How many sections were compared: "12 von 25" where those of a district are registered."""
    matched, registered = pl.col("sections_matched"), pl.col("sections_registered")
    both = matched.is_not_null() & registered.is_not_null() & (registered > 0)
    return rows.with_columns(
        pl.when(both)
        .then(pl.concat_str(matched, pl.lit(word), registered))
        .otherwise(matched.cast(pl.String))
        .alias(name)
        for name, word in (("compared", " von "), ("compared_en", " of "))
    )


_RATES: tuple[Field, ...] = (
    Field("units_total", Label("Einheiten", "units"), spanner=_BY_UNITS),
    Field("vacant_units", Label("davon leer", "vacant"), spanner=_BY_UNITS),
    Field("rate_units", Label("Quote in %", "rate in %"), spanner=_BY_UNITS, digits=1,
          unit=_PERCENT),
    Field("points_units", Label("Veränderung", "change"), spanner=_BY_UNITS, digits=1,
          unit=_POINTS, note="points", is_optional=True, is_change=True),
    Field("sales_area_total_m2", Label("m²", "m²"), spanner=_BY_AREA),
    Field("vacant_sales_area_m2", Label("davon leer, m²", "vacant, m²"), spanner=_BY_AREA),
    Field("rate_area", Label("Quote in %", "rate in %"), spanner=_BY_AREA, digits=1,
          unit=_PERCENT, note="rate-area"),
    Field("points_area", Label("Veränderung", "change"), spanner=_BY_AREA, digits=1,
          unit=_POINTS, note="points", is_optional=True, is_change=True),
    Field("known_share", Label("Fläche bekannt, % der leeren Einheiten",
          "area known, % of vacant units"), spanner=_BY_AREA, digits=0, unit=_PERCENT),
)  # fmt: skip


def rate_table(summaries: Summaries) -> Table:
    """Vacancy rates of shop units by units and by area, side by side, only where stock is known."""
    fields = _RATES
    parts = ["units_total", "vacant_units", "sales_area_total_m2", "vacant_sales_area_m2",
             "known_areas", "distant"]  # fmt: skip
    shops = summaries.rates.filter(pl.col("unit_type") == "LADENLOKAL").with_columns(
        distant=pl.col("is_stock_distant").cast(pl.Int64)
    )
    # Every surveyed district stands in the grid: a subtotal of rates needs them all.
    surveyed = summaries.districts.select(_KEYS).join(
        shops.select(_KEYS[:2]).unique(), on=_KEYS[:2], how="semi"
    )
    data = surveyed.join(shops, on=_KEYS, how="left")
    grid = district_grid(data, summaries.registers)
    rows = with_subtotals(grid, parts, needs_all=surveyed).filter(
        pl.col("units_total").is_not_null()
    )
    notes = ["rate", "rate-area", "points"]
    if rows["distant"].sum():
        notes.append("stock-distant")
    rows = _with_points(_rates(rows, summaries.limits), summaries.waves)
    return Table(
        "rates", Label("Leerstandsquoten der Ladenlokale", "Vacancy rates of shop units"),
        Label("Anzahl, m², %", "count, m², %"),
        Label("Bestand an Ladenlokalen bei voller Abdeckung", "stock of shop units, fully covered"),
        (*DISTRICT_FIELDS, *fields), _labelled(rows, [f.name for f in fields]), "label",
        tuple((key, told(key, summaries.limits)) for key in notes),
    )  # fmt: skip


def _rates(rows: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    percent = pl.Decimal(12, 6)
    units, vacant = pl.col("units_total"), pl.col("vacant_units")
    area, vacant_area = pl.col("sales_area_total_m2"), pl.col("vacant_sales_area_m2")
    reliable = units >= limits.rate_units
    known = pl.when(vacant > 0).then(pl.col("known_areas") * 100 / vacant).otherwise(100.0)
    enough = area.is_not_null() & (area > 0) & (known >= limits.rate_known)
    return rows.with_columns(
        pl.when(reliable).then((vacant * 100 / units).cast(percent)).alias("rate_units"),
        pl.when(reliable & enough)
        .then((vacant_area.cast(pl.Float64) * 100 / area.cast(pl.Float64)).cast(percent))
        .alias("rate_area"),
        known.cast(percent).alias("known_share"),
        pl.when(reliable).then(pl.lit("")).otherwise(pl.lit(str(Sign.UNRELIABLE)))
        .alias(sign_column("rate_units")),
        pl.when((pl.col("known_areas") == 0) & (vacant > 0)).then(pl.lit(str(Sign.UNKNOWN)))
        .otherwise(pl.lit("")).alias(sign_column("vacant_sales_area_m2")),
        pl.when(area.is_null()).then(pl.lit(str(Sign.UNKNOWN)))
        .when(reliable & enough).then(pl.lit(""))
        .otherwise(pl.lit(str(Sign.UNRELIABLE))).alias(sign_column("rate_area")),
    )  # fmt: skip


def _with_points(rows: pl.DataFrame, waves: pl.DataFrame) -> pl.DataFrame:
    """What a rate gained since the last wave before that has one, in percentage points."""
    days = waves.group_by("wave_id", "municipality_key").agg(_day=pl.col("reference_date").max())
    place = ["municipality_key", "survey_area", "district_id", "level"]
    dated = rows.with_row_index("_place").join(
        days, on=["wave_id", "municipality_key"], how="left"
    ).sort("_day", "wave_id", nulls_last=True)  # fmt: skip
    before = [
        pl.col(f"rate_{basis}").forward_fill().shift(1).over(place).alias(f"_{basis}")
        for basis in ("units", "area")
    ]
    points = [
        (pl.col(f"rate_{basis}") - pl.col(f"_{basis}")).alias(f"points_{basis}")
        for basis in ("units", "area")
    ]
    found = dated.with_columns(before).with_columns(points).sort("_place")
    return found.drop("_place", "_day", "_units", "_area")


_OF_PEOPLE = (
    Field("inhabitants", Label("Ein\u00adwohner", "inhabitants"), note="reference"),
    Field("per_1000", Label("je 1.000 Ein\u00adwohner", "per 1,000 inhabitants"), digits=2,
          unit=Label("je 1.000", "per 1,000")),
)  # fmt: skip
_OF_LAND = (
    Field("area_km2", Label("Fläche in km²", "area in km²"), digits=2, unit=Label("km²", "km²"),
          note="reference"),
    Field("per_km2", Label("je km²", "per km²"), digits=1, unit=Label("je km²", "per km²")),
)  # fmt: skip


def density_table(summaries: Summaries) -> Table:
    """Production sites per 1,000 inhabitants and per km², where the register of districts has them.

    A subtotal is compared only where every district that it counts has its reference figure.
    """
    given = summaries.registers.select("municipality_key", "district_id", "inhabitants", "area_km2")
    counted = known_districts(summaries).filter(pl.col("production_sites").is_not_null())
    data = counted.select(*_KEYS, "production_sites").join(given, on=_KEYS[1:], how="left")
    fields = (
        Field("production_sites", Label("Produk\u00adtions\u00adstandorte", "Production sites")),
        *(_OF_PEOPLE if data["inhabitants"].count() else ()),
        *(_OF_LAND if data["area_km2"].count() else ()),
    )
    parts = ["production_sites", "inhabitants", "area_km2"]
    grid = district_grid(data, summaries.registers)
    rows = with_subtotals(grid, parts, needs_all=data.select(_KEYS))
    exact = pl.Decimal(18, 6)
    rows = rows.with_columns(
        pl.when(pl.col(reference) > 0)
        .then(pl.col("production_sites") * factor / pl.col(reference).cast(pl.Float64))
        .cast(exact)
        .alias(name)
        for name, factor, reference in (("per_1000", 1000, "inhabitants"),
                                        ("per_km2", 1, "area_km2"))
    ).with_columns(pl.col("area_km2").cast(exact))  # fmt: skip
    return Table(
        "site_density",
        Label("Produktionsstandorte, bezogen auf Einwohnerzahl und Fläche",
              "Production sites relative to inhabitants and area"),
        Label("Anzahl, je 1.000 Einwohner, je km²", "count, per 1,000 inhabitants, per km²"),
        Label("aktive Produktionsstandorte", "active production sites"),
        (*DISTRICT_FIELDS, *fields),
        _labelled(rows if len(fields) > 1 else rows.clear(), [field.name for field in fields]),
        "label", _notes("reference"),
    )  # fmt: skip


def quality_table(summaries: Summaries) -> Table:
    """What the figures rest on: submissions, rows and walked sections."""
    fields = (
        Field("submissions", Label("Lieferungen", "Submissions")),
        Field("accepted", Label("gezählte Zeilen", "rows accepted")),
        Field("quarantined", Label("nicht auswertbare Zeilen", "rows not countable"),
              note="not-counted"),
        Field("sections_walked", Label("begangene Abschnitte", "sections walked")),
        Field("sections_registered", Label("Abschnitte insgesamt", "sections in all")),
    )  # fmt: skip
    names = [field.name for field in fields]
    walked = summaries.districts.select(*_KEYS, "sections_walked", "sections_registered")
    data = walked.join(summaries.quality, on=_KEYS, how="left")
    rows = with_subtotals(district_grid(data, summaries.registers), names)
    rows = _with_unassigned(rows, summaries.quality)
    # A submission may name several districts: sums would count it twice.
    rows = rows.with_columns(
        pl.when(pl.col("level") == "row").then("submissions").alias("submissions"),
        pl.when(pl.col("level") != "row").then(pl.lit(str(Sign.SENSELESS)))
        .when(pl.col("submissions").is_null()).then(pl.lit(str(Sign.UNKNOWN)))
        .otherwise(pl.lit("")).alias(sign_column("submissions")),
    )  # fmt: skip
    return Table(
        "quality", Label("Qualität der Daten", "Quality of the data"), _COUNT,
        Label("Lieferungen und Zeilen der Erhebungsbögen", "submissions and rows of survey sheets"),
        (*DISTRICT_FIELDS, *fields), _named(_labelled(rows, names)), "label",
        _notes("not-counted", "unassigned-note") if rows["district_id"].is_in(["-"]).any()
        else _notes("not-counted"),
    )  # fmt: skip


def _with_unassigned(rows: pl.DataFrame, quality: pl.DataFrame) -> pl.DataFrame:
    """A line for the rows without a district, before the total, which then counts them too."""
    lost = quality.filter(pl.col("district_id").is_null())
    keys = ["wave_id", "municipality_key"]
    names = ["accepted", "quarantined"]
    added = rows.join(lost.select(*keys, *(pl.col(n).alias(f"_{n}") for n in names)), on=keys,
                      how="left", maintain_order="left").with_columns(
        pl.when(pl.col("level") == "total")
        .then(pl.col(n).fill_null(0) + pl.col(f"_{n}").fill_null(0)).otherwise(n).alias(n)
        for n in names
    ).drop("_accepted", "_quarantined")  # fmt: skip
    line = lost.select(*keys, "submissions", *names, level=pl.lit("row"), district_id=pl.lit("-"))
    places = rows.select("municipality_key", "municipality").unique()
    line = line.join(places, on="municipality_key", how="inner").join(
        rows.select(keys).unique(), on=keys, how="semi"
    )
    # Without a survey area and with the code "~" it is sorted last among the rows.
    line = line.with_columns(district_code=pl.lit("~"))
    return in_order(pl.concat([added, line], how="diagonal_relaxed"))


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """The heads of the line without a district and of the total that holds it."""
    labels = site_texts().labels
    lost, whole = pl.col("district_id") == "-", pl.col("level") == "total"
    heads = [
        pl.when(lost).then(pl.lit(labels["unassigned"][lang]))
        .when(whole).then(pl.lit(labels["all-rows"][lang]))
        .otherwise("label" if lang == "de" else "label_en")
        .alias("label" if lang == "de" else "label_en")
        for lang in LANGUAGES
    ]  # fmt: skip
    known = pl.when(pl.col("district_id") != "-").then("district_id").alias("district_id")
    return rows.with_columns(heads).with_columns(known)
