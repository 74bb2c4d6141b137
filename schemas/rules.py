"""Rules across columns, as data that the forms name: what must agree within and between rows.

In: the columns of a form and the columns of context (schemas/context.py): NAME_first and NAME_last
of every date, `months_vacant_least/_most`, `duration_months_from/_to`, `street_key`,
`house_key`, `place_postcodes`, `place_e_min` and its like, `wave_starts_on`, `wave_ends_on`.
Out: tuples of `Rule`. An error falls on an optional column, never on a key; a warning may not
change anything and so may fall on any.
"""

from __future__ import annotations

from schemas.columns import Rule

UNIT, BUILDING, BROWNFIELD = "EINHEIT", "GEBAEUDE", "BRACHFLAECHE"
SITES = (BROWNFIELD, "BAULUECKE", "MINDERGENUTZT")
SMALL_BROWNFIELD_M2 = 500
INTERIM, ENDED = "ZWISCHENNUTZUNG", "BEENDET"

PLACE_RULES: tuple[Rule, ...] = (
    Rule(
        "survey-date-outside-wave",
        "warning",
        "survey_date",
        ("survey_date_first", "survey_date_last", "wave_starts_on", "wave_ends_on"),
        lambda col: (
            (col("survey_date_last") < col("wave_starts_on"))
            | (col("survey_date_first") > col("wave_ends_on"))
        ),
    ),
    Rule(
        "postcode-implausible",
        "warning",
        "postcode",
        ("postcode", "place_postcodes"),
        lambda col: ~col("place_postcodes").list.contains(col("postcode")),
    ),
    Rule(
        "coordinates-outside",
        "warning",
        "easting",
        ("easting", "place_e_min", "place_e_max"),
        lambda col: (col("easting") < col("place_e_min")) | (col("easting") > col("place_e_max")),
    ),
    Rule(
        "coordinates-outside",
        "warning",
        "northing",
        ("northing", "place_n_min", "place_n_max"),
        lambda col: (col("northing") < col("place_n_min")) | (col("northing") > col("place_n_max")),
    ),
)

_DATE_RULES: tuple[Rule, ...] = (
    Rule(
        "vacant-after-survey",
        "error",
        "vacant_since",
        ("vacant_since_first", "survey_date_last"),
        lambda col: col("vacant_since_first") > col("survey_date_last"),
    ),
    Rule(
        "duration-contradicts-date",
        "error",
        "duration_class",
        ("duration_months_from", "duration_months_to", "months_vacant_least", "months_vacant_most"),
        # A start after the survey is told by the rule above, not twice.
        lambda col: (
            col("months_vacant_most").is_between(0, col("duration_months_from"), closed="left")
            | (col("months_vacant_least") >= col("duration_months_to"))
        ),
    ),
    Rule(
        "interim-use-order",
        "error",
        "interim_use_to",
        ("interim_use_from_first", "interim_use_to_last"),
        lambda col: col("interim_use_from_first") > col("interim_use_to_last"),
    ),
    *(
        Rule(
            "interim-use-without-status",
            "error",
            name,
            (name, "vacancy_status"),
            lambda col: col("vacancy_status") != INTERIM,
        )
        for name in ("interim_use_from", "interim_use_to")
    ),
    Rule(
        "interim-use-over",
        "warning",
        "interim_use_to",
        ("interim_use_to_last", "survey_date_first", "vacancy_status"),
        lambda col: (
            (col("vacancy_status") == INTERIM)
            & (col("interim_use_to_last") < col("survey_date_first"))
        ),
    ),
)

_KIND_RULES: tuple[Rule, ...] = (
    Rule(
        "plot-area-of-unit",
        "error",
        "plot_area_m2",
        ("plot_area_m2", "object_kind"),
        lambda col: ~col("object_kind").is_in(SITES),
    ),
    Rule(
        "brownfield-small",
        "warning",
        "plot_area_m2",
        ("plot_area_m2", "object_kind"),
        lambda col: (
            (col("object_kind") == BROWNFIELD) & (col("plot_area_m2") < SMALL_BROWNFIELD_M2)
        ),
    ),
    *(
        Rule(
            "only-for-buildings",
            "error",
            name,
            (name, "object_kind"),
            lambda col: col("object_kind") != BUILDING,
        )
        for name in ("units_in_building", "units_vacant")
    ),
    Rule(
        "more-vacant-than-units",
        "error",
        "units_vacant",
        ("units_vacant", "units_in_building"),
        lambda col: col("units_vacant") > col("units_in_building"),
    ),
    Rule(
        "end-reason-without-status",
        "error",
        "end_reason",
        ("end_reason", "vacancy_status"),
        lambda col: col("vacancy_status") != ENDED,
    ),
    Rule(
        "building-with-units",
        "warning",
        "house_number",
        ("wave_id", "object_kind", "street_key", "house_key"),
        lambda col: (
            (col("object_kind") == BUILDING)
            & (col("object_kind") == UNIT)
            .any()
            .over("municipality_key", "district_id", "wave_id", "street_key", "house_key")
        ),
    ),
)

VACANCY_RULES: tuple[Rule, ...] = (*PLACE_RULES, *_DATE_RULES, *_KIND_RULES)

SITE_RULES: tuple[Rule, ...] = (
    *PLACE_RULES,
    Rule(
        "space-need-order",
        "error",
        "space_need_max_m2",
        ("space_need_min_m2", "space_need_max_m2"),
        lambda col: col("space_need_min_m2") > col("space_need_max_m2"),
    ),
    Rule(
        "wz-not-producing",
        "warning",
        "wz_code",
        ("wz_code",),
        lambda col: ~col("wz_code").str.contains(r"^(?:01|1\d|2\d|3[0-3])"),
    ),
)
