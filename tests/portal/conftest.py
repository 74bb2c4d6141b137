from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.portal.browsing import KINDS, Visit, visit
from tests.portal.running import Running, run


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from run(tmp_path_factory.mktemp("page") / "home")


@pytest.fixture(params=KINDS)
def there(
    request: pytest.FixtureRequest, browser: Browser, running: Running, tmp_path: object
) -> Iterator[Visit]:
    """A browser as wide as a desk's or a telephone's, with JavaScript or without."""
    del tmp_path
    with visit(browser, running, request.param) as found:
        yield found
