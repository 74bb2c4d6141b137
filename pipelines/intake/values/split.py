"""Cells that hold several columns at once: addresses, and pairs of coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = (
    r"[1-9]\d{0,3} ?[a-zA-Z]?(?:(?: ?(?:-|–|/|\+|u\.|und|bis) ?)(?:\d{1,4} ?[a-zA-Z]?|[a-zA-Z]))*"
)
_STREET_FIRST = re.compile(
    rf"^(?P<street>\D.*?(?:\D[ ,]|[^\W\d_]{{3}}\.?))[ ,]*(?:Nr\.? ?)?(?P<number>{_NUMBER})$"
)
_NUMBER_FIRST = re.compile(r"^(?P<number>\d{1,5}[a-zA-Z]?) (?P<street>[^\d,].+)$")
_TOWN_LAST = re.compile(r"^(?P<rest>.+?)[, ]+(?:[A-Z]{1,2}-)?(?P<postcode>\d{5})(?:\s+\D+)?$")
_TOWN_FIRST = re.compile(r"^(?:[A-Z]{1,2}-)?(?P<postcode>\d{5})\s+[^\d,]+,\s*(?P<rest>.+)$")
_BARE_TOWN = re.compile(r"^(?P<rest>.*\d[a-zA-Z]?), *[^\d,]+$")
_TWO = re.compile(r"\d ?[a-zA-Z]? ?(?:[,/;&+]|und |u\. )")
"""One address with its number before another: "Hochstraße 7 und Oststraße 3"."""
_FLOAT = r"[-+]?\d{1,3}(?:[.,]\d+)?"
_PAIR = re.compile(
    rf"^\(?\s*({_FLOAT})\s*°?\s*(?:;|,\s|,(?=-)|\s|\|)\s*({_FLOAT})\s*°?(?:[ ,;].*)?$"
)
_DOTTED = re.compile(r"^([-+]?\d{1,3}\.\d+),([-+]?\d{1,3}\.\d+)$")
_POINT = re.compile(rf"(?:point\s*\(|coordinates\W+)\s*({_FLOAT})[,\s]+({_FLOAT})", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """An address in its parts; `is_split` is false where it stands whole in street."""

    street: str
    house_number: str | None = None
    postcode: str | None = None
    is_split: bool = True


def split_address(text: str) -> Address:
    """Street, house number and postcode; the town is dropped. What cannot be split stays whole."""
    whole = " ".join(text.replace("\n", ", ").split()).strip(" ,")
    rest, postcode = whole, None
    for pattern in (_TOWN_FIRST, _TOWN_LAST):
        found = pattern.match(rest)
        if found is not None:
            rest, postcode = found["rest"].strip(" ,"), found["postcode"]
            break
    town = _BARE_TOWN.match(rest)
    if town is not None and postcode is None:
        rest = town["rest"]
    for pattern in (_STREET_FIRST, _NUMBER_FIRST):
        found = pattern.match(rest)
        if found is not None and not _TWO.search(found["street"]):
            return Address(found["street"].strip(" ,"), found["number"].strip(), postcode)
    if postcode is not None and not re.search(r"\d", rest):
        return Address(rest, None, postcode)
    return Address(whole, is_split=False)


_SIDES = re.compile(r"^(.*\d.*[NS])[\s,;]*([^NS]*\d.*[EOW])$|^([NS].*\d.*?)[\s,;]+([EOW].*\d.*)$")


def split_position(text: str) -> tuple[str, str] | None:
    """Latitude and longitude as text; None where the cell is no pair of degrees."""
    bare = " ".join(text.split())
    point = _POINT.search(bare)
    if point is not None:
        return _in_order(point[2], point[1])
    sides = _SIDES.match(bare)
    if sides is not None:
        return (sides[1] or sides[3]).strip(" ,;"), (sides[2] or sides[4]).strip()
    pair = _DOTTED.match(bare) or _PAIR.match(bare)
    return None if pair is None else _in_order(pair[1], pair[2])


def _in_order(latitude: str, longitude: str) -> tuple[str, str] | None:
    first, second = latitude.replace(",", "."), longitude.replace(",", ".")
    if abs(float(first)) > 90 >= abs(float(second)):
        return second, first
    if abs(float(first)) > 90 or abs(float(second)) > 180:
        return None
    return first, second
