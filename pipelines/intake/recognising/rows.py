"""Rows: which lines under a heading are data, and which are totals, notes or blank.

In: the part of a sheet's frame that belongs to one table.
Out: the frame of its data rows, and the lines left out with the reason. A line is left out only
for what stands in it, and every line left out is named in a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.intake.cells import ROW, Sheet, column_of, companion, letter_of
from pipelines.intake.recognising.grid import Line, lines_at
from pipelines.intake.tables import TableColumn
from schemas.folding import fold

_TOTAL = re.compile(
    r"(zwischen|gesamt|end)?summen?|(zwischen)?summe .*|gesamt|gesamt(zahl|summe|anzahl)"
    r"|gesamt .*|insgesamt|(grand |sub ?)?totals?|total .*|sum|anzahl( .*)?|durchschnitt"
    r"|mittelwert|mittel|average|mean|count|(gesamt)?ergebnis|davon( .*)?"
    r"|uebertrag( .*)?|carried forward|brought forward|[σø]( .*)?|durchschnittlich.*|mittlere .*"
)
_PART_TOTAL = re.compile(r".+ (gesamt|ergebnis|summe|zwischensumme|total|subtotal)")
_PAGE = re.compile(r"(seite|blatt|page) \d+( (von |of )?\d+)?")
_TOTAL_WORD = (
    r"(?i)^\W*(zwischen|gesamt|end|sub ?|grand )?(summe|gesamt|total|insgesamt|sum\b|anzahl"
    r"|durchschnitt|mittel|average|mean\b|count\b|ergebnis|davon\b|seite\b|blatt\b|page\b)"
)
_CARRIED = frozenset({
    "wave_id", "survey_area", "district_code", "survey_date", "surveyor_code", "vacancy_status",
    "municipality_key", "site_status", "coverage", "object_kind", "unit_type",
})  # fmt: skip
"""Fields whose values are copied down a sheet before anything is entered."""
_EXAMPLE = re.compile(
    r"(z b|e g|beispiel|bsp|muster|musterzeile|beispielzeile|example|sample)( .*)?"
)
_STREET = re.compile(
    r".*(strasse|str|weg|platz|allee|ring|gasse|markt|ufer|damm|wall|steig|pfad|chaussee)"
    r"|(am|an der|an den|auf dem|auf der|im|in der|zum|zur) .+"
)
_ONLY_SIGNS = r"^[^\pL\pN]+$"
BAND, SIGNS = "band", "signs"
_NOTE_LENGTH = 30
_MOST_EXAMPLES = 2
_LEAST_ADDED, _LAST_LINES = 2, 3
_ROUNDING = 0.01
_MOST_SPARSE = 2
_MOST_OF_PAGE = 4


@dataclass(frozen=True)
class LeftOut:
    """A line under a heading that is no data.

    `kind` is total, note, between, example, band or signs (dashes all over).
    """

    kind: str
    line: Line


def data_rows(
    sheet: Sheet, first: int, end: int, columns: range
) -> tuple[pl.DataFrame, list[LeftOut]]:
    """The data rows between two positions of the frame, and what else stands there.

    Args:
        sheet: the sheet.
        first: position of the first line in `sheet.frame`.
        end: position behind the last line.
        columns: the columns of the table; what stands beside them does not count.
    """
    part = sheet.frame.slice(first, max(end - first, 0))
    names = [
        name
        for letter in sheet.letters
        if column_of(letter) in columns
        for name in part.columns
        if name == letter or name.startswith(letter + ":")
    ]
    if part.is_empty() or not names:
        return part.clear(), []
    filled = pl.sum_horizontal(are_held(part, names)).cast(pl.Int32)
    counts = part.select(filled).to_series()
    left_out = _left_out(sheet, part, first, counts, names, columns)
    gone = {entry.line.position - first for entry in left_out}
    blank = (counts == 0).arg_true().to_list()
    gone.update(blank)
    if not gone:
        return part, left_out
    kept = pl.Series([position not in gone for position in range(part.height)], dtype=pl.Boolean)
    return part.filter(kept), left_out


def _left_out(
    sheet: Sheet,
    part: pl.DataFrame,
    first: int,
    counts: pl.Series,
    names: list[str],
    columns: range,
) -> list[LeftOut]:
    """The lines of a part that are no data."""
    suspects = _suspects(part, counts, names)
    gaps = _behind_gap(part)
    typical, sparse = _typical(counts), _sparse_limit(counts)
    left_out: list[LeftOut] = []
    lines = lines_at(sheet, [first + position for position in suspects])
    for position, line in zip(suspects, lines, strict=True):
        inside = line.within(columns)
        kind = _kind(inside, columns, behind_gap=gaps[position], typical=typical)
        is_above = position + 1 < part.height and counts[position + 1] > sparse
        if kind != "total" and is_above and _is_street(inside):
            kind = BAND
        elif kind == "note" and is_above:
            kind = "between"
        elif position < _MOST_EXAMPLES and _is_example(inside):
            kind = "example"
        elif kind is None and _is_bare_sum(inside, part, position, left_out):
            kind = "total"
        if kind:
            left_out.append(LeftOut(kind, line))
    return left_out


def _suspects(part: pl.DataFrame, counts: pl.Series, names: list[str]) -> list[int]:
    """Positions of lines worth a look: the first, sparse ones, those with the word of a total."""
    texts = [name for name in names if ":" not in name]
    words = pl.any_horizontal(
        pl.col(name).str.contains(_TOTAL_WORD) for name in texts[:6]
    ).fill_null(value=False)
    hits = part.select(words).to_series()
    if texts:
        signs = pl.col(texts[0]).str.contains(_ONLY_SIGNS).fill_null(value=False)
        hits |= part.select(signs).to_series()
    is_first = pl.Series(range(part.height)) < _MOST_EXAMPLES
    return (hits | is_first | (counts <= _sparse_limit(counts))).arg_true().to_list()


def _sparse_limit(counts: pl.Series) -> int:
    return max(_MOST_SPARSE, _typical(counts) // 4)


def _typical(counts: pl.Series) -> int:
    filled = counts.filter(counts > 0)
    median = filled.median() if len(filled) else 0
    return int(median) if isinstance(median, int | float) else 0


def _behind_gap(part: pl.DataFrame) -> list[bool]:
    """Whether a blank row of the sheet stands anywhere between the first data row and a line."""
    rows = part[ROW]
    jumps = (rows.diff().fill_null(1) > 1).cast(pl.Int32)
    return (jumps.cum_sum() > 0).to_list()


def _kind(line: Line, columns: range, *, behind_gap: bool, typical: int) -> str | None:
    """total, note, or None for data."""
    cells = line.cells
    if not cells:
        return None
    if not any(sign.isalnum() for text in cells.values() for sign in text):
        return SIGNS
    labels = [text for text in line.texts.values() if any(map(str.isalpha, text))]
    if any(_TOTAL.fullmatch(fold(text)) for text in labels) and len(labels) <= 2:
        return "total"
    if len(cells) <= typical // 2 and any(_PART_TOTAL.fullmatch(fold(t)) for t in labels):
        return "total"
    if labels and len(cells) <= _MOST_OF_PAGE and _PAGE.fullmatch(fold(" ".join(cells.values()))):
        return "note"
    if typical <= _MOST_SPARSE and len(columns) <= _MOST_SPARSE:
        return "note" if _is_note(labels, cells) and behind_gap else None
    is_alone = len(cells) == 1 and bool(labels)
    if is_alone and (_is_note(labels, cells) or behind_gap or min(cells) == columns.start):
        return "note"
    if len(cells) == 2 and len(labels) >= 1 and behind_gap and labels[0].endswith(":"):
        return "note"
    return None


def _is_example(line: Line) -> bool:
    """Whether a row is one that a template shows: "Beispiel" stands in its first cell."""
    first = min(line.cells, default=0)
    return bool(_EXAMPLE.fullmatch(fold(line.texts.get(first, ""))))


def _is_street(line: Line) -> bool:
    """Whether a line holds nothing but the name of a street."""
    texts = list(line.texts.values())
    return len(texts) == 1 and not line.others and is_street_name(texts[0])


def is_street_name(text: str) -> bool:
    """Whether a text may be the name of a street: "Hochstraße", "Am Markt"."""
    return not any(map(str.isdigit, text)) and bool(_STREET.fullmatch(fold(text)))


def _is_bare_sum(
    line: Line, part: pl.DataFrame, position: int, left_out: Sequence[LeftOut]
) -> bool:
    """Whether a line of numbers alone, at the end, adds up the rows above it or counts them."""
    is_end = max(part.height - _LAST_LINES, _LEAST_ADDED) <= position
    if line.texts or not line.others or not is_end:
        return False
    gone = [entry.line.row for entry in left_out]
    above = part.head(position).filter(~pl.col(ROW).is_in(gone))
    for column, text in line.others.items():
        name = companion(letter_of(column), "number")
        if name not in part.columns or part[name][position] is None:
            return False
        added = float(above[name].sum())
        if min(abs(float(text) - added), abs(float(text) - above.height)) > _ROUNDING:
            return False
    return True


def _is_note(labels: list[str], cells: dict[int, str]) -> bool:
    text = labels[0] if labels else ""
    return len(cells) == 1 and (
        len(text) > _NOTE_LENGTH or text.startswith(("*", "(", "¹", "²")) or text.endswith(":")
        or "=" in text
    )  # fmt: skip


def without_prepared(
    frame: pl.DataFrame, columns: range, read: Sequence[TableColumn]
) -> tuple[pl.DataFrame, list[int]]:
    """Leave out rows that were only prepared: running numbers printed and constants copied down.

    Such a row holds nothing of its own: beside its running number only values that are the same
    in all such rows and that rows with something of their own have too, and boxes not ticked.

    Returns:
        The frame without them, and their row numbers.
    """
    carried = {c.letter for c in read if c.fields and set(c.fields) <= _CARRIED}
    labels = {c.letter for c in read if c.fields == ("row_label",)}
    inside = [n for n in frame.columns if n != ROW and column_of(n.partition(":")[0]) in columns]
    own = [n for n in inside if n.partition(":")[0] not in carried | labels]
    constant = [n for n in inside if n.partition(":")[0] in carried]
    if not own or not (carried or labels):
        return frame, []
    bare = frame.select(~pl.any_horizontal(_say_something(frame, own))).to_series()
    if not bare.any() or bare.all():
        return frame, []
    prepared, filled = frame.filter(bare), frame.filter(~bare)
    for name in constant:
        if prepared[name].null_count() == prepared.height:
            continue
        if prepared[name].n_unique() > 1 or not filled[name].is_in(prepared[name].implode()).any():
            return frame, []
    return filled, prepared[ROW].to_list()


def _say_something(frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Expr]:
    """Whether cells say something of an object; a box not ticked stands in every empty row."""
    boxes = [name for name in names if frame.schema[name] == pl.Boolean]
    others = are_held(frame, [name for name in names if name not in boxes])
    return [*others, pl.col(boxes).fill_null(value=False)] if boxes else others


def are_held(frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Expr]:
    """Whether the cells of the columns hold more than blanks; never null.

    An expression stands for many columns, since making one for each takes longer than the rows of
    a small sheet.
    """
    types = frame.schema
    texts = [name for name in names if types[name] == pl.String]
    others = [name for name in names if types[name] != pl.String]
    filled = pl.col(texts).str.strip_chars().str.len_bytes() > 0
    held = [filled.fill_null(value=False)] if texts else []
    return [*held, pl.col(others).is_not_null()] if others else held


def fill_merges(
    sheet: Sheet, frame: pl.DataFrame, columns: dict[int, bool]
) -> tuple[pl.DataFrame, list[str], list[str]]:
    """Fill what a vertical merge says downward, in columns where one value may hold for several.

    Args:
        sheet: the sheet with its merges.
        frame: data rows of one table.
        columns: column number → whether its values may be repeated (a measure may not).

    Returns:
        The frame, the A1 names of cells that were filled, and of cells that were not.
    """
    present = set(frame[ROW].to_list()) if sheet.merges else set()
    filled: list[str] = []
    refused: list[str] = []
    for merge in sheet.merges:
        letter = letter_of(merge.first_column)
        if merge.last_row == merge.first_row or merge.first_row not in present:
            continue
        if merge.first_column not in columns or letter not in frame.columns:
            continue
        rows = [row for row in range(merge.first_row + 1, merge.last_row + 1) if row in present]
        cells = [f"{letter}{row}" for row in rows]
        if not columns[merge.first_column]:
            refused += cells
            continue
        frame = _copy_down(frame, letter, merge.first_row, rows)
        filled += cells
    return frame, filled, refused


def _copy_down(frame: pl.DataFrame, letter: str, source: int, rows: list[int]) -> pl.DataFrame:
    names = [letter] + [
        companion(letter, part)
        for part in ("number", "moment", "flag", "fault")
        if companion(letter, part) in frame.columns
    ]
    values = frame.filter(pl.col(ROW) == source).select(names)
    inside = pl.col(ROW).is_in(rows)
    return frame.with_columns(
        pl.when(inside)
        .then(pl.lit(values[name][0], frame.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in names
    )
