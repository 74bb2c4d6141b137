"""Near misses: the known spelling nearest to a text, to be proposed and never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable


def nearest(text: str, known: Iterable[str], cutoff: float) -> str | None:
    """The most similar of `known` spellings; None where none reaches the cutoff (0 to 100).

    Only spellings with the same first sign and the same digits: people mistype the middle of a
    word, and "Note 2" is no slip for "Note 1", nor "Stahlhausen" one for "Dahlhausen".
    """
    from rapidfuzz import fuzz, process  # late: only a text in error needs it

    digits = re.findall(r"\d", text)
    alike = [
        spelling
        for spelling in known
        if spelling[:1] == text[:1] and re.findall(r"\d", spelling) == digits
    ]
    found = process.extractOne(text, alike, scorer=fuzz.ratio, score_cutoff=cutoff)
    return None if found is None else str(found[0])
