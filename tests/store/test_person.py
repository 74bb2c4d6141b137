"""What is stored about an address, and how the originals that hold it go."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home, make_home
from pipelines.intake.reader import Reader
from pipelines.store import archive_of, build_edition
from pipelines.store.person import stored_about
from pipelines.store.purge import purge_these
from pipelines.store.rebuild import rebuild
from pipelines.store.verify import verify
from tests.store.conftest import places_of
from tests.store.surveys import PLACES, ingest, site, unit

pytestmark = pytest.mark.usefixtures("each_ledger")


def test_every_row_of_an_address_is_told(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("42", remarks="bei Frau Y."), unit("43")])
    ingest(home, "B", production_sites=[site("42")], team="team2")
    build_edition(home, PLACES)
    found = stored_about(home, "Hochstr. 42, 44866 Bochum")
    assert [row["view"] for row in found.rows] == ["units_history", "production_sites_history"]
    assert found.rows[0]["remarks"] == "bei Frau Y."
    assert found.rows[1]["business_name"] == "Werkstatt 42"
    assert found.submissions == {"S000001": True, "S000002": True}
    assert len(stored_about(home, "Hochstraße").rows) == 3
    assert stored_about(home, "Ostring 1").rows == ()
    with pytest.raises(InputFailure):
        stored_about(home, "  ")


def test_originals_go_with_a_reason_and_rows_stay(bochum_copy: Home, reader: Reader) -> None:
    home, places = bochum_copy, places_of(bochum_copy)
    street = "Hochstraße"
    before = stored_about(home, street)
    assert before.submissions
    names = list(before.submissions)
    protocol = purge_these(home, names, actor="Amt", reason="Antrag", reader=reader)
    assert [one.parameters["submission"] for one in protocol] == names
    assert all("Antrag" in one.sentence("de") for one in protocol)
    assert not any(archive_of(home).holds(str(one.parameters["sha256"])) for one in protocol)
    after = stored_about(home, street)
    assert after.rows == before.rows
    assert after.submissions == dict.fromkeys(names, False)
    assert purge_these(home, names, actor="Amt", reason="Antrag", reader=reader) == []
    assert rebuild(home, reader).differing == ()
    assert verify(home, places) == []
