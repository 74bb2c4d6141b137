"""Decimals and integers as people write them: "1.200,50", "80m²", "ca. 80", "80-100"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import reduce
from operator import mul
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
    r"^(?:ca\.?|c\.|circa|zirka|etwa|rund|rd\.?|ungef(?:ä|ae)hr|gesch(?:ä|ae)tzt|gesch\.|um die|um|"
    r"knapp|gut|fast|approx\.?|about|around|roughly|nearly|almost|est\.?|~|≈|±)\s*(?=[\d(])|"
    r"(?<=[\w²)])\s*(?:\(?(?:ca\.?|circa|gesch(?:ä|ae)tzt|gesch\.|approx\.?|estimated)\)?|"
    r"\(?\?+\)?)$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"^(?:>=|<=|>|<|≥|≤|über|ueber|unter|mind(?:\.|estens)|min\.|max(?:\.|imal)|höchstens|"
    r"bis(?: zu)?|ab|mehr als|weniger als|over|under|at least|at most|up to|more than|less than)"
    r"\s*(?=\d)|(?<=\d)\s*\+$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"^(?:zwischen|zw\.|between|von|from)?\s*(\d[\d.,']*)\s*(?:-|–|—|bis|to|und|and)\s*(\d[\d.,']*)$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"^\d[\d.,']*(?:\s*(?:/|;|oder|or)\s*\d[\d.,']*)+$", re.IGNORECASE)
_SUM = re.compile(r"^\d[\d.,]*(?:\s*\+\s*\d[\d.,]*)+$")
_PRODUCT = re.compile(r"^\d[\d.,]*(?:\s*[x×*]\s*\d[\d.,]*)+$")
_NUMBER = re.compile(r"^([+-]?) ?(\d{1,3}(?:[.,' ]\d{3})+|\d+)?(?:([.,])(\d+))?$")
_SPLIT_UNIT = re.compile(
    r"^([-+~≈<>≥≤±]?.*?\d)\s*([^\d\s.,'+\-–—/(][^\d]*?(?: ?2)?(?:/[^\d]+2?)?)\.?$"
)
_UNIT_FIRST = re.compile(r"^([^\d\s.,'+\-–—/()~≈<>≥≤±]+)\s*(\d[\d.,' ]*)$")
_INNER_UNIT = re.compile(
    r"(?<=\d)\s*(?:m²|m2|qm)(?=\s*[-–—+/x×;]\s*\d|\s+(?:bis|und|oder|to|or)\s)"
)
_SOURCE = re.compile(
    r"^(?P<number>.*\d.*?)\s*\((?:laut|lt\.?|gem(?:äß|\.)|nach|siehe|Aushang|Expos[eé]|Makler|"
    r"Eigentümer|Inserat|Internet|Auskunft|Nachbar|Quelle|according|source)\b[^()\d]*\)$",
    re.IGNORECASE,
)
"""Where a number comes from, said behind it."""
_REMARK = re.compile(r"^(?P<number>[^()]*\d[^()]*?)\s*\([^()]*\)$")
_NO_CENTS = re.compile(r"(?<=\d)[.,][-–—]+(?=\s|$)")
_NOISE = Decimal("1e-7")
_SLIP = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})

# Factors into m², m, months and plain numbers: exact by definition.
_TO_SQUARE_METRES = {
    "ha": "10000", "hektar": "10000", "hectare": "10000", "hectares": "10000",
    "a": "100", "ar": "100", "km2": "1000000",
    "ft2": "0.09290304", "sqft": "0.09290304", "squarefeet": "0.09290304",
    "acre": "4046.8564224", "acres": "4046.8564224", "cm2": "0.0001",
}  # fmt: skip
_TO_METRES = {"cm": "0.01", "mm": "0.001", "km": "1000", "ft": "0.3048", "feet": "0.3048"}
_FACTORS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"m²": _TO_SQUARE_METRES, "m": _TO_METRES}
)
_SAME = {
    "m²": ("m2", "qm", "m^2", "mq", "sqm", "quadratmeter", "square metres", "square meters"),
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
    if unit is None:
        return None
    word = _unit_key(spelling)
    if word in {_unit_key(same) for same in (unit, *synonyms, *_SAME.get(unit, ()))}:
        return Decimal(1)
    factor = _FACTORS.get(unit, {}).get(word)
    return None if factor is None else Decimal(factor)


def _unit_key(spelling: str) -> str:
    """What spellings of a unit have in common: "€ / m²" is "€/m2", "sq. ft." is "sqft"."""
    return re.sub(r"[\s.;()\[\]]", "", plain(spelling).replace("²", "2"))


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
        return unreadable("excel-date", _of_date(cell.text, column))
    if cell.part in {FLAG, FAULT}:
        return unreadable("value-unreadable")
    gone = missing(cell.text)
    if gone is not None:
        return gone
    text = _NO_CENTS.sub("", " ".join(cell.text.split())).rstrip(" ;")
    sourced = _SOURCE.match(text)
    if sourced is not None:
        read = read_number(Cell(sourced["number"]), column)
        value = read.value
        if isinstance(value, int | Decimal):
            return interpreted(value, "value-interpreted", german(Decimal(value)))
    bare = _APPROXIMATE.sub("", text).strip()
    is_approximate = bare != text
    bare = _INNER_UNIT.sub("", bare) if column.unit == "m²" else bare
    if bare[:1] + bare[-1:] == "()":
        bare, is_approximate = bare[1:-1].strip(), True
    number, factor, has_unit = _without_unit(bare, column)
    if factor is None:
        return _of_words(number, bare, column)
    number, again = _APPROXIMATE.subn("", number)
    return _read_bare(
        number.strip(),
        column,
        factor,
        has_unit=has_unit,
        is_approximate=is_approximate or again > 0,
    )


def _of_date(iso: str, column: NumberColumn) -> str | None:
    """What was typed: a German Excel makes the 8th of May of "8.5"."""
    day = date.fromisoformat(iso[:10])
    return None if column.is_whole else f"{day.day},{day.month}"


def _of_words(number: str, text: str, column: NumberColumn) -> Read:
    """Words that are no unit; a number with a known unit before them is proposed."""
    remark = _REMARK.match(text)
    if remark is not None:
        return unreadable("value-unreadable", _proposal(remark["number"], column))
    slip = re.sub(r"(?<=\d)[OolI]+|[OolI]+(?=\d)", lambda found: found[0].translate(_SLIP), text)
    words = re.match(r"^([\d.,' ]+?)\s*([^\d\s.,]+2?)\s+\D+$", text)
    if slip != text:
        return unreadable("value-unreadable", _proposal(_without_unit(slip, column)[0], column))
    if words is not None and unit_factor(words[2], column.unit, column.unit_synonyms) == 1:
        return unreadable("value-unreadable", _proposal(words[1], column))
    if column.unit is None:
        return unreadable("value-unreadable", _proposal(number, column))
    if len(re.findall(r"\d+", text)) > 1 and "+" in text:
        return unreadable("value-unreadable")
    return unreadable("number-unit-unknown")


def _proposal(text: str, column: NumberColumn) -> str | None:
    """The number that a text would be without its words, as it would be accepted."""
    value = _parse(text.strip(), column)[0]
    return None if value is None else german(value)


def _without_unit(text: str, column: NumberColumn) -> tuple[str, Decimal | None, bool]:
    """The text without its unit, the factor of the unit (None: unknown), whether it had one."""
    first = _UNIT_FIRST.match(text)
    if first is not None and unit_factor(first[1], column.unit, column.unit_synonyms) == 1:
        return first[2].strip(), Decimal(1), True
    found = _SPLIT_UNIT.match(text)
    if found is None or any(form.match(text) for form in _CALCULATIONS):
        return text, column.factor, False
    return found[1].strip(), unit_factor(found[2], column.unit, column.unit_synonyms), True


_CALCULATIONS = (_RANGE, _SEVERAL, _SUM, _PRODUCT)


def _read_bare(
    bare: str, column: NumberColumn, factor: Decimal, *, has_unit: bool, is_approximate: bool
) -> Read:
    limits = _RANGE.match(bare)
    if limits is not None:
        return _range(limits[1], limits[2], column)
    if _BOUND.search(bare):
        return unreadable("value-bound", _proposal(_BOUND.sub("", bare), column))
    if _SEVERAL.match(bare):
        return unreadable("value-several")
    if _SUM.match(bare) or _PRODUCT.match(bare):
        return unreadable("value-sum", _result(bare, column))
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


def _result(text: str, column: NumberColumn) -> str | None:
    """What a sum or product comes to: "40+35" is 75, "8 x 10" is 80."""
    parts = [_parse(part.strip(), column)[0] for part in re.split(r"[+x×*]", text)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return german(sum(known, Decimal(0)) if "+" in text else reduce(mul, known))


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
    return unreadable("value-range", german(Decimal(int(middle)) if column.is_whole else middle))


def _parse(text: str, column: NumberColumn) -> tuple[Decimal | None, bool]:
    """The number, and whether a sign was read as thousands; (None, True) where that is open."""
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
    # Excel's own arithmetic leaves 79.9999999999 where 80 is meant.
    is_rounded = abs(rounded - value) > max(_NOISE, abs(value) * Decimal("1e-12"))
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
