"""Suppressed cells cannot be worked out: the product's network against linear programming."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.optimize import linprog

from pipelines.publish.disclosure import Cell, arcs_of, revealed, suppressed

Counts = dict[Cell, int]
Parents = dict[str, str | None]


def table(rows: dict[str, list[int]], areas: dict[str, str]) -> tuple[Counts, Parents]:
    """Counts and tree of districts with their subtotals; `areas`: district → survey area."""
    parent: Parents = {"total": None}
    counts: Counts = {}
    width = len(next(iter(rows.values())))
    for area in {areas[row] for row in rows if row in areas}:
        parent[area] = "total"
        counts |= {(area, f"k{k}"): 0 for k in range(width)}
    counts |= {("total", f"k{k}"): 0 for k in range(width)}
    for row, values in rows.items():
        parent[row] = areas.get(row, "total")
        for k, value in enumerate(values):
            for part in (row, areas.get(row), "total"):
                if part:
                    counts[part, f"k{k}"] = counts.get((part, f"k{k}"), 0) + value
    return counts, parent


def worked_out(
    counts: Counts,
    parent: Parents,
    hidden: frozenset[Cell],
    *,
    is_exhaustive: bool,
    most: dict[Cell, int] | None = None,
) -> set[Cell]:
    """The hidden cells that linear programming narrows to one value, knowing all the others.

    `most`: what some cells cannot exceed.
    """
    known = {row: sum(n for (own, _), n in counts.items() if own == row) for row in parent}
    bounds = [(0, (most or {}).get(cell)) for cell in sorted(hidden)]
    cells = sorted(hidden)
    matrix, right = equations(counts, parent, cells, known if is_exhaustive else {})
    found = set()
    for position, cell in enumerate(cells):
        cost = np.eye(len(cells))[position]
        low, high = (
            linprog(sign * cost, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
            for sign in (1, -1)
        )
        if high.status != 3 and abs(-high.fun - low.fun) < 1e-6:  # 3: without bound
            found.add(cell)
    return found


def equations(
    counts: Counts, parent: Parents, cells: list[Cell], totals: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Everything published about the hidden cells: rows and columns add up."""
    column = {cell: i for i, cell in enumerate(cells)}
    categories = sorted({category for _, category in counts})
    sums: list[tuple[list[tuple[Cell, int]], int]] = []
    for row in parent:
        if row in totals:
            sums.append(([((row, k), 1) for k in categories], totals[row]))
        parts = [part for part, over in parent.items() if over == row]
        sums += [([*(((part, k), 1) for part in parts), ((row, k), -1)], 0)
                 for k in categories if parts]  # fmt: skip
    matrix, right = np.zeros((len(sums), len(cells))), np.zeros(len(sums))
    for line, (terms, value) in enumerate(sums):
        right[line] = value
        for cell, factor in terms:
            if cell in column:
                matrix[line, column[cell]] += factor
            else:
                right[line] -= factor * counts[cell]
    return matrix, right


def random_table(seed: int) -> tuple[Counts, Parents]:
    chance = random.Random(seed)
    width = chance.choice([2, 3, 5])
    rows = {
        f"d{i}": [chance.choice([0, 0, 0, 1, 2, 3, 5, 9]) for _ in range(width)]
        for i in range(chance.randint(1, 6))
    }
    return table(rows, {row: f"a{chance.randint(1, 2)}" for row in rows if chance.random() < 0.8})


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("is_exhaustive", [True, False])
def test_no_suppressed_cell_can_be_worked_out(seed: int, *, is_exhaustive: bool) -> None:
    counts, parent = random_table(seed)
    categories = sorted({category for _, category in counts})
    arcs = arcs_of(counts, parent, is_exhaustive=is_exhaustive)
    hidden = suppressed(arcs, categories)
    assert {cell for cell, n in counts.items() if 0 < n < 3} <= hidden
    if len(hidden) < len(counts):
        assert worked_out(counts, parent, hidden, is_exhaustive=is_exhaustive) == set()


@pytest.mark.parametrize("seed", range(40))
def test_what_the_network_calls_revealed_is_what_linear_programming_finds(seed: int) -> None:
    counts, parent = random_table(seed)
    chance = random.Random(seed)
    hidden = frozenset(cell for cell in counts if chance.random() < 0.5)
    arcs = arcs_of(counts, parent, is_exhaustive=True)
    ours = {arc.cell for arc in revealed(arcs, set(hidden))}
    assert ours == worked_out(counts, parent, hidden, is_exhaustive=True)


@pytest.mark.parametrize("seed", range(40))
def test_bounds_from_other_tables_are_reckoned_with(seed: int) -> None:
    counts, parent = random_table(seed)
    chance = random.Random(seed)
    hidden = frozenset(cell for cell in counts if chance.random() < 0.6)
    most = {cell: counts[cell] + chance.choice([0, 0, 1]) for cell in counts
            if chance.random() < 0.4}  # fmt: skip
    arcs = arcs_of(counts, parent, is_exhaustive=True, most=most)
    ours = {arc.cell for arc in revealed(arcs, set(hidden))}
    assert ours == worked_out(counts, parent, hidden, is_exhaustive=True, most=most)


def test_one_small_cell_takes_three_more_with_it() -> None:
    counts, parent = table({"d1": [1, 9], "d2": [8, 7]}, {})
    hidden = suppressed(arcs_of(counts, parent, is_exhaustive=True), ["k0", "k1"])
    assert hidden == {("d1", "k0"), ("d1", "k1"), ("d2", "k0"), ("d2", "k1")}


def test_nothing_small_nothing_hidden() -> None:
    counts, parent = table({"d1": [3, 9], "d2": [8, 0]}, {"d1": "a1"})
    assert suppressed(arcs_of(counts, parent, is_exhaustive=True), ["k0", "k1"]) == frozenset()
