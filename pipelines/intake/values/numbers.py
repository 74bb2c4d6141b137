"""Decimals and integers as people write them: "1.200,50", "80m²", "ca. 80", "80-100"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.read import (
    Cell,
    Read,
    interpreted,
    literal,
    missing,
    plain,
    unreadable,
)

_APPROXIMATE = re.compile(
    r"^(?:ca\.?|circa|zirka|etwa|rund|rd\.?|ungef(?:ä|ae)hr|gesch(?:ä|ae)tzt|approx\.?|about|~|≈|±)"
    r"\s*(?=\d)|(?<=[\d²])\s*(?:ca\.?|\(?gesch(?:ä|ae)tzt\)?)$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"^(?:>=|<=|>|<|≥|≤|über|ueber|unter|mind(?:\.|estens)|max(?:\.|imal)|bis(?: zu)?|ab|mehr als|"
    r"weniger als|over|under|at least|up to)\s*(?=\d)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^(\d[\d.,']*)\s*(?:-|–|—|bis|to|/)\s*(\d[\d.,']*)$", re.IGNORECASE)
_SUM = re.compile(r"^\d[\d.,]*(?:\s*[+x×*]\s*\d[\d.,]*)+$")
_NUMBER = re.compile(r"^([+-]?)(\d{1,3}(?:[.,' ]\d{3})+|\d+)?(?:([.,])(\d+))?$")
_SPLIT_UNIT = re.compile(r"^([-+~≈<>≥≤±]?.*?\d)\s*([^\d\s.,'+\-–—/(][^\d]*?2?)\.?$")

# Factors into m², m, months and plain numbers: exact by definition.
_TO_SQUARE_METRES = {
    "ha": "10000", "hektar": "10000", "hectare": "10000", "hectares": "10000",
    "a": "100", "ar": "100", "km2": "1000000", "km²": "1000000",
    "ft2": "0.09290304", "ft²": "0.09290304", "sqft": "0.09290304", "sq ft": "0.09290304",
    "sq. ft": "0.09290304", "square feet": "0.09290304", "acre": "4046.8564224",
    "acres": "4046.8564224", "cm2": "0.0001", "cm²": "0.0001",
}  # fmt: skip
_TO_METRES = {"cm": "0.01", "mm": "0.001", "km": "1000", "ft": "0.3048", "feet": "0.3048"}
_FACTORS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"m²": _TO_SQUARE_METRES, "m": _TO_METRES}
)
_SAME = {
    "m²": ("m²", "m2", "qm", "m^2", "sqm", "quadratmeter", "q.m", "qm.", "m ²", "sq m"),
    "m": ("m", "meter", "metres", "meters", "lfm", "lfd. m"),
}


@dataclass(frozen=True)
class NumberColumn:
    """What a column says about its numbers.

    Attributes:
        sign: the decimal sign that mapping or evidence gives, None where nothing tells.
        is_mixed: texts of the column prove both signs.
        is_told: the sign is the mapping's word, not evidence.
        unit, unit_synonyms: of the declaration.
        factor: of the sheet's unit into the column's.
        scale: decimal places kept.
        is_whole: an integer is wanted.
    """

    sign: str | None = None
    is_mixed: bool = False
    is_told: bool = False
    unit: str | None = None
    unit_synonyms: tuple[str, ...] = ()
    factor: Decimal = Decimal(1)
    scale: int = 2
    is_whole: bool = False


def unit_factor(spelling: str, unit: str | None, synonyms: tuple[str, ...] = ()) -> Decimal | None:
    """The factor from a spelled unit into the column's unit; None where it is not known."""
    word = plain(spelling).strip("[]() ").rstrip(".")
    if unit is None:
        return None
    same = {plain(unit), *(plain(s) for s in synonyms), *_SAME.get(unit, ())}
    if word in same:
        return Decimal(1)
    factor = _FACTORS.get(unit, {}).get(word)
    return None if factor is None else Decimal(factor)


_ONE_MARK = re.compile(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])")


def is_ambiguous(text: str) -> bool:
    """Whether only the column can tell what a text means: "1.200"."""
    return _ONE_MARK.search(text) is not None


def evidence(texts: Iterable[str]) -> tuple[str | None, bool]:
    """The decimal sign that a column's texts prove, and whether they prove both."""
    signs = {sign for text in texts if (sign := _proven_sign(text))}
    return (next(iter(signs)) if len(signs) == 1 else None), len(signs) > 1


def _proven_sign(text: str) -> str | None:
    number = re.sub(r"[^\d.,]", "", text).strip(".,")
    last_comma, last_dot = number.rfind(","), number.rfind(".")
    if last_comma < 0 and last_dot < 0:
        return None
    if last_comma >= 0 and last_dot >= 0:
        return "," if last_comma > last_dot else "."
    mark = "," if last_comma >= 0 else "."
    if number.count(mark) > 1:
        return "." if mark == "," else ","
    whole, _, digits = number.partition(mark)
    return mark if len(digits) != 3 or len(whole) > 3 or whole.startswith("0") else None


