"""What is stored about an address, for an enquiry under data protection law.

In: a home with an edition, an address as somebody writes it.
Out: `Stored`: every row ever loaded for the address, quarantined rows that name it, and the
submissions whose original files hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.intake.values.split import split_address
from pipelines.store.edition import find_edition
from pipelines.store.identity import address_key
from pipelines.store.ledger import Ledger
from pipelines.store.query import open_edition, to_json
from pipelines.store.submission import submission_id
from pipelines.store.verdicts import purged_numbers

_VIEWS = ("units_history", "production_sites_history")


@dataclass(frozen=True)
class Stored:
    """What is stored about an address.

    Attributes:
        rows: rows of the history with the columns that say something; "view" names where.
        quarantined: rows that could not be counted, with their raw texts.
        submissions: id → whether the original is still in the archive.
    """

    rows: tuple[dict[str, Any], ...]
    quarantined: tuple[dict[str, Any], ...]
    submissions: dict[str, bool]

    def to_json(self) -> dict[str, Any]:
        """What `person --json` prints."""
        return {
            "format": 1,
            "rows": list(self.rows),
            "quarantined": list(self.quarantined),
            "submissions": [
                {"submission": name, "original": is_there}
                for name, is_there in self.submissions.items()
            ],
        }


def stored_about(home: Home, address: str) -> Stored:
    """Everything stored about an address; without a house number about its whole street.

    Raises:
        InputFailure: the text names no street.
        StoreFailure: there is no edition.
    """
    wanted = _key(address)
    rows: list[dict[str, Any]] = []
    with open_edition(find_edition(home).path) as connection:
        for view in _VIEWS:
            frame = connection.execute(f"FROM {view} ORDER BY submission_id, row_number").pl()
            found = frame.filter(address_key().str.starts_with(wanted))
            rows += [{"view": view} | _said(row) for row in found.to_dicts()]
        raw = connection.execute("FROM quarantine ORDER BY submission_id, row_number").pl()
    street = split_address(address).street.casefold()
    quarantined = [
        _said(row) for row in raw.to_dicts() if street and street in str(row["raw"]).casefold()
    ]
    with Ledger(home) as ledger, ledger.reading() as reading:
        gone = {submission_id(number) for number in purged_numbers(reading)}
    names = sorted({str(row["submission_id"]) for row in (*rows, *quarantined)})
    return Stored(tuple(rows), tuple(quarantined), {name: name not in gone for name in names})


def _key(address: str) -> str:
    """The beginning of the address keys that are meant."""
    parts = split_address(address)
    if not parts.street:
        raise InputFailure("no-address", text=address)
    place = {
        "street": [parts.street],
        "house_number": [parts.house_number],
        "location_note": [None],
    }
    frame = pl.DataFrame(place, schema=dict.fromkeys(place, pl.String))
    return str(frame.select(address_key()).item())


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what it does not say."""
    return {name: to_json(value) for name, value in row.items() if value not in (None, [], "")}
