"""What stands behind each published figure: which rows it counts, adds or divides.

In: nothing; this module only declares.
Out: `BEHIND`, name of a figure → its `Rows`: one for a count or a sum; numerator and denominator
for a share, which is 100 times the one's values by the other's.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.figures import FIGURES, LONG_MONTHS, UNKNOWN_DURATION, Figure, long_term


@dataclass(frozen=True)
class Rows:
    """The rows of a view that a figure is made of.

    Attributes:
        view: a view, or a query in brackets, with the columns that may narrow the figure.
        where: which of its rows.
        value: SQL of what a row adds; None where every row is one.
        part: SQL text that says of which part of the figure a row is.
        identity: the column that names the object.
        register: the file of the place that the rows stand in, where that is no sheet.
        kind: what a row is that names no object, as texts call it: row, section or submission.
        summed: SQL condition on a row `r`: whether sums over districts count it.
    """

    view: str
    where: str = "true"
    value: str | None = None
    part: str | None = None
    identity: str = "object_id"
    register: str = ""
    kind: str = "row"
    summed: str = "true"


# Figures of the table of changes: objects by what became of them.
LEAVING = ("ended", "refurbished_or_let", "unclear", "not_found", "merged", "redrawn_out")
ARRIVING = ("newly_found", "returned", "redrawn_in", "split_off")
MOVES = ("persistent", *LEAVING, *ARRIVING)

_INTERIM = "vacancy_status = 'ZWISCHENNUTZUNG'"
_SHOP = "unit_type = 'LADENLOKAL'"
_UNKNOWN = f"duration IN {UNKNOWN_DURATION}"
_FROM_MONTHS = " ".join(f"WHEN {one} THEN duration IN {long_term(one)}" for one in LONG_MONTHS)
_LONG = f"CASE coalesce(getvariable('long_months'), 12) {_FROM_MONTHS} END"
_LOADED = "(FROM units UNION ALL BY NAME SELECT *, site_id AS object_id FROM production_sites)"
_SUBMITTED = """(
    SELECT DISTINCT wave_id, municipality_key, district_id, submission_id,
        NULL::VARCHAR AS object_id, NULL::VARCHAR AS sheet, NULL::INTEGER AS row_number
    FROM (
        SELECT wave_id, municipality_key, district_id, submission_id FROM units
        UNION ALL
        SELECT wave_id, municipality_key, district_id, submission_id FROM production_sites
        UNION ALL
        SELECT wave_id, municipality_key, district_id, submission_id FROM quarantine
    )
)"""
_WALKED = """(
    SELECT c.* REPLACE (s.district_id AS district_id) FROM coverage AS c
    JOIN sections AS s USING (municipality_key, section_id)
    WHERE c.coverage = 'VOLL' AND s.district_id IS NOT NULL
)"""
_REGISTERED = """(
    SELECT w.wave_id, s.* FROM sections AS s
    JOIN (
        SELECT DISTINCT wave_id, municipality_key, s.district_id
        FROM coverage JOIN sections AS s USING (municipality_key, section_id)
    ) AS w USING (municipality_key, district_id)
)"""
_SURVEYED = """(
    SELECT s.wave_id, d.* FROM districts AS d
    JOIN (SELECT DISTINCT wave_id, municipality_key, district_id FROM district_summary) AS s
        USING (municipality_key, district_id)
)"""
_MATCHED = """(
    SELECT w.* FROM (
        SELECT c.* REPLACE (s.district_id AS district_id) FROM coverage AS c
        JOIN (
            SELECT municipality_key, section_id, district_id FROM sections
            UNION
            SELECT municipality_key, section_id, district_id FROM wave_moves
        ) AS s USING (municipality_key, section_id)
        WHERE c.coverage = 'VOLL' AND s.district_id IS NOT NULL
    ) AS w
    SEMI JOIN matched_sections USING (wave_id, municipality_key, section_id)
)"""
# The first of the longest runs of each published section, and the vacancies in it.
_LONGEST = """(
    SELECT v.* EXCLUDE (number), v.number::VARCHAR AS number, r.section
    FROM (
        SELECT *, try_cast(regexp_extract(house_number, '\\d+') AS INTEGER) AS number
        FROM vacancies WHERE hold_reason IS NULL AND hold_date IS NULL
    ) AS v
    JOIN (
        SELECT r.*, c.section
        FROM section_runs AS r
        JOIN section_counts AS c USING (wave_id, municipality_key, district_id, section_id)
        QUALIFY row_number() OVER (
            PARTITION BY r.wave_id, r.municipality_key, r.district_id, c.section,
                CASE WHEN NOT c.is_merged THEN r.section_id END
            ORDER BY r.run DESC, r.section_id, r.street, r.first_number) = 1
    ) AS r ON v.wave_id = r.wave_id AND v.municipality_key = r.municipality_key
        AND v.district_id = r.district_id AND v.section_id = r.section_id
        AND v.street IS NOT DISTINCT FROM r.street
        AND v.number BETWEEN r.first_number AND r.last_number
        AND v.number % 2 = r.first_number % 2
)"""


def _but(districts: str, wave: str = "wave_id") -> str:
    """The rows `r` that do not lie in these districts, in the wave that column `wave` names."""
    return (
        f"NOT EXISTS (FROM ({districts}) AS d WHERE d.wave_id = r.{wave} "
        "AND d.municipality_key = r.municipality_key AND d.district_id = r.district_id)"
    )


# Tables show no total of a district that was walked in part, nor of one with fewer vacancies than
# the office lets out; sums leave out what is not shown.
_WHOLLY_WALKED = _but("FROM walked_districts WHERE is_partial")
_SMALL = "FROM district_summary WHERE vacancies BETWEEN 1 AND getvariable('headline_small') - 1"
_VACANCIES_SUMMED = f"{_WHOLLY_WALKED} AND {_but(_SMALL)}"
_MOVES_SUMMED = f"{_but(_SMALL)} AND {_but(_SMALL, 'wave_before')}"


def _summed(figure: Figure) -> str:
    return _VACANCIES_SUMMED if figure.view == "vacancies" else _WHOLLY_WALKED


def _identity(figure: Figure) -> str:
    return "site_id" if figure.view == "production_sites" else "object_id"


def _moves(kinds: tuple[str, ...]) -> tuple[Rows, ...]:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return (Rows("wave_moves", f"kind IN ({listed})", summed=_MOVES_SUMMED),)


def _rate(part: str, value: str | None) -> Rows:
    return Rows("vacancy_rate_rows", f"{_SHOP} AND {part}", value)


def _district(value: str) -> Rows:
    return Rows(
        _SURVEYED, f"{value} IS NOT NULL", value, identity="district_id", register="districts.csv",
        summed=_WHOLLY_WALKED,
    )  # fmt: skip


def _sites(value: str) -> Rows:
    sites = FIGURES["production_sites"]
    return Rows(sites.view, sites.where, value, identity="site_id", summed=_WHOLLY_WALKED)


def _interim(where: str) -> Rows:
    return Rows("units", f"{_INTERIM} AND {where}", summed=_WHOLLY_WALKED)


def _lasting(where: str = "true") -> Rows:
    return Rows("vacancy_durations", where, "1", summed=_VACANCIES_SUMMED)


_VACANT, _ALL = "part = 'vacant'", "part <> 'vacant'"
_RATE_UNITS = (_rate(_VACANT, "1"), _rate(_ALL, "units"))
_RATE_AREA = (_rate(_VACANT, "sales_area_m2"), _rate(_ALL, "sales_area_m2"))

BEHIND: dict[str, tuple[Rows, ...]] = {
    **{
        name: (Rows(one.view, one.where, identity=_identity(one), summed=_summed(one)),)
        for name, one in FIGURES.items()
    },
    "quarantined": (Rows("quarantine", identity="NULL"),),
    "end_ahead": (_interim("interim_use_to >= survey_date"),),
    "end_passed": (_interim("interim_use_to < survey_date"),),
    "end_open": (_interim("(interim_use_to IS NULL OR survey_date IS NULL)"),),
    "accepted": (Rows(_LOADED, summed=_but(_SMALL)),),
    **{kind: _moves((kind,)) for kind in MOVES},
    "u_before": _moves(("persistent", *LEAVING)),
    "u_now": _moves(("persistent", *ARRIVING)),
    "long_share": (_lasting(_LONG), _lasting(f"NOT {_UNKNOWN}")),
    "unknown_share": (_lasting(_UNKNOWN), _lasting()),
    "vacant_units": (_rate(_VACANT, None),),
    "units_total": (_rate(_ALL, "units"),),
    "sales_area_total_m2": (_rate(_ALL, "sales_area_m2"),),
    "vacant_sales_area_m2": (_rate(f"{_VACANT} AND sales_area_m2 IS NOT NULL", "sales_area_m2"),),
    "rate_units": _RATE_UNITS,
    "rate_area": _RATE_AREA,
    "points_units": _RATE_UNITS,
    "points_area": _RATE_AREA,
    "known_share": (_rate(f"{_VACANT} AND sales_area_m2 IS NOT NULL", "1"), _rate(_VACANT, "1")),
    "inhabitants": (_district("inhabitants"),),
    "area_km2": (_district("area_km2"),),
    # A share is 100 times numerator by denominator.
    "per_1000": (_sites("10"), _district("inhabitants")),
    "per_km2": (_sites("0.01"), _district("area_km2")),
    "density": (
        Rows("vacancies", FIGURES["vacant_shops"].where, "1"),
        Rows(
            "section_counts",
            value="length_m",
            identity="section_id",
            kind="section",
            register="sections.csv",
        ),
    ),
    "longest_run": (Rows(_LONGEST, part="number"),),
    "submissions": (Rows(_SUBMITTED, kind="submission"),),
    "sections_walked": (Rows(_WALKED, part="section_id", identity="section_id", kind="section"),),
    "sections_matched": (Rows(_MATCHED, part="section_id", identity="section_id", kind="section"),),
    "sections_registered": (
        Rows(_REGISTERED, identity="section_id", kind="section", register="sections.csv"),
    ),
}
# What the table of sections leaves out (DOMAIN.md, Privacy): held objects, private rooms.
SECTION_RULES = {
    "vacancies": "hold_reason IS NULL AND hold_date IS NULL",
    "production_sites": "place_type IS DISTINCT FROM 'PRIVATRAUM'",
}
# Figures that compare a wave with the last one before it that has the same figure.
COMPARED = ("points_units", "points_area")
