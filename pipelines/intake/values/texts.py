"""Texts, waves, house numbers, storeys and postcodes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from pipelines.intake.cells import FLAG, MOMENT, NUMBER
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

HOUSE_NUMBER = (
    r"^\d{1,4} ?[a-zA-Z]?(?:[ /]*(?:1/2|½))?"
    r"(?: ?(?:-|–|/|\+|,|u\.|und|bis) ?(?:\d{1,4} ?[a-zA-Z]?|[a-zA-Z]))*$"
)
_HOUSE_NUMBER = re.compile(HOUSE_NUMBER)
_NUMBER_WORD = re.compile(r"^(?:hausnr\.?|hausnummer|haus|nr\.?|no\.?|#)\s*(?=\d)", re.IGNORECASE)
_NO_NUMBER = {"ohne", "ohne nr.", "ohne nr", "o. nr.", "o.nr.", "o nr", "ohne nummer", "keine",
              "ohne hausnummer", "o. hnr.", "none"}  # fmt: skip
_PARTS = re.compile(r"^(\d{1,4}) ?([a-zA-Z])?(?:.*?(\d{1,4}) ?([a-zA-Z])?)?\D*$")

STOREY = r"^(?:UG[1-9]?|EG|OG(?:[1-9]|[1-9]\d)|ZG|DG|GEB)$"
_STOREYS = re.compile(STOREY)
_STOREY_WORDS = {
    "erdgeschoss": "EG", "erdgeschoß": "EG", "parterre": "EG", "part.": "EG", "erdg.": "EG",
    "hochparterre": "EG", "hp": "EG", "e.g.": "EG", "ground floor": "EG", "ground": "EG",
    "gf": "EG", "ebenerdig": "EG", "0": "EG", "0. og": "EG",
    "untergeschoss": "UG", "untergeschoß": "UG", "souterrain": "UG", "keller": "UG",
    "kellergeschoss": "UG", "kg": "UG", "u.g.": "UG", "basement": "UG", "tiefparterre": "UG",
    "-1": "UG", "dachgeschoss": "DG", "dachgeschoß": "DG", "dach": "DG", "d.g.": "DG",
    "attic": "DG", "spitzboden": "DG", "zwischengeschoss": "ZG", "mezzanin": "ZG",
    "obergeschoss": "OG1", "og": "OG1", "o.g.": "OG1", "ganzes haus": "GEB", "ganzes gebäude":
    "GEB", "gebäude": "GEB", "haus": "GEB", "komplett": "GEB", "alle": "GEB",
    "alle geschosse": "GEB", "whole building": "GEB", "building": "GEB", "first floor": "OG1",
    "second floor": "OG2", "third floor": "OG3",
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_UPPER = re.compile(
    r"^(?:(\d{1,2}|[iv]{1,3})\.?\s*(?:og|o\.g\.|obergeschoss|obergeschoß|stock|etage|floor|"
    r"st\.?|et\.?)|(?:og|obergeschoss|stock|etage)\s*(\d{1,2}|[iv]{1,3})\.?)$"
)
_LOWER = re.compile(r"^(?:([1-9])\.?\s*(?:ug|untergeschoss)|(?:ug|untergeschoss)\s*([1-9]))$")
_DAMAGED = re.compile("\ufffd|Ã[\u0080-\u00bf¤¶¼Ÿœž„–]|Ã\x9f|Â[²°§´]")


def read_text(cell: Cell) -> Read:
    """A text as it stands, trimmed; umlauts as one character."""
    if cell.part == FLAG:
        return literal("ja" if cell.text == "true" else "nein")
    if cell.part != "text":
        return literal(cell.text)
    gone = missing(cell.text)
    if gone is not None:
        return gone
    text = unicodedata.normalize("NFC", cell.text.strip())
    if _DAMAGED.search(text):
        return Read(text, None, "text-damaged", _mended(text))
    return literal(text)


def _mended(text: str) -> str | None:
    """What UTF-8 read as Windows-1252 once was; None where it is lost."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


def read_wave(cell: Cell) -> Read:
    """A wave, any text; a date is what Excel made of "2019-1"."""
    if cell.part == MOMENT:
        moment = date.fromisoformat(cell.text[:10])
        return unreadable("excel-date", f"{moment.year}-W{moment.month}")
    if cell.part == NUMBER:
        if "." in cell.text or "-" in cell.text:
            return unreadable("value-unreadable")
        return literal(cell.text)
    return read_text(Cell(" ".join(cell.text.split()), cell.part))


