"""Who may do what: every route as nobody, as the team, as another team, as the office."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute

from pipelines.portal.access import OFFICE, TEAM
from pipelines.portal.api import make_api
from pipelines.portal.app import PAGES as PARTS
from pipelines.portal.app import make_app, make_portal
from pipelines.portal.desk import State, Upload, folder_of
from pipelines.portal.gate import COOKIE, Portal
from pipelines.portal.guards import Rates
from pipelines.portal.receiving import Sender, keep, shown_name
from tests.portal.running import free_port, new_home

WHO = ("nobody", "A", "B", "office")
Client = Callable[[str], httpx.Client]

# Route → what nobody, the team that uploaded, another team and the office get. 303 sends on: to
# the sign-in page where nobody has signed in.
PAGES = {
    "GET /anmelden": (200, 200, 200, 200),
    "POST /anmelden": (401, 401, 401, 401),
    "GET /zugang/{token}": (200, 200, 200, 200),
    "POST /abmelden": (303, 303, 303, 303),
    "GET /static/{name}": (200, 200, 200, 200),
    "GET /veroeffentlicht/{path:path}": (404, 404, 404, 404),
    "GET /gesund": (200, 200, 200, 200),
    "GET /": (303, 200, 200, 303),
    "GET /vorlage": (303, 200, 200, 200),
    "POST /hochladen": (303, 303, 303, 303),
    "GET /stand": (303, 200, 200, 200),
    "GET /lieferung/{identifier}": (303, 200, 404, 200),
    "GET /lieferung/{identifier}/stand": (303, 200, 404, 200),
    "GET /lieferung/{identifier}/geprueft": (303, 200, 404, 200),
    "POST /lieferung/{identifier}/einreichen": (303, 303, 404, 404),
    "POST /lieferung/{identifier}/verwerfen": (303, 303, 404, 303),
    "POST /lieferung/{identifier}/erneut": (303, 303, 404, 303),
    "POST /lieferung/{identifier}/zuordnen": (303, 303, 404, 303),
    "POST /lieferung/{identifier}/zurueckziehen": (303, 303, 404, 303),
    "GET /amt": (303, 403, 403, 200),
    "GET /amt/einlieferung/{identifier}/geprueft": (303, 403, 403, 409),
    "GET /amt/quarantaene": (303, 403, 403, 200),
    "GET /amt/konflikte": (303, 403, 403, 200),
    "POST /amt/konflikte": (303, 403, 403, 422),
    "GET /amt/paare": (303, 403, 403, 200),
    "POST /amt/paare": (303, 403, 403, 422),
    "GET /amt/veroeffentlichen": (303, 403, 403, 200),
    "GET /amt/entwurf/{path:path}": (303, 403, 403, 404),
    "POST /amt/veroeffentlichen": (303, 403, 403, 303),
    "POST /amt/freigeben": (303, 403, 403, 422),
    "GET /amt/zugaenge": (303, 403, 403, 200),
    "POST /amt/zugaenge": (303, 403, 403, 422),
    "POST /amt/zugaenge/{identifier}/sperren": (303, 403, 403, 303),
    "GET /amt/protokoll": (303, 403, 403, 200),
}
API = {
    "GET /uploads": (401, 200, 200, 200),
    "GET /uploads/{identifier}": (401, 200, 404, 200),
    "GET /uploads/{identifier}/findings": (401, 200, 404, 200),
    "GET /uploads/{identifier}/marked": (401, 200, 404, 200),
    "POST /uploads": (401, 422, 422, 422),
    "POST /uploads/{identifier}/submit": (401, 202, 404, 404),
    "POST /uploads/{identifier}/discard": (401, 200, 404, 200),
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    found = make_portal(new_home(tmp_path_factory.mktemp("page") / "home"))
    found.sign_ins = Rates(100_000, 60.0)
    return found


@pytest.fixture(scope="module")
def tokens(portal: Portal) -> dict[str, str]:
    return {
        "A": portal.access.make_token(TEAM, "team-a"),
        "B": portal.access.make_token(TEAM, "team-b"),
        "office": portal.access.make_token(OFFICE, "Amt"),
    }


@pytest.fixture
def client(portal: Portal, tokens: dict[str, str]) -> Iterator[Client]:
    """A browser with the session of whoever it is."""
    opened: list[httpx.Client] = []

    def make(who: str) -> httpx.Client:
        found = httpx.Client(base_url=serving(portal), timeout=30)
        opened.append(found)
        if who != "nobody":
            assert found.post("/anmelden", data={"token": tokens[who]}).status_code == 303
        return found

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def upload(portal: Portal) -> Upload:
    """A checked upload of team A, with a marked copy."""
    kept = keep(portal.home, portal.desk, io.BytesIO(b"x"), "a.xlsx", Sender("team-a"))
    portal.desk.move(kept.id, frozenset({State.QUEUED}), State.READY)
    (folder_of(portal.home) / f"{kept.id}.xlsx").write_bytes(b"marked")
    return kept


SERVED: dict[int, str] = {}


def serving(portal: Portal) -> str:
    """The address of a page that answers in a thread of the test, without a worker."""
    if id(portal) not in SERVED:
        port = free_port()
        config = uvicorn.Config(make_app(portal), port=port, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.01)
        SERVED[id(portal)] = f"http://127.0.0.1:{port}"
    return SERVED[id(portal)]


def csrf_of(client: httpx.Client, portal: Portal) -> str:
    visitor = portal.access.visitor(client.cookies.get(COOKIE))
    return visitor.csrf if visitor else ""


def routes(*parts: Any) -> set[str]:
    found = set()
    for part in parts:
        for route in part.routes:
            if isinstance(route, APIRoute):
                found |= {f"{method} {route.path}" for method in route.methods}
    return found


def path_of(route: str, identifier: str) -> tuple[str, str]:
    method, path = route.split()
    values = {"identifier": identifier, "token": "x", "name": "style.css", "path:path": "x.html"}
    return method, re.sub(r"{([^}]+)}", lambda found: values[found.group(1)], path)


def test_the_tables_name_every_route(portal: Portal) -> None:
    pages = routes(*(part.router for part in PARTS))
    assert pages == set(PAGES)
    assert routes(make_api(portal)) == set(API)
    assert isinstance(make_api(portal), FastAPI)


@pytest.mark.parametrize("route", list(PAGES))
def test_pages(route: str, client: Client, upload: Upload, portal: Portal) -> None:
    got = []
    for who in WHO:
        portal.desk.move(upload.id, frozenset(State), State.READY)
        browser = client(who)
        method, path = path_of(route, upload.id)
        form = {"csrf": csrf_of(browser, portal)} if method == "POST" else None
        answer = browser.request(method, path, data=form)
        got.append(answer.status_code)
        if who == "nobody" and answer.status_code == 303:
            assert answer.headers["location"] == "/anmelden"
    assert tuple(got) == PAGES[route]


@pytest.mark.parametrize("route", list(API))
def test_api(
    route: str, client: Client, tokens: dict[str, str], upload: Upload, portal: Portal
) -> None:
    got = []
    for who in WHO:
        portal.desk.move(upload.id, frozenset(State), State.READY)
        method, path = path_of(route, upload.id)
        headers = {"authorization": f"Bearer {tokens.get(who, 'wrong')}"}
        body = {"json": {}} if path.endswith("submit") else {}
        answer = client("nobody").request(method, f"/api/v1{path}", headers=headers, **body)
        got.append(answer.status_code)
    assert tuple(got) == API[route]


@pytest.mark.parametrize("route", [route for route in PAGES if route.startswith("POST")])
def test_no_form_without_its_proof(
    route: str, client: Client, upload: Upload, portal: Portal
) -> None:
    if route == "POST /anmelden":
        return
    who = "office" if "/amt" in route else "A"
    method, path = path_of(route, upload.id)
    fields = dict.fromkeys(
        (
            "form",
            "municipality_key",
            "wave_id",
            "object_id",
            "submission",
            "name",
            "reason",
            "wave",
            "other",
            "kind",
        ),
        "x",
    )
    answer = client(who).request(method, path, data={**fields, "csrf": "0" * 64})
    assert answer.status_code == 403
    found = portal.desk.upload(upload.id)
    assert found is not None
    assert found.state is State.READY, "nothing has happened"


def test_sessions_end_with_their_token(client: Client, portal: Portal) -> None:
    browser = client("nobody")
    browser.post("/anmelden", data={"token": portal.access.make_token(TEAM, "team-c")})
    assert browser.get("/").status_code == 200
    token = next(entry for entry, _ in portal.desk.tokens() if entry.team == "team-c")
    portal.desk.revoke(token.id)
    assert browser.get("/").headers["location"] == "/anmelden"


@pytest.mark.parametrize("change", ["", "x", "e30=.", lambda s: s[:-1] + "0", lambda s: "A" + s])
def test_forged_sessions(change: Any, client: Client) -> None:
    browser = client("A")
    session = str(browser.cookies.get(COOKIE))
    forged = change(session) if callable(change) else change
    if forged == session:
        forged = session[:-1] + "1"
    browser.cookies.clear()
    browser.cookies.set(COOKIE, forged)
    assert browser.get("/").status_code == 303


def test_cookie_and_headers(client: Client, tokens: dict[str, str]) -> None:
    browser = client("nobody")
    answer = browser.post("/anmelden", data={"token": tokens["A"]})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_tokens_are_kept_as_hashes_only(portal: Portal, tokens: dict[str, str]) -> None:
    kept = b"".join(path.read_bytes() for path in portal.home.root.rglob("*") if path.is_file())
    assert not [token for token in tokens.values() if token.encode() in kept]


def test_too_many_sign_ins(client: Client, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "sign_ins", Rates(3, 60.0))
    browser = client("nobody")
    got = [browser.post("/anmelden", data={"token": "x"}).status_code for _ in range(5)]
    assert got == [401, 401, 401, 429, 429]


@pytest.mark.parametrize("is_announced", [True, False])
def test_too_large_is_refused_while_it_comes(is_announced: bool, tmp_path: Path) -> None:
    portal = make_portal(new_home(tmp_path / "home"))
    portal.most_bytes = 1000
    token = portal.access.make_token(TEAM, "team-a")
    sent = 0

    def body() -> Any:
        nonlocal sent
        for _ in range(100):
            sent += 500
            yield b"x" * 500

    headers = {"authorization": f"Bearer {token}"}
    if is_announced:
        headers["content-length"] = "50000"
    with httpx.Client(base_url=serving(portal), timeout=30) as browser:
        answer = browser.post("/api/v1/uploads?file=a.xlsx", content=body(), headers=headers)
    assert answer.status_code == 413
    assert portal.desk.uploads() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Liste.xlsx", "Liste.xlsx"),
        ("a\x00b\n.xlsx", "ab.xlsx"),
        ("", "upload"),
        ("..", "upload"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_names_are_only_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "path",
    ["../leerstand.toml", "%2e%2e/leerstand.toml", "..%2fleerstand.toml", "/etc/passwd", "a%00b"],
)
def test_published_site_has_walls(path: str, client: Client) -> None:
    assert client("nobody").get(f"/veroeffentlicht/{path}").status_code == 404


def test_text_from_names_is_escaped(client: Client, portal: Portal) -> None:
    keep(portal.home, portal.desk, io.BytesIO(b"x"), "<b>a&.xlsx", Sender("team-a"))
    page = client("A").get("/").text
    assert "&lt;b&gt;a&amp;.xlsx" in page
    assert "<b>" not in page
