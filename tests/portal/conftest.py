from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal.running import Running, run


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from run(tmp_path_factory.mktemp("page") / "home")
