"""Folding: the one way of the house to compare what people write.

In: a heading, code, label, district name or street as somebody typed it.
Out: lower case, ä ö ü ß as ae oe ue ss (composed or not), accents dropped, every run of blanks,
no-break spaces and punctuation as one blank, none at the ends. Signs that carry meaning
(< > + % & § ? ✓) stay, "< 6" as "<6"; a text of nothing but punctuation stays as one sign ("-").
schemas/vectors.py has the same over a frame's column.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_TABLE = str.maketrans(UMLAUTS)
PUNCTUATION = (
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r".,;:!/\\|_*\"'`´’‘‚“”„«»‹›()\[\]{}#~‐‑‒–—―−-]+"
)
COMPARISON = r"([<>]) +"
_RUNS = re.compile(PUNCTUATION)
_COMPARISON = re.compile(COMPARISON)


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """The folded form of `text`; two spellings mean the same where their folded forms agree."""
    bare = text.lower() if text.isascii() else _bare(text)
    folded = _COMPARISON.sub(r"\1", _RUNS.sub(" ", bare)).strip(" ")
    return folded or text.strip()[:1].translate({0x2013: "-", 0x2014: "-", 0x2212: "-"})


def _bare(text: str) -> str:
    lowered = unicodedata.normalize("NFKC", text).lower().translate(_TABLE)
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", lowered)
        if not unicodedata.category(sign).startswith("M")
    )  # fmt: skip
