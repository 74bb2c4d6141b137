"""The history of publication, kept in the ledger: which edition changed what, and why.

In: the ledger's events of kind "publication".
Out: the list of editions, the main figures last published, and for each file its digest and the
edition that it was last written with, so that pages made anew from the ledger are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from pipelines.publish.content import Issue, Item
from pipelines.publish.edition import Summaries
from pipelines.publish.tables import known_districts
from pipelines.store.ledger import Event

MAIN = ("vacancies", "interim_use", "production_sites")
Figures = dict[str, list[int | None]]


@dataclass(frozen=True)
class Past:
    """What the ledger knows of what was published.

    Attributes:
        files: name → (digest, edition) as last written.
        figures: "municipality|wave|district" → the main figures in the order of `MAIN`.
        issues: the editions that changed something, latest first.
    """

    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    figures: Mapping[str, list[int | None]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def past(events: Iterable[Event]) -> Past:
    """Fold the publications of the ledger."""
    files: dict[str, tuple[str, str]] = {}
    figures: Figures = {}
    issues: list[Issue] = []
    for event in events:
        content = event.payload
        for name, digest in content["files"].items():
            if digest is None:
                files.pop(name, None)
            else:
                files[name] = (digest, content["edition"])
        for key, values in content["figures"].items():
            if values is None:
                figures.pop(key, None)
            else:
                figures[key] = values
        if content["changes"] or event.reason or content["is_first"]:
            issues.append(Issue(
                content["edition"], date.fromisoformat(content["on"]), event.reason,
                tuple((c[0], c[1], c[2], c[3], c[4]) for c in content["changes"]),
                content["is_first"],
            ))  # fmt: skip
    return Past(files, figures, tuple(reversed(issues)))


def main_figures(summaries: Summaries) -> Figures:
    """The main figures of every district and wave."""
    known = known_districts(summaries).sort("municipality_key", "wave_id", "district_id")
    return {
        f"{row['municipality_key']}|{row['wave_id']}|{row['district_id']}": [
            row[name] for name in MAIN
        ]
        for row in known.iter_rows(named=True)
    }


def changed_figures(
    before: Mapping[str, list[int | None]],
    after: Mapping[str, list[int | None]],
    registers: pl.DataFrame,
) -> tuple[tuple[str, str, str, int | None, int | None], ...]:
    """(district, wave, figure, old, new) of every main figure that differs."""
    names = dict(registers.select("district_id", "district").rows())
    changes = []
    for key in sorted({*before, *after}):
        _, wave, district = key.split("|", 2)
        pairs = zip(before.get(key, [None] * 3), after.get(key, [None] * 3), strict=True)
        changes += [
            (names.get(district, district), wave, name, old, new)
            for name, (old, new) in zip(MAIN, pairs, strict=True)
            if old != new
        ]
    return tuple(changes)


def publication_entry(
    edition: str, on: date, known: Past, items: Iterable[Item], figures: Figures, issue: Issue
) -> dict[str, Any]:
    """The payload of a publication: only what changed since the last."""
    digests = {item.name: item.digest for item in items}
    files: dict[str, str | None] = {
        name: digest for name, digest in digests.items()
        if known.files.get(name, ("", ""))[0] != digest
    }  # fmt: skip
    files |= dict.fromkeys(known.files.keys() - digests.keys())
    changed: dict[str, Any] = {
        key: values for key, values in figures.items() if known.figures.get(key) != values
    }
    changed |= dict.fromkeys(known.figures.keys() - figures.keys())
    return {"edition": edition, "on": on.isoformat(), "is_first": issue.is_first, "files": files,
            "figures": changed, "changes": [list(change) for change in issue.changes]}  # fmt: skip