def read_house_number(cell: Cell) -> Read:
    """A house number with its range and suffix as it stands; see `house_number_parts`."""
    if cell.part == MOMENT:
        return unreadable("excel-date", day_month(cell.text))
    if cell.part == FLAG:
        return unreadable("value-unreadable")
    if cell.part == NUMBER:
        if cell.text.isdigit() and len(cell.text) <= 4 and int(cell.text) > 0:
            return literal(cell.text)
        return unreadable("value-unreadable")
    text = " ".join(cell.text.split())
    if plain(text) in _NO_NUMBER:
        return Read(None, Reading.NOT_APPLICABLE, "value-not-applicable")
    gone = missing(text)
    if gone is not None:
        return gone
    bare = _NUMBER_WORD.sub("", text)
    if _HOUSE_NUMBER.match(bare) is None:
        return unreadable("value-unreadable")
    if bare != text:
        return interpreted(bare, "value-interpreted", bare)
    return literal(text)


def day_month(iso: str) -> str:
    """What was typed before Excel made a date of it: 2019-11-09 → "9-11", 2014-12-01 → "12-14"."""
    moment = date.fromisoformat(iso[:10])
    if moment.day == 1 and moment.year % 100 > 12:
        today_like = 2000 <= moment.year < 2016
        if today_like or moment.year < 2000:
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
    text = plain(cell.text)
    if cell.part == NUMBER:
        value = {"0": "EG", "-1": "UG"}.get(text, f"OG{text}" if text.isdigit() else None)
        if value is None or not _STOREYS.match(value):
            return unreadable("value-unreadable")
        return interpreted(value, "value-interpreted", value)
    if cell.part == FLAG:
        return unreadable("value-unreadable")
    if _STOREYS.match(cell.text):
        return literal(cell.text)
    gone = missing(cell.text)
    if gone is not None:
        return gone
    value = _storey(text)
    if value is None:
        return unreadable("value-unreadable", _first_storey(text))
    return interpreted(value, "value-interpreted", value)


def _storey(text: str) -> str | None:
    if _STOREYS.match(text.upper()):
        return text.upper()
    if text in _STOREY_WORDS:
        return _STOREY_WORDS[text]
    for pattern, prefix in ((_UPPER, "OG"), (_LOWER, "UG")):
        found = pattern.match(text)
        if found is not None:
            word = found[1] or found[2]
            number = _ROMAN.get(word) or (int(word) if word.isdigit() else None)
            if number is None:
                return None
            return "EG" if number == 0 else f"{prefix}{number}"
    return None


def _first_storey(text: str) -> str | None:
    """The first of several storeys in one cell, as a proposal."""
    parts = re.split(r"\s*(?:[+,;/&-]|\bund\b|\bbis\b|\bu\.)\s*", text)
    return next((value for part in parts if (value := _storey(part))), None)


def read_postcode(cell: Cell, pattern: str, known: frozenset[str] = frozenset()) -> Read:
    """A postcode as text; a lost leading zero is put back where that fits pattern and region.

    Args:
        cell: what stands there.
        pattern: the municipality's pattern; empty takes any text.
        known: first signs of its districts' postcodes; empty where no register tells.
    """
    if cell.part not in {NUMBER, "text"}:
        return unreadable("postcode-unreadable")
    gone = missing(cell.text) if cell.part == "text" else None
    if gone is not None:
        return gone
    text = " ".join(cell.text.split())
    if not pattern or re.fullmatch(pattern, text):
        return literal(text)
    fits_region = not known or "0" in known
    if fits_region and re.fullmatch(r"\d{4}", text) and re.fullmatch(pattern, f"0{text}"):
        return interpreted(f"0{text}", "postcode-zero", f"0{text}", reading=Reading.CORRECTED)
    first = re.match(r"^(?:[A-Z]{1,2}[- ])?(\d{5})(?:\.0)?\b", text)
    if first is not None and re.fullmatch(pattern, first[1]):
        return interpreted(first[1], "value-interpreted", first[1])
    return unreadable("postcode-unreadable")
