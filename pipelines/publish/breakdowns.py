"""Tables that break one figure down by one statement, as tables.toml declares them.

In: an edition.
Out: counts per wave, district and category; held objects and blanks count as not stated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from schemas.code_lists import code_list
from schemas.columns import Label
from schemas.figures import FIGURES, WZ_DIVISION, Figure

NOT_STATED = "NICHT_ANGEGEBEN"
UNKNOWN = "UNBEKANNT"
AT_LEAST = "MINDESTENS_"
_DERIVED = {"wz_division": WZ_DIVISION}
_STOREYS = ("UG", "EG", "OG", "DG", "GEB")


@dataclass(frozen=True)
class Breakdown:
    """One declaration of tables.toml.

    Attributes:
        figure: what is counted; its count is the table's total.
        view: the view that holds the dimension, of the figure's grain.
        dimension: an SQL expression over the view, ours; never an internal column.
        several: an object may have several categories.
        is_confidential: small cells are suppressed.
    """

    name: str
    figure: Figure
    view: str
    dimension: str
    code_list: str | None
    title: Label
    basis: Label
    several: bool
    is_confidential: bool

    def categories(self, found: Sequence[str], long_months: int) -> tuple[tuple[str, Label], ...]:
        """The columns of the table: codes with labels; not stated last, where it occurs."""
        if self.code_list is None:
            listed = [(code, Label(code, code)) for code in sorted(found, key=_by_height)
                      if code != NOT_STATED]  # fmt: skip
        else:
            listed = [(code.code, code.label) for code in code_list(self.code_list).codes]
        if self.name == "durations":
            longer = Label(f"mindestens {long_months} Monate, Beginn unbekannt",
                           f"at least {long_months} months, start unknown")  # fmt: skip
            place = next((i for i, (code, _) in enumerate(listed) if code == UNKNOWN), len(listed))
            listed.insert(place, (f"{AT_LEAST}{long_months}", longer))
        # In a confidential table a column must not tell by being there that something occurs.
        if NOT_STATED in found or self.is_confidential:
            listed.append((NOT_STATED, Label("nicht angegeben", "not stated")))
        return tuple(listed)


def _by_height(code: str) -> tuple[int, str]:
    """Storeys from the cellar to the roof; other codes by their text."""
    place = next((i for i, start in enumerate(_STOREYS) if code.startswith(start)), 0)
    return place, code


@cache
def breakdowns() -> tuple[Breakdown, ...]:
    """The declarations of tables.toml in their order."""
    content = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
    return tuple(
        Breakdown(
            name=name,
            figure=FIGURES[entry["figure"]],
            view=entry.get("view", FIGURES[entry["figure"]].view),
            dimension=_DERIVED.get(entry["dimension"], entry["dimension"]),
            code_list=entry.get("code_list"),
            title=Label(**entry["title"]),
            basis=Label(**entry["basis"]),
            several=entry.get("several", False),
            is_confidential=entry.get("confidential", False),
        )
        for name, entry in content.items()
    )


def count_categories(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Counts of every breakdown; each view is read once.

    Returns:
        Columns name, wave_id, municipality_key, district_id, category, n; only n > 0.
    """
    counts: list[pl.DataFrame] = []
    for view in dict.fromkeys(breakdown.view for breakdown in breakdowns()):
        own = [breakdown for breakdown in breakdowns() if breakdown.view == view]
        connection.execute(_told(connection, view, own))
        counts += [_counted(connection, breakdown) for breakdown in own]
        connection.execute("DROP TABLE told")
    return pl.concat(counts)


def _told(connection: duckdb.DuckDBPyConnection, view: str, own: Sequence[Breakdown]) -> str:
    """A table of the rows counted: keys and a column for each breakdown, null where held."""
    keys = "wave_id, municipality_key, district_id"
    if own[0].view != own[0].figure.view:  # the view is of the figure's rows, held ones too
        columns, where = [f"{own[0].dimension} AS {own[0].name}"], "true"
    else:
        can_be_held = "hold_reason" in connection.table(view).columns
        held = "hold_reason IS NOT NULL OR hold_date IS NOT NULL" if can_be_held else "false"
        columns = [f"CASE WHEN NOT ({held}) THEN {b.dimension} END AS {b.name}" for b in own]
        where = own[0].figure.where
    return (
        f"CREATE OR REPLACE TEMP TABLE told AS SELECT {keys}, {', '.join(columns)} FROM {view} "  # noqa: S608 - every part is declared in our own files
        f"WHERE ({where}) AND district_id IS NOT NULL"
    )


def _counted(connection: duckdb.DuckDBPyConnection, breakdown: Breakdown) -> pl.DataFrame:
    stated = (
        f"CASE WHEN len({breakdown.name}) > 0 THEN list_distinct({breakdown.name}) ELSE [NULL] END"
    )
    category = f"unnest({stated})" if breakdown.several else breakdown.name
    return connection.execute(
        f"""
        SELECT $name AS name, wave_id, municipality_key, district_id,
            coalesce(category, $blank) AS category, count(*) AS n
        FROM (SELECT * EXCLUDE ({breakdown.name}), {category} AS category FROM told)
        GROUP BY ALL
        """,  # noqa: S608 - every part is declared in our own files
        {"name": breakdown.name, "blank": NOT_STATED},
    ).pl()
