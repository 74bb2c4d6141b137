"""Publishing: what would change, the draft, approval with name and reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from pipelines.portal.entrance import file_below
from pipelines.portal.gate import Office, Refused, ThePortal, check_form
from pipelines.portal.guards import DRAFT_PREFIX
from pipelines.portal.office import current_view
from pipelines.portal.view import lang_of, page
from pipelines.publish.proposal import propose
from pipelines.publish.release import UNASSIGNED
from pipelines.publish.start import told_change

router = APIRouter(include_in_schema=False, prefix="/amt")
Csrf = Annotated[str, Form()]
Text = Annotated[str, Form()]


@router.get("/veroeffentlichen")
def proposal(portal: ThePortal, request: Request, visitor: Office) -> Response:
    """What publishing would change, what waits for approval, how the last tasks ended."""
    lang, places = lang_of(request), portal.places
    edition = current_view(portal.home, places).edition
    found = propose(portal.home, places, edition)
    return page(
        request, "publishing.html", visitor, edition=edition.id, proposal=found,
        to_publish=[told_change(change, lang) for change in found.to_publish],
        in_draft=[told_change(change, lang) for change in found.in_draft], unassigned=UNASSIGNED,
        has_draft=(portal.home.drafts / "index.html").is_file(),
        has_site=(portal.home.published / "index.html").is_file(), tasks=portal.desk.tasks(),
    )  # fmt: skip


@router.post("/veroeffentlichen")
def publish(portal: ThePortal, visitor: Office, csrf: Csrf = "") -> Response:
    """Make edition, draft and site anew, behind the page."""
    check_form(visitor, csrf)
    portal.desk.add_task("publish", visitor.team, "")
    portal.desk.audit(visitor.team, "publish")
    return RedirectResponse("/amt/veroeffentlichen", status_code=303)


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
    return RedirectResponse("/amt/veroeffentlichen", status_code=303)


@router.get(DRAFT_PREFIX.removeprefix("/amt") + "{path:path}")
def draft(portal: ThePortal, visitor: Office, path: str) -> Response:
    """The draft of the site, for the office alone."""
    del visitor
    return file_below(portal.home.drafts, path)
