"""`leerstand check` of the faulty example names each planted mistake, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from raw.examples import FAULTY, FOLDER

from .conftest import EXAMPLES, Office

PLANTED = json.loads((FOLDER / "record.json").read_text(encoding="utf-8"))["planted"]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    office = Office(tmp_path_factory.mktemp("nowhere"))
    done = office.run("check", EXAMPLES / FAULTY, "--json", home=False)
    assert done.returncode == 1
    (entry,) = json.loads(done.stdout)["files"]
    return entry


def occurrences(findings: Any) -> set[tuple[str, str, str]]:
    """(code, sheet, cell) of every cell named by a finding."""
    return {
        (finding["code"], finding["sheet"], cell)
        for finding in findings
        for cell in finding["cells"]
    }


def test_every_planted_mistake_is_named_with_its_cells(checked: Any) -> None:
    assert occurrences(PLANTED) <= occurrences(checked["findings"])


def test_nothing_else_is_named(checked: Any) -> None:
    """Hints on columns and sheets aside, which name no single cell."""
    assert occurrences(checked["findings"]) <= occurrences(PLANTED)


@pytest.mark.parametrize(
    "planted", [each for each in PLANTED if each["value"] or each["proposal"]],
    ids=lambda each: each["what"],
)  # fmt: skip
def test_value_and_proposal_are_told(checked: Any, planted: Any) -> None:
    (finding,) = [
        each
        for each in checked["findings"]
        if each["code"] == planted["code"] and set(planted["cells"]) <= set(each["cells"])
        and each["sheet"] == planted["sheet"]
    ]  # fmt: skip
    if planted["value"]:
        assert finding["value"] == planted["value"]
    if planted["proposal"]:
        assert finding["proposal"] == planted["proposal"]
    assert finding["message"]
    assert finding["remedy"]


def test_errors_in_key_fields_quarantine_their_rows_and_no_others(checked: Any) -> None:
    forms = {form["sheet"]: form for form in checked["forms"]}
    for sheet, form in forms.items():
        rows = {
            "".join(filter(str.isdigit, cell))
            for planted in PLANTED
            if planted["sheet"] == sheet and planted.get("is_quarantined")
            for cell in planted["cells"]
        }
        assert form["quarantined"] == len(rows)
        assert form["accepted"] == form["rows"] - len(rows)
