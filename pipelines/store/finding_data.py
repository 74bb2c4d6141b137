"""Findings as data: codes and parameters are kept, texts are made when shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from pipelines.intake.findings import Finding
from schemas.columns import Label

# The ledger keeps this many places of one finding; the store and a new check know all.
MOST_PLACES = 1000


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON values, its count beside it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "form": finding.form,
        "sheet": finding.sheet,
        "field": finding.field,
        "rows": list(finding.rows[:MOST_PLACES]),
        "cells": list(finding.cells[:MOST_PLACES]),
        "value": finding.value,
        "proposal": finding.proposal,
        "parameters": parameter_data(finding.parameters),
        "count": finding.count,
    }


def finding_from(data: dict[str, Any]) -> Finding:
    """The finding of `finding_data`."""
    content = {key: value for key, value in data.items() if key not in {"count", "severity"}}
    return Finding(
        **content
        | {
            "rows": tuple(data["rows"]),
            "cells": tuple(data["cells"]),
            "parameters": {
                name: Label(**value["label"])
                if isinstance(value, dict) and set(value) == {"label"}
                else value
                for name, value in data["parameters"].items()
            },
        }
    )


def findings_from(entries: Iterable[dict[str, Any]]) -> tuple[Finding, ...]:
    """All findings of a list of `finding_data`."""
    return tuple(finding_from(entry) for entry in entries)


def parameter_data(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a finding as JSON values; labels keep both languages."""
    return {name: _plain(value) for name, value in parameters.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Label):
        return {"label": dataclasses.asdict(value)}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def unabridged(finding: Finding) -> dict[str, Any]:
    """All places of a finding, to be laid over `finding_data`."""
    return {"rows": list(finding.rows), "cells": list(finding.cells)}
