"""Questions: the words that ask for a thing, around the heading that names it.

In: a heading in whole sentences, as survey apps write it: "In welchem Stadtteil liegt das Objekt?"
Out: what is left without the words of schemas/asking.csv, folded: "stadtteil". Whether that is a
heading of ours, the reader of the heading decides.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from schemas.folding import fold

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@lru_cache(maxsize=16_384)
def asked_for(heading: str) -> str | None:
    """What a heading asks for; None where it is no question and speaks of no object."""
    text = f" {fold(_BRACKETS.sub(' ', heading).replace('?', ' '))} "
    words = _words()
    bare = text
    for phrase in sorted(words["phrase"]):
        bare = bare.replace(f" {phrase} ", " ")
    parts = bare.split()
    if "?" in heading or (parts and parts[0] in words["first"]):
        parts = [word for word in parts if word not in words["first"] | words["inside"]]
    left = " ".join(parts)
    return left if left and left != text.strip() else None


def may_ask(heading: str) -> bool:
    """Whether a text has a word or sign of a question: told quickly, of every text of a sheet."""
    return _signs().search(heading) is not None


@cache
def _signs() -> re.Pattern[str]:
    with Path(__file__).with_name("asking.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["kind"], re.escape(row["words"])) for row in csv.DictReader(lines)]
    first = "|".join(words for kind, words in rows if kind == "first")
    phrases = "|".join(words for kind, words in rows if kind == "phrase")
    return re.compile(rf"\?|^\W*(?:\d+[.)]\s*)?(?:{first})\b|\b(?:{phrases})\b", re.IGNORECASE)


@cache
def _words() -> dict[str, frozenset[str]]:
    """Kind of word → folded words: those that begin a question, that fill it, and phrases."""
    with Path(__file__).with_name("asking.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["kind"], fold(row["words"])) for row in csv.DictReader(lines)]
    return {
        kind: frozenset(words for other, words in rows if other == kind)
        for kind in ("first", "inside", "phrase")
    }
