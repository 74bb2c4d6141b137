"""The application: routes, guards and what refusals look like.

In: a home.
Out: an ASGI application; `leerstand serve` runs it beside its worker.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.portal import (
    deciding_pages,
    entrance,
    office_pages,
    publishing_pages,
    team_pages,
)
from pipelines.portal.access import Access
from pipelines.portal.api import make_api
from pipelines.portal.desk import Desk
from pipelines.portal.gate import Portal, Refused, visitor_or_none
from pipelines.portal.guards import App, BodyLimit, Headers, TooLarge
from pipelines.portal.view import lang_of, page

PAGES = (entrance, team_pages, office_pages, deciding_pages, publishing_pages)
_SENTENCES = {401, 403, 404, 405, 413, 422, 429}


def make_portal(home: Home) -> Portal:
    """The page of a home, not yet answering."""
    desk = Desk(home)
    return Portal(home, desk, Access(home, desk))


def make_app(portal: Portal) -> App:
    """The application with its guards outermost."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.portal = portal
    for part in PAGES:
        app.include_router(part.router)
    app.mount("/api/v1", make_api(portal))
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ExpectedFailure, _failed)
    return Headers(BodyLimit(cast("App", app), portal.most_bytes, portal.home.root))


def _refused(request: Request, refusal: Exception) -> Response:
    status = cast("Refused", refusal).status
    if status == 401:
        return RedirectResponse("/anmelden", status_code=303)
    return _sorry(request, status)


def _http(request: Request, error: Exception) -> Response:
    return _sorry(request, cast("HTTPException", error).status_code)


def _too_large(request: Request, error: Exception) -> Response:
    del error
    answer = _sorry(request, 413)
    # What is still on its way would be read to its end otherwise.
    answer.headers["connection"] = "close"
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    del error
    return _sorry(request, 422)


def _failed(request: Request, failure: Exception) -> Response:
    """An expected failure as its sentence."""
    sentence = cast("ExpectedFailure", failure).sentence(lang_of(request))
    visitor = visitor_or_none(request)
    return page(request, "sorry.html", visitor, 409, sentence=sentence, status=409)


def _sorry(request: Request, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": HTTPStatus(status).phrase}, status)
    key = status if status in _SENTENCES else 404
    return page(request, "sorry.html", visitor_or_none(request), status, sentence=None, status=key)
