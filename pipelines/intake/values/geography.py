"""Districts, survey areas and sections, in the municipality they are read in.

In: a place with its registers.
Out: `Gazetteer`, which knows every spelling, and readers that never take a near miss in silence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.intake.cells import NUMBER
from pipelines.intake.values.near import nearest
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
from schemas.places import District, Place

_NEAR = 80.0
_BEFORE = re.compile(
    r"^(?:(?:stat(?:istischer|\.)?\s*)?(?:bezirk|bez\.)|stadtteil|ortsteil)\s*(?:nr\.?)?[\s:]*|"
    r"^nr\.?\s*(?=\d)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^[(\[](\w{1,8})[)\]]\s*")
_POINT_ZERO = re.compile(r"(?<=\d)\.0$")
_CODE_FIRST = re.compile(r"^(\w{1,8})\b\W*(.*)$")
_NAME_FIRST = re.compile(r"^(.*\D)\W+(\d{1,8})\)?$")
_STRONGLY_BETWEEN = re.compile(r"\s*(?:[,;/+&]|\bund\b|\bu\.)\s*")
_BETWEEN = re.compile(r"\s*(?:[,;/+&-]|\bund\b|\bu\.)\s*")

Spellings = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Gazetteer:
    """Every spelling of a municipality's districts, areas and sections.

    Attributes:
        codes, names: what is literal for a district: its code; its exact name → code.
        districts: folded spelling → district codes (several: the spelling is ambiguous).
        boroughs: folded name or number without blanks → the codes of its districts; such a name
            alone is a trap.
        areas: folded spelling → survey areas; area_codes: area → its district codes.
        sections: folded id or label → section ids.
    """

    place: Place
    codes: Mapping[str, District]
    names: Mapping[str, str]
    districts: Spellings
    boroughs: Spellings
    areas: Spellings
    area_codes: Mapping[str, tuple[str, ...]]
    area_of: Mapping[str, str]
    sections: Spellings

    @property
    def postcode_starts(self) -> frozenset[str]:
        """The first signs of all registered postcodes of the municipality."""
        return frozenset(code[:1] for d in self.place.districts for code in d.postcodes)

    @property
    def has_districts(self) -> bool:
        """Whether the place has a register of districts; without one codes are taken as typed."""
        return bool(self.codes)


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for spelling, code in pairs:
        if spelling.strip():
            found[fold(spelling)].add(code)
    return {spelling: frozenset(codes) for spelling, codes in found.items()}


_MADE: dict[int, Gazetteer] = {}


def gazetteer(place: Place) -> Gazetteer:
    """The gazetteer of a place, made once per place object (hashing its registers costs more)."""
    made = _MADE.get(id(place))
    if made is None or made.place is not place:
        made = _MADE[id(place)] = _gazetteer(place)
    return made


def _gazetteer(place: Place) -> Gazetteer:
    names = _gather((d.district, d.district_code) for d in place.districts)
    spelled = _gather(
        (spelling, d.district_code) for d in place.districts for spelling in d.synonyms
    )
    memberships: defaultdict[str, list[str]] = defaultdict(list)
    for area in place.survey_areas:
        for code in area.district_codes:
            memberships[code].append(area.survey_area)
    return Gazetteer(
        place=place,
        codes={d.district_code: d for d in place.districts},
        names={d.district: d.district_code for d in place.districts
               if len(names[fold(d.district)]) == 1},
        districts=spelled | names,
        boroughs=_boroughs(place),
        areas=_gather(
            (spelling, area.survey_area)
            for area in place.survey_areas
            for spelling in (area.survey_area, area.label, *area.synonyms)
        ),
        area_codes={area.survey_area: area.district_codes for area in place.survey_areas},
        area_of={code: areas[0] for code, areas in memberships.items() if len(areas) == 1},
        sections=_gather(
            (spelling, section.section_id)
            for section in place.sections
            for spelling in (section.section_id, section.label)
        ),
    )  # fmt: skip


def _boroughs(place: Place) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for district in place.districts:
        name, number = fold(district.borough), fold(district.borough_code)
        for spelling in {name, number, f"{number} {name}"} - {"", " "}:
            for prefix in ("", "stadtbezirk", fold(place.municipality)):
                found[_squeezed(f"{prefix}{spelling}")].add(district.district_code)
    return {spelling: frozenset(codes) for spelling, codes in found.items()}


def _squeezed(folded: str) -> str:
    return folded.replace(" ", "").lstrip("0")


def read_district(cell: Cell, places: Gazetteer) -> Read:
    """A district's code by code, name or spelling; the row's survey area settles traps."""
    if cell.part not in {NUMBER, "text"}:
        return unreadable("district-unknown")
    text = " ".join(cell.text.split())
    if not places.has_districts:
        gone = missing(text)
        return gone if gone is not None else literal(text)
    if text in places.codes:
        return literal(text)
    if text in places.names:
        return literal(places.names[text])
    gone = missing(text)
    if gone is not None:
        return gone
    return _spelled_district(text, cell.context, places)


def _spelled_district(text: str, area: str, places: Gazetteer) -> Read:
    bare = _bare(text, places)
    stated = _numbered(bare, places)
    if len(stated) > 1:
        return _ambiguous(stated, places)
    for fitting in (
        places.districts.get(fold(text), frozenset()) or places.districts.get(fold(bare)),
        stated,
        places.boroughs.get(_squeezed(fold(text))) or places.boroughs.get(_squeezed(fold(bare))),
        _of_area(fold(bare), places),
        _together(bare, places),
    ):
        if fitting:
            return _settled(fitting, area, places)
    begun = _begun(fold(bare), places)
    if len(begun) > 1:
        return _ambiguous(begun, places)
    return unreadable("district-unknown", _near_district(bare, places))


def _settled(fitting: frozenset[str], area: str, places: Gazetteer) -> Read:
    """A name of several districts: the only one of them in the row's survey area, else a query."""
    if len(fitting) == 1:
        return _interpreted(next(iter(fitting)), places)
    inside = fitting & set(places.area_codes.get(area, ()))
    if len(inside) == 1:
        return _interpreted(next(iter(inside)), places)
    return _ambiguous(fitting, places)


