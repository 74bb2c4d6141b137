"""Setting up who is told: one automation and one block for each address, on Prefect's server.

In: a home, an address, kinds of events.
Out: what is set up; the same once more changes nothing. An automation holds for its home alone,
since a server may serve several. Prefect reads its settings at import: the server is named before.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, cast
from urllib.parse import urlsplit
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.core import Block
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.events.actions import CallWebhook, SendNotification
from prefect.events.filters import EventFilter, EventNameFilter, EventRelatedFilter
from prefect.events.schemas.automations import Automation as Standing
from prefect.events.schemas.automations import EventTrigger, Posture, Trigger
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict
from pydantic import SecretStr

from pipelines.errors import InputFailure
from pipelines.home import Home, Settings
from pipelines.notices.mail import Mail, mail_to
from pipelines.walk.telling import EVENTS, TRIAL, event_name, resource_of, trial_told

Kind = Literal["webhook", "mail"]
TRIAL_SECONDS = 30.0
_MOST_EVENTS = 50
"""As many as Prefect's server tells at once."""
SUBJECT, TEXT = "leerstand: {{ event.payload.subject }}", "{{ event.payload.text }}"
WEBHOOK = (
    '{"event": {{ event.event | tojson }}, "facts": {{ event.payload | tojson }},'
    ' "text": {{ (event.payload.subject ~ ": " ~ event.payload.text) | tojson }}}'
)
"""What a mail and a webhook are sent, filled in by Prefect; chats show `text`."""


@dataclass(frozen=True)
class Target:
    """An address that is told something."""

    kind: Kind
    address: str

    @property
    def label(self) -> str:
        """The address as it may be shown: of a webhook only the machine, the rest is a secret."""
        if self.kind == "mail":
            return f"mail {self.address}"
        return f"webhook {urlsplit(self.address).netloc.rpartition('@')[2]} ({self.key[:8]})"

    @property
    def key(self) -> str:
        """What tells it from others."""
        return sha256(f"{self.kind} {self.address}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Notice:
    """What is set up for an address: of what it is told."""

    label: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """How a trial went for an address; `reason` says why it did not arrive."""

    label: str
    reason: str | None


def target(kind: Kind, address: str) -> Target:
    """An address that can be told something.

    Raises:
        InputFailure: it is none.
    """
    parts = urlsplit(address)
    local, at, domain = address.partition("@")
    is_mail = bool(local and at and domain) and not any(sign in address for sign in " ,;<>\r\n")
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    if not (is_mail if kind == "mail" else is_web):
        raise InputFailure("no-target", address=address)
    return Target(kind, address)


def set_up(home: Home, settings: Settings, to: Target, kinds: Sequence[str]) -> None:
    """Tell an address of these kinds of events, and of no others any more.

    Raises:
        InputFailure: a kind of event that there is not; mail without a mail server.
    """
    if unknown := [kind for kind in kinds if kind not in EVENTS]:
        raise InputFailure("no-such-event", event=unknown[0], events=", ".join(EVENTS))
    wanted = Automation(
        name=_name(home, to),
        trigger=EventTrigger(
            expect={event_name(kind) for kind in (*kinds, TRIAL)},
            match={"prefect.resource.id": resource_of(home.root)},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[_action(home, settings, to)],
    )
    known = [automation for automation in _automations(home) if automation.name == wanted.name]
    if known:
        wanted.id = known[0].id
        wanted.update()
    else:
        wanted.create()


def remove(home: Home, to: Target) -> bool:
    """Tell an address nothing any more; False where it was told nothing."""
    block_type = (Mail if to.kind == "mail" else Webhook).get_block_type_slug()
    known = [automation for automation in _automations(home) if automation.name == _name(home, to)]
    with get_client(sync_client=True) as client:
        for automation in known:
            client.delete_automation(automation.id)
        with suppress(ObjectNotFound):
            block = client.read_block_document_by_name(_block_name(home, to), block_type)
            client.delete_block_document(block.id)
    return bool(known)


def notices(home: Home) -> list[Notice]:
    """What is set up for a home, by address."""
    found = [
        Notice(_label(home, automation), _kinds(automation.trigger))
        for automation in _automations(home)
    ]
    return sorted(found, key=lambda notice: notice.label)


def try_out(home: Home, settings: Settings) -> list[Tried]:
    """Send a trial to every address of a home, and wait for what becomes of it."""
    waiting = {
        f"prefect.automation.{automation.id}": _label(home, automation)
        for automation in _automations(home)
    }
    resource = {"prefect.resource.id": resource_of(home.root)}
    sent = emit_event(event_name(TRIAL), resource, payload=trial_told(settings))
    ended: dict[str, str | None] = {}
    until = time.monotonic() + TRIAL_SECONDS
    while sent and ended.keys() < waiting.keys() and time.monotonic() < until:
        time.sleep(0.2)
        ended = _ended(sent.id)
    tried = [Tried(label, ended.get(one, "…")) for one, label in waiting.items()]
    return sorted(tried, key=lambda one: one.label)


def _ended(event: UUID) -> dict[str, str | None]:
    """The automations that an event has brought to their end: None where they did their work."""
    names = [f"prefect.automation.action.{how}" for how in ("executed", "failed")]
    related = EventRelatedFilter(id=[f"prefect.event.{event}"])
    with get_client(sync_client=True) as client:
        wanted = EventFilter(event=EventNameFilter(name=names), related=related)
        page = client.read_events(wanted, limit=_MOST_EVENTS)
    return {one.resource.id: _fault(one.payload) for one in page.events}


def _fault(payload: dict[str, Any]) -> str | None:
    """Why an action failed; an answer that is no success is a failure too."""
    code = payload.get("status_code", 200)
    return payload.get("reason") or (None if code < 300 else f"HTTP {code}")


def _automations(home: Home) -> list[Standing]:
    with get_client(sync_client=True) as client:
        found = client.read_automations()
    return [one for one in found if one.name.startswith(f"{resource_of(home.root)}: ")]


def _label(home: Home, automation: Standing) -> str:
    return automation.name.removeprefix(f"{resource_of(home.root)}: ")


def _kinds(trigger: Trigger) -> tuple[str, ...]:
    expected = trigger.expect if isinstance(trigger, EventTrigger) else set()
    return tuple(kind for kind in EVENTS if event_name(kind) in expected)


def _name(home: Home, to: Target) -> str:
    return f"{resource_of(home.root)}: {to.label}"


def _block_name(home: Home, to: Target) -> str:
    """Prefect takes small letters, digits and hyphens only."""
    return f"leerstand-{sha256(_name(home, to).encode()).hexdigest()[:24]}"


def _action(home: Home, settings: Settings, to: Target) -> CallWebhook | SendNotification:
    """Save the block, which keeps address and password for the server, and what is sent by it."""
    if to.kind == "mail":
        block = _saved(mail_to(to.address, settings), _block_name(home, to))
        return SendNotification(block_document_id=block, subject=SUBJECT, body=TEXT)
    headers = SecretDict({"content-type": "application/json"})
    webhook = Webhook(url=SecretStr(to.address), headers=headers)
    return CallWebhook(block_document_id=_saved(webhook, _block_name(home, to)), payload=WEBHOOK)


def _saved(block: Block, name: str) -> UUID:
    """Prefect's types allow for a caller within a loop, which we are not."""
    return cast("UUID", block.save(name, overwrite=True))
