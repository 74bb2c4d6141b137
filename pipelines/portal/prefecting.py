"""The ingest deployment, where a Prefect server is there: started and watched over its REST API.

In: ids of received submissions.
Out: a flow run that loads them, and how far it is. Nothing here decides what counts: the ledger
says whether a submission was loaded, and the store's lock lets only one load it. So whoever doubts
a run may do its work.
"""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipelines.home import Home

DEPLOYMENT = "ingest_received/ingest_received"
ANSWER_SECONDS = 3.0
"""How long the server may take to answer."""
ABSENT_SECONDS = 15.0
"""How long a server that did not answer is not asked again."""
UNSTARTED_SECONDS = 45.0
"""How long a run may wait for a worker to take it up."""
LONGEST_SECONDS = 900.0
"""How long a run may take; a machine that was switched off never says so."""


class Progress(StrEnum):
    """How far a flow run is, as far as loading goes."""

    UNDER_WAY = "under way"
    OVER = "over"
    LOST = "lost"


@dataclass(frozen=True)
class FlowRun:
    """A run of the deployment, begun by us at `began` (monotonic)."""

    id: str
    submissions: tuple[str, ...]
    began: float = field(default_factory=time.monotonic)


class Deployment:
    """The deployment of a home on the server that the environment names, if any."""

    def __init__(self, home: Home, environment: Mapping[str, str] | None = None) -> None:
        known = os.environ if environment is None else environment
        self._home = home
        self._api = known.get("PREFECT_API_URL", "").rstrip("/")
        self.headers = {"content-type": "application/json", **_authorization(known)}
        self._absent_until = 0.0

    def start(self, submissions: Sequence[str]) -> FlowRun | None:
        """Let the deployment load these; None where there is no server or no deployment.

        The same submissions started twice are one run.
        """
        if not self._api or time.monotonic() < self._absent_until:
            return None
        try:
            found = self._ask(f"deployments/name/{DEPLOYMENT}")
            if not is_served(found):
                return None
            body = {
                "parameters": {"submissions": list(submissions), "home": str(self._home.root)},
                "idempotency_key": f"{self._home.root}:{','.join(submissions)}",
            }
            run = self._ask(f"deployments/{found['id']}/create_flow_run", body)
        except (OSError, ValueError, KeyError):
            self._absent_until = time.monotonic() + ABSENT_SECONDS
            return None
        return FlowRun(str(run["id"]), tuple(submissions))

    def progress(self, run: FlowRun) -> Progress:
        """How far a run is; a server that is gone, or a run that nobody takes up, is lost."""
        waited = time.monotonic() - run.began
        try:
            state = self._ask(f"flow_runs/{run.id}").get("state_type")
        except (OSError, ValueError):
            self._absent_until = time.monotonic() + ABSENT_SECONDS
            return Progress.LOST
        if state in {"SCHEDULED", "PENDING"} and waited > UNSTARTED_SECONDS:
            return Progress.LOST
        if state in {"SCHEDULED", "PENDING", "RUNNING"} and waited < LONGEST_SECONDS:
            return Progress.UNDER_WAY
        return Progress.OVER if state == "COMPLETED" else Progress.LOST

    def call_off(self, run: FlowRun) -> None:
        """Tell the server that a run is not needed any more; it may not hear it."""
        body = {"state": {"type": "CANCELLED", "message": "loaded by the upload page"}}
        try:
            self._ask(f"flow_runs/{run.id}/set_state", body)
        except (OSError, ValueError):
            return

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  the address that the office configured
            f"{self._api}/{path}", content, self.headers
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  as above
            found: dict[str, Any] = json.loads(answer.read())
        return found


def is_served(deployment: Mapping[str, Any]) -> bool:
    """Whether runs of a deployment are taken up: it is not paused, and a worker has asked."""
    return not deployment.get("paused") and deployment.get("status") != "NOT_READY"


def _authorization(known: Mapping[str, str]) -> dict[str, str]:
    """What a server that asks for it is shown, by Prefect's own variables."""
    if key := known.get("PREFECT_API_KEY"):
        return {"authorization": f"Bearer {key}"}
    if pair := known.get("PREFECT_API_AUTH_STRING"):
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {}
