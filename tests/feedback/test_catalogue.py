"""Every finding of the catalogue is provoked by a test; both languages name what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.intake.findings import Finding
from schemas.findings import catalogue

ROOT = Path(__file__).parent.parent.parent
OWN = Path(__file__)

# Codes that no test names yet. The list may only get shorter.
UNTESTED = frozenset(
    {
        "columns-hidden", "correction-replaces", "correction-waits", "file-not-there",
        "file-other-ending", "objects-gone", "row-refused", "sheet-chart", "sheet-hidden",
        "text-without-table",
    }
)  # fmt: skip


def named() -> set[str]:
    """Codes that a test or the record of planted mistakes names."""
    files = [path for path in (ROOT / "tests").rglob("*.py") if path != OWN]
    files.append(ROOT / "raw/examples/faults.toml")
    texts = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+", texts)) & set(catalogue())


def test_every_code_is_named_by_a_test() -> None:
    assert set(catalogue()) - named() <= UNTESTED


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages(code: str) -> None:
    entry = catalogue()[code]
    fields = set(re.findall(r"{(\w+)}", entry.message.de + entry.remedy.de))
    assert fields == set(re.findall(r"{(\w+)}", entry.message.en + entry.remedy.en))
    finding = Finding(code, value="W", parameters=dict.fromkeys(fields, "1"))
    for text in (finding.message("de"), finding.message("en"), finding.remedy("de")):
        assert "{" not in text
    assert entry.example
