"""One reader for the whole room: starting a worker for each test would take longer than reading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.intake.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader() as own:
        yield own
