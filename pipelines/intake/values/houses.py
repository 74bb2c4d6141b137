"""Where in a street and where in a house: house numbers and storeys."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import schemas
from pipelines.intake.cells import FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.days import MONTHS
from pipelines.intake.values.read import (
    Cell,
    Read,
    interpreted,
    literal,
    missing,
    plain,
    unreadable,
)
from schemas.folding import fold

_ONE = r"[1-9]\d{0,3} ?[a-zA-Z]?(?:[ /]*(?:1/2|½))?"
_HOUSE_NUMBER = re.compile(
    rf"^{_ONE}(?: ?(?:-|–|—|/|\+|,|u\.|und|bis) ?(?:[1-9]\d{{0,3}} ?[a-zA-Z]?|[a-zA-Z]))*$"
)
_REVERSED = re.compile(r"^(\d+) ?(?:-|–|—|bis) ?(\d+)$")
_NUMBER_WORD = re.compile(
    r"^(?:hausnr\.?|hausnummer|h\.?-?nr\.?|haus|nr\.?|no\.?|#)\s*(?=\d)", re.IGNORECASE
)
_NO_NUMBER = {"ohne", "ohne nr.", "ohne nr", "o. nr.", "o.nr.", "o nr", "o.nr", "ohne nummer",
              "keine", "ohne hausnummer", "o. hnr.", "o.hnr.", "none", "no number"}  # fmt: skip
_PARTS = re.compile(r"^(\d{1,4}) ?([a-zA-Z])?(?:.*?(\d{1,4}) ?([a-zA-Z])?)?\D*$")
_SLIPS = ((re.compile(r"\s*[;&]\s*"), ", "), (re.compile(r"[\\_]"), "/"),
          (re.compile(r"^0+(?=[1-9])"), ""), (re.compile(r"(?<=\d)\.0$"), ""),
          (re.compile(r"(?<=\d)\.(?=[a-zA-Z]$)"), ""), (re.compile(r"\s*\?+$"), ""))  # fmt: skip
_WORDS_AFTER = re.compile(rf"^({_ONE})(?:[ ,]+(?![a-zA-Z]\b)\(?|\s*\()[^\d()]{{2,}}\)?$")
_REMARK_AFTER = re.compile(r"^(.*\d.*?)\s*\([^()\d]+\)$")
_DAY_OF_MONTH = re.compile(r"^(\d{1,2})[.\- ]{0,2}([a-zäöü]{3,})\.?$", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(r"^([a-zäöü]{3,})\.?[ -](\d{2})$", re.IGNORECASE)
_EPOCH = date(1899, 12, 30)

STOREY = r"^(?:UG[1-9]?|EG|OG(?:[1-9]|[1-9]\d)|ZG|DG|GEB)$"
_STOREYS = re.compile(STOREY)
_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "erst": 1, "zweit": 2,
             "dritt": 3, "viert": 4, "fuenft": 5, "second": 2, "first": 1, "third": 3}  # fmt: skip
_COUNT = r"(\d{1,2}|[iv]{1,3}|erst|zweit|dritt|viert|fuenft|first|second|third)"
_UPPER = re.compile(
    rf"^{_COUNT}(?:e[rs]?|st|nd|rd|th)? ?(?:og|o g|obergeschoss|obergesch|stock|stockwerk|etage|"
    rf"floor|storey|st|et)$|^(?:og|obergeschoss|stock|etage|floor|level) ?{_COUNT}$"
)
_LOWER = re.compile(r"^(?:([1-9]) ?(?:ug|untergeschoss)|(?:ug|untergeschoss) ?([1-9]))$")
_BARE = re.compile(r"^(\d|i{1,3}|iv)$")
_BELOW = re.compile(r"^- ?([1-9])$")
_DECIMAL = re.compile(r"^\d+[.,]\d+$")
_BETWEEN = re.compile(r"\s*(?:[+,;/&–-]|\bund\b|\bbis\b|\bu\.|\band\b|\bto\b)\s*")


def read_house_number(cell: Cell) -> Read:
    """A house number with its range and suffix as it stands; see `house_number_parts`."""
    if cell.part == MOMENT:
        return unreadable("excel-date", day_month(date.fromisoformat(cell.text[:10])))
    if cell.part == FLAG:
        return unreadable("value-unreadable")
    if cell.part == NUMBER:
        return _of_number(cell.text)
    text = " ".join(cell.text.split())
    if plain(text) in _NO_NUMBER:
        return Read(None, Reading.NOT_APPLICABLE, "value-not-applicable")
    gone = missing(text)
    if gone is not None:
        return gone
    bare = _NUMBER_WORD.sub("", text)
    for slip, meant in _SLIPS:
        bare = slip.sub(meant, bare)
    reversed_range = _REVERSED.match(bare)
    if reversed_range is not None and int(reversed_range[1]) > int(reversed_range[2]) > 0:
        ordered = f"{reversed_range[2]}-{reversed_range[1]}"
        return interpreted(ordered, "value-interpreted", ordered)
    if _HOUSE_NUMBER.match(bare):
        return literal(text) if bare == text else interpreted(bare, "value-interpreted", bare)
    words = _WORDS_AFTER.match(bare) or _REMARK_AFTER.match(bare)
    if words is not None and _HOUSE_NUMBER.match(words[1].strip()):
        number = words[1].strip()
        return interpreted(number, "value-interpreted", number)
    return _of_month(text) or unreadable("value-unreadable", _first_number(bare))


def _of_number(text: str) -> Read:
    """A number cell; one beyond all house numbers is Excel's count of days."""
    if text.isdigit() and 0 < int(text) <= 9999:
        return literal(text)
    if text.isdigit() and 36_526 <= int(text) <= 55_153:  # the years 2000 to 2050
        return unreadable("excel-date", day_month(_EPOCH + timedelta(days=int(text))))
    first, _, last = text.partition(".")
    is_range = last.isdigit() and first.isdigit() and 0 < int(first) < int(last)
    return unreadable("value-unreadable", f"{first}-{last}" if is_range else None)


