"""The pages of a team: templates, uploads, verdicts, and what follows from them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from pipelines.feedback.marked import marked_name
from pipelines.feedback.template import TemplateOptions, write_template
from pipelines.portal.assigning import assign, assignable
from pipelines.portal.changes import field_changes
from pipelines.portal.desk import BUSY, OPEN, State, Upload
from pipelines.portal.gate import (
    Anyone,
    Portal,
    Refused,
    ThePortal,
    check_form,
    visitor_or_none,
)
from pipelines.portal.receiving import Sender, keep
from pipelines.portal.view import lang_of, page, texts
from pipelines.store.deciding import withdraw
from schemas.columns import Level

router = APIRouter(include_in_schema=False)
MOST_FILES = 20
MOST_NAME = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Csrf = Annotated[str, Form()]
Text = Annotated[str, Form()]


@router.get("/")
def start(portal: ThePortal, request: Request) -> Response:
    """A team's start: templates, the upload form, what was handed in."""
    visitor = visitor_or_none(request)
    if visitor is None:
        return RedirectResponse("/anmelden", status_code=303)
    if visitor.is_office:
        return RedirectResponse("/amt", status_code=303)
    uploads = portal.desk.uploads(visitor.team)
    return page(
        request, "team.html", visitor, uploads=uploads, **_offered(portal),
        is_waiting=any(upload.state in BUSY for upload in uploads),
    )  # fmt: skip


def _offered(portal: Portal) -> dict[str, Any]:
    """What the forms offer: areas, waves, the one that runs, the size that is taken."""
    place = portal.place
    return {
        "areas": place.survey_areas,
        "waves": sorted({wave.wave_id for wave in place.waves}, reverse=True),
        "running": running(portal)[0],
        "running_area": running(portal)[1],
        "most_mb": portal.most_bytes >> 20,
    }


def running(portal: Portal) -> tuple[str, str]:
    """The wave and the survey area that run now; "" where none or several do."""
    now = [wave for wave in portal.place.waves if wave.status == "laufend"]
    waves = {wave.wave_id for wave in now}
    areas = {wave.survey_area for wave in now}
    return waves.pop() if len(waves) == 1 else "", areas.pop() if len(areas) == 1 else ""


@router.get("/vorlage")
def template(
    portal: ThePortal, request: Request, visitor: Anyone, area: str = "", wave: str = "",
    level: str = "core",
) -> Response:  # fmt: skip
    """The template of an area and wave."""
    place = portal.place
    known = {entry.survey_area for entry in place.survey_areas}
    chosen = area if area in known else ""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        path = Path(made.name)
    options = TemplateOptions(
        place, chosen, wave[:MOST_NAME], Level.DESK if level == "desk" else Level.CORE,
        lang_of(request),
    )  # fmt: skip
    write_template(path, options)
    portal.desk.audit(visitor.team, "template", f"{chosen} {wave[:MOST_NAME]}")
    name = "-".join(part for part in ("Erhebung", chosen) if part)
    return FileResponse(
        path, media_type=XLSX, filename=f"{name}.xlsx", background=BackgroundTask(path.unlink)
    )


@router.post("/hochladen")
async def upload(portal: ThePortal, request: Request, visitor: Anyone) -> Response:
    """Take one or several files; their check begins behind the page."""
    if not portal.uploads.allows(visitor.team):
        raise Refused(429)
    async with request.form(max_files=MOST_FILES, max_fields=20) as form:
        check_form(visitor, form.get("csrf"))
        files = [f for f in form.getlist("files") if isinstance(f, UploadFile) and f.filename]
        wave, area = (str(form.get(name) or "").strip()[:MOST_NAME] for name in ("wave", "area"))
        sender = Sender(visitor.team, lang_of(request), wave, area)
        kept = [
            await run_in_threadpool(
                keep, portal.home, portal.desk, file.file, file.filename or "", sender
            )
            for file in files
        ]
    target = f"/lieferung/{kept[0].id}" if len(kept) == 1 else "/"
    return RedirectResponse(target, status_code=303)


@router.get("/stand")
def states(portal: ThePortal, request: Request, visitor: Anyone) -> dict[str, dict[str, Any]]:
    """The states of the visitor's uploads in words, for the page's script."""
    lang = lang_of(request)
    return {
        one.id: {"text": texts()(f"state-{one.state}", lang), "busy": one.state in BUSY}
        for one in portal.desk.uploads(visitor.scope)
    }


@router.get("/lieferung/{identifier}")
def verdict(portal: ThePortal, request: Request, visitor: Anyone, identifier: str) -> Response:
    """The verdict on an upload, or how far it is."""
    found, lang = portal.upload(identifier, visitor), lang_of(request)
    told = found.verdict or {}
    is_own = found.team == visitor.team and not visitor.is_office
    changes = told.get("changes") or {}
    return page(
        request, "upload.html", visitor, upload=found, told=told, changes=changes,
        fields=field_changes(changes, lang, texts()("not-stated", lang)),
        step=step_of(found), is_waiting=step_of(found) in WAITING,
        has_marked=(portal.home.warehouse / "portal" / f"{found.id}.xlsx").is_file(),
        is_open=found.state in OPEN and is_own, can_withdraw=found.state is State.LOADED,
        until=portal.kept_until(found), is_own=is_own, headings=assignable(told, lang),
        **_offered(portal),
    )  # fmt: skip


