"""Shapes: which table of which form stands under a heading block.

In: a heading block of a sheet.
Out: `Shape`s: the columns of one table each, with what every heading means in the form that fits
best. Tables side by side are told apart by a gap between them or by headings that begin again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.intake.recognising.apps import is_of_the_app, ungrouped
from pipelines.intake.recognising.blocks import Block
from pipelines.intake.recognising.lexicon import CERTAIN, Lexicon, Meaning, is_unit, split_unit
from schemas import FORMS
from schemas.columns import Form
from schemas.folding import fold

PLACE = frozenset({
    "street", "address", "location_note", "section_id", "latlon", "easting", "latitude",
    "object_id", "site_id", "district_code", "postcode", "house_number",
})  # fmt: skip
_LEAST_FIELDS = 3


@dataclass(frozen=True)
class HeadingCell:
    """One heading of a table: its text, and what it means; meaning None is not read.

    Attributes:
        is_partial: only the lowest of its lines mean something.
        is_of_the_app: the app that made the export added it by itself.
    """

    column: int
    text: str
    meaning: Meaning | None
    is_partial: bool = False
    is_of_the_app: bool = False

    @property
    def weight(self) -> float:
        """How much it says for the form it is read in."""
        is_sure = self.meaning is not None and self.meaning.rank <= CERTAIN and not self.is_partial
        return 1.0 if is_sure else 0.5


@dataclass(frozen=True)
class Shape:
    """The columns of one table, left to right."""

    form: str
    cells: tuple[HeadingCell, ...]

    @property
    def columns(self) -> range:
        """From its first to its last heading."""
        return range(self.cells[0].column, self.cells[-1].column + 1)


def shapes_of(block: Block, sheet_name: str, titles: str, lexicon: Lexicon) -> list[Shape]:
    """The tables under one heading block; none where no form fits."""
    whole = _best(block.headings, sheet_name, titles, lexicon)
    if whole is None:
        return []
    parts = _split(block.headings, sheet_name, titles, lexicon)
    return parts if len(parts) > 1 else [whole]


def _best(
    headings: dict[int, tuple[str, ...]], sheet_name: str, titles: str, lexicon: Lexicon
) -> Shape | None:
    scored = []
    for order, name in enumerate(lexicon.forms):
        shape = Shape(name, tuple(_cells(headings, name, lexicon)))
        score = _score(shape, sheet_name, titles)
        if score > 0 or lexicon.mapping:
            scored.append((score, -order, shape))
    return max(scored, key=lambda entry: entry[:2])[2] if scored else None


def _cells(headings: dict[int, tuple[str, ...]], form: str, lexicon: Lexicon) -> list[HeadingCell]:
    asked = ungrouped(line for stack in headings.values() for line in stack)
    cells = []
    for column, stack in sorted(headings.items()):
        text = " ".join(" ".join(stack).split())
        lines = tuple(asked[line] for line in stack)
        meaning, is_partial = _meaning(lines, form, lexicon)
        is_added = meaning is None and is_of_the_app(lines[-1])
        cells.append(HeadingCell(column, text, meaning, is_partial, is_added))
    return cells


def _meaning(stack: tuple[str, ...], form: str, lexicon: Lexicon) -> tuple[Meaning | None, bool]:
    """The heading joined from all its lines means the most, then its lowest lines alone."""
    unit = stack[-1].strip("[]() ") if len(stack) > 1 and is_unit(stack[-1]) else None
    lines = stack[:-1] if unit else stack
    texts = [" ".join(lines[start:]) for start in range(len(lines))]
    for upper, lower in pairwise(lines):
        group, group_unit = split_unit(upper)
        unit = unit or group_unit
        texts[-1:-1] = [*_compounds(group, lower), f"{group} {lower}"]
    for upper in lines[:-1]:
        choice = lexicon.meaning(form, f"{upper}/{lines[-1]}")
        if choice and choice.option:
            return choice, False
    for text in texts:
        meaning = lexicon.meaning(form, text)
        if meaning:
            return replace(meaning, unit=meaning.unit or unit), text == lines[-1] != texts[0]
    return None, False


def _compounds(upper: str, lower: str) -> list[str]:
    """One German word of two lines: Flächen over Gesamt is Gesamtfläche."""
    tail = upper.lower()
    ends = dict.fromkeys((tail, tail.removesuffix("n"), tail.removesuffix("en")))
    return [f"{lower}{joint}{end}" for end in ends for joint in ("", "s")]


def _score(shape: Shape, sheet_name: str, titles: str) -> float:
    """How well a form fits; 0 where it does not."""
    form = FORMS[shape.form]
    fields = {
        field: cell.weight for cell in shape.cells if cell.meaning for field in cell.meaning.fields
    }
    is_named = _names(form, sheet_name)
    is_titled = _names(form, titles)
    if not PLACE & fields.keys() or len(fields) < (2 if is_named or is_titled else _LEAST_FIELDS):
        return 0
    own = [weight for field, weight in fields.items() if field in _own_fields(form)]
    if not own and not is_named and not is_titled:
        return 0
    keys = sum(column.name in fields for column in form.key_columns)
    return sum(fields.values()) + sum(own) + 0.5 * keys + 4 * is_named + 2 * is_titled


def _own_fields(form: Form) -> frozenset[str]:
    """Columns that no other form declares: they tell forms apart."""
    others = {
        column.name
        for other in FORMS.values()
        if other.name != form.name
        for column in other.columns
    }
    return frozenset(column.name for column in form.columns if column.name not in others)


def _names(form: Form, text: str) -> bool:
    words = f" {fold(text)} "
    return any(f" {name} " in words for name in form.sheet_names)


def _split(
    headings: dict[int, tuple[str, ...]], sheet_name: str, titles: str, lexicon: Lexicon
) -> list[Shape]:
    """Tables side by side: parts between gaps, or parts that begin with the same heading again."""
    for cuts in (_gaps(headings), _repeats(headings)):
        if not cuts:
            continue
        columns = sorted(headings)
        bounds = [columns[0], *cuts, columns[-1] + 1]
        parts = [
            _best(
                {c: t for c, t in headings.items() if start <= c < end}, sheet_name, titles, lexicon
            )
            for start, end in pairwise(bounds)
        ]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts) and _differ(found):
            return found
    return []


def _differ(parts: list[Shape]) -> bool:
    """Whether the parts are tables of their own: other forms, or fields that come again."""
    seen: set[str] = set()
    for part in parts:
        fields = {field for cell in part.cells if cell.meaning for field in cell.meaning.fields}
        if len(seen & fields) >= 2:
            return True
        seen |= fields
    return len({part.form for part in parts}) > 1


def _gaps(headings: dict[int, tuple[str, ...]]) -> list[int]:
    columns = sorted(headings)
    return [right for left, right in pairwise(columns) if right - left > 1]


def _repeats(headings: dict[int, tuple[str, ...]]) -> list[int]:
    """Columns where the first heading stands again."""
    columns = sorted(headings)
    first = fold(" ".join(headings[columns[0]]))
    return [c for c in columns[1:] if fold(" ".join(headings[c])) == first]