def _of_month(text: str) -> Read | None:
    """What a CSV file keeps of 12-1 and 12-14: "12. Jan" and "Dez 14"."""
    if (found := _DAY_OF_MONTH.match(text)) and (month := MONTHS.get(found[2].lower())):
        return unreadable("excel-date", f"{int(found[1])}-{month}")
    if (found := _MONTH_OF_YEAR.match(text)) and (month := MONTHS.get(found[1].lower())):
        return unreadable("excel-date", f"{month}-{int(found[2])}")
    return None


def _first_number(text: str) -> str | None:
    """The number that a text starts with ("20-", "12ff"); words before it may mean another."""
    found = re.match(r"^(?:ca\.? ?)?([1-9]\d{0,3})(?!\d)(?:\.(\d{1,4})$)?", text)
    if found is None:
        return None
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def day_month(moment: date) -> str:
    """What was typed before Excel made a date of it: 2019-11-09 → "9-11", 2014-12-01 → "12-14"."""
    if moment.day == 1 and moment.year % 100 > 12 and moment.year < 2016:
        return f"{moment.month}-{moment.year % 100}"
    return f"{moment.day}-{moment.month}"


def house_number_parts(text: str) -> tuple[int, str, int, str] | None:
    """First number and suffix, last number and suffix: "9 - 15a" → (9, "", 15, "a")."""
    found = _PARTS.match(text.strip())
    if found is None:
        return None
    first, suffix = int(found[1]), (found[2] or "").lower()
    if found[3] is None or int(found[3]) < first:
        return first, suffix, first, suffix
    return first, suffix, int(found[3]), (found[4] or "").lower()


def read_storey(cell: Cell) -> Read:
    """UG, EG, OG1, ZG, DG or GEB."""
    if cell.part == MOMENT:
        return unreadable("excel-date")
    if cell.part == FLAG:
        return unreadable("value-unreadable")
    text = " ".join(cell.text.split())
    if _STOREYS.match(text):
        return literal(text)
    gone = missing(text) if cell.part != NUMBER else None
    if gone is not None:
        return gone
    bare = re.sub(r"\s*(?:\?+|\([^()]*\))$|^im ", "", text, flags=re.IGNORECASE)
    value = _storey(bare)
    if value is not None:
        return interpreted(value, "value-interpreted", value)
    parts = [_storey(part) for part in _BETWEEN.split(bare)] if not _DECIMAL.match(bare) else []
    if len(parts) > 1 and parts[0] is not None and None not in parts:
        return unreadable("value-several", parts[0])
    return unreadable("value-unreadable", _only_storey(bare))


@cache
def _spellings() -> dict[str, str]:
    """Folded words for storeys: schemas/storeys.csv."""
    path = Path(schemas.__file__).with_name("storeys.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {fold(row["spelling"]): row["storey"] for row in csv.DictReader(file)}


def _storey(text: str) -> str | None:
    below = _BELOW.match(text.strip())
    if below is not None:
        return "UG" if below[1] == "1" else f"UG{below[1]}"
    folded = fold(text)
    if _STOREYS.match(folded.upper()):
        return folded.upper()
    if folded in _spellings():
        return _spellings()[folded]
    for pattern, prefix in ((_UPPER, "OG"), (_LOWER, "UG"), (_BARE, "OG")):
        found = pattern.match(folded)
        if found is not None:
            word = found[1] or found[2]
            number = int(word) if word.isdigit() else _ORDINALS.get(word)
            return f"{prefix}{number}" if number else None
    return None


def _only_storey(text: str) -> str | None:
    """The one storey that some words name ("EG links"), as a proposal."""
    words = [word for word in fold(text).split(" ") if word]
    named = [" ".join(words[i : i + n]) for n in (2, 1) for i in range(len(words) - n + 1)]
    found = [storey for name in named if not _BARE.match(name) and (storey := _storey(name))]
    return found[0] if found else None
