"""What a load would change, as the page shows it: counts, and which fields of which objects.

In: the store's preview of a load.
Out: data for the desk, and lines in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.store.preview import Foreseen, Preview
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Lang

MOST = 200
"""Objects that are shown one by one; the counts are of all."""


@dataclass(frozen=True)
class FieldChange:
    """One field of an object: its title, the value that stands, the value to come."""

    title: str
    old: str
    new: str


def changes_of(found: Preview) -> dict[str, Any]:
    """The preview as JSON: counts, and the first `MOST` objects of each kind."""
    return {
        "status": str(found.status),
        "replaces": list(found.replaces),
        "new": len(found.new),
        "unchanged": len(found.unchanged),
        "changed": len(found.changed),
        "missing": len(found.missing),
        "conflicting": len(found.conflicting),
        "fields": {
            _name(one): {
                name: [_plain(old), _plain(new)] for name, (old, new) in one.fields.items()
            }
            for one in found.changed[:MOST]
        },
        "missing_objects": [_name(one) for one in found.missing[:MOST]],
        "conflicting_objects": [_name(one) for one in found.conflicting[:MOST]],
    }


def _name(one: Foreseen) -> str:
    return one.object_id or one.label


def field_changes(
    changes: dict[str, Any], lang: Lang, nothing: str
) -> list[tuple[str, list[FieldChange]]]:
    """Each changed object with its fields; `nothing` stands for a value that is not stated."""
    return [
        (one, [_field_change(name, old, new, lang, nothing) for name, (old, new) in values.items()])
        for one, values in changes.get("fields", {}).items()
    ]


def _field_change(name: str, old: Any, new: Any, lang: Lang, nothing: str) -> FieldChange:
    column = column_named(name)
    title = column.title[lang] if column else name
    return FieldChange(title, *(shown(column, value, lang) or nothing for value in (old, new)))


def column_named(name: str) -> Column | None:
    """The declared column of a name, of the first form that has it."""
    return next((form.by_name[name] for form in FORMS.values() if name in form.by_name), None)


def shown(column: Column | None, value: Any, lang: Lang) -> str:
    """A value as people read it: codes by their labels."""
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    if column is not None and column.code_list is not None:
        known = code_list(column.code_list).by_code
        values = [known[one].label[lang] if one in known else one for one in values]
    return ", ".join(map(str, values))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, list) else str(value)
