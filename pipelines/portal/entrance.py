"""The entrance: sign in by token or link, sign out, style and script, the published site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from pipelines.portal.gate import (
    COOKIE,
    Anyone,
    Portal,
    Refused,
    ThePortal,
    check_form,
    origin_of,
)
from pipelines.portal.view import page
from pipelines.publish.pages import STYLE

router = APIRouter(include_in_schema=False)
_FOLDER = Path(__file__).parent / "static"
_STATIC = {
    "site.css": (STYLE, "text/css"),
    "style.css": (_FOLDER / "style.css", "text/css"),
    "page.js": (_FOLDER / "page.js", "text/javascript"),
}
"""The published site's own style comes first, so that both are of one family."""


def signed_in(portal: Portal, request: Request, token: str) -> Response | None:
    """An answer that begins a session; None where the token does not hold.

    Raises:
        Refused: too many attempts.
    """
    if not portal.sign_ins.allows(origin_of(request)):
        raise Refused(429)
    visitor = portal.access.holder(token.strip())
    if visitor is None:
        portal.desk.audit("?", "sign-in refused", origin_of(request))
        return None
    # A whole team may come through one address; only what fails is limited.
    portal.sign_ins.forgive(origin_of(request))
    portal.desk.audit(visitor.team, "sign-in", visitor.token)
    answer = RedirectResponse("/amt" if visitor.is_office else "/", status_code=303)
    answer.set_cookie(
        COOKIE, portal.access.session(visitor), httponly=True, samesite="strict",
        secure=request.url.scheme == "https", max_age=12 * 3600,
    )  # fmt: skip
    return answer


@router.get("/anmelden")
def sign_in_page(request: Request) -> Response:
    """The sign-in page."""
    return page(request, "sign_in.html", None, failed=False, token="")


@router.post("/anmelden")
def sign_in(portal: ThePortal, request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Begin a session."""
    answer = signed_in(portal, request, token)
    return answer or page(request, "sign_in.html", None, 401, failed=True, token="")


@router.get("/zugang/{token}")
def by_link(request: Request, token: str) -> Response:
    """A team's link: the page with the token filled in, to be sent by hand.

    Following a link alone begins no session, so that no other page can sign anybody in.
    """
    return page(request, "sign_in.html", None, failed=False, token=token[:100])


@router.post("/abmelden")
def sign_out(portal: ThePortal, visitor: Anyone, csrf: Annotated[str, Form()] = "") -> Response:
    """End the session."""
    check_form(visitor, csrf)
    portal.desk.audit(visitor.team, "sign-out")
    answer = RedirectResponse("/anmelden", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Style and script."""
    if name not in _STATIC:
        raise Refused(404)
    path, kind = _STATIC[name]
    return FileResponse(path, media_type=kind)


@router.get("/veroeffentlicht/{path:path}")
def published(portal: ThePortal, path: str) -> Response:
    """The published site, for everybody; nothing outside its folder."""
    return file_below(portal.home.published, path)


def file_below(folder: Path, path: str) -> Response:
    """A file of a folder, or the index of one in it.

    Raises:
        Refused: there is none, or it lies elsewhere.
    """
    if "\0" in path:
        raise Refused(404)
    root = folder.resolve()
    target = (root / path).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_relative_to(root) or not target.is_file():
        raise Refused(404)
    return FileResponse(target)


@router.get("/gesund")
def health() -> Response:
    """Whether the page answers."""
    return Response("ok", media_type="text/plain")
