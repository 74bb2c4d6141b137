"""The API for machines: the same as the page, by token in the header, as JSON.

In: `Authorization: Bearer TOKEN`; files as plain bodies.
Out: an application of its own below /api/v1, documented by /api/v1/openapi.json. A server of Kobo
or ODK, or a script, delivers with one POST and asks for the verdict with one GET.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict

from pipelines.errors import ExpectedFailure
from pipelines.feedback.marked import marked_name
from pipelines.portal.desk import OPEN, State, Upload
from pipelines.portal.gate import Bearer, Portal, Refused, portal_of
from pipelines.portal.guards import TooLarge
from pipelines.portal.receiving import Sender, keep, scratch
from pipelines.portal.team_pages import XLSX, hand_in
from pipelines.portal.view import lang_of

_SCHEME = HTTPBearer(auto_error=False, description="The token of a team or of the office.")


class Fault(BaseModel):
    """Why a request could not be done."""

    detail: str


class UploadState(BaseModel):
    """One upload and where it is."""

    id: str
    team: str
    file: str
    sha256: str
    state: State
    submission: str | None
    made_at: str
    changed_at: str


class UploadVerdict(UploadState):
    """An upload with its verdict: the file's entry of `check --json`; null until it is checked.

    `changes` says what handing in would change: null until it was compared, after the verdict.
    """

    model_config = ConfigDict(extra="forbid")
    verdict: dict[str, Any] | None
    failure: str | None
    changes: dict[str, Any] | None


class Submitting(BaseModel):
    """How to load: null takes a new source or a plain correction."""

    model_config = ConfigDict(extra="forbid")
    mode: Literal["replace", "add"] | None = None


def _faults(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": Fault} for code in codes}


def make_api(portal: Portal) -> FastAPI:
    """The application below /api/v1."""
    api = FastAPI(
        title="leerstand", version="1", docs_url=None, redoc_url=None,
        description="Upload survey workbooks, read the verdict, hand them in.",
        dependencies=[Security(_SCHEME)], responses=_faults(401, 429),
    )  # fmt: skip
    api.state.portal = portal
    _add_reading(api)
    _add_writing(api)

    @api.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> JSONResponse:
        del request
        headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else {}
        return JSONResponse({"detail": _WHY[refusal.status]}, refusal.status, headers)

    @api.exception_handler(TooLarge)
    async def too_large(request: Request, error: TooLarge) -> JSONResponse:
        del request, error
        return JSONResponse({"detail": _WHY[413]}, 413, {"connection": "close"})

    @api.exception_handler(ExpectedFailure)
    async def failed(request: Request, failure: ExpectedFailure) -> JSONResponse:
        return JSONResponse({"detail": failure.sentence(lang_of(request))}, 409)

    return api


_WHY = {
    401: "a valid token is needed", 403: "not allowed", 404: "no such upload",
    409: "nothing is to be decided about this upload", 413: "too large", 422: "empty body",
    429: "too many requests",
}  # fmt: skip


def _add_reading(api: FastAPI) -> None:
    @api.get("/uploads", response_model=list[UploadState])
    def uploads(request: Request, visitor: Bearer) -> list[UploadState]:
        """The newest uploads of the team; the office sees all."""
        found = portal_of(request).desk.uploads(visitor.scope)
        return [_state(upload) for upload in found]

    @api.get("/uploads/{identifier}", response_model=UploadVerdict, responses=_faults(404))
    def one(request: Request, visitor: Bearer, identifier: str) -> UploadVerdict:
        """One upload with its verdict."""
        return _verdict(portal_of(request).upload(identifier, visitor), request)

    @api.get("/uploads/{identifier}/findings", responses=_faults(404))
    def findings(request: Request, visitor: Bearer, identifier: str) -> list[dict[str, Any]]:
        """The findings alone; empty until it is checked."""
        verdict = _verdict(portal_of(request).upload(identifier, visitor), request).verdict
        return list(verdict["findings"]) if verdict else []

    @api.get(
        "/uploads/{identifier}/marked",
        response_class=FileResponse,
        responses={200: {"content": {XLSX: {}}}, **_faults(404)},
    )
    def marked(request: Request, visitor: Bearer, identifier: str) -> FileResponse:
        """The marked workbook."""
        portal = portal_of(request)
        found = portal.upload(identifier, visitor)
        name = marked_name(found.file)
        return FileResponse(portal.marked(found), media_type=XLSX, filename=name)


def _add_writing(api: FastAPI) -> None:
    body = {"content": {"application/octet-stream": {"schema": {"type": "string",
            "format": "binary", "minLength": 1}}}, "required": True}  # fmt: skip

    @api.post(
        "/uploads", status_code=202, response_model=UploadState,
        responses=_faults(409, 413, 422), openapi_extra={"requestBody": body},
    )  # fmt: skip
    async def send(
        request: Request,
        visitor: Bearer,
        file: Annotated[str, Query(min_length=1, max_length=200)],
        wave: Annotated[str, Query(max_length=40)] = "",
        area: Annotated[str, Query(max_length=40)] = "",
    ) -> UploadState:
        """Send a file as the body; `file` is its name. Its check begins at once."""
        sender = Sender(visitor.team, lang_of(request), wave.strip(), area.strip())
        return _state(await _received(portal_of(request), request, file, sender))

    @api.post(
        "/uploads/{identifier}/submit", status_code=202, response_model=UploadState,
        responses=_faults(404, 409),
    )  # fmt: skip
    def submit(request: Request, visitor: Bearer, identifier: str, how: Submitting) -> UploadState:
        """Hand in what was checked."""
        portal = portal_of(request)
        if not hand_in(portal, identifier, visitor.team, how.mode):
            raise Refused(409)
        return _state(portal.upload(identifier, visitor))

    @api.post(
        "/uploads/{identifier}/discard", response_model=UploadState, responses=_faults(404, 409)
    )
    def discard(request: Request, visitor: Bearer, identifier: str) -> UploadState:
        """Discard what was checked and not handed in."""
        portal = portal_of(request)
        portal.upload(identifier, visitor)
        if not portal.desk.move(identifier, OPEN | {State.FAILED}, State.DISCARDED):
            raise Refused(409)
        return _state(portal.upload(identifier, visitor))


async def _received(portal: Portal, request: Request, file: str, sender: Sender) -> Upload:
    if not portal.uploads.allows(sender.team):
        raise Refused(429)
    with scratch(portal.home) as content:
        async for chunk in request.stream():
            content.write(chunk)
        if content.tell() == 0:
            raise Refused(422)
        return await run_in_threadpool(keep, portal.home, portal.desk, content, file, sender)


def _state(upload: Upload) -> UploadState:
    return UploadState(**{name: getattr(upload, name) for name in UploadState.model_fields})


def _verdict(upload: Upload, request: Request) -> UploadVerdict:
    told, lang = upload.verdict or {}, lang_of(request)
    failure = told.get("failure", {}).get(lang)
    return UploadVerdict(
        **_state(upload).model_dump(), verdict=told.get("json", {}).get(lang), failure=failure,
        changes=told.get("changes") or None,
    )  # fmt: skip
