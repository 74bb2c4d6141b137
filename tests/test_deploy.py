"""The files in deploy/: their syntax, and that every setting and command in them is one of ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclopts import CycloptsError
from prefect.cli._app import _app as prefect
from prefect.settings import get_current_settings

from pipelines.cli.help import help_texts
from pipelines.home import Settings
from pipelines.portal import entrance

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


@cache
def of_prefect() -> frozenset[str]:
    return frozenset(get_current_settings().to_environment_variables(exclude_unset=False))


def is_known(name: str) -> bool:
    return name in OURS | of_prefect() | _ALIASES or name == "DO_NOT_TRACK"


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


def test_compose_follows_the_specification() -> None:
    """By the schema of the Compose specification, as check-jsonschema packages it."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         str(DEPLOY / "compose.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_has_all_the_parts() -> None:
    content = compose()
    services = content["services"]
    assert set(services) == {"database", "server", "register", "worker", "page"}
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            healthy = how["condition"] == "service_healthy"
            assert ("healthcheck" in services[name]) >= healthy
        for volume in service["volumes"]:
            assert volume.split(":")[0] in content["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in content["configs"]


def commands() -> list[str]:
    """Every command that a service or one of the comments runs, but those of PostgreSQL."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    found = re.findall(r"leerstand (?:init|serve)[^&(\n]*", text)
    for name, service in compose()["services"].items():
        if name != "database" and service["command"][0] != "sh":
            found.append(" ".join(service["command"]).removeprefix("python -m "))
    return found + re.findall(r"prefect --no-prompt [^&\n]*", text)


def test_compose_runs_only_what_there_is() -> None:
    assert len(commands()) == 8
    for line in commands():
        program, *words = line.split()
        if program == "leerstand":
            command, *options = words
            assert command in help_texts().labels
            known = help_texts().labels.keys()
            for option in (word for word in options if word.startswith("--")):
                assert {option, f"{command} {option}"} & known, line
        else:
            assert prefect_takes([word for word in words if word != "--no-prompt"]), line
    assert not prefect_takes(["work-pool", "create", "leerstand", "--kind", "process"])


def prefect_takes(words: list[str]) -> bool:
    """Whether Prefect reads these words as one of its commands; nothing is run."""
    try:
        prefect.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError:
        return False
    return True


def test_compose_asks_for_health_where_it_answers() -> None:
    services = compose()["services"]
    assert "/api/health')" in services["server"]["healthcheck"]["test"][-1]
    paths = {getattr(route, "path", "") for route in entrance.router.routes}
    asked = re.findall(r"8080(/\w+)'", services["page"]["healthcheck"]["test"][-1])
    assert set(asked) <= paths
    assert asked


def test_what_the_image_copies_is_there() -> None:
    for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY"):
            assert all((DEPLOY.parent / name).exists() for name in line.split()[1:-1])
