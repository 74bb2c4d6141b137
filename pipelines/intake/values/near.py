"""Near misses: the known spelling nearest to a text, to be proposed and never taken."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(text: str, known: Iterable[str], cutoff: float) -> str | None:
    """The most similar of `known` spellings; None where none reaches the cutoff (0 to 100)."""
    from rapidfuzz import fuzz, process  # late: only a text in error needs it

    found = process.extractOne(text, list(known), scorer=fuzz.ratio, score_cutoff=cutoff)
    return None if found is None else str(found[0])
