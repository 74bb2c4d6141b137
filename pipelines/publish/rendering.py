"""Making many files: one after the other, or in two processes where they are many.

In: items and the imprint of each.
Out: (item, bytes) of every item.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from pipelines.publish.content import Item
from pipelines.publish.model import Imprint

MANY = 200  # a process of our own costs about 1.5 s to start, a page 30 to 100 ms
_WORKERS = 2
_given: list[tuple[Item, Imprint]] = []


def render(items: Sequence[Item], imprints: Mapping[str, Imprint]) -> Iterator[tuple[Item, bytes]]:
    """Make every item; workbooks first, since they take longest."""
    ordered = sorted(items, key=lambda item: not item.name.endswith(".xlsx"))
    if len(ordered) < MANY:
        for item in ordered:
            yield item, item.make(imprints[item.name])
        return
    # The items share one content, which pickling them together keeps as one.
    packed = pickle.dumps([(item, imprints[item.name]) for item in ordered])
    context = get_context("spawn")  # polars and duckdb have threads, which fork does not survive
    with ProcessPoolExecutor(_WORKERS, context, _receive, (packed,)) as pool:
        yield from zip(ordered, pool.map(_make, range(len(ordered)), chunksize=4), strict=True)


def _receive(packed: bytes) -> None:
    _given[:] = pickle.loads(packed)  # noqa: S301 - our own, from the process that started this one


def _make(position: int) -> bytes:
    item, imprint = _given[position]
    return item.make(imprint)
