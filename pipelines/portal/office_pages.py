"""The pages of the office: what came, what is missing, what is to be decided, who may come in."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from pipelines.portal.access import OFFICE, TEAM
from pipelines.portal.gate import Office, Refused, ThePortal, check_form
from pipelines.portal.office import conflicts, missing_deliveries, newest_submissions, quarantine
from pipelines.portal.view import lang_of, page
from pipelines.store.deciding import choose
from pipelines.walk.overview import status_text
from schemas import FORMS

router = APIRouter(include_in_schema=False, prefix="/amt")
Csrf = Annotated[str, Form()]
Text = Annotated[str, Form()]


class Decision(BaseModel):
    """Which submission counts for an object that two sources tell differently."""

    form: str
    municipality_key: str
    wave_id: str
    object_id: str
    submission: str
    reason: str = ""
    csrf: str = ""


_TEAM = re.compile(r"[\w][\w .-]{0,39}")


@router.get("")
def start(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """All submissions, what is missing, what is under way."""
    lang = lang_of(request)
    return page(
        request, "office.html", visitor, submissions=newest_submissions(portal.home)[:300],
        missing=missing_deliveries(portal.home, portal.places),
        uploads=portal.desk.uploads(most=50), tasks=portal.desk.tasks(),
        status=lambda status: status_text(status, lang),
    )  # fmt: skip


@router.get("/quarantaene")
def quarantined(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """The rows that are not counted, of the newest edition."""
    names, rows = quarantine(portal.home)
    return page(request, "rows.html", visitor, title="office-quarantine", names=names, rows=rows)


@router.get("/konflikte")
def open_conflicts(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """Objects that two sources tell differently."""
    names, rows = conflicts(portal.home)
    entries = [dict(zip(names, row, strict=True)) for row in rows]
    return page(request, "conflicts.html", visitor, conflicts=entries)


@router.post("/konflikte")
def decide(portal: ThePortal, visitor: Office, answer: Annotated[Decision, Form()]) -> Response:
    """Decide which source counts."""
    check_form(visitor, answer.csrf)
    place = (answer.form, answer.municipality_key, answer.wave_id, answer.object_id)
    if answer.form not in FORMS:
        raise Refused(422)
    choose(portal.home, place, answer.submission, reason=answer.reason, actor=visitor.team)
    portal.desk.audit(visitor.team, "decide", " ".join((*place, answer.submission)))
    return RedirectResponse("/amt/konflikte", status_code=303)


@router.post("/veroeffentlichen")
def publish(portal: ThePortal, visitor: Office, csrf: Csrf = "") -> Response:
    """Make edition and site anew, behind the page."""
    check_form(visitor, csrf)
    portal.desk.add_task("publish", visitor.team, "")
    portal.desk.audit(visitor.team, "publish")
    return RedirectResponse("/amt", status_code=303)


@router.post("/freigeben")
def approve(
    portal: ThePortal, visitor: Office, name: Text = "", reason: Text = "", csrf: Csrf = ""
) -> Response:
    """Approve what is closed, with name and reason, and publish it."""
    check_form(visitor, csrf)
    if not name.strip() or not reason.strip():
        raise Refused(422)
    portal.desk.add_task("approve", name.strip()[:80], reason.strip()[:500])
    portal.desk.audit(visitor.team, "approve", f"{name[:80]}: {reason[:200]}")
    return RedirectResponse("/amt", status_code=303)


@router.get("/zugaenge")
def tokens(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """Who may come in."""
    entries = [entry for entry, _ in portal.access.desk.tokens()]
    return page(request, "tokens.html", visitor, tokens=entries, made="", team="")


@router.post("/zugaenge")
def make_token(
    portal: ThePortal, request: Request, visitor: Office, team: Text = "", role: Text = TEAM,
    csrf: Csrf = "",
) -> Response:  # fmt: skip
    """Make a token; it is shown this once."""
    check_form(visitor, csrf)
    name = team.strip()
    if not _TEAM.fullmatch(name) or role not in {TEAM, OFFICE}:
        raise Refused(422)
    token = portal.access.make_token(role, name)
    portal.desk.audit(visitor.team, "token made", name)
    entries = [entry for entry, _ in portal.desk.tokens()]
    return page(request, "tokens.html", visitor, tokens=entries, made=token, team=name)


@router.post("/zugaenge/{identifier}/sperren")
def revoke(portal: ThePortal, visitor: Office, identifier: str, csrf: Csrf = "") -> Response:
    """Revoke a token; its sessions end at once."""
    check_form(visitor, csrf)
    portal.desk.revoke(identifier)
    portal.desk.audit(visitor.team, "token revoked", identifier)
    return RedirectResponse("/amt/zugaenge", status_code=303)


@router.get("/protokoll")
def audit(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """The audit log."""
    rows = [(e["at"][:19], e["who"], e["what"], e["about"]) for e in portal.desk.audited()]
    names = ("at", "who", "what", "about")
    return page(request, "rows.html", visitor, title="office-audit", names=names, rows=rows)
