"""Lexicon: which field a heading of a sheet means, for each form.

In: the declared headings of `schemas.headings`, and the mapping, which is asked first.
Out: `Meaning`: the fields a heading is read into, how certain that is, and the unit it names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from pipelines.intake.mapping import Mapping
from pipelines.intake.recognising.apps import coordinate_of, is_of_the_app
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Form, Kind
from schemas.folding import fold
from schemas.headings import headings
from schemas.questions import asked_for, may_ask

MAPPED, CERTAIN, VAGUE = 0, 1, 2

_BRACKETS = re.compile(r"\s*[\[(]([^\])]*)[\])]\s*")
_UNIT_TAIL = re.compile(r"^(.*\S)\s+in\s+(\S+|sq\.? ?ft\.?)$", re.IGNORECASE)
_BARE_TAIL = re.compile(r"^(.*\S)[\s,/_]+(m²|m2|qm|ha|sqm|ft²|ft2|sqft|€|EUR)$", re.IGNORECASE)
_PER_TAIL = re.compile(r"^(.*\S)\s+(?:je|pro|per)\s+(?:m²|m2|qm|sqm|Quadratmeter)$", re.IGNORECASE)
_PICTURE = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_RENT = "€/m²"
_WHOLE_RENT = re.compile(
    r"\b(monat|monatlich|jahr|jaehrlich|gesamt|warm|brutto|month|year|total)\b"
)
_PER_AREA = re.compile(r"m2|qm|quadratmeter|sqm|square")
_THOUSANDS = re.compile(r"\b(tsd|tausend|t€|teur|mio|1 000|1000|thousand)\b")
_FOOTNOTE = re.compile(r"(?<![mM])[¹²³⁰⁴-⁹†‡]+(?=\s*(?:[\[(]|$))")
_FOOTNOTE_NUMBER = re.compile(r"^([^(]*[^\W\d_]) ?\d\)$")
_LANGUAGES = re.compile(r"\s+[/|]\s+|\s*\|\s*")
_LOOSE = re.compile(r"[|:–]|\s[/-]\s")
_EXPLAINED = re.compile(
    r"^(?P<head>[^:–]+?)\s*(?::|–|\s-\s)\s*(?=bitte|z\. ?b|nur |ohne |mit |inkl|in |ggf|falls|max"
    r"|mind|siehe|wie |e\. ?g|please|only |without |with |if |see )|^(?P<listed>[^:]+?)\s*:\s*"
    r"(?=[^:]*(?:,|/| oder | or ))",
    re.IGNORECASE,
)
"""What a heading says behind its name of how to fill in its column."""
_NUMBERING = re.compile(r"^\s*(?:[A-Z]?\d{1,2}(?:\.\d{1,2})*[.)]|[a-z]\))\s+")
_BROKEN = re.compile(r"-\s*[\r\n]+\s*(?=[a-zäöü])")
UNITS = frozenset(
    fold(unit)
    for unit in (
        "m²", "m2", "qm", "sqm", "quadratmeter", "quadratmetern", "m", "meter", "metern", "ha",
        "hektar", "ar", "a", "km", "km²", "ft²", "ft2", "sqft", "sq ft", "sq. ft.", "sf",
        "€", "eur", "euro",
        "€/m²", "eur/m²", "eur/qm", "€/qm", "stück", "anzahl", "jahre", "jahren", "monate",
        "monaten", "%", "cm",
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
    found = _first(form, heading, words.variants)
    if found is None and "/" in heading:
        choice = _choice(form, heading)
        found = choice or _behind_group(form, heading, words)
    if found is None and words.is_loose:
        found = _loosely(form, heading)
    return found if found is not None and found.fields else None


def _behind_group(form: str, heading: str, words: _Words) -> Meaning | None:
    """What stands behind the groups of a form; "Verkaufsfläche/Gesamtfläche" is no group of one."""
    group = heading.rpartition("/")[0]
    found = _first(form, heading, words.ends)
    if found is None or group == group.lower():
        return found
    known = _words(group)
    other = _first(form, group, known.variants) if known else None
    is_other = other is not None and other.rank == CERTAIN and other.fields != found.fields
    return None if is_other else found


def _first(form: str, heading: str, variants: Sequence[tuple[str, str | None]]) -> Meaning | None:
    """The meaning of the first of the variants that somebody declared."""
    declared = _declared(FORMS[form])
    for key, unit in variants:
        known = declared.get(key)
        if known and not _is_in_other_unit(FORMS[form], known[0], heading):
            rivals = _rivals(FORMS[form]).get(key, ())
            rank = CERTAIN if _is_rent_of_area(FORMS[form], known[0], heading) else known[1]
            return Meaning((known[0],), rank, unit, rivals=rivals)
    return None


def _is_rent_of_area(form: Form, name: str, heading: str) -> bool:
    """Whether a heading says that a rent is one of a square metre, which "Miete" leaves open."""
    column = form.by_name.get(name)
    return column is not None and column.unit == _RENT and bool(_PER_AREA.search(fold(heading)))


def _loosely(form: str, heading: str) -> Meaning | None:
    """A heading in two languages, with an explanation behind it, or in a whole sentence."""
    parts = [part for part in _LANGUAGES.split(heading) if part.strip()]
    if len(parts) > 1:
        meanings = [found for part in parts if (found := _declared_meaning(form, part))]
        return meanings[0] if len({found.fields for found in meanings}) == 1 else None
    explained = _EXPLAINED.match(_NUMBERING.sub("", heading))
    asked = asked_for(_NUMBERING.sub("", heading))
    for text in (explained and (explained["head"] or explained["listed"]), asked):
        found = _declared_meaning(form, text) if text and text != heading else None
        if found is not None:
            unit = found.unit or split_unit(heading)[1]
            return replace(found, rank=max(found.rank, VAGUE), unit=unit)
    return None


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
        ends: those behind the groups of a form of an app.
        coordinate: latitude or longitude, where it is that part of a geopoint.
        is_loose: it may be a sentence, or be in two languages, or explain itself.
    """

    variants: tuple[tuple[str, str | None], ...]
    ends: tuple[tuple[str, str | None], ...]
    coordinate: str | None
    is_loose: bool


