"""Assigning: a team says what an unknown heading means, and it is remembered.

In: unknown headings of a verdict, the answers of a form.
Out: a mapping file of the team, DIR/raw/mappings/TEAM/seite-FORM-N.yml, as DESIGN.md describes. It
holds what the mapping that fitted before said, and the answers.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

from pipelines.home import Home
from pipelines.intake.mappings import load_mapping
from pipelines.intake.text_yaml import read_text_yaml
from pipelines.portal.desk import Upload
from schemas import FORMS
from schemas.columns import Lang


def assignable(told: dict[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """The unknown headings, each with the columns it might be: (name, title).

    A column that the sheet has already is not offered: two headings cannot mean the same.
    """
    taken = {
        (table["form"], table["sheet"]): set(table["columns"])
        for table in told.get("json", {}).get(lang, {}).get("forms", [])
    }
    return [
        entry
        | {
            "key": key_of(entry),
            "choices": [
                (column.name, column.title[lang])
                for column in FORMS[entry["form"]].columns
                if column.name not in taken.get((entry["form"], entry["sheet"]), ())
            ],
        }
        for entry in told.get("unknown", [])
    ]


def key_of(entry: dict[str, Any]) -> str:
    """A name for a heading's field in the form."""
    text = f"{entry['form']}|{entry['heading']}"
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:12]


def assign(home: Home, upload: Upload, answers: dict[str, str]) -> int:
    """Remember what was answered; answers that are no columns of the form are passed over.

    Returns:
        How many headings are known from now on.

    Raises:
        InputFailure: two headings were given the same meaning; nothing is remembered then.
    """
    told = upload.verdict or {}
    by_form: dict[str, dict[str, str]] = {}
    for entry in told.get("unknown", []):
        chosen = answers.get(key_of(entry), "")
        if chosen in FORMS[entry["form"]].by_name:
            by_form.setdefault(entry["form"], {})[entry["heading"]] = chosen
    folder = home.mappings / upload.team
    for form, columns in by_form.items():
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, _known(folder, told.get("mapping"), form), form, columns)
    return sum(map(len, by_form.values()))


def _known(folder: Path, name: str | None, form: str) -> dict[str, Any]:
    """What the mapping that the file was read with says, where it is of this form."""
    path = folder / Path(name).name if name else None
    if path is None or not path.is_file():
        return {}
    content = read_text_yaml(path.read_bytes())
    return content if isinstance(content, dict) and content.get("form") == form else {}


def _write(folder: Path, known: dict[str, Any], form: str, columns: dict[str, str]) -> None:
    """Write the mapping where it holds; a wrong one would stop every check of the team."""
    both = {**(known.get("columns") or {}), **columns}
    text = yaml.safe_dump({**known, "form": form, "columns": both}, allow_unicode=True)
    digest = hashlib.sha256("|".join(sorted(both)).encode()).hexdigest()[:8]
    handle, name = tempfile.mkstemp(dir=folder, suffix=".new")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        load_mapping(scratch)
        scratch.replace(folder / f"seite-{form}-{digest}.yml")
    finally:
        scratch.unlink(missing_ok=True)
