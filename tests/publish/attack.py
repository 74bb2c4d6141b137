"""An attack on everything that one edition publishes: linear programming over all its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy.optimize import linprog

from pipelines.publish.breakdowns import NOT_STATED, breakdowns

Cell = tuple[str, ...]  # table, wave, municipality, row, category
SIGN = "_sign"
CONFIDENTIAL = {b.name: b.several for b in breakdowns() if b.is_confidential}


@dataclass
class Knowledge:
    """What is published: cells with their values, and equations and bounds over the hidden ones."""

    values: dict[Cell, int] = field(default_factory=dict)
    hidden: dict[Cell, int] = field(default_factory=dict)
    equal: list[tuple[dict[Cell, int], int]] = field(default_factory=list)
    at_most: list[tuple[dict[Cell, int], int]] = field(default_factory=list)

    def matrix(self, sums: list[tuple[dict[Cell, int], int]]) -> tuple[np.ndarray, np.ndarray]:
        """The sums as rows over the hidden cells, with what is known brought to the right."""
        left, right = np.zeros((len(sums), len(self.hidden))), np.zeros(len(sums))
        for line, (terms, value) in enumerate(sums):
            right[line] = value
            for cell, factor in terms.items():
                if cell in self.hidden:
                    left[line, self.hidden[cell]] += factor
                else:
                    right[line] -= factor * self.values[cell]
        return left, right


def narrowed(frames: Mapping[str, pl.DataFrame]) -> tuple[set[Cell], int]:
    """The hidden cells that all published tables together leave one value, and how many are hidden.

    Args:
        frames: table → its rows as the CSV files hold them.
    """
    known = Knowledge()
    for name in CONFIDENTIAL.keys() & frames.keys():
        for (wave, key), part in frames[name].group_by("wave_id", "municipality_key"):
            _learn(known, (name, str(wave), str(key)), part, frames["sections"])
    if not known.hidden:
        return set(), 0
    equal, bound = known.matrix(known.equal), known.matrix(known.at_most)
    found = set()
    for cell, place in known.hidden.items():
        cost = np.zeros(len(known.hidden))
        cost[place] = 1
        low, high = (
            linprog(sign * cost, A_eq=equal[0], b_eq=equal[1], A_ub=bound[0], b_ub=bound[1],
                    method="highs") for sign in (1, -1)
        )  # fmt: skip
        assert low.status == 0, "what is published contradicts itself"
        if high.status == 0 and -high.fun - low.fun < 1e-6:
            found.add(cell)
    return found, len(known.hidden)


def _learn(known: Knowledge, where: Cell, part: pl.DataFrame, sections: pl.DataFrame) -> None:
    """Everything that one table says of one wave, and the street sections beside it."""
    names = [c.removesuffix(SIGN) for c in part.columns if c.endswith(SIGN) and c != "total_sign"]
    rows = part.filter(pl.col("total").is_not_null()).rows(named=True)
    above = {r: [] for r in ("total", *(f"area {r['survey_area']}" for r in rows))}
    for row in rows:
        area = f"area {row['survey_area']}" if row["survey_area"] else "total"
        own = {"row": row["district_id"], "area": area, "total": "total"}[row["level"]]
        if row["level"] != "total":
            above[area if row["level"] == "row" else "total"].append(own)
        for name in names:
            cell = (*where, own, name)
            if row[name + SIGN] == ".":
                known.hidden[cell] = len(known.hidden)
            else:
                known.values[cell] = row[name]
                assert row[name] == 0 or row[name] >= 3, cell
        every = {(*where, own, name): 1 for name in names}
        _add_row(known, where, row, own, every)
        if row["level"] == "row" and where[0] == "place_types":
            _add_private(known, (*where, own, "PRIVATRAUM"), row, sections)
    for over, parts in above.items():
        for name in names if parts else ():
            terms = {(*where, one, name): 1 for one in parts}
            known.equal.append((terms | {(*where, over, name): -1}, 0))


def _add_row(
    known: Knowledge, where: Cell, row: dict[str, int], own: str, every: dict[Cell, int]
) -> None:
    if not CONFIDENTIAL[where[0]]:
        known.equal.append((every, row["total"]))
    elif row["level"] == "row":
        known.at_most.append((dict.fromkeys(every, -1), -row["total"]))
        silent = (*where, own, NOT_STATED)  # whoever states nothing states no other category
        known.at_most += [({cell: 1} | {silent: 1}, row["total"]) for cell in every]
    if own == "total":  # a wave in which nobody stated anything has no rows
        known.at_most.append(({(*where, own, NOT_STATED): 1}, row["total"] - 1))


def _add_private(known: Knowledge, cell: Cell, row: dict[str, int], sections: pl.DataFrame) -> None:
    """Sites in private rooms stand in no section."""
    shown = sections.filter(
        pl.col("wave_id") == cell[1], pl.col("district_id") == row["district_id"]
    )["production_sites"]
    if shown.count():
        known.at_most.append(({cell: 1}, row["total"] - int(shown.sum())))
