"""A table filled into great-tables' pattern is what great-tables itself draws of all its rows."""

from __future__ import annotations

from html import escape

import polars as pl

from pipelines.publish.fragment import Head, draw, finished, fragment
from pipelines.publish.model import Field, Table
from schemas.columns import Label

WORDS = Label("Probe", "Sample")
HOSTILE = ['Mitte & "Süd"', "<script>x</script>", "100 % %s {x}", "TABLE", "stub-1", "zusammen"]


def test_rows_filled_in_are_rows_drawn() -> None:
    fields = (
        Field("label", Label("Bezirk", "District"), "text"),
        Field("n", Label("Anzahl", "Count"), spanner=Label("davon", "of which"), note="a"),
        Field("m", Label("Quote", "Rate"), spanner=Label("davon", "of which"), digits=1),
    )
    levels = ["row", "row", "area", "row", "area", "total"]
    rows = pl.DataFrame({"label": HOSTILE, "n": range(6), "n_sign": [""] * 6,
                         "m": [1.25] * 6, "m_sign": ["/", *[""] * 5], "level": levels})  # fmt: skip
    table = Table("t", WORDS, WORDS, WORDS, fields, rows, "label", (("a", WORDS),))
    heads = (
        Head("label", "Bezirk", "", None, is_value=False),
        Head("n", "Anzahl", "1", "davon", is_value=True),
        Head("m", "Quote", "", "davon", is_value=True),
    )
    texts = [(label, str(n) if n else "–", "1,2" if n else "/") for n, label in enumerate(HOSTILE)]
    caption = ("Titel", "Zeile")
    assert fragment(table, "de", "t-1", caption) == finished(
        draw(heads, texts, levels, "t-1"), "t-1", caption
    )
    assert escape(HOSTILE[1]) in fragment(table, "de", "t-1", caption)
