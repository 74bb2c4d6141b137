"""Personal data: headings whose columns are dropped before anything else sees their values.

In: schemas/personal.csv, a line per wording: `whole` for a heading that says nothing else, `word`
for words that make a heading personal wherever they stand in it.
Out: `is_personal`. A heading that a form declares is asked for there first: "Betriebsname" and
"Eigentümertyp" are columns of ours.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from schemas.folding import fold
from schemas.questions import asked_for


def is_personal(heading: str) -> bool:
    """Whether a column of that heading holds names, addresses, numbers or mail of persons."""
    text, asked = fold(heading), asked_for(heading)
    whole, words = _wordings()
    is_whole = text in whole or asked in whole
    return is_whole or any(f" {word} " in f" {text} " for word in words)


def personal_wordings() -> tuple[str, ...]:
    """Every wording of the list, as it stands there."""
    with Path(__file__).with_name("personal.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(row["words"] for row in csv.DictReader(lines))


@cache
def _wordings() -> tuple[frozenset[str], tuple[str, ...]]:
    with Path(__file__).with_name("personal.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["match"], fold(row["words"])) for row in csv.DictReader(lines)]
    return (
        frozenset(words for match, words in rows if match == "whole"),
        tuple(words for match, words in rows if match == "word"),
    )
