"""The API as its document says, and a machine's whole way through it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth

from raw.examples import FOLDER
from tests.portal.running import Running, run, wait_for


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from run(tmp_path_factory.mktemp("api") / "home")


@pytest.fixture
def schema(running: Running) -> schemathesis.BaseSchema:
    document = httpx.get(f"{running.address}/api/v1/openapi.json", timeout=30).json()
    found = schemathesis.openapi.from_dict(document)
    found.config.update(base_url=f"{running.address}/api/v1")
    return found


def test_answers_are_as_declared(running: Running, schema: schemathesis.BaseSchema) -> None:
    """Whatever schemathesis makes of the document is answered as the document says."""
    headers = {"authorization": f"Bearer {running.tokens['A']}"}
    seen = []
    for found in schema.get_all_operations():
        operation = found.ok()
        seen.append(operation.label)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
        )
        def holds(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            # The token is always sent here, so this check has nothing to see.
            case.validate_response(answer, excluded_checks=[ignored_auth], headers=headers)

        holds()
    assert len(seen) == 7


def test_a_machine_delivers(running: Running) -> None:
    content = (FOLDER / "Werne_Langendreer_2019.xlsx").read_bytes()
    with running.client("A") as client:
        sent = client.post("/uploads", params={"file": "Werne.xlsx"}, content=content)
        assert sent.status_code == 202
        name = sent.json()["id"]
        found = wait_for(client, name, "ready")
        assert found["verdict"]["status"] in {"accepted", "partial"}
        assert client.get(f"/uploads/{name}/marked").content[:2] == b"PK"
        assert client.post(f"/uploads/{name}/submit", json={}).status_code == 202
        loaded = wait_for(client, name, "loaded", "failed")
        assert loaded["state"] == "loaded"
        assert loaded["submission"].startswith("S")
        assert client.post(f"/uploads/{name}/submit", json={}).status_code == 409


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"just text", "fake.xlsx"), (b"PK\x03\x04broken", "zip.xlsx"), (b"\x00" * 5000, "a.xls"),
        (b"a;b\n1;2\n", "strange.csv"), (b"%PDF-1.7", "paper.pdf"),
    ],
)  # fmt: skip
def test_whatever_is_sent_gets_a_verdict(content: bytes, name: str, running: Running) -> None:
    with running.client("B") as client:
        sent = client.post("/uploads", params={"file": name}, content=content)
        found = wait_for(client, sent.json()["id"], "ready", "failed")
        assert found["state"] == "ready"
        assert found["verdict"]["status"] in {"unreadable", "rejected"}
        assert found["verdict"]["findings"]
