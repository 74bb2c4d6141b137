from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.portal.browsing import KINDS, Visit, visit
from tests.portal.running import Running, run

RUNNING_WAVE = "2023-W1,Laufende Welle,05911000,WAT,2023-05-01,2023-06-30,2023-06-30,laufend\n"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One page for all, in a city where a wave runs; visits have teams and objects of their own."""
    for found in run(tmp_path_factory.mktemp("page") / "home"):
        with (found.home.areas / "bochum/waves.csv").open("a", encoding="utf-8") as waves:
            waves.write(RUNNING_WAVE)
        yield found


@pytest.fixture(params=KINDS)
def there(
    request: pytest.FixtureRequest, browser: Browser, running: Running, tmp_path: object
) -> Iterator[Visit]:
    """A browser as wide as a desk's or a telephone's, with JavaScript or without."""
    del tmp_path
    with visit(browser, running, request.param) as found:
        yield found
