"""The options of an upload as the ledger keeps them, so that a rebuild checks with the same."""

from __future__ import annotations

import json

import pytest

from pipelines.intake.options import CheckOptions
from pipelines.store.context import options_from, options_text


@pytest.mark.parametrize(
    "options",
    [
        CheckOptions("wat", today="2026-11-22"),
        CheckOptions("wat", wave="2019-W1", area="WAT", municipality="06412000"),
    ],
)
def test_what_was_said_comes_back(options: CheckOptions) -> None:
    assert options_from(options_text(options)) == options


def test_an_area_that_nobody_named_leaves_no_trace() -> None:
    """Uploads of before there were areas to name keep their fingerprint."""
    assert "area" not in json.loads(options_text(CheckOptions("wat")))
