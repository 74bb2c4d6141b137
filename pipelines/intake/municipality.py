"""The municipality: whose districts the rows of a table are read in.

In: a recognised table, what its cover, mapping and uploader say, and the places.
Out: a municipality key; a name or a key without its leading zero is found in the registers, what
no register knows is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly

import polars as pl

from pipelines.intake.cells import shown
from pipelines.intake.mapping import Mapping
from pipelines.intake.options import CheckOptions
from pipelines.intake.tables import CoverValue, Table
from schemas.places import Places

MUNICIPALITY = "municipality_key"


def municipality_of(
    table: Table,
    cover: ReadOnly[str, CoverValue],
    mapping: Mapping | None,
    options: CheckOptions,
    places: Places,
) -> str:
    """The municipality of a table's rows.

    The table's own column where all its cells agree, then stamp or cover, the mapping, the
    uploader. Rows that name another one are told while parsing.
    """
    named = _named(table)
    meant = {places.find(text) or text for text in named}
    if len(meant) == 1:
        return next(iter(meant))
    known = {key for text in named if (key := places.find(text)) is not None}
    if len(known) == 1:
        return next(iter(known))
    said = cover.get(MUNICIPALITY)
    if said is not None:
        return places.find(said.text) or said.text
    if mapping is not None and mapping.municipality is not None:
        return places.find(mapping.municipality) or mapping.municipality
    return options.municipality


def _named(table: Table) -> list[str]:
    """What the table's own column says, each text once."""
    cells = [
        shown(table.sheet, letter)
        for letter in table.letters_of(MUNICIPALITY)
        if letter in table.frame.columns
    ]
    if not cells:
        return []
    texts = table.frame.select(pl.coalesce(cells)).to_series().drop_nulls().unique()
    return [str(text) for text in texts]
