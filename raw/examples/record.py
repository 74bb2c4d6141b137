"""The generator's own record: every total that the example workbooks must come to.

In: the invented objects, counted here in plain Python.
Out: the content of record.json.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from raw.examples.second_wave import Met
from raw.examples.survey import Site, Vacancy


def totals(vacant: Iterable[Vacancy], producing: Iterable[Site]) -> dict[str, Any]:
    """Counts of one wave: per district, and vacant shops per street section."""
    vacant, producing = list(vacant), list(producing)
    codes = sorted({item.section.district_code for item in vacant})
    return {
        "districts": {
            code: _district(
                [item for item in vacant if item.section.district_code == code],
                [item for item in producing if item.section.district_code == code],
            )
            for code in codes
        },
        "vacant_shops": dict(
            sorted(
                Counter(
                    item.section.section_id
                    for item in vacant
                    if item.is_headline and item.unit_type == "LADENLOKAL"
                ).items()
            )
        ),
    }


def _district(vacant: list[Vacancy], producing: list[Site]) -> dict[str, int]:
    headline = Counter(item.object_kind for item in vacant if item.is_headline)
    empty = Counter(item.object_kind for item in vacant if item.status == "LEER")
    return {
        "rows": len(vacant),
        "vacancies": headline.total(),
        "units": headline["EINHEIT"],
        "buildings": headline["GEBAEUDE"],
        "brownfields": headline["BRACHFLAECHE"],
        "infill_gaps": empty["BAULUECKE"],
        "underused": empty["MINDERGENUTZT"],
        "interim_use": sum(item.status == "ZWISCHENNUTZUNG" for item in vacant),
        "partly_vacant": sum(
            item.is_headline and item.degree == "TEILWEISE" for item in vacant
        ),
        "site_rows": len(producing),
        "production_sites": sum(item.status == "AKTIV" for item in producing),
    }  # fmt: skip


def fates(met: Iterable[Met]) -> dict[str, list[str]]:
    """What became of the objects, by the office's number; new ones by address."""
    found: dict[str, list[str]] = {}
    for each in met:
        name = each.object_id or f"{each.street} {each.item.number} {each.item.unit_label}".strip()
        found.setdefault(each.fate, []).append(name)
    return dict(sorted(found.items()))
