"""Notices by a real Prefect server: a webhook and a mailbox are told what became of a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import make_home
from raw.examples import AREAS, FAULTY, FOLDER
from tests.flows.conftest import CHECKOUT, Server, running_server
from tests.notices.receivers import Hooked, Mailbox, listening


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("prefect")) as (server, _):
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = make_home(tmp_path / "amt").root
    shutil.copytree(AREAS, root / "areas", dirs_exist_ok=True)
    return root


def leerstand(server: Server, home: Path, *arguments: str, code: int = 0, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home), "--lang", "en", *arguments],
        cwd=CHECKOUT, env=server.environment | more, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def notify(server: Server, home: Path, *arguments: str, **more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        leerstand(server, home, "notify", *arguments, "--json", **more)
    )
    return told


@pytest.mark.soak
def test_a_webhook_and_a_mailbox_are_told(served: Server, home: Path) -> None:
    """Set up twice, tried out, told of a file, removed."""
    with listening(Hooked()) as hook, listening(Mailbox()) as mailbox:
        both = ["--webhook", hook.url, "--mail", "amt@bochum.example"]
        more = {
            "LEERSTAND_MAIL_SERVER": mailbox.url, "LEERSTAND_MAIL_FROM": "haus@bochum.example",
            "LEERSTAND_PAGE_URL": "https://seite.example",
        }  # fmt: skip
        notify(served, home, *both, "--on", "accepted", **more)
        told = notify(served, home, *both, "--on", "rejected,partial,failed", "--test", **more)
        assert [one["events"] for one in told["notices"]] == [["partial", "rejected", "failed"]] * 2
        labels = [one["label"] for one in told["notices"]]
        assert labels[0] == "mail amt@bochum.example"
        assert "secret" not in labels[1]
        assert told["tried"] == [{"label": label, "reason": None} for label in labels]
        assert hook.told("leerstand.trial")["path"] == "/hooks/secret"

        faulty = str(FOLDER / FAULTY)
        leerstand(served, home, "ingest", faulty, "--team", "uebung", code=1, **more)
        call = hook.told("leerstand.submission.partial")
        marked = "https://seite.example/amt/einlieferung/S000001/geprueft"
        assert call["facts"]["file"] == FAULTY
        assert call["facts"]["team"] == "uebung"
        assert call["facts"]["marked"] == marked
        assert f"{FAULTY}: teilweise angenommen" in call["text"]
        trial, mail = mailbox.wait_for(2)
        assert trial["subject"] == "leerstand: Probe"
        assert mail["subject"] == f"leerstand: {FAULTY}: teilweise angenommen"
        assert mail["to"] == "amt@bochum.example"
        assert mail.get_content_type() == "text/plain"
        assert marked in mail.get_content()

        (home / "leerstand.toml").write_text('approval = "maybe"\n')
        leerstand(served, home, "publish", code=2, **more)
        told_of_failure(hook, mailbox)
        (home / "leerstand.toml").write_text("")

        told = notify(served, home, *both, "--remove", **more)
        assert told == {"format": 1, "notices": [], "tried": []}


def told_of_failure(hook: Hooked, mailbox: Mailbox) -> None:
    """A run that cannot even read the settings is told of as well, with the sentence."""
    failed = hook.told("leerstand.failed")["facts"]
    assert failed["run"].startswith("publish 20")
    assert "Die Einstellung approval" in failed["reason"]
    mail = mailbox.wait_for(3)[2]
    assert mail["subject"] == f"leerstand: Ablauf gescheitert: {failed['run']}"
    assert "leerstand doctor" in mail.get_content()
