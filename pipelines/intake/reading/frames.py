"""Frames of a sheet as they leave the worker: typed, and without personal data.

In: rows of cells.
Out: polars frames. The one door to everything in the worker that needs polars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from pipelines.intake.reading.grid import Row, chunks_of
from pipelines.intake.reading.personal import PersonalFilter
from pipelines.intake.reading.scan import Faults


def clean_frames(rows: Iterable[Row], first_column: int, faults: Faults) -> Iterator[pl.DataFrame]:
    """`chunks_of` the rows of one sheet, personal columns emptied."""
    return map(PersonalFilter().clean, chunks_of(rows, first_column, faults))
