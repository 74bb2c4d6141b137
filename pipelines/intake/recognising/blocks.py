"""Heading blocks: where tables begin in a sheet, and what stands above each column.

In: a sheet and a lexicon.
Out: `Block`s of one to three heading lines, in sheet order. A line is a heading where several of
its cells mean something; values of a data row hardly ever do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from pipelines.intake.cells import Merge, Sheet
from pipelines.intake.recognising.apps import ungrouped
from pipelines.intake.recognising.grid import HEAD, Line, lines_at
from pipelines.intake.recognising.lexicon import UNITS, Lexicon, is_unit
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Form
from schemas.folding import fold
from schemas.headings import headings

_MOST_LINES = 3
_CENTURIES = ("19", "20")
_POSITION = "position"
# Of so few rows Python knows sooner than polars has made its tables of words.
_FEW = 1000
_LEAST_NUMBERED, _LEAST_INSTRUCTED = 4, 2
_INSTRUCTIONS = UNITS | {
    fold(text)
    for text in (
        "Text", "Freitext", "Zahl", "Ganzzahl", "Dezimalzahl", "Datum", "Auswahl", "Auswahlliste",
        "Liste", "Code", "Schlüssel", "ja/nein", "j/n", "TT.MM.JJJJ", "TT.MM.JJ", "MM/JJJJ",
        "JJJJ", "JJJJ-MM-TT", "Jahr", "Monat/Jahr", "Pflicht", "Pflichtfeld", "Pflichtangabe",
        "optional", "freiwillig",
        "automatisch", "bitte ausfüllen", "bitte auswählen", "text", "number", "integer",
        "decimal", "date", "choice", "select", "list", "yes/no", "required", "mandatory",
        "dd.mm.yyyy", "yyyy-mm-dd", "yyyy", "string", "varchar", "float", "bool", "boolean",
    )
}  # fmt: skip
"""What a line under a heading tells the person who fills in, and never a row of data."""
_MOST_HEADING = 120
_SURELY_KNOWN = 8
"""So many known words are a heading, however many questions of a wide export stand beside them."""


@dataclass(frozen=True)
class Block:
    """One heading, of one table or of several side by side.

    Attributes:
        first, last: positions in the frame of its first and last line.
        rows: its row numbers in the sheet.
        headings: column number → lines of the heading from the top, at least one.
    """

    first: int
    last: int
    rows: tuple[int, ...]
    headings: dict[int, tuple[str, ...]]


def find_blocks(sheet: Sheet, lexicon: Lexicon) -> list[Block]:
    """All heading blocks of a sheet, from the top."""
    starts = {line.position: line for line in _candidates(sheet, lexicon)}
    blocks: list[Block] = []
    taken = -1
    for position in sorted(starts):
        is_sure = is_heading(starts[position], lexicon, is_first=not blocks)
        if position <= taken or not is_sure or _only_groups(starts, position, sheet.merges):
            continue
        lines = _block_lines(sheet, starts, position, taken, lexicon)
        block = Block(
            first=lines[0].position,
            last=lines[-1].position,
            rows=tuple(line.row for line in lines),
            headings=_stacked(lines, sheet.merges),
        )
        taken = block.last
        blocks.append(block)
    return blocks


def _only_groups(starts: dict[int, Line], position: int, merges: tuple[Merge, ...]) -> bool:
    """Whether every text of a line spans columns, with a heading in one of the next two lines."""
    line = starts[position]
    spans = set(_spans(line, merges).values())
    below = [n for n in (position + 1, position + 2) if n in starts]
    return len(spans) > 1 and spans == set(line.texts) and bool(below)


def _candidates(sheet: Sheet, lexicon: Lexicon) -> list[Line]:
    height = sheet.frame.height
    below = _positions_with_known_words(sheet, lexicon) if height > HEAD else []
    lines = [*lines_at(sheet, range(min(HEAD, height))), *lines_at(sheet, below)]
    return [line for line in lines if is_heading(line, lexicon)]


def is_heading(line: Line, lexicon: Lexicon, *, is_first: bool = True) -> bool:
    """Whether several texts of a line mean something, and hardly anything else stands in it.

    Single letters do not count: x is a heading of coordinates, and a mark in many columns. Below
    a first heading the line must be surer of itself, since some values are headings elsewhere.
    """
    others = sum(len(text) != 4 or not is_year(text) for text in line.others.values())
    if len(line.texts) < 2 or others > 0.3 * len(line.texts):
        return False
    texts = list(ungrouped(line.texts.values()).values())
    years = [text for text in texts if len(text) == 4 and is_year(text)]
    if years:
        texts = [text for text in texts if text not in years]
    if len(texts) < 2 or len(years) + len(line.others) - others > len(texts):
        return False
    is_pairs = any(text.endswith(":") for text in texts) and not all(
        text.endswith(":") for text in texts
    )
    share = 0.3 if is_first else 0.5
    cells = len(texts) + others
    known: set[str] = set()
    for left, text in zip(range(len(texts) - 1, -1, -1), texts, strict=True):
        if not (is_pairs and text.endswith(":")) and _may_head(text, lexicon):
            known.add(text)
        elif len(known) + left < min(_SURELY_KNOWN, share * cells):
            return False
    if len(known) >= _SURELY_KNOWN:
        return True
    with_digits = sum(text not in known and any(map(str.isdigit, text)) for text in texts)
    return len(known) >= 2 and len(known) >= share * cells and with_digits <= 0.3 * cells


def _may_head(text: str, lexicon: Lexicon) -> bool:
    return 1 < len(text) <= _MOST_HEADING and lexicon.is_known(text) and not _is_status(text)


def _positions_with_known_words(sheet: Sheet, lexicon: Lexicon) -> list[int]:
    """Positions past the head whose line may be a heading, found without Python objects.

    A heading holds texts only, and three in ten of them are known; hardly any row of data is so.
    """
    below = sheet.frame.with_row_index(_POSITION).slice(HEAD)
    others = [pl.col(name).is_null() for name in below.columns if ":" in name]
    bare = below.filter(pl.all_horizontal(pl.lit(value=True), *others))
    known = words_known(bare, sheet.letters, known_words(lexicon))
    held = bare.select(pl.sum_horizontal(pl.col(sheet.letters).is_not_null())).to_series()
    return bare.filter((known >= 2) & (known >= 0.3 * held))[_POSITION].to_list()


def words_known(frame: pl.DataFrame, letters: Sequence[str], words: frozenset[str]) -> pl.Series:
    """How many of the texts of each row are among the words."""
    if frame.height <= _FEW:
        rows = frame.select(letters).iter_rows()
        counts = [
            sum(text is not None and text.strip().lower() in words for text in row) for row in rows
        ]
        return pl.Series(counts, dtype=pl.UInt32)
    sought = pl.Series(sorted(words), dtype=pl.String).implode()
    lower = pl.col(letters).str.strip_chars().str.to_lowercase()
    return frame.select(pl.sum_horizontal(lower.is_in(sought))).to_series()


def known_words(lexicon: Lexicon) -> frozenset[str]:
    """Known headings in lower case and folded, to look for without folding every cell."""
    mapped = lexicon.mapping.columns if lexicon.mapping else ()
    own = {heading.strip().lower() for heading in mapped}
    return _declared_words(tuple(FORMS[form] for form in lexicon.forms)) | {
        word for word in own if not _is_status(word)
    }


@cache
def _declared_words(forms: tuple[Form, ...]) -> frozenset[str]:
    words: set[str] = set()
    for form in forms:
        known = headings(form)
        words |= known.certain.keys() | known.vague.keys()
        for column in form.columns:
            words |= {text.lower() for text in (column.title.de, column.title.en, *column.synonyms)}
    return frozenset(word for word in words if not _is_status(word))


def _is_status(text: str) -> bool:
    """Whether a heading is a status too ("leer"), which makes no row a heading."""
    return fold(text) in code_list("vacancy_status").readings


def _block_lines(
    sheet: Sheet, starts: dict[int, Line], position: int, taken: int, lexicon: Lexicon
) -> list[Line]:
    """The lines of the block that begins around `position`."""
    lines = [starts[position]]
    for above in reversed(lines_at(sheet, range(max(position - 2, taken + 1), position))):
        if not _is_group_line(above, lines, sheet.merges, is_first=taken < 0):
            break
        lines = [above, *lines]
    for below in lines_at(sheet, range(position + 1, position + _MOST_LINES + 1)):
        if below.row - lines[-1].row > 1:
            break
        if not is_instruction(below) and (
            len(lines) >= _MOST_LINES or not _continues(below, lines, sheet.merges, lexicon)
        ):
            break
        lines.append(below)
    return lines


def is_instruction(line: Line) -> bool:
    """Whether a line under a heading only numbers its columns or says what is to be entered."""
    cells = line.cells
    if len(cells) < _LEAST_INSTRUCTED:
        return False
    if not line.others and all(fold(text) in _INSTRUCTIONS for text in line.texts.values()):
        return True
    if len(cells) < _LEAST_NUMBERED:
        return False
    numbers = [text.strip("().") for text in cells.values()]
    return numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _is_group_line(
    line: Line, lines: list[Line], merges: tuple[Merge, ...], *, is_first: bool
) -> bool:
    """Whether a line of other words above a heading groups its columns, as merged cells do.

    Without merged cells only the line above the first heading can be one; above a later heading
    stands a row of data.
    """
    if line.row != lines[0].row - 1 or line.others or not line.texts:
        return False
    width = max(lines[-1].texts) - min(lines[-1].texts) + 1
    spans = [
        merge
        for merge in merges
        if merge.first_row <= line.row <= merge.last_row and merge.first_column in line.texts
    ]
    if any(merge.last_row > line.row for merge in spans):
        return True
    narrow = [m for m in spans if 1 < m.last_column - m.first_column + 1 < width]
    is_labelled = any(text.endswith(":") for text in line.texts.values())
    return bool(narrow) or (is_first and len(line.texts) >= 3 and not is_labelled)


def _continues(line: Line, lines: list[Line], merges: tuple[Merge, ...], lexicon: Lexicon) -> bool:
    """Whether a line below a heading still belongs to it, rather than being its first row."""
    upper = lines[-1].texts
    if line.cells and (_divides(line, lines[-1], merges) or _answers(line, lines[-1], lexicon)):
        return True
    if line.others or not line.texts:
        return False
    if all(map(is_unit, line.texts.values())):
        return True
    if any(upper.get(column, "").endswith(("-", "\u2010", "\u00ad")) for column in line.texts):
        return True
    under_merge = sum(
        any(
            m.first_row <= lines[-1].row < line.row and m.first_column <= column <= m.last_column
            and (m.last_column > m.first_column)
            for m in merges
        )
        for column in line.texts
    )  # fmt: skip
    if any(
        m.first_row in {x.row for x in lines}
        and m.last_row >= line.row
        and m.first_column == m.last_column
        for m in merges
    ):
        return True
    if not is_heading(line, lexicon):
        return False
    own = sum(column in upper for column in line.texts)
    return under_merge > 0 or own < 0.7 * len(line.texts)


def _divides(line: Line, upper: Line, merges: tuple[Merge, ...]) -> bool:
    """Whether a line only divides what stands merged above it: choices, or years."""
    spans = _spans(upper, merges)
    under = {*spans, *spans.values()} if line.row == upper.row + 1 else set()
    return set(line.cells) <= under and all(map(is_year, line.others.values()))


def _answers(line: Line, upper: Line, lexicon: Lexicon) -> bool:
    """Whether a line holds nothing but the choices of one question that begins above its first."""
    columns = sorted(line.texts)
    if len(columns) < 2 or line.others or set(columns[1:]) & set(upper.cells):
        return False
    question = upper.texts.get(columns[0], "")
    return any(
        all(
            (meaning := lexicon.meaning(form, f"{question}/{text}")) and meaning.option
            for text in line.texts.values()
        )
        for form in lexicon.forms
    )


def is_year(text: str) -> bool:
    """Whether a heading is nothing but a year, which may well be a number cell."""
    return len(text) == 4 and text.startswith(_CENTURIES) and text.isdigit()


def _with_years(line: Line) -> Line:
    """The line with its years as texts, as headings are."""
    years = {column: text for column, text in line.others.items() if is_year(text)}
    others = {column: text for column, text in line.others.items() if column not in years}
    return replace(line, texts=dict(sorted((line.texts | years).items())), others=others)


def _stacked(lines: list[Line], merges: tuple[Merge, ...]) -> dict[int, tuple[str, ...]]:
    """Column → its heading lines; a group's text stands over every column it spans."""
    lines = [_only_units(line) if is_instruction(line) else _with_years(line) for line in lines]
    lines = [line for line in lines if line.texts]
    columns = sorted({column for line in lines for column in line.texts})
    lowest = lines[-1].texts
    stacks: dict[int, list[str]] = {column: [] for column in columns}
    for index, line in enumerate(lines):
        spans = _spans(line, merges)
        held = ""
        for column in columns:
            if column in line.texts:
                text = line.texts[column]
                held = text if column not in spans.values() else ""
            elif column in spans:
                text = line.texts[spans[column]]
            elif index < len(lines) - 1 and column in lowest and not _starts(line, merges):
                text = held
            else:
                text = ""
            if text and text not in stacks[column]:
                stacks[column].append(text)
    return {column: tuple(stack) for column, stack in stacks.items() if stack}


def _only_units(line: Line) -> Line:
    return replace(line, texts={c: text for c, text in line.texts.items() if is_unit(text)})


def _spans(line: Line, merges: Iterable[Merge]) -> dict[int, int]:
    """Column covered by a merge of this line → the column its text stands in."""
    return {
        column: merge.first_column
        for merge in merges
        if merge.first_row == line.row and merge.first_column in line.texts
        for column in range(merge.first_column + 1, min(merge.last_column, 16_384) + 1)
    }


def _starts(line: Line, merges: Iterable[Merge]) -> bool:
    return any(merge.first_row == line.row and merge.last_column > merge.first_column
               for merge in merges)  # fmt: skip
