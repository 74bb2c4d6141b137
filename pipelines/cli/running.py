"""Keeping everything running, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cli.output import note, print_json, say, tell
from pipelines.cli.session import Session
from pipelines.service.doctor import Symptom, examine, examine_start
from pipelines.service.up import Ports, Service


def up(session: Session, port: int, prefect_port: int, *, only_check: bool) -> int:
    """Run server, schedules, worker and page until a signal comes."""
    home, ports = session.home(), Ports(port, prefect_port)
    if only_check:
        found = examine_start(home, ports)
        _show(session, found)
        return 1 if any(symptom.is_hard for symptom in found) else 0
    said = {"page": port, "prefect": prefect_port, "home": home.root}
    Service(home, ports, lambda event: note(f"up-{event}", session.lang, **said)).run()
    return 0


def doctor(session: Session, *, as_json: bool) -> int:
    """Versions, locks, disk, permissions, and the last success by data."""
    symptoms = examine(session.home())
    if as_json:
        print_json({"format": 1, "checks": [symptom.to_json(session.lang) for symptom in symptoms]})
        return 1 if any(symptom.is_bad for symptom in symptoms) else 0
    return _show(session, symptoms)


def _show(session: Session, symptoms: Sequence[Symptom]) -> int:
    for symptom in symptoms:
        mark = (
            "✓" if symptom.is_good else "✗" if symptom.is_hard else "!" if symptom.is_bad else "·"
        )
        say(f"{mark} {symptom.text(session.lang)}")
    is_bad = any(symptom.is_bad for symptom in symptoms)
    is_hard = any(symptom.is_hard for symptom in symptoms)
    tell("doctor-bad" if is_hard else "doctor-to-do" if is_bad else "doctor-good", session.lang)
    return 1 if is_bad else 0
