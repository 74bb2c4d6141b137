"""Keeping everything running, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cli.output import note, print_json, say, tell
from pipelines.cli.session import Session
from pipelines.service.doctor import Symptom, examine, examine_ports
from pipelines.service.up import Ports, Service


def up(session: Session, port: int, prefect_port: int, *, only_check: bool) -> int:
    """Run server, schedules, worker and page until a signal comes."""
    home, ports = session.home(), Ports(port, prefect_port)
    if only_check:
        return _show(session, [*examine(home), *examine_ports(ports)])
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
        say(f"{'✗' if symptom.is_bad else '✓'} {symptom.text(session.lang)}")
    bad = any(symptom.is_bad for symptom in symptoms)
    tell("doctor-bad" if bad else "doctor-good", session.lang)
    return 1 if bad else 0
