"""The office's overview, the access keys and the audit log."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from pipelines.errors import ExpectedFailure
from pipelines.portal.access import OFFICE, TEAM
from pipelines.portal.desk import OPEN
from pipelines.portal.gate import Office, Refused, ThePortal, check_form
from pipelines.portal.office import current_view, missing_waves, newest_submissions
from pipelines.portal.team_pages import XLSX
from pipelines.portal.view import lang_of, page
from pipelines.walk.marking import mark_again
from pipelines.walk.overview import status_text

router = APIRouter(include_in_schema=False, prefix="/amt")
Csrf = Annotated[str, Form()]
Text = Annotated[str, Form()]
TEAM_NAME = re.compile(r"[\w][\w .-]{0,39}")
_SHOWN = 300


@router.get("")
def start(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """What is to be done, all submissions, what is still missing."""
    lang, places = lang_of(request), portal.places
    view = current_view(portal.home, places)
    uploads = portal.desk.uploads(most=50)
    return page(
        request, "office.html", visitor, submissions=newest_submissions(portal.home)[:_SHOWN],
        missing=missing_waves(portal.home, places), undelivered=view.undelivered(),
        conflicts=len(view.conflicts()), quarantined=len(view.quarantine()),
        open_uploads=sum(upload.state in OPEN for upload in uploads), uploads=uploads,
        status=lambda status: status_text(status, lang),
    )  # fmt: skip


@router.get("/einlieferung/{identifier}/geprueft")
def marked(portal: ThePortal, request: Request, visitor: Office, identifier: str) -> Response:
    """The marked workbook of a submission, made anew; runs and notices link to it."""
    portal.desk.audit(visitor.team, "marked", identifier[:40])
    folder = Path(tempfile.mkdtemp(prefix="leerstand-"))
    done = BackgroundTask(shutil.rmtree, folder)
    try:
        path = mark_again(portal.home, identifier, folder, lang_of(request))
    except ExpectedFailure:
        shutil.rmtree(folder)
        raise
    return FileResponse(path, media_type=XLSX, filename=path.name, background=done)


@router.get("/zugaenge")
def tokens(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """Who may come in."""
    entries = [entry for entry, _ in portal.desk.tokens()]
    return page(request, "tokens.html", visitor, tokens=entries, link="", made="", team="")


@router.post("/zugaenge")
def make_token(
    portal: ThePortal, request: Request, visitor: Office, team: Text = "", role: Text = TEAM,
    csrf: Csrf = "",
) -> Response:  # fmt: skip
    """Make a token; it is shown this once."""
    check_form(visitor, csrf)
    name = team.strip()
    if not TEAM_NAME.fullmatch(name) or role not in {TEAM, OFFICE}:
        raise Refused(422)
    token = portal.access.make_token(role, name)
    portal.desk.audit(visitor.team, "token made", name)
    entries = [entry for entry, _ in portal.desk.tokens()]
    link = f"{request.url.scheme}://{request.url.netloc}/zugang/{token}"
    return page(request, "tokens.html", visitor, tokens=entries, link=link, made=token, team=name)


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
    return page(request, "audit.html", visitor, entries=portal.desk.audited())
