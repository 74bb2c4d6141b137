"""Vectors: the house's ways of comparing text, over columns of frames.

In: polars expressions of text.
Out: polars expressions that agree with their counterparts for single texts.
"""

from __future__ import annotations

import polars as pl

from schemas.folding import COMPARISON, PUNCTUATION, UMLAUTS, fold

_FEW = 1000
"""Up to so many distinct texts, folding one by one costs less than making the machinery ready."""


def folded(texts: pl.Expr) -> pl.Expr:
    """`schemas.folding.fold` over a column; null stays null.

    Worked out once per distinct text: a survey of 100,000 rows has a few hundred streets.
    """
    return texts.map_batches(_folded_once, return_dtype=pl.String)


def _folded_once(texts: pl.Series) -> pl.Series:
    distinct = texts.cast(pl.String).drop_nulls().unique()
    same = (
        pl.Series([fold(text) for text in distinct.to_list()], dtype=pl.String)
        if len(distinct) <= _FEW
        else distinct.to_frame("text").select(_fold(pl.col("text"))).to_series()
    )
    return texts.replace_strict(distinct, same, default=None, return_dtype=pl.String)


def _fold(texts: pl.Expr) -> pl.Expr:
    bare = (
        texts.str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_many(list(UMLAUTS), list(UMLAUTS.values()))
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
    )
    runs = (
        bare.str.replace_all(PUNCTUATION, " ")
        .str.replace_all(COMPARISON, "${1}")
        .str.strip_chars(" ")
    )
    sign = texts.str.strip_chars().str.slice(0, 1).str.replace_all("[–—−]", "-")
    return pl.when(runs == "").then(sign).otherwise(runs)


def street_key(streets: pl.Expr) -> pl.Expr:
    """What two spellings of one street have in common: folded, "str" for "straße", no blanks."""
    return folded(streets).str.replace_all(" ", "", literal=True).str.replace_all("strasse", "str")


def house_key(numbers: pl.Expr) -> pl.Expr:
    """What two spellings of one house number have in common: folded, "12 a" as "12a"."""
    return folded(numbers).str.replace_all(r"([0-9]) ([a-z])", "$1$2")