WAITING = frozenset({*map(str, BUSY), "comparing"})
"""The steps of an upload that pass by themselves."""


def step_of(found: Upload) -> str:
    """The state of an upload, and whether a checked one is still to be compared."""
    if found.state is State.READY and "changes" not in (found.verdict or {"changes": {}}):
        return "comparing"
    return str(found.state)


@router.get("/lieferung/{identifier}/stand")
def state(portal: ThePortal, visitor: Anyone, identifier: str) -> dict[str, str]:
    """How far an upload is, for the page's script."""
    found = portal.upload(identifier, visitor)
    return {"state": found.state, "step": step_of(found)}


@router.get("/lieferung/{identifier}/geprueft")
def marked(portal: ThePortal, visitor: Anyone, identifier: str) -> Response:
    """The marked workbook."""
    found = portal.upload(identifier, visitor)
    return FileResponse(portal.marked(found), media_type=XLSX, filename=marked_name(found.file))


@router.post("/lieferung/{identifier}/einreichen")
def submit(
    portal: ThePortal, visitor: Anyone, identifier: str, csrf: Csrf = "", mode: Text = ""
) -> Response:
    """Hand in: load what was checked."""
    check_form(visitor, csrf)
    hand_in(portal, identifier, visitor.team, mode)
    return _back_to(identifier)


def hand_in(portal: Portal, identifier: str, team: str, mode: str | None) -> bool:
    """Queue the load of a team's own upload; False where nothing is to be decided about it.

    Raises:
        Refused: it is not the team's.
    """
    if portal.desk.upload(identifier, team) is None:
        raise Refused(404)
    chosen = mode if mode in {"replace", "add"} else None
    done = portal.desk.move(identifier, OPEN, State.SUBMITTED, mode=chosen)
    portal.desk.audit(team, "submit", identifier)
    return done


@router.post("/lieferung/{identifier}/verwerfen")
def discard(portal: ThePortal, visitor: Anyone, identifier: str, csrf: Csrf = "") -> Response:
    """Discard an upload; it is kept for a while."""
    check_form(visitor, csrf)
    portal.upload(identifier, visitor)
    portal.desk.move(identifier, OPEN | {State.FAILED}, State.DISCARDED)
    portal.desk.audit(visitor.team, "discard", identifier)
    return RedirectResponse("/", status_code=303)


@router.post("/lieferung/{identifier}/erneut")
def check_again(
    portal: ThePortal, visitor: Anyone, identifier: str, csrf: Csrf = "", wave: Text = "",
    area: Text = "",
) -> Response:  # fmt: skip
    """Check again: what failed, or with the wave or the area that was missing."""
    check_form(visitor, csrf)
    found = portal.upload(identifier, visitor)
    portal.desk.move(
        identifier, OPEN | {State.FAILED}, State.QUEUED,
        wave=wave.strip()[:MOST_NAME] or found.wave, area=area.strip()[:MOST_NAME] or found.area,
    )  # fmt: skip
    portal.desk.audit(visitor.team, "check again", f"{identifier} {wave[:40]} {area[:40]}")
    return _back_to(identifier)


@router.post("/lieferung/{identifier}/zuordnen")
async def assign_headings(
    portal: ThePortal, request: Request, visitor: Anyone, identifier: str
) -> Response:
    """Remember for the team what unknown headings mean, and check again."""
    async with request.form(max_files=0, max_fields=200) as form:
        check_form(visitor, form.get("csrf"))
        answers = {key: str(value) for key, value in form.items()}
    found = portal.upload(identifier, visitor)
    if await run_in_threadpool(assign, portal.home, found, answers):
        portal.desk.move(identifier, OPEN, State.QUEUED)
        portal.desk.audit(visitor.team, "assign", identifier)
    return _back_to(identifier)


@router.post("/lieferung/{identifier}/zurueckziehen")
def take_back(
    portal: ThePortal, visitor: Anyone, identifier: str, csrf: Csrf = "", reason: Text = ""
) -> Response:
    """Withdraw what was loaded, with a reason."""
    check_form(visitor, csrf)
    found = portal.upload(identifier, visitor)
    if found.state is State.LOADED and found.submission is not None:
        done = withdraw(portal.home, found.submission, reason=reason[:500], actor=visitor.team)
        told = {"waves": done.waves, "restored": done.restored, "reason": reason[:500]}
        verdict = (found.verdict or {}) | {"withdrawn": told}
        portal.desk.move(identifier, frozenset({State.LOADED}), State.WITHDRAWN, verdict=verdict)
        portal.desk.audit(visitor.team, "withdraw", f"{identifier} {reason[:200]}")
    return _back_to(identifier)


def _back_to(identifier: str) -> Response:
    return RedirectResponse(f"/lieferung/{identifier}", status_code=303)