def _ambiguous(fitting: frozenset[str], places: Gazetteer) -> Read:
    names = ", ".join(
        f"{code} {places.codes[code].district}" for code in sorted(fitting) if code in places.codes
    )
    return unreadable("district-ambiguous", candidates=names)


def _bare(text: str, places: Gazetteer) -> str:
    """The text without "Bezirk", the town, the municipality's key, brackets around the code."""
    place = places.place
    bare = text.removeprefix(f"{place.municipality_key}-")
    town = re.escape(place.municipality)
    if town:
        bare = re.sub(rf"^{town}[\s-]+|[\s,-]*\(?\b{town}\)?$", "", bare, flags=re.IGNORECASE)
    bare = _POINT_ZERO.sub("", _BRACKETED.sub(r"\1 ", _BEFORE.sub("", bare)))
    return bare.strip() or text


def _numbered(text: str, places: Gazetteer) -> frozenset[str]:
    """The code and the name in "25 Wattenscheid-Mitte" or "Werne (47)": one where they agree."""
    for pattern, number, name in ((_CODE_FIRST, 1, 2), (_NAME_FIRST, 2, 1)):
        found = pattern.match(text)
        if found is None or found[number] not in places.codes:
            continue
        rest = places.districts.get(fold(found[name]), frozenset())
        if rest or not fold(found[name]):
            agrees = not rest or found[number] in rest
            return frozenset({found[number]}) | (frozenset() if agrees else rest)
    return frozenset()


def _of_area(folded: str, places: Gazetteer) -> frozenset[str]:
    areas = places.areas.get(folded, frozenset())
    return frozenset(code for area in areas for code in places.area_codes[area])


def _together(text: str, places: Gazetteer) -> frozenset[str]:
    """Several districts in one cell: "25/27", "Riemke / Hofstede"; none where one is strange."""
    for between in (_STRONGLY_BETWEEN, _BETWEEN):
        parts = [
            frozenset({part}) & places.codes.keys() or places.districts.get(fold(part), frozenset())
            for part in between.split(text)
        ]
        if len(parts) > 1 and all(parts):
            return frozenset().union(*parts)
    return frozenset()


def _begun(folded: str, places: Gazetteer) -> frozenset[str]:
    """Districts whose names begin so: "Weitmar"."""
    names = {code: fold(district.district) for code, district in places.codes.items()}
    return frozenset(code for code, name in names.items() if name.startswith(f"{folded} "))


def _interpreted(code: str, places: Gazetteer) -> Read:
    name = places.codes[code].district if code in places.codes else code
    return interpreted(code, "district-interpreted", f"{code} {name}")


def _near_district(text: str, places: Gazetteer) -> str | None:
    whole = mended(text) or text
    folded = fold(whole)
    if folded.isdigit():
        return None
    found = folded if folded in places.districts else nearest(folded, places.districts, _NEAR)
    if found is None or len(places.districts[found]) != 1:
        return None
    code = next(iter(places.districts[found]))
    return places.codes[code].district


def read_area(cell: Cell, places: Gazetteer) -> Read:
    """A survey area by code, label or spelling."""
    listing = ", ".join(places.area_codes)
    if cell.part not in {NUMBER, "text"}:
        return unreadable("area-unknown", listing=listing)
    text = " ".join(cell.text.split())
    gone = missing(text)
    if gone is not None:
        return gone
    if not places.area_codes or text in places.area_codes:
        return literal(text)
    fitting = places.areas.get(fold(text), frozenset())
    if len(fitting) == 1:
        area = next(iter(fitting))
        if any(text == a.label for a in places.place.survey_areas if a.survey_area == area):
            return literal(area)
        return interpreted(area, "value-interpreted", area)
    found = nearest(fold(text), places.areas, _NEAR)
    near = next(iter(places.areas[found])) if found is not None else None
    return unreadable("area-unknown", near, listing=listing)


def read_section(cell: Cell, places: Gazetteer) -> Read:
    """A street section by id or label; without a register the text as it stands."""
    if cell.part not in {NUMBER, "text"}:
        return unreadable("section-unknown")
    text = " ".join(cell.text.split())
    gone = missing(text)
    if gone is not None:
        return gone
    if not places.place.sections:
        return literal(text)
    fitting = places.sections.get(fold(text), frozenset())
    if len(fitting) > 1:
        return unreadable("section-ambiguous", candidates=", ".join(sorted(fitting)))
    if fitting:
        section = next(iter(fitting))
        is_literal = any(
            text in {s.section_id, s.label}
            for s in places.place.sections
            if s.section_id == section
        )
        if is_literal:
            return literal(section)
        return interpreted(section, "value-interpreted", section)
    found = nearest(fold(text), places.sections, _NEAR)
    near = None
    if found is not None and len(places.sections[found]) == 1:
        near = next(iter(places.sections[found]))
    return unreadable("section-unknown", near)
