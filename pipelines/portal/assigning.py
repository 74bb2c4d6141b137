"""Assigning: a team says what an unknown heading means, and it is remembered.

In: unknown headings of a verdict, the answers of a form.
Out: a mapping file of the team, DIR/raw/mappings/TEAM/seite-FORM-N.yml, as DESIGN.md describes.
"""

from __future__ import annotations

import hashlib
from typing import Any

import yaml

from pipelines.home import Home
from pipelines.portal.desk import Upload
from schemas import FORMS
from schemas.columns import Lang
from schemas.folding import fold


def assignable(unknown: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    """The unknown headings, each with the columns it might be: (name, title)."""
    return [
        entry
        | {
            "key": key_of(entry),
            "choices": [(c.name, c.title[lang]) for c in FORMS[entry["form"]].columns],
        }
        for entry in unknown
    ]


def key_of(entry: dict[str, Any]) -> str:
    """A name for a heading's field in the form."""
    text = f"{entry['form']}|{entry['heading']}"
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:12]


def assign(home: Home, upload: Upload, answers: dict[str, str]) -> None:
    """Write what was answered; other answers than columns of the form are passed over."""
    by_form: dict[str, dict[str, str]] = {}
    for entry in (upload.verdict or {}).get("unknown", []):
        chosen = answers.get(key_of(entry), "")
        if chosen in FORMS[entry["form"]].by_name:
            by_form.setdefault(entry["form"], {})[entry["heading"]] = chosen
    folder = home.mappings / team_folder(upload.team)
    for form, columns in by_form.items():
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256("|".join(sorted(columns)).encode()).hexdigest()[:8]
        text = yaml.safe_dump({"form": form, "columns": columns}, allow_unicode=True)
        (folder / f"seite-{form}-{digest}.yml").write_text(text, encoding="utf-8")


def team_folder(team: str) -> str:
    """A team's name, which the office gives, as a folder; nothing in it leads elsewhere."""
    return team if fold(team) and "/" not in team and not team.startswith(".") else "ohne"