@lru_cache(maxsize=16_384)
def _words(heading: str) -> _Words | None:
    """None where the heading is a column of the app itself."""
    if is_of_the_app(heading):
        return None
    variants = tuple((squeeze(text), unit) for text, unit in _variants(heading))
    end = heading.rpartition("/")[2] if "/" in heading and "/ " not in heading else ""
    ends = tuple((squeeze(text), unit) for text, unit in _variants(end))
    is_loose = _LOOSE.search(heading) is not None or may_ask(heading)
    return _Words(variants, ends, coordinate_of(heading), is_loose)


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
    per = _PER_TAIL.match(heading.strip())
    if per:
        return per.group(1), _RENT
    for pattern in (_UNIT_TAIL, _BARE_TAIL):
        tail = pattern.match(heading.strip())
        if tail and fold(tail.group(2)) in UNITS:
            return tail.group(1), tail.group(2)
    return heading, None


def _variants(heading: str) -> tuple[tuple[str, str | None], ...]:
    """The heading without pictures and footnotes, then without unit, brackets, numbering, group."""
    heading = _PICTURE.sub("", heading)
    heading = _FOOTNOTE.sub("", _BROKEN.sub("", heading).strip().rstrip("*? ")).rstrip("*? ")
    heading = _FOOTNOTE_NUMBER.sub(r"\1", heading)
    bare, unit = split_unit(heading)
    without, later = split_unit(_BRACKETS.sub(" ", bare).strip())
    unit = unit or later
    texts = [(heading, unit), (bare, unit), (_BRACKETS.sub(" ", bare).strip(), unit)]
    texts.append((without, unit))
    texts += [(_NUMBERING.sub("", text), unit) for text, _ in texts]
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


def _choice(form: str, heading: str) -> Meaning | None:
    """A column of one choice of a question: of a select-multiple, as Kobo and ODK write them.

    None where the heading is no such column; a meaning without fields where it is one, but nobody
    knows the choice.
    """
    parent, _, option = heading.strip().rpartition("/")
    meant = _declared_meaning(form, parent) if parent else None
    column = FORMS[form].by_name.get(meant.fields[0]) if meant else None
    if meant is None or column is None or column.code_list is None:
        return None
    code = code_list(column.code_list).lookup(option)
    if code is not None:
        return Meaning((column.name,), meant.rank, option=code)
    own = _declared(FORMS[form]).get(squeeze(option))
    is_repeated = own is not None and own[0] == column.name
    return None if column.kind is Kind.CODE or is_repeated else Meaning((), meant.rank)
