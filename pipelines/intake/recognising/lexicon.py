"""Lexicon: which field a heading of a sheet means, for each form.

In: the declared headings of `schemas.headings`, and the mapping, which is asked first.
Out: `Meaning`: the fields a heading is read into, how certain that is, and the unit it names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.intake.mapping import Mapping
from pipelines.intake.recognising.apps import coordinate_of, is_of_the_app
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Form, Kind
from schemas.folding import fold
from schemas.headings import headings

MAPPED, CERTAIN, VAGUE = 0, 1, 2

_BRACKETS = re.compile(r"\s*[\[(]([^\])]*)[\])]\s*")
_UNIT_TAIL = re.compile(r"^(.*\S)\s+in\s+(\S+|sq\.? ?ft\.?)$", re.IGNORECASE)
_BARE_TAIL = re.compile(r"^(.*\S)[\s,/_]+(m²|m2|qm|ha|sqm|ft²|ft2|sqft|€|EUR)$", re.IGNORECASE)
_PICTURE = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_RENT = "€/m²"
_WHOLE_RENT = re.compile(
    r"\b(monat|monatlich|jahr|jaehrlich|gesamt|warm|brutto|month|year|total)\b"
)
_PER_AREA = re.compile(r"m2|qm|quadratmeter|sqm|square")
_THOUSANDS = re.compile(r"\b(tsd|tausend|t€|teur|mio|1 000|1000|thousand)\b")
_FOOTNOTE = re.compile(r"(?<![mM])[¹²³⁰⁴-⁹†‡]+(?=\s*(?:[\[(]|$))|(?<=[^\W\d_]) ?\d\)$")
_NUMBERING = re.compile(r"^\s*(?:[A-Z]?\d{1,2}(?:\.\d{1,2})*[.)]|[a-z]\))\s+")
_BROKEN = re.compile(r"-\s*[\r\n]+\s*(?=[a-zäöü])")
UNITS = frozenset(
    fold(unit)
    for unit in (
        "m²", "m2", "qm", "sqm", "quadratmeter", "quadratmetern", "m", "meter", "metern", "ha",
        "hektar", "ar", "a", "km", "km²", "ft²", "ft2", "sqft", "sq ft", "sq. ft.", "sf",
        "€", "eur", "euro",
        "€/m²", "eur/m²", "eur/qm", "€/qm", "stück", "anzahl", "jahre", "monate", "%", "cm",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a heading means in one form.

    Attributes:
        fields: declared columns, or a composite (address, latlon, house_suffix).
        rank: MAPPED, CERTAIN or VAGUE.
        option: code of a select-multiple column of its own ("window_state/LEER"), or None.
        rivals: the columns of a heading that several claim, among which its values decide.
    """

    fields: tuple[str, ...]
    rank: int
    unit: str | None = None
    option: str | None = None
    rivals: tuple[str, ...] = ()


class Lexicon:
    """Meanings of headings under one mapping; without a mapping, of the declarations alone."""

    def __init__(self, mapping: Mapping | None = None) -> None:
        self.mapping = mapping
        self.forms = (mapping.form,) if mapping else tuple(FORMS)
        self._mapped = (
            {squeeze(h): fields for h, fields in mapping.columns.items()} if mapping else {}
        )
        self._ignored = (
            frozenset(squeeze(heading) for heading in mapping.ignore) if mapping else frozenset()
        )
        self._kept = (
            frozenset(squeeze(heading) for heading in mapping.keep) if mapping else frozenset()
        )
        self.ignores_rest = mapping is not None and "*" in mapping.ignore
        self._is_known: dict[str, bool] = {}
        self._known: dict[tuple[str, str], Meaning | None] = {}

    def meaning(self, form: str, heading: str) -> Meaning | None:
        """What `heading` means in `form`; None where nobody declared it or a mapping ignores it."""
        key = (form, heading)
        if key not in self._known:
            self._known[key] = self._find(form, heading)
        return self._known[key]

    def is_known(self, heading: str) -> bool:
        """Whether the heading means something in any form, or the mapping names it."""
        known = self._is_known.get(heading)
        if known is None:
            known = self.is_named(heading) or (
                not self.is_ignored(heading) and _is_declared(heading, self.forms)
            )
            self._is_known[heading] = known
        return known

    def is_named(self, heading: str) -> bool:
        """Whether the mapping names the heading, be it to ignore it or to choose rows by it."""
        key = squeeze(heading)
        return key in self._mapped or key in self._ignored or key in self._kept

    def is_ignored(self, heading: str) -> bool:
        """Whether the mapping says to pass the heading over."""
        return self.ignores_rest or squeeze(heading) in self._ignored

    def _find(self, form: str, heading: str) -> Meaning | None:
        key = squeeze(heading)
        if key in self._mapped:
            return Meaning(self._mapped[key], MAPPED, split_unit(heading)[1])
        if self.is_ignored(heading):
            return None
        return _declared_meaning(form, heading)


