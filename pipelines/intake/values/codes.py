"""Coded values: one of a list, or several."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.values.durations import read_duration
from pipelines.intake.values.near import nearest
from pipelines.intake.values.read import Cell, Read, interpreted, literal, missing, unreadable
from schemas.code_lists import CodeList, Measure
from schemas.columns import Label
from schemas.folding import fold

NEAR = 82.0
_SEPARATORS = re.compile(r"\s*(?:[;,|\n\r/+&]|\bund\b|\band\b|\boder\b|\bsowie\b|\bu\.)\s*")
_REMARK = re.compile(r"^(?P<first>.+?)\s*[(\[](?P<second>[^()\[\]]+)[)\]]$", re.DOTALL)
_SINCE = re.compile(r"^(?P<first>.+?),?\s+(?:seit|since)\s(?P<second>[^,;/+]+)$")
_EQUATION = re.compile(r"^(?P<first>.+?)\s*(?:=|:|\s-)\s*(?P<second>.+)$", re.DOTALL)
_COUNT = re.compile(
    r"^(?:ca\.?|circa|etwa|rund|ungefähr|about|approx\.?|~)?\s*"
    r"(?P<open>>=|≥|>|über|ü|mehr als|ab|mind(?:\.|estens)|over|more than|at least)?"
    r"(?P<below><=|≤|<|unter|weniger als|bis(?: zu)?|max\.?|under|less than|up to)?\s*"
    r"(?P<least>\d{1,6})\s*(?:(?:-|–|bis|to)\s*(?P<most>\d{1,6}))?\s*(?P<more>\+|und mehr)?"
    r"\s*(?:ma|mitarb(?:\.|eiter\w*|eitende)?|besch(?:\.|äftigte\w*)?|personen|pers\.?|person|"
    r"leute|employees?|staff|people)?(?:\s*\([^)]*\))?$",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"\s*(?:-|–|\bbis\b|\bto\b)\s*")
_PERCENT = re.compile(
    r"^(?:(?:zu|ca\.?|etwa|rund|about|~) ?)*(\d{1,3}(?:[.,]\d+)?) ?(?:%|prozent|percent)$",
    re.IGNORECASE,
)
_WHOLE = 100
_DECIMAL = re.compile(r"^\d+[.,]\d+$")
_JUST_BELOW = Fraction(1, 1000)
_YES = ("JA", "NEIN")

Span = tuple[Fraction, Fraction | None]


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
        return _read_as(code, codes)
    gone = missing(cell.text)
    if gone is not None:
        return gone
    return (
        _of_share(cell, codes)
        or _classed(cell.text, codes)
        or _of_parts(cell.text, codes)
        or _unknown(near_code(cell.text, codes), codes)
    )


def _read_as(code: str, codes: CodeList) -> Read:
    label = _label(code, codes)
    return interpreted(code, "value-interpreted", label.de, meaning=label)


def _unknown(near: str | None, codes: CodeList) -> Read:
    """No code of the list; `near` is the one that is proposed."""
    label = _label(near, codes) if near is not None else None
    return unreadable(
        "code-unknown", label.de if label else None, listing=listing(codes), meaning=label
    )


def _several(first: str, codes: CodeList) -> Read:
    label = _label(first, codes)
    return unreadable("value-several", label.de, meaning=label)


def _flag(is_yes: bool, codes: CodeList) -> Read:  # noqa: FBT001  the cell is a boolean
    code = _YES[0] if is_yes else _YES[1]
    if code in codes.by_code:
        return _read_as(code, codes)
    return _unknown(None, codes)


def _class_of_date(iso: str, codes: CodeList) -> str | None:
    """2019-04-02 in a list with the class 2-4 was typed "2-4"."""
    moment = date.fromisoformat(iso[:10])
    typed = (
        f"{moment.day}-{moment.month}",
        f"{moment.month}-{moment.day}",
        f"{moment.month}-{moment.year % 100}",
    )
    return next((text for text in typed if codes.lookup(text) is not None), None)


def _classed(text: str, codes: CodeList) -> Read | None:
    """The class that a number falls into: "12 MA" is 10 to 49, "2 Jahre" is 12 to 36 months."""
    if codes.measure is None:
        return None
    span = _SPANS[codes.measure](text)
    code = codes.holding(*span) if span is not None else None
    return None if code is None else _read_as(code, codes)


def _of_share(cell: Cell, codes: CodeList) -> Read | None:
    """0.5 in a list of shares is a cell of 50 %; 1 may be a hundredth, and is proposed only."""
    if cell.part != NUMBER or codes.measure != "percent":
        return None
    share = Fraction(cell.text)
    code = codes.holding(100 * share, 100 * share) if 0 < share <= 1 else None
    if code is None:
        return None
    return _read_as(code, codes) if share < 1 else _unknown(code, codes)


def _counted(text: str) -> Span | None:
    found = _COUNT.match(" ".join(text.split()))
    if found is None:
        return None
    least = Fraction(found["least"])
    if found["below"]:
        return Fraction(1), least
    if found["open"] or found["more"]:
        return least, None
    return least, Fraction(found["most"]) if found["most"] else least


def _lasting(text: str) -> Span | None:
    duration = read_duration(text)
    if duration is None:
        return None
    if duration.is_below:
        return Fraction(0), duration.most - _JUST_BELOW
    if duration.is_open:
        return duration.least, None
    return duration.least, duration.most - (_JUST_BELOW if duration.is_range else 0)


def _of_percent(text: str) -> Span | None:
    found = _PERCENT.match(" ".join(text.split()))
    share = Fraction(found[1].replace(",", ".")) if found is not None else None
    return None if share is None or share > _WHOLE else (share, share)


_SPANS: dict[Measure, Callable[[str], Span | None]] = {
    "count": _counted,
    "months": _lasting,
    "percent": _of_percent,
}


def _of_parts(text: str, codes: CodeList) -> Read | None:
    """A code with a remark ("leer seit Mai"), twice ("1 = gut"), or beside another one."""
    since = _SINCE.match(text)
    if since is not None and not any(map(codes.lookup, since["second"].split())):
        first = codes.lookup(since["first"])
        return None if first is None else _read_as(first, codes)
    for shape in (_REMARK, _EQUATION):
        found = shape.match(text)
        first, second = (
            (codes.lookup(found[name]) for name in ("first", "second")) if found else (None, None)
        )
        if first is not None and (first == second or (second is None and shape is _REMARK)):
            return _read_as(first, codes)
    limits = [codes.lookup(part) for part in _LIMITS.split(text)]
    if len(limits) == 2 and limits[0] is not None and None not in limits:
        return _several(limits[0], codes)
    if _DECIMAL.match(text):
        return None
    parts = [part for part in _SEPARATORS.split(text.rstrip(" ?")) if part.strip()]
    known = [codes.lookup(part) for part in parts]
    if not known or known[0] is None:
        return None
    if None in known or text.endswith("?"):
        return _unknown(known[0], codes)
    if len(set(known)) == 1:
        return _read_as(known[0], codes)
    return _several(known[0], codes)


def near_code(text: str, codes: CodeList) -> str | None:
    """The code nearest in spelling; None where nothing is near. Never taken in silence."""
    found = nearest(fold(text), codes.readings, NEAR)
    return None if found is None else codes.readings[found]


def listing(codes: CodeList) -> Label:
    """The labels of a list for a message, at most twelve, in both languages."""
    shown, rest = codes.codes[:12], " …" if len(codes.codes) > 12 else ""
    return Label(
        ", ".join(code.label.de for code in shown) + rest,
        ", ".join(code.label.en for code in shown) + rest,
    )


def _label(code: str, codes: CodeList) -> Label:
    return codes.by_code[code].label


def read_codes(cell: Cell, codes: CodeList) -> Read:
    """Several codes in one cell, in the order of the list, each once."""
    whole = read_code(cell, codes)
    if isinstance(whole.value, str):
        return Read(
            (whole.value,), whole.reading, whole.code, whole.proposal, None, whole.parameters
        )
    if whole.code not in {"code-unknown", "value-several"} or cell.part != "text":
        return whole
    # The plain separator first: a label may hold a slash or a comma itself.
    for parts in (cell.text.split(";"), _SEPARATORS.split(cell.text), cell.text.split()):
        reads = [read_code(Cell(part), codes) for part in parts if part.strip(" .")]
        if len(reads) > 1 and all(isinstance(read.value, str) for read in reads):
            return _joined(reads, codes)
    wrong = [part for part in _SEPARATORS.split(cell.text) if codes.lookup(part) is None]
    near = near_code(wrong[0], codes) if wrong else None
    return _unknown(near, codes)


def _joined(reads: list[Read], codes: CodeList) -> Read:
    found = {read.value for read in reads}
    value = tuple(code.code for code in codes.codes if code.code in found)
    if all(read.reading is None for read in reads):
        return literal(value)
    labels = [_label(code, codes) for code in value]
    meaning = Label(*(", ".join(label[lang] for label in labels) for lang in ("de", "en")))
    return interpreted(value, "value-interpreted", meaning.de, meaning=meaning)
