"""The files in deploy/: their syntax, and that every setting and command in them is one of ours."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.settings import get_current_settings

from pipelines.cli.help import help_texts
from pipelines.home import Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
OURS = {f"LEERSTAND_{field.name.upper()}" for field in fields(Settings)} | {"LEERSTAND_HOME"}


def unit() -> dict[str, list[str]]:
    entries: dict[str, list[str]] = {}
    for line in (DEPLOY / "leerstand.service").read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            entries.setdefault(name, []).append(value)
    return entries


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return content


def is_known(name: str) -> bool:
    prefect = get_current_settings().to_environment_variables(exclude_unset=False)
    return name in OURS or name == "DO_NOT_TRACK" or name in prefect or name in _ALIASES


# Names of Prefect's that are accepted but not its first choice.
_ALIASES = {"PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_URL"}


def test_the_unit_sets_only_what_there_is() -> None:
    assert all(is_known(entry.partition("=")[0]) for entry in unit()["Environment"])


def test_the_unit_starts_what_there_is() -> None:
    for line in unit()["ExecStart"] + unit()["ExecStartPre"]:
        program, command, *options = line.split()
        assert program.endswith("/leerstand")
        assert command in help_texts().labels
        assert all(option in help_texts().labels for option in options if option.startswith("--"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing")
def test_the_unit_is_read_by_systemd() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", DEPLOY / "leerstand.service"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    faults = [
        line for line in done.stderr.splitlines()
        if "leerstand.service" in line and "is not executable" not in line
    ]  # fmt: skip
    assert not faults


def test_compose_sets_only_what_there_is() -> None:
    for name, service in compose()["services"].items():
        if name != "database":
            assert all(is_known(key) for key in service["environment"])


def test_compose_has_all_the_parts() -> None:
    services = compose()["services"]
    assert set(services) == {"database", "server", "register", "worker", "page"}
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
    assert services["page"]["command"][0] == "leerstand"


def test_what_the_image_copies_is_there() -> None:
    for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY"):
            assert all((DEPLOY.parent / name).exists() for name in line.split()[1:-1])
