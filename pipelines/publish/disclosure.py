"""Disclosure control: no published cell lets anyone work out a small one.

In: the counts of one table in one wave and municipality, rows by district, and how rows add up to
subtotals.
Out: the cells to suppress: those under 3, and as many more as keep them from being worked out.

A table whose rows form a tree (district, survey area, total) and whose columns add up to a known
total is a network: a cell is an arc, an equation is a node, a table that agrees with everything
published is a flow (1H2D tables, Castro 2012). A suppressed cell can have another value if and only
if its arc lies on a cycle of the residual network that does not just go there and back: by one
unit an arc may grow that is below the most that other tables allow it, and shrink if it is above
0. Within a strongly connected component that holds for every arc but the bridges. So `revealed` is
exact, in linear time, for someone who knows that counts are whole and within these bounds;
`suppressed` adds the cheapest cycle for each cell revealed. Where an object may have several
categories, those of a row add up to its total or more: the rest is an arc that nobody publishes.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, str]
Node = tuple[str, str]

THRESHOLD = 3
_OUTSIDE: Node = ("", "")
_STEP, _ZERO = 1, 50


@dataclass(frozen=True)
class Arc:
    """A cell as an arc: from what it is part of by row to what it is part of by column.

    Attributes:
        most: what the value cannot exceed, as far as others can tell; None: no bound of its own.
        is_slack: no cell of the table, and never published.
    """

    cell: Cell
    tail: Node
    head: Node
    value: int
    most: int | None = None
    is_slack: bool = False

    @property
    def can_grow(self) -> bool:
        """Whether the value could be larger."""
        return self.most is None or self.value < self.most


def arcs_of(
    counts: Mapping[Cell, int],
    parent: Mapping[str, str | None],
    *,
    is_exhaustive: bool,
    totals: Mapping[str, int] | None = None,
    most: Mapping[Cell, int] | None = None,
) -> list[Arc]:
    """The network of a table.

    Args:
        counts: (row, category) → count, zeros too, for every row of the tree.
        parent: row → the subtotal it is part of; None for the total.
        is_exhaustive: the categories of a row add up to its published total.
        totals: row → published total, which no cell exceeds.
        most: (row, category) → what its count cannot exceed, as other tables tell.
    """
    has_parts, bounds, known = set(parent.values()), most or {}, totals or {}
    arcs: list[Arc] = []
    for (row, category), value in counts.items():
        above = parent[row]
        head = _OUTSIDE if above is None else (above, category)
        if row in has_parts:
            tail: Node = (row, category)
        else:
            tail = (row, "") if is_exhaustive or row in known else _OUTSIDE
        bound = bounds.get((row, category), known.get(row))
        arcs.append(Arc((row, category), tail, head, value, bound))
    if is_exhaustive:
        return arcs
    found: dict[str, int] = {}
    for (row, _), value in counts.items():
        found[row] = found.get(row, 0) + value
    leaves = [row for row in known if row not in has_parts]
    return arcs + [
        Arc((row, ""), _OUTSIDE, (row, ""), found[row] - known[row], is_slack=True)
        for row in leaves
    ]


def suppressed(
    arcs: Sequence[Arc], small: Sequence[str], threshold: int = THRESHOLD
) -> frozenset[Cell]:
    """The cells to suppress; `small` names the categories in which a small count is harmful.

    Where no choice of cells hides them all (one category alone makes up a total), every cell of
    the table is suppressed.
    """
    harmful = set(small)
    hidden = {a.cell for a in arcs
              if 0 < a.value < threshold and a.cell[1] in harmful and not a.is_slack}  # fmt: skip
    slack = {arc.cell for arc in arcs if arc.is_slack}
    while open_cells := revealed(arcs, hidden):
        found = set(hidden)
        around = _steps(arcs)
        for arc in open_cells:
            found |= _cheapest_cycle(arc, around, found)
        found -= slack
        if found == hidden:
            return frozenset(arc.cell for arc in arcs if not arc.is_slack)
        hidden = found
    return frozenset(hidden)


def revealed(arcs: Sequence[Arc], hidden: set[Cell]) -> list[Arc]:
    """The hidden cells whose value follows from everything else, in the order of `arcs`."""
    unknown = [arc for arc in arcs if arc.cell in hidden or arc.is_slack]
    component = _components(unknown)
    moving = [arc for arc in unknown if arc.value or arc.can_grow]
    inside = [arc for arc in moving if component[arc.tail] == component[arc.head]]
    bridges = _bridges(inside)
    # One that can only grow, or only shrink, cannot just go there and back.
    safe = {arc.cell for arc in inside
            if not (arc.value and arc.can_grow) or arc.cell not in bridges}  # fmt: skip
    return [arc for arc in unknown if arc.cell not in safe and not arc.is_slack]


def _steps(arcs: Sequence[Arc]) -> dict[Node, list[tuple[Node, Arc]]]:
    """Residual steps: along an arc where it can grow, against it where it is above 0."""
    steps: dict[Node, list[tuple[Node, Arc]]] = {}
    for arc in arcs:
        steps.setdefault(arc.tail, [])
        steps.setdefault(arc.head, [])
        if arc.can_grow:
            steps[arc.tail].append((arc.head, arc))
        if arc.value:
            steps[arc.head].append((arc.tail, arc))
    return steps


def _components(arcs: Sequence[Arc]) -> dict[Node, int]:
    """Strongly connected components of the residual network (Kosaraju, without recursion)."""
    forward = _steps(arcs)
    backward: dict[Node, list[Node]] = {node: [] for node in forward}
    for node, steps in forward.items():
        for other, _ in steps:
            backward[other].append(node)
    component: dict[Node, int] = {}
    for number, start in enumerate(reversed(_finished(forward))):
        if start in component:
            continue
        stack = [start]
        component[start] = number
        while stack:
            for other in backward[stack.pop()]:
                if other not in component:
                    component[other] = number
                    stack.append(other)
    return component


def _finished(steps: Mapping[Node, list[tuple[Node, Arc]]]) -> list[Node]:
    """Nodes in the order in which a depth-first search leaves them."""
    order: list[Node] = []
    seen: set[Node] = set()
    for start in steps:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(steps[start]))]
        while stack:
            node, rest = stack[-1]
            fresh = next((other for other, _ in rest if other not in seen), None)
            if fresh is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(steps[fresh])))
    return order


def _bridges(arcs: Sequence[Arc]) -> set[Cell]:
    """Arcs whose removal parts the graph, directions left aside."""
    around: dict[Node, list[tuple[Node, Cell]]] = {}
    for arc in arcs:
        around.setdefault(arc.tail, []).append((arc.head, arc.cell))
        around.setdefault(arc.head, []).append((arc.tail, arc.cell))
    entered: dict[Node, int] = {}
    low: dict[Node, int] = {}
    bridges: set[Cell] = set()
    for start in around:
        if start not in entered:
            _walk(start, around, entered, low, bridges)
    return bridges


def _walk(
    start: Node,
    around: Mapping[Node, list[tuple[Node, Cell]]],
    entered: dict[Node, int],
    low: dict[Node, int],
    bridges: set[Cell],
) -> None:
    entered[start] = low[start] = len(entered)
    stack: list[tuple[Node, Cell | None, list[tuple[Node, Cell]]]] = [
        (start, None, list(around[start]))
    ]
    while stack:
        node, via, rest = stack[-1]
        if rest:
            other, cell = rest.pop()
            if cell == via:
                continue
            if other in entered:
                low[node] = min(low[node], entered[other])
            else:
                entered[other] = low[other] = len(entered)
                stack.append((other, cell, list(around[other])))
            continue
        stack.pop()
        if stack:
            above = stack[-1][0]
            low[above] = min(low[above], low[node])
            if low[node] > entered[above] and via is not None:
                bridges.add(via)


def _cheapest_cycle(
    arc: Arc, around: Mapping[Node, list[tuple[Node, Arc]]], hidden: set[Cell]
) -> set[Cell]:
    """The cells of the cheapest residual cycle through `arc`; hidden ones cost nothing."""
    ways = [_way(arc, arc.head, arc.tail, around, hidden)] if arc.can_grow else []
    if arc.value:
        ways.append(_way(arc, arc.tail, arc.head, around, hidden))
    found = [way for way in ways if way is not None]
    return min(found, key=lambda way: (way[0], sorted(way[1])))[1] if found else set()


def _way(
    without: Arc,
    start: Node,
    goal: Node,
    around: Mapping[Node, list[tuple[Node, Arc]]],
    hidden: set[Cell],
) -> tuple[int, set[Cell]] | None:
    """Dijkstra from `start` to `goal`, not over `without`: cost and cells on the way."""
    best: dict[Node, int] = {start: 0}
    came: dict[Node, tuple[Node, Cell]] = {}
    queue: list[tuple[int, Node]] = [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            cells: set[Cell] = set()
            while node != start:
                node, cell = came[node]
                cells.add(cell)
            return cost, cells
        if cost > best[node]:
            continue
        for other, arc in around[node]:
            if arc.cell == without.cell:
                continue
            is_free = arc.is_slack or arc.cell in hidden
            further = cost + (0 if is_free else _STEP + (arc.value or _ZERO))
            if further < best.get(other, further + 1):
                best[other] = further
                came[other] = (node, arc.cell)
                heapq.heappush(queue, (further, other))
    return None
