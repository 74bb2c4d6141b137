"""What keeps the page safe beyond who may do what: limits, walls, traces, no script of others."""

from __future__ import annotations

import io
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from pipelines.errors import InputFailure, StoreFailure
from pipelines.portal import guards
from pipelines.portal.access import OFFICE, TEAM
from pipelines.portal.app import make_portal
from pipelines.portal.desk import State
from pipelines.portal.gate import COOKIE, Portal
from pipelines.portal.guards import Rates
from pipelines.portal.receiving import Sender, keep
from pipelines.portal.serve import first_token, office_link
from tests.portal.running import new_home
from tests.portal.test_access import PAGES, csrf_of, path_of, serving


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(new_home(tmp_path / "home"))


@contextmanager
def signed_in(portal: Portal, role: str, team: str) -> Iterator[httpx.Client]:
    token = portal.access.make_token(role, team)
    with httpx.Client(base_url=serving(portal), timeout=30) as client:
        assert client.post("/anmelden", data={"token": token}).status_code == 303
        yield client


def send(portal: Portal, content: bytes = b"x") -> httpx.Response:
    token = portal.access.make_token(TEAM, "team-a")
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=serving(portal), timeout=30, headers=headers) as client:
        return client.post("/api/v1/uploads?file=a.csv", content=content)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104  what is refused
def test_nobody_opens_an_empty_page_to_the_world(host: str, portal: Portal) -> None:
    with pytest.raises(InputFailure, match="would be open to everybody"):
        first_token(portal, host)
    assert first_token(portal, "127.0.0.1")
    assert first_token(portal, host) is None, "now somebody can sign in"


def test_the_office_gets_a_new_key_at_any_time(portal: Portal) -> None:
    """As `serve --office-key` does, before the page first runs or after a key was lost."""
    address, _, token = office_link(portal.home, "https://seite.example/").rpartition("/")
    assert address == "https://seite.example/zugang"
    found = portal.access.holder(token)
    assert found is not None
    assert found.is_office


def test_the_signing_key_is_for_its_owner_alone(portal: Portal) -> None:
    assert stat.S_IMODE((portal.home.root / "raw/portal.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("path", ["../leerstand.toml", "%2e%2e/leerstand.toml", "a%00b"])
def test_the_draft_has_walls(path: str, portal: Portal) -> None:
    (portal.home.drafts / "index.html").write_text("<p>draft</p>", encoding="utf-8")
    with signed_in(portal, OFFICE, "Amt") as office:
        assert office.get("/amt/entwurf/").text == "<p>draft</p>"
        assert office.get("/amt/entwurf/").headers["cache-control"] == "no-store"
        assert office.get(f"/amt/entwurf/{path}").status_code == 404
    with signed_in(portal, TEAM, "team-a") as team:
        assert team.get("/amt/entwurf/").status_code == 403


def test_too_many_uploads(portal: Portal) -> None:
    portal.uploads = Rates(2, 60.0)
    assert [send(portal).status_code for _ in range(3)] == [202, 202, 429]


def test_a_disk_that_fills_up_takes_no_more(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = guards.DISK_RESERVE + 2 * 1000
    monkeypatch.setattr(guards.shutil, "disk_usage", lambda _: Usage(0, 0, free))
    assert send(portal, b"x" * 1000).status_code == 202
    assert send(portal, b"x" * 1001).status_code == 413


def test_a_full_disk_is_a_sentence(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreFailure("disk-full", path="x")

    monkeypatch.setattr("pipelines.portal.api.keep", full)
    answer = send(portal)
    assert answer.status_code == 409
    assert answer.json()["detail"]


def test_a_form_of_another_session_is_refused(portal: Portal) -> None:
    with signed_in(portal, TEAM, "team-a") as one, signed_in(portal, TEAM, "team-a") as other:
        proof = csrf_of(other, portal)
        assert one.post("/abmelden", data={"csrf": proof}).status_code == 403
        assert one.post("/abmelden", data={"csrf": csrf_of(one, portal)}).status_code == 303


def test_a_session_that_is_over_opens_nothing(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signed_in(portal, TEAM, "team-a") as client:
        session = client.cookies.get(COOKIE)
        assert portal.access.visitor(session)
        later = time.time() + 13 * 3600
        monkeypatch.setattr("pipelines.portal.access.time.time", lambda: later)
        assert portal.access.visitor(session) is None


def test_everything_that_is_done_leaves_a_trace(portal: Portal) -> None:
    kept = keep(portal.home, portal.desk, io.BytesIO(b"x"), "a.csv", Sender("team-a"))
    portal.desk.move(kept.id, frozenset({State.QUEUED}), State.READY)
    with signed_in(portal, TEAM, "team-a") as team:
        team.post("/anmelden", data={"token": "wrong"})
        proof = {"csrf": csrf_of(team, portal)}
        team.post(f"/lieferung/{kept.id}/verwerfen", data=proof)
    with signed_in(portal, OFFICE, "Amt") as office:
        proof = {"csrf": csrf_of(office, portal)}
        office.post("/amt/zugaenge", data=proof | {"team": "neu", "role": "team"})
        office.post("/amt/veroeffentlichen", data=proof)
        office.post("/amt/freigeben", data=proof | {"name": "A. Muster", "reason": "geprüft"})
        shown = office.get("/amt/protokoll").text
    told = [(entry["who"], entry["what"]) for entry in reversed(portal.desk.audited())]
    assert told == [
        ("team-a", "upload"), ("team-a", "sign-in"), ("?", "sign-in refused"),
        ("team-a", "discard"), ("Amt", "sign-in"), ("Amt", "token made"), ("Amt", "publish"),
        ("Amt", "approve"),
    ]  # fmt: skip
    assert "A. Muster: geprüft" in shown


@pytest.mark.parametrize("route", [route for route in PAGES if route.startswith("GET /")])
def test_no_page_runs_or_styles_anything_inline(route: str, portal: Portal) -> None:
    kept = keep(portal.home, portal.desk, io.BytesIO(b"x"), "a.csv", Sender("team-a"))
    with signed_in(portal, OFFICE if "/amt" in route else TEAM, "team-a") as client:
        answer = client.get(path_of(route, kept.id)[1])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    if not answer.headers["content-type"].startswith("text/html"):
        return
    is_site = route.startswith(("GET /veroeffentlicht/", "GET /amt/entwurf/"))
    assert is_site or "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", answer.text)
    assert re.findall(r'(?:src|href|action)="(?!/|#|data:,)[^"]*"', answer.text) == []
