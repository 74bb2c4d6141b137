"""Events: what the flows tell Prefect's server, which automations act on.

In: what happened in which home.
Out: events leerstand.submission.STATUS, leerstand.published, leerstand.failed. They say which file
of which team, never a value from its cells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event

from pipelines.errors import ExpectedFailure
from pipelines.home import Home, Settings
from pipelines.walk.telling import event_name, failed_told, resource_of


def tell(kind: str, home: Home, facts: dict[str, Any]) -> None:
    """Emit an event of one of the kinds that can be told of."""
    emit_event(event_name(kind), {"prefect.resource.id": resource_of(home.root)}, payload=facts)


def failure_telling(home_at: Callable[[str | None], Home]) -> dict[str, Any]:
    """The options of a flow that tells when a run of it failed or died.

    Args:
        home_at: the home that the flow's parameter `home` means.
    """

    def tell_failure(_flow: Any, run: FlowRun, state: State[Any]) -> None:
        if run.parent_task_run_id is None:  # of a run within another the outer one tells
            home = home_at(run.parameters.get("home"))
            settings = _settings(home)
            tell("failed", home, failed_told(run.name, _reason(state, settings), settings))

    return {"on_failure": [tell_failure], "on_crashed": [tell_failure]}


def _settings(home: Home) -> Settings:
    """The settings of a home; the usual ones where they are what made the run fail."""
    try:
        return home.settings()
    except ExpectedFailure:
        return Settings()


def _reason(state: State[Any], settings: Settings) -> str:
    """The sentence of a failure that was to be expected, else what Prefect says."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, ExpectedFailure):
        return error.sentence(settings.lang)
    return state.message or state.name or ""
