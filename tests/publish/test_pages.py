"""Every page in a real browser: no error, no request, no sideways scrolling, no barrier, no cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

LINKS = """[...document.querySelectorAll('a')].map(
    a => a.href.baseVal ? new URL(a.href.baseVal, document.baseURI).href : a.href)"""
LANDSCAPE, PORTRAIT = 1017, 642  # printable width of A4 in CSS pixels, within our margins


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 40
    return found


def test_every_page_opens_without_error_request_or_sideways_scrolling(
    browser: Browser, site: Path
) -> None:
    said: list[str] = []
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: said.append(request.url)
            if not request.url.startswith(("file:", "data:")) else None)  # fmt: skip
    for path in pages(site):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            said.append(f"{path}: scrolls sideways")
    page.close()
    assert said == []


def test_every_link_leads_somewhere(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    targets: dict[str, str] = {}
    for path in pages(site):
        page.goto(path.as_uri())
        links = page.evaluate(LINKS)
        targets |= {link.split("#")[0]: str(path) for link in links}
    page.close()
    lost = {link: page for link, page in targets.items()
            if not Path(link.removeprefix("file://")).is_file()}  # fmt: skip
    assert lost == {}


def barriers(browser: Browser, paths: list[Path], scheme: str) -> list[tuple[str, str, str]]:
    """(page, rule, element) of every violation that axe-core finds."""
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # one of two literals
    found = []
    for path in paths:
        page.goto(path.as_uri())
        found += [
            (path.name, rule["id"], rule["nodes"][0]["html"][:120])
            for rule in Axe().run(page).response["violations"]
        ]
    page.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_on_a_page_of_each_kind(
    browser: Browser, site: Path, scheme: str
) -> None:
    kinds = ("index", "committee", "tables/index", "tables/districts", "tables/durations",
             "tables/previous_use", "districts/05911000-25", "methods", "dictionary",
             "downloads", "editions")  # fmt: skip
    assert barriers(browser, [site / f"{kind}.html" for kind in kinds], scheme) == []


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_anywhere(browser: Browser, site: Path, scheme: str) -> None:
    assert barriers(browser, pages(site), scheme) == []


def test_no_table_is_cut_in_print(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    cut = []
    for path in pages(site):
        width = PORTRAIT if path.name == "committee.html" else LANDSCAPE
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width:
            cut.append(path.relative_to(site).as_posix())
    page.goto((site / "committee.html").as_uri())
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
    assert cut == []
