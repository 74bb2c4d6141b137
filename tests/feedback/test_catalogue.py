"""Both languages of a finding name the same; that each can occur is held by tests/findings."""

from __future__ import annotations

import re

import pytest

from pipelines.intake.findings import Finding
from schemas.findings import catalogue


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages(code: str) -> None:
    entry = catalogue()[code]
    fields = set(re.findall(r"{(\w+)}", entry.message.de + entry.remedy.de))
    assert fields == set(re.findall(r"{(\w+)}", entry.message.en + entry.remedy.en))
    finding = Finding(code, value="W", parameters=dict.fromkeys(fields, "1"))
    for text in (finding.message("de"), finding.message("en"), finding.remedy("de")):
        assert "{" not in text
    assert entry.example
