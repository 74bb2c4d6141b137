"""The gate: what every route needs, and who may pass.

In: requests.
Out: `Portal` (home, desk, access, limits) and the visitor of a request, or a refusal that the
application turns into the sign-in page, a sentence or JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from pipelines.home import Home
from pipelines.portal.access import Access, Visitor, is_same
from pipelines.portal.desk import Desk, Upload
from pipelines.portal.guards import Rates
from pipelines.walk import home_places
from schemas.places import Place, Places

COOKIE = "leerstand"
UPLOAD_BYTES = 100 * 1024 * 1024
SIGN_INS, UPLOADS = (20, 60.0), (300, 60.0)
"""Per origin and per team: how many in how many seconds."""


class Refused(Exception):
    """A request that may not pass; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Portal:
    """One running page.

    Attributes:
        most_bytes: the largest body that is received.
    """

    home: Home
    desk: Desk
    access: Access
    most_bytes: int = UPLOAD_BYTES
    sign_ins: Rates = field(default_factory=lambda: Rates(*SIGN_INS))
    uploads: Rates = field(default_factory=lambda: Rates(*UPLOADS))

    @property
    def places(self) -> Places:
        """The places as they are now."""
        return home_places(self.home)

    @property
    def place(self) -> Place:
        """The municipality of the home."""
        key = self.home.settings().municipality
        return self.places.by_key.get(key, Place(key))

    def upload(self, identifier: str, visitor: Visitor) -> Upload:
        """An upload that the visitor may see.

        Raises:
            Refused: there is none, or it is another team's: nobody learns which.
        """
        found = self.desk.upload(identifier, visitor.scope)
        if found is None:
            raise Refused(404)
        return found

    def kept_until(self, upload: Upload) -> date:
        """The last day on which an upload that nobody hands in is still there."""
        came = date.fromisoformat(upload.made_at[:10])
        return came + timedelta(days=self.home.settings().discarded_days)

    def marked(self, upload: Upload) -> Path:
        """The marked copy of an upload.

        Raises:
            Refused: there is none.
        """
        path = self.home.warehouse / "portal" / f"{upload.id}.xlsx"
        if not path.is_file():
            raise Refused(404)
        return path


def portal_of(request: Request) -> Portal:
    """The page that a request is for."""
    found: Portal = request.app.state.portal
    return found


def visitor_or_none(request: Request) -> Visitor | None:
    """Whose session it is."""
    return portal_of(request).access.visitor(request.cookies.get(COOKIE))


def anyone(request: Request) -> Visitor:
    """A visitor who has signed in.

    Raises:
        Refused: nobody has.
    """
    visitor = visitor_or_none(request)
    if visitor is None:
        raise Refused(401)
    return visitor


def office(request: Request) -> Visitor:
    """A visitor of the office.

    Raises:
        Refused: nobody has signed in, or a team.
    """
    visitor = anyone(request)
    if not visitor.is_office:
        raise Refused(403)
    return visitor


def bearer(request: Request) -> Visitor:
    """Who sends an API request, by the token in its header.

    Raises:
        Refused: no token, or one that does not hold.
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    visitor = portal_of(request).access.holder(token.strip()) if kind.lower() == "bearer" else None
    if visitor is None:
        if not portal_of(request).sign_ins.allows(origin_of(request)):
            raise Refused(429)
        raise Refused(401)
    return visitor


def origin_of(request: Request) -> str:
    """The address a request comes from."""
    return request.client.host if request.client else "?"


def check_form(visitor: Visitor, given: object) -> None:
    """Hold that a form is ours.

    Raises:
        Refused: it does not carry the session's proof.
    """
    if not isinstance(given, str) or not is_same(given, visitor.csrf):
        raise Refused(403)


ThePortal = Annotated[Portal, Depends(portal_of)]
Anyone = Annotated[Visitor, Depends(anyone)]
Office = Annotated[Visitor, Depends(office)]
Bearer = Annotated[Visitor, Depends(bearer)]
