"""Bands: streets that stand as lines of their own above the rows of that street.

In: the data rows of a table, and the lines between them that are none.
Out: the street of each row, where nothing else can be meant: no row names a street itself, every
row stands below a band, and none is parted from its band by a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import polars as pl

from pipelines.intake.cells import ROW, letter_of
from pipelines.intake.recognising.grid import Line
from pipelines.intake.recognising.rows import BAND, LeftOut, are_held
from pipelines.intake.recognising.shapes import Shape

_PLACES = frozenset({"street", "address", "location_note"})
BAND_READ = "band-read"


def settled_bands(
    frame: pl.DataFrame, shape: Shape, left_out: Sequence[LeftOut]
) -> tuple[list[LeftOut], dict[int, str]]:
    """The lines left out, and row → street for the rows whose street a band tells.

    Bands that are read are of a kind of their own; where every row names its street they are
    mere notes, and in doubt they stay bands, which are an error.
    """
    bands = [out.line for out in left_out if out.kind == BAND]
    if not bands:
        return list(left_out), {}
    named = _named(frame, shape)
    if named is not None and named.all():
        return _as("note", left_out), {}
    streets = _streets(frame[ROW].to_list(), bands, left_out)
    if streets is None or (named is not None and named.any()):
        return list(left_out), {}
    return _as(BAND_READ, left_out), streets


def _named(frame: pl.DataFrame, shape: Shape) -> pl.Series | None:
    """Whether each row names its street or place itself; None where no column is for it."""
    letters = [
        letter_of(cell.column)
        for cell in shape.cells
        if cell.meaning and _PLACES & set(cell.meaning.fields)
    ]
    named = [letter for letter in letters if letter in frame.columns]
    return frame.select(pl.any_horizontal(are_held(frame, named))).to_series() if named else None


def _as(kind: str, left_out: Sequence[LeftOut]) -> list[LeftOut]:
    return [replace(out, kind=kind) if out.kind == BAND else out for out in left_out]


def _streets(
    rows: Sequence[int], bands: Sequence[Line], left_out: Sequence[LeftOut]
) -> dict[int, str] | None:
    """Row → street; None where a row stands below no band, or a gap parts it from its band."""
    starts = {band.row: next(iter(band.texts.values())) for band in bands}
    passed = {out.line.row for out in left_out}
    found: dict[int, str] = {}
    street, last = "", 0
    for row in sorted(chain(rows, passed)):
        if row in starts:
            street = re.sub(r"[\s:]+$", "", starts[row])
        elif row != last + 1 and row not in passed:
            return None
        elif row not in passed:
            if not street:
                return None
            found[row] = street
        last = row
    return found
