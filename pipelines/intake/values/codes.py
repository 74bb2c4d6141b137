"""Coded values: one of a list, or several."""

from __future__ import annotations

import re
from datetime import date

from pipelines.intake.cells import FAULT, FLAG, MOMENT
from pipelines.intake.values.near import nearest
from pipelines.intake.values.read import Cell, Read, interpreted, literal, missing, unreadable
from schemas.code_lists import CodeList
from schemas.columns import Label
from schemas.folding import fold

NEAR = 82.0
_SEPARATORS = re.compile(r"\s*(?:[;,|\n\r/+&]|\bund\b|\band\b|\bsowie\b|\bu\.)\s*")
_YES = ("JA", "NEIN")


def read_code(cell: Cell, codes: CodeList) -> Read:
    """The code that a cell means; its folded code or label is literal, all else a hint."""
    if cell.part == MOMENT:
        return unreadable("excel-date", _class_of_date(cell.text, codes))
    if cell.part == FAULT:
        return unreadable("value-unreadable")
    if cell.part == FLAG:
        return _flag(cell.text == "true", codes)
    code = codes.lookup(cell.text)
    if code is not None:
        if codes.is_literal(cell.text):
            return literal(code)
        return interpreted(code, "value-interpreted", _label(code, codes))
    gone = missing(cell.text)
    if gone is not None:
        return gone
    return unreadable("code-unknown", near_code(cell.text, codes), listing=listing(codes))


def _flag(is_yes: bool, codes: CodeList) -> Read:  # noqa: FBT001  the cell is a boolean
    code = _YES[0] if is_yes else _YES[1]
    if code in codes.by_code:
        return interpreted(code, "value-interpreted", _label(code, codes))
    return unreadable("code-unknown", listing=listing(codes))


def _class_of_date(iso: str, codes: CodeList) -> str | None:
    """2019-04-02 in a list with the class 2-4 was typed "2-4"."""
    moment = date.fromisoformat(iso[:10])
    typed = (
        f"{moment.day}-{moment.month}",
        f"{moment.month}-{moment.day}",
        f"{moment.month}-{moment.year % 100}",
    )
    return next((text for text in typed if codes.lookup(text) is not None), None)


def near_code(text: str, codes: CodeList) -> str | None:
    """The label nearest in spelling; None where nothing is near. Never taken in silence."""
    found = nearest(fold(text), codes.readings, NEAR)
    return None if found is None else _label(codes.readings[found], codes)


def listing(codes: CodeList) -> Label:
    """The labels of a list for a message, at most twelve, in both languages."""
    shown, rest = codes.codes[:12], " …" if len(codes.codes) > 12 else ""
    return Label(
        ", ".join(code.label.de for code in shown) + rest,
        ", ".join(code.label.en for code in shown) + rest,
    )


def _label(code: str, codes: CodeList) -> str:
    return codes.by_code[code].label.de


def read_codes(cell: Cell, codes: CodeList) -> Read:
    """Several codes in one cell, in the order of the list, each once."""
    whole = read_code(cell, codes)
    if isinstance(whole.value, str):
        return Read(
            (whole.value,), whole.reading, whole.code, whole.proposal, None, whole.parameters
        )
    if whole.reading is None or whole.code != "code-unknown" or cell.part != "text":
        return whole
    # The plain separator first: a label may hold a slash or a comma itself.
    for parts in (cell.text.split(";"), _SEPARATORS.split(cell.text), cell.text.split()):
        reads = [read_code(Cell(part), codes) for part in parts if part.strip(" .")]
        if len(reads) > 1 and all(isinstance(read.value, str) for read in reads):
            return _joined(reads, codes)
    wrong = [part for part in _SEPARATORS.split(cell.text) if codes.lookup(part) is None]
    near = near_code(wrong[0], codes) if wrong else None
    return unreadable("code-unknown", near, listing=listing(codes))


def _joined(reads: list[Read], codes: CodeList) -> Read:
    found = {read.value for read in reads}
    value = tuple(code.code for code in codes.codes if code.code in found)
    if all(read.reading is None for read in reads):
        return literal(value)
    shown = ", ".join(_label(code, codes) for code in value)
    return interpreted(value, "value-interpreted", shown)
