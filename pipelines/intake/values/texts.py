"""Texts, waves, postcodes and codes of economic activities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from pipelines.intake.cells import FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.houses import day_month
from pipelines.intake.values.read import (
    Cell,
    Read,
    interpreted,
    literal,
    mended,
    missing,
    unreadable,
)
from schemas.folding import fold

_WAVE = re.compile(
    r"^(?P<year>\d{4})\s*[-/_. ]?\s*w(?:elle|ave)?\.?\s*(?P<number>\d{1,2})$", re.IGNORECASE
)
_WAVE_FIRST = re.compile(
    r"^(?:(?:w|welle|wave)\s*(?P<number>\d{1,2})|(?P<ordinal>\d{1,2})\.\s*welle)"
    r"\s*[-/_.,]?\s*(?P<year>\d{4})$",
    re.IGNORECASE,
)
_WZ = r"\d{1,2}(?:[.,\- ]?\d{1,2}){0,2}"
_WZ_CODE = re.compile(
    rf"^(?:wz\s?(?:20)?(?:08|25)?[\s:-]*)?(?:[a-u]\s?)?(?P<code>{_WZ})(?:\s*[-–:]?\s+[^\d,;/]+)?$",
    re.IGNORECASE,
)
_WZ_CODES = re.compile(rf"^({_WZ})(?:\s*[,;/]\s*{_WZ})+$")
_DAMAGED = re.compile("\ufffd|Ã[\u0080-\u00bf¤¶¼Ÿœž„–]|Ã\x9f|Â[²°§´]")


def read_text(cell: Cell) -> Read:
    """A text as it stands, trimmed; umlauts as one character."""
    if cell.part == FLAG:
        return literal("ja" if cell.text == "true" else "nein")
    if cell.part == MOMENT:
        written = f"{date.fromisoformat(cell.text[:10]):%d.%m.%Y}"
        typed = day_month(date.fromisoformat(cell.text[:10]))
        return Read(written, None, "text-from-date", None, parameters={"typed": typed})
    if cell.part == NUMBER:
        return literal(cell.text)
    gone = missing(cell.text)
    if gone is not None:
        return gone
    text = unicodedata.normalize("NFC", cell.text.strip())
    if _DAMAGED.search(text):
        return Read(text, None, "text-damaged", mended(text))
    return literal(text)


def read_wave(cell: Cell, known: Iterable[str] = ()) -> Read:
    """A wave, any text; a date is what Excel made of "2019-1".

    Args:
        cell: what stands there.
        known: the waves of the register; one that differs in case or blanks only is that wave.
    """
    if cell.part == MOMENT:
        moment = date.fromisoformat(cell.text[:10])
        is_first = moment.day == 1
        return unreadable("excel-date", f"{moment.year}-W{moment.month}" if is_first else None)
    text = re.sub(r"^(\d{4})\.0+$", r"\1", " ".join(cell.text.split()))
    if cell.part == NUMBER:
        return literal(text) if text.isdigit() else unreadable("value-unreadable")
    read = read_text(Cell(text, cell.part))
    if not isinstance(read.value, str) or read.value in known:
        return read
    meant = next((wave for wave in known if fold(wave) == fold(text)), None) or _spelled(text)
    return read if meant == cell.text else interpreted(meant, "value-interpreted", meant)


def _spelled(text: str) -> str:
    """A wave by year and number as the house writes it: "Welle 1/2019" is 2019-W1."""
    found = _WAVE.match(text) or _WAVE_FIRST.match(text)
    if found is None:
        return text
    number = found["number"] or found.groupdict()["ordinal"]
    return f"{found['year']}-W{int(number)}"


def read_wz(cell: Cell, pattern: str) -> Read:
    """A code of the classification of economic activities, by its digits: "C 31.01" is 31.01."""
    if cell.part == MOMENT:
        moment = date.fromisoformat(cell.text[:10])
        return unreadable("excel-date", f"{moment.day:02}.{moment.month:02}")
    gone = missing(cell.text) if cell.part != NUMBER else None
    if gone is not None:
        return gone
    text = " ".join(cell.text.split())
    if re.fullmatch(pattern, text):
        return literal(text)
    one, several = _WZ_CODE.match(text), _WZ_CODES.match(text)
    if one is None and several is not None:
        return unreadable("value-several", several[1])
    if one is None:
        return unreadable("text-pattern")
    code = re.sub(r"[,\- ]", ".", one["code"])
    code = code.zfill(len(code) + 1) if re.match(r"^\d(?:\.|$)", code) else code
    if re.fullmatch(pattern, code):
        return interpreted(code, "value-interpreted", code)
    return unreadable("text-pattern")


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
    found = list(dict.fromkeys(re.findall(r"(?<![\d.,])\d{5}(?!\d)", text)))
    fitting = [code for code in found if re.fullmatch(pattern, code)]
    if len(fitting) > 1:
        return unreadable("value-several", fitting[0])
    if fitting:
        return interpreted(fitting[0], "value-interpreted", fitting[0])
    return unreadable("postcode-unreadable", re.sub(r"[ .,-]", "", text))