@lru_cache(maxsize=65_536)
def _is_declared(heading: str, forms: tuple[str, ...]) -> bool:
    """Whether any of the forms declares it; remembered from file to file."""
    return any(_declared_meaning(form, heading) is not None for form in forms)


def _declared_meaning(form: str, heading: str) -> Meaning | None:
    """What a heading means by the declarations alone."""
    words = _words(heading)
    if words is None:
        return None
    if words.coordinate and words.coordinate in FORMS[form].by_name:
        return Meaning((words.coordinate,), CERTAIN)
    declared = _declared(FORMS[form])
    for key, unit in words.variants:
        known = declared.get(key)
        if known and not _is_in_other_unit(FORMS[form], known[0], heading):
            rivals = _rivals(FORMS[form]).get(key, ())
            return Meaning((known[0],), known[1], unit, rivals=rivals)
    return _option(form, heading)


def _is_in_other_unit(form: Form, name: str, heading: str) -> bool:
    """Whether a heading says that its numbers are thousands, or rents of a whole month or room."""
    column = form.by_name.get(name)
    if column is None or column.unit is None:
        return False
    words = fold(heading)
    is_rent = column.unit == _RENT and _PER_AREA.search(words) is None
    return (is_rent and _WHOLE_RENT.search(words) is not None) or _THOUSANDS.search(
        words
    ) is not None


@dataclass(frozen=True)
class _Words:
    """A heading as it is looked up, whatever the form.

    Attributes:
        variants: squeezed texts with the unit they name, the fullest first.
        coordinate: latitude or longitude, where it is that part of a geopoint.
    """

    variants: tuple[tuple[str, str | None], ...]
    coordinate: str | None


@lru_cache(maxsize=16_384)
def _words(heading: str) -> _Words | None:
    """None where the heading is a column of the app itself."""
    if is_of_the_app(heading):
        return None
    variants = tuple((squeeze(text), unit) for text, unit in _variants(heading))
    return _Words(variants, coordinate_of(heading))


def is_unit(text: str) -> bool:
    """Whether a heading line says nothing but a unit: "m²", "(qm)"."""
    return fold(text.strip("[]() ")) in UNITS


@lru_cache(maxsize=16_384)
def squeeze(text: str) -> str:
    """Folded without blanks, so that "Haus-Nr.", "HausNr" and "Haus Nr" agree."""
    return fold(_BROKEN.sub("", text)).replace(" ", "")


def split_unit(heading: str) -> tuple[str, str | None]:
    """A heading and the unit it names: "Fläche (m²)" → ("Fläche", "m²")."""
    for match in _BRACKETS.finditer(heading):
        if fold(match.group(1)) in UNITS:
            return (heading[: match.start()] + " " + heading[match.end() :]).strip(), match.group(1)
    for pattern in (_UNIT_TAIL, _BARE_TAIL):
        tail = pattern.match(heading.strip())
        if tail and fold(tail.group(2)) in UNITS:
            return tail.group(1), tail.group(2)
    return heading, None


def _variants(heading: str) -> tuple[tuple[str, str | None], ...]:
    """The heading without pictures and footnotes, then without unit, brackets, numbering, group."""
    heading = _PICTURE.sub("", heading)
    heading = _FOOTNOTE.sub("", _BROKEN.sub("", heading).strip().rstrip("*? ")).rstrip("*? ")
    bare, unit = split_unit(heading)
    without, later = split_unit(_BRACKETS.sub(" ", bare).strip())
    unit = unit or later
    texts = [(heading, unit), (bare, unit), (_BRACKETS.sub(" ", bare).strip(), unit)]
    texts.append((without, unit))
    texts += [(_NUMBERING.sub("", text), unit) for text, _ in texts]
    if "/" in bare and " " not in bare.strip():
        texts.append((bare.rpartition("/")[2], unit))
    return tuple(dict.fromkeys((text, unit) for text, unit in texts if text))


@cache
def _declared(form: Form) -> dict[str, tuple[str, int]]:
    """Squeezed heading → column and rank."""
    known = headings(form)
    vague = {text.replace(" ", ""): (name, VAGUE) for text, name in known.vague.items()}
    return vague | {text.replace(" ", ""): (name, CERTAIN) for text, name in known.certain.items()}


@cache
def _rivals(form: Form) -> dict[str, tuple[str, ...]]:
    return {text.replace(" ", ""): names for text, names in headings(form).ambiguous.items()}


def _option(form: str, heading: str) -> Meaning | None:
    """A column of one choice of a select-multiple question, as Kobo and ODK write them."""
    parent, sign, option = heading.strip().rpartition("/")
    if not sign or not parent:
        return None
    words = _words(parent)
    for key, _ in words.variants if words else ():
        known = _declared(FORMS[form]).get(key)
        if known and known[0] in FORMS[form].by_name:
            column = FORMS[form].by_name[known[0]]
            if column.kind is Kind.CODES and column.code_list:
                code = code_list(column.code_list).lookup(option)
                return Meaning((column.name,), known[1], option=code) if code else None
    return None
