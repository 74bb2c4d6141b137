"""Both languages of a finding name the same; that each can occur is held by tests/findings."""

from __future__ import annotations

import re

import pytest

from pipelines.intake.findings import Finding
from schemas.columns import Lang
from schemas.findings import catalogue

LANGS: tuple[Lang, ...] = ("de", "en")
FIELD = re.compile(r"{(\w+)(:?)[^}]*}")
"""A parameter, and whether it is a number with its noun."""


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages(code: str) -> None:
    entry = catalogue()[code]
    fields = {lang: FIELD.findall(entry.message[lang] + entry.remedy[lang]) for lang in LANGS}
    assert set(fields["de"]) == set(fields["en"])
    given = {name: 1 if counted else "1" for name, counted in fields["de"]}
    finding = Finding(code, value="W", parameters=given)
    for text in (finding.message("de"), finding.message("en"), finding.remedy("de")):
        assert "{" not in text
    assert entry.example
