"""What the office decides: conflicts between sources, likely pairs, rows in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from pipelines.portal.changes import column_named, shown
from pipelines.portal.gate import Office, Refused, ThePortal, check_form
from pipelines.portal.office import View, current_view
from pipelines.portal.view import lang_of, page
from pipelines.store.deciding import Link, choose, link
from pipelines.store.matching import Pair
from schemas import FORMS
from schemas.columns import Lang

router = APIRouter(include_in_schema=False, prefix="/amt")
MATCHED = tuple(name for name, form in FORMS.items() if form.object_column)
_TOLD = ("street", "house_number", "unit_label", "storey", "object_kind", "vacancy_status")
MOST_PAIRS = 100


class Decision(BaseModel):
    """Which submission counts for an object that two sources tell differently."""

    form: str
    municipality_key: str
    wave_id: str
    object_id: str
    submission: str
    reason: str = ""
    csrf: str = ""


class Linking(BaseModel):
    """How two objects of two waves belong together."""

    form: str
    municipality_key: str
    wave: str
    object_id: str
    other: str
    kind: str
    reason: str = ""
    csrf: str = ""


@dataclass(frozen=True)
class ShownPair:
    """A likely pair as the page shows it: title → what the one and the other say."""

    municipality_key: str
    pair: Pair
    rows: list[tuple[str, str, str]]


@router.get("/quarantaene")
def quarantined(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """The rows that are not counted, as the store is now."""
    rows = current_view(portal.home, portal.places).quarantine()
    lang = lang_of(request)
    return page(
        request, "quarantine.html", visitor, rows=rows,
        title_of=lambda name: _title(name, lang), form_title=lambda name: FORMS[name].title[lang],
    )  # fmt: skip


@router.get("/konflikte")
def open_conflicts(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """Objects that two sources tell differently."""
    view, lang = current_view(portal.home, portal.places), lang_of(request)
    return page(
        request, "conflicts.html", visitor, conflicts=view.conflicts(),
        title_of=lambda name: _title(name, lang),
        shown=lambda name, value: shown(column_named(name), value, lang),
    )  # fmt: skip


@router.post("/konflikte")
def decide(portal: ThePortal, visitor: Office, answer: Annotated[Decision, Form()]) -> Response:
    """Decide which source counts."""
    check_form(visitor, answer.csrf)
    if answer.form not in FORMS or not answer.reason.strip():
        raise Refused(422)
    place = (answer.form, answer.municipality_key, answer.wave_id, answer.object_id)
    choose(portal.home, place, answer.submission, reason=answer.reason[:500], actor=visitor.team)
    portal.desk.audit(visitor.team, "decide", " ".join((*place, answer.submission)))
    return RedirectResponse("/amt/konflikte", status_code=303)


@router.get("/paare")
def likely_pairs(
    portal: ThePortal, request: Request, visitor: Office, form: str = MATCHED[0], wave: str = ""
) -> Response:
    """Objects of a wave and the one before that may be the same."""
    if form not in MATCHED:
        raise Refused(404)
    view, lang = current_view(portal.home, portal.places), lang_of(request)
    waves = view.waves(form)
    chosen = wave if wave in waves else next(iter(waves), "")
    pairs = _pairs(view, form, chosen, lang) if chosen else []
    return page(
        request, "pairs.html", visitor, pairs=pairs, waves=waves, wave=chosen, form=form,
        forms=[(name, FORMS[name].title[lang]) for name in MATCHED],
    )  # fmt: skip


@router.post("/paare")
def decide_pair(portal: ThePortal, visitor: Office, answer: Annotated[Linking, Form()]) -> Response:
    """Say whether two objects are one, a split, a merge, or two."""
    check_form(visitor, answer.csrf)
    if answer.form not in MATCHED or answer.kind not in get_args(Link) or not answer.reason.strip():
        raise Refused(422)
    pair = (answer.form, answer.municipality_key, answer.object_id, answer.other)
    kind = cast("Link", answer.kind)
    link(portal.home, pair, kind, reason=answer.reason[:500], actor=visitor.team)
    portal.desk.audit(visitor.team, "pair", " ".join((*pair, answer.kind)))
    return RedirectResponse(f"/amt/paare?form={answer.form}&wave={answer.wave}", status_code=303)


def _pairs(view: View, form: str, wave: str, lang: Lang) -> list[ShownPair]:
    matches = view.pairs(form, wave)
    pairs = [(one.municipality_key, pair) for one in matches for pair in one.pairs][:MOST_PAIRS]
    rows = view.rows_of(form, [name for _, pair in pairs for name in (pair.before, pair.now)])
    return [
        ShownPair(key, pair, _side_by_side(rows.get(pair.before), rows.get(pair.now), lang))
        for key, pair in pairs
    ]


def _side_by_side(
    before: dict[str, Any] | None, now: dict[str, Any] | None, lang: Lang
) -> list[tuple[str, str, str]]:
    names = [name for name in _TOLD if name in (before or now or {})]
    return [
        (
            _title(name, lang),
            shown(column_named(name), (before or {}).get(name), lang),
            shown(column_named(name), (now or {}).get(name), lang),
        )
        for name in names
    ]


def _title(name: str, lang: Lang) -> str:
    column = column_named(name)
    return column.title[lang] if column else name
