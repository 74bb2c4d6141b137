"""What one does on the page with a browser, and what is held of every page one sees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipelines.portal.access import TEAM
from raw.examples.faulty import vacancy
from tests.portal.running import Running

SHOTS = os.environ.get("LEERSTAND_SHOTS")
"""A folder for pictures of every page, to be looked at."""
REPEATED = ("desktop without script", "phone", "phone without script")
"""What one sees beside the page at a desk."""
KINDS = (
    "desktop",
    pytest.param("desktop without script", marks=pytest.mark.soak),
    pytest.param("phone", marks=pytest.mark.soak),
    "phone without script",
)
_NUMBERS = count(1)
_SECONDS = 90_000


@dataclass
class Visit:
    """One browser at the page; each has teams and objects of its own."""

    page: Page
    running: Running
    kind: str
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def sign_in(self, team: str) -> None:
        """Come in by the link of a team that only this visit has, or of the office."""
        token = self.running.tokens["office"]
        if team != "office":
            token = self.running.portal.access.make_token(TEAM, self.name_of(team))
        self.page.goto(f"/zugang/{token}")
        self.click("Anmelden")

    def name_of(self, team: str) -> str:
        return f"team-{team}{self.number}"

    def sign_out(self) -> None:
        self.click("Abmelden")

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=_SECONDS)

    def upload(self, path: Path) -> None:
        """Upload one file and wait for its verdict, compared with the store."""
        self.page.goto("/")
        self.page.get_by_label("Dateien auswählen").set_input_files(path)
        self.click("Hochladen und prüfen")
        self.is_checked(path.name)

    def is_checked(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=name)).to_be_visible(timeout=_SECONDS)
        expect(self.page.get_by_role("button", name="Verwerfen")).to_be_visible(timeout=_SECONDS)

    def hand_in(self) -> None:
        self.click("Einreichen")

    def look(self, name: str) -> None:
        """Hold that the page is accessible and fits; keep a picture where one is wanted.

        Both ask the page by scripts; without JavaScript only the way itself is held.
        """
        if SHOTS:
            self.page.screenshot(
                path=f"{SHOTS}/{name}-{self.kind.replace(' ', '-')}.png", full_page=True
            )
        if "without" in self.kind:
            return
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        width = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{name} is {width} pixels too wide"

    def rows(self, *changes: dict[str, Any]) -> list[dict[str, Any]]:
        """Faultless rows of objects that only this visit has, with the changes made to each."""
        found = []
        for at, change in enumerate(changes):
            row = vacancy(self.number * 20 + at)
            del row["Telefon Eigentümer"], row["Laune"]
            found.append(row | change)
        return found


def write_book(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A workbook with one sheet of form A."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Leerstände"
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


@contextmanager
def visit(browser: Browser, running: Running, kind: str, scheme: Any = "light") -> Iterator[Visit]:
    """Open a browser at the page; afterwards, no other host was asked for anything."""
    context = browser.new_context(
        viewport={"width": 1280 if "desktop" in kind else 360, "height": 800},
        java_script_enabled="without" not in kind, locale="de-DE", accept_downloads=True,
        base_url=running.address, color_scheme=scheme,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(_SECONDS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        yield Visit(page, running, kind)
    finally:
        context.close()
    ours = (running.address, "data:")
    assert [url for url in asked if not url.startswith(ours)] == [], "no other host"
