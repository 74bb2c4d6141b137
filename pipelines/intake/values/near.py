"""Near misses: the known spelling nearest to a text, to be proposed and never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable


def nearest(text: str, known: Iterable[str], cutoff: float) -> str | None:
    """The most similar of `known` spellings; None where none reaches the cutoff (0 to 100).

    Only spellings with the same first signs and the same digits: people mistype the middle of a
    word, and "Note 2" is no slip for "Note 1", nor "Stahlhausen" one for "Dahlhausen", nor
    "Leerstand bis" one for "Leerstand ID".
    """
    from rapidfuzz import fuzz, process  # late: only a text in error needs it

    digits = re.findall(r"\d", text)
    alike = [
        spelling
        for spelling in known
        if _begins_alike(text, spelling) and re.findall(r"\d", spelling) == digits
    ]
    found = process.extractOne(text, alike, scorer=fuzz.ratio, score_cutoff=cutoff)
    return None if found is None else str(found[0])


def _begins_alike(text: str, spelling: str) -> bool:
    """Whether two spellings begin with the same sign, and each of their words where so many."""
    own, other = text.split(), spelling.split()
    if len(own) != len(other):
        return text[:1] == spelling[:1]
    return all(one[0] == two[0] for one, two in zip(own, other, strict=True))
