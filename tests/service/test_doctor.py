"""The doctor: what is wrong is told, and only what keeps `up` from running stops it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from pipelines.service.doctor import examine, examine_start
from pipelines.service.up import Ports, only_one, running_pid
from pipelines.store import receive
from pipelines.walk import home_places
from pipelines.walk.said import Said, check_options
from tests.flows.conftest import free_port


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def ports() -> Ports:
    return Ports(free_port(), free_port())


def bad(home: Home) -> set[str]:
    return {symptom.key for symptom in examine(home) if symptom.is_bad}


def hard(home: Home, where: Ports) -> set[str]:
    return {symptom.key for symptom in examine_start(home, where) if symptom.is_hard}


def test_a_new_home_is_sound(home: Home) -> None:
    assert bad(home) == set()
    assert hard(home, ports()) == set()
    assert all(symptom.text("de") and symptom.text("en") for symptom in examine(home))


def test_work_for_the_office_keeps_nothing_from_running(home: Home, tmp_path: Path) -> None:
    (home.inbox / "team1").mkdir()
    (home.inbox / "team1/Erhebung.xlsx").write_bytes(b"new")
    other = tmp_path / "Andere.xlsx"
    other.write_bytes(b"received")
    receive(home, other, check_options(home.settings(), Said("team1"), home), home_places(home))
    assert bad(home) == {"inbox", "pending"}
    assert hard(home, ports()) == set()


def test_a_taken_port_keeps_it_from_running(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert hard(home, Ports(taken.getsockname()[1], free_port())) == {"port"}


def test_a_second_up_is_told(home: Home) -> None:
    with only_one(home, ports()):
        assert running_pid(home)
        here = ports()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", here.page))
            taken.listen()
            assert hard(home, here) == {"running"}, "its ports are its own"
    assert hard(home, ports()) == set()


def test_a_number_left_by_a_killed_up_is_no_up(home: Home) -> None:
    (home.root / ".prefect").mkdir()
    (home.root / ".prefect/up.pid").write_text("1")
    assert running_pid(home) is None


@pytest.mark.parametrize(
    ("setting", "value", "key"),
    [
        ("LEERSTAND_LEDGER_URL", "postgresql://nobody@127.0.0.1:1/none", "data"),
        ("LEERSTAND_ARCHIVE_URL", "nonsense://bucket", "archive"),
        ("LEERSTAND_TASK_RUNNER", "none", "settings"),
    ],
)
def test_what_cannot_be_reached_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, key: str
) -> None:
    monkeypatch.setenv(setting, value)
    found = [symptom for symptom in examine_start(home, ports()) if symptom.is_bad]
    assert [symptom.key for symptom in found] == [key]
    assert found[0].is_hard
    assert found[0].text("de") != found[0].text("en")
    assert not {"cannot", "possible"} & set(found[0].text("de").split())
