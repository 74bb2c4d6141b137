"""The generated documents are current, and everything that should be explained is."""

from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.docs import FOLDER, documents, setting_texts
from pipelines.home import Settings
from schemas import FORMS
from schemas.columns import Form
from schemas.findings import catalogue


@pytest.mark.parametrize("name", documents())
def test_document_is_current(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == documents()[name], "stale: run make docs"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_dictionary_explains_every_column(form: Form) -> None:
    text = documents()["data-dictionary.md"]
    section = text.split(f"(`{form.name}`)")[1].split("\n## ")[0]
    for column in form.columns:
        assert f"| `{column.name}`" in section
        assert column.description.de in section
        assert column.description.en in section


def test_every_finding_and_setting_is_explained() -> None:
    findings = documents()["findings.md"]
    assert [line[4:] for line in findings.splitlines() if line.startswith("### ")] == [*catalogue()]
    assert set(setting_texts().labels) == {field.name for field in fields(Settings)}


def test_docs_link_to_what_is_there() -> None:
    for path in FOLDER.glob("*.md"):
        for part in path.read_text(encoding="utf-8").split("](")[1:]:
            target = part.split(")")[0].split("#")[0]
            if target and "://" not in target:
                assert (path.parent / Path(target)).exists(), f"{path.name}: {target}"