def read_number(cell: Cell, column: NumberColumn) -> Read:
    """A decimal or integer in the column's unit, rounded to its scale."""
    if cell.part == NUMBER:
        return _finish(Decimal(cell.text), column, None)
    if cell.part == MOMENT:
        return unreadable("excel-date")
    if cell.part in {FLAG, FAULT}:
        return unreadable("value-unreadable")
    gone = missing(cell.text)
    if gone is not None:
        return gone
    text = " ".join(cell.text.replace("\u2212", "-").split())
    bare = _APPROXIMATE.sub("", text).strip()
    bare, factor, has_unit = _without_unit(bare, column)
    if factor is None:
        return unreadable("number-unit-unknown")
    bare = _APPROXIMATE.sub("", bare).strip()
    is_approximate = not text.startswith(bare[:1]) or bool(_APPROXIMATE.search(text))
    return _read_bare(bare, column, factor, has_unit=has_unit, is_approximate=is_approximate)


def _without_unit(text: str, column: NumberColumn) -> tuple[str, Decimal | None, bool]:
    """The text without its unit, the factor of the unit (None: unknown), whether it had one."""
    found = _SPLIT_UNIT.match(text)
    if found is None or _RANGE.match(text) or _SUM.match(text):
        return text, column.factor, False
    if not re.search(r"\d", found[1]):
        return text, column.factor, False
    if column.unit is None or re.search(r"\d", found[2].rstrip("2")):
        return text, column.factor, False
    factor = unit_factor(found[2], column.unit, column.unit_synonyms)
    return found[1].strip(), factor, True


def _read_bare(
    bare: str, column: NumberColumn, factor: Decimal, *, has_unit: bool, is_approximate: bool
) -> Read:
    limits = _RANGE.match(bare)
    if limits is not None:
        return _range(limits[1], limits[2], column)
    if _BOUND.match(bare):
        return unreadable("value-bound", _BOUND.sub("", bare))
    if _SUM.match(bare):
        return unreadable("value-sum")
    value, is_grouped = _parse(bare, column)
    if value is None:
        return unreadable("number-ambiguous" if is_grouped else "value-unreadable")
    code = _number_code(
        is_approximate=is_approximate,
        is_grouped=is_grouped,
        has_unit=has_unit,
        is_converted=factor != column.factor,
    )
    return _finish(value * factor / column.factor, column, code)


def _number_code(
    *, is_approximate: bool, is_grouped: bool, has_unit: bool, is_converted: bool
) -> str | None:
    """The most telling of the readings that went into a number."""
    if is_approximate:
        return "value-approximate"
    if is_converted:
        return "number-converted"
    if is_grouped:
        return "number-grouped"
    return "number-with-unit" if has_unit else None


def _range(low: str, high: str, column: NumberColumn) -> Read:
    lower, upper = _parse(low, column)[0], _parse(high, column)[0]
    if lower is None or upper is None or lower > upper:
        return unreadable("value-range")
    middle = (lower + upper) / 2
    return unreadable("value-range", german(middle))


def _parse(text: str, column: NumberColumn) -> tuple[Decimal | None, bool]:
    """The number, and whether a sign was read as thousands; (None, True) where that is open."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    found = _NUMBER.match(text)
    if found is None or (found[2] is None and found[4] is None):
        return None, False
    sign, whole, mark, digits = found[1], found[2] or "0", found[3], found[4] or ""
    groups = {character for character in whole if character in ".,' "}
    if len(groups) > 1 or (mark and mark in groups):
        return None, False
    group = next(iter(groups), "")
    if group in {".", ","} and not mark and whole.count(group) == 1:
        return _one_mark(sign, whole, group, column)
    number = re.sub(r"[.,' ]", "", whole)
    return Decimal(f"{sign}{number}.{digits or 0}"), bool(group)


def _one_mark(sign: str, text: str, mark: str, column: NumberColumn) -> tuple[Decimal | None, bool]:
    """What "1.200" or "1,200" is: thousands or decimals, as the column's evidence says."""
    whole, _, digits = text.partition(mark)
    decimal = column.sign
    if column.is_mixed or (decimal is None and mark == ","):
        if not whole.startswith("0"):
            return None, True
        decimal = mark
    if decimal == mark == "." and not column.is_told and not whole.startswith("0"):
        # Three digits after a point are thousands to a German hand, whatever the column does.
        return None, True
    if decimal == mark or whole.startswith("0"):
        return Decimal(f"{sign}{whole}.{digits}"), False
    return Decimal(f"{sign}{whole}{digits}"), True


def _finish(value: Decimal, column: NumberColumn, code: str | None) -> Read:
    value = value * column.factor
    if column.factor != 1 and code is None:
        code = "number-converted"
    places = 0 if column.is_whole else column.scale
    try:
        rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return unreadable("value-unreadable")
    if abs(rounded) >= (2**31 if column.is_whole else Decimal(10) ** (14 - places)):
        return unreadable("out-of-bounds")
    is_rounded = abs(rounded - value) > abs(value) * Decimal("1e-12")
    if column.is_whole:
        if is_rounded and code != "number-converted":
            return unreadable("number-not-whole", german(rounded))
        return _coded(int(rounded), rounded, code)
    if is_rounded and code is None:
        code = "number-rounded"
    return _coded(rounded, rounded, code)


def _coded(value: int | Decimal, shown: Decimal, code: str | None) -> Read:
    if code is None:
        return literal(value)
    reading = Reading.APPROXIMATE if code == "value-approximate" else Reading.INTERPRETED
    return interpreted(value, code, german(shown), reading=reading)


def german(value: Decimal) -> str:
    """A number as the house writes it into cells: decimal comma, no trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")
