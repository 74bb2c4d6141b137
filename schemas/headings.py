"""Headings: which column of a form a heading means.

In: a declared form.
Out: folded heading → column, from names, titles and synonyms; what is vague stands apart, since it
is told as a hint. A heading that would mean two columns of one form is a fault of the declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.columns import Form
from schemas.folding import fold
from schemas.shared import COMPOSITES


@dataclass(frozen=True)
class Headings:
    """The headings of one form, folded.

    Attributes:
        certain: name, German or English title or synonym → name of the column, or of a composite
            (address, latlon, house_suffix) that is taken apart or joined while parsing.
        vague: headings that usually mean a column → its name.
        ambiguous: those of them that several columns claim → these, the usual one first; what
            stands below such a heading decides.
    """

    certain: dict[str, str]
    vague: dict[str, str]
    ambiguous: dict[str, tuple[str, ...]]


@cache
def headings(form: Form) -> Headings:
    """All headings of a form.

    Raises:
        ValueError: one of them would mean two columns.
    """
    certain: dict[str, str] = {}
    vague: dict[str, str] = {}
    for column in form.columns:
        for text in (column.name, column.title.de, column.title.en, *column.synonyms):
            _enter(certain, text, column.name, form)
    if "street" in form.by_name:
        for name, texts in COMPOSITES.items():
            for text in (name, *texts):
                _enter(certain, text, name, form)
    ambiguous: dict[str, tuple[str, ...]] = {}
    for column in form.columns:
        for text in map(fold, column.vague_synonyms):
            vague.setdefault(text, column.name)
            ambiguous[text] = (*ambiguous.get(text, ()), column.name)
    for text in certain.keys() & vague.keys():
        raise ValueError(f"form {form.name}: {text!r} is both certain and vague")
    several = {text: names for text, names in ambiguous.items() if len(names) > 1}
    return Headings(certain, vague, several)


def _enter(readings: dict[str, str], text: str, name: str, form: Form) -> None:
    if readings.setdefault(fold(text), name) != name:
        raise ValueError(f"form {form.name}: {text!r} means {readings[fold(text)]} and {name}")
