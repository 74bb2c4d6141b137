"""Who is told by mail or webhook what became of files, at the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipelines.cli.output import messages, print_json, say, tell
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.service.prefect_home import settle_prefect
from pipelines.service.up import running_server
from pipelines.walk.telling import EVENTS

if TYPE_CHECKING:
    from pipelines.notices.automations import Notice, Tried

USUAL = tuple(event for event in EVENTS if event != "accepted")
"""What is told where nothing else is asked for: an accepted file is no news."""


@dataclass(frozen=True)
class Wanted:
    """What the options of `notify` ask for; `on` lists kinds of events, separated by commas."""

    webhooks: tuple[str, ...]
    mails: tuple[str, ...]
    on: str | None
    is_removed: bool


def notify(session: Session, wanted: Wanted, *, only_list: bool, tries: bool, as_json: bool) -> int:
    """Set up, remove, list or try out; exit code 1 where a trial did not arrive.

    Raises:
        InputFailure: nobody is named, or there is no server of Prefect's to set it up on.
    """
    home = session.home()
    if not (wanted.webhooks or wanted.mails or only_list or tries):
        raise InputFailure("nobody-told")
    os.environ["PREFECT_API_URL"] = running_server(home)
    settle_prefect(home.root)
    from pipelines.notices import automations  # late: Prefect reads its settings at import

    lines = _change(session, home, wanted)
    tried = automations.try_out(home, home.settings()) if tries else []
    found = automations.notices(home) if only_list or as_json else []
    if as_json:
        print_json({"format": 1, "notices": _plain(found), "tried": _plain(tried)})
    else:
        for line in lines:
            say(line)
        for one in tried:
            key = "notify-sent" if one.reason is None else "notify-failed"
            tell(key, session.lang, label=one.label, reason=one.reason)
        for notice in found:
            say(f"{notice.label}: {', '.join(notice.events)}")
        if only_list and not found:
            tell("notify-nobody", session.lang)
    return 1 if any(one.reason for one in tried) else 0


def _plain(entries: Sequence[Notice] | Sequence[Tried]) -> list[dict[str, Any]]:
    return [asdict(entry) for entry in entries]


def _change(session: Session, home: Home, wanted: Wanted) -> list[str]:
    """Set up or remove; a line for each address."""
    from pipelines.notices import automations  # late: Prefect reads its settings at import

    kinds = tuple(part.strip() for part in wanted.on.split(",")) if wanted.on else USUAL
    named = [automations.target("webhook", url) for url in wanted.webhooks]
    named += [automations.target("mail", address) for address in wanted.mails]
    lines = []
    for to in named:
        key = "notify-set"
        if not wanted.is_removed:
            automations.set_up(home, home.settings(), to, kinds)
        else:
            key = "notify-removed" if automations.remove(home, to) else "notify-none"
        lines.append(messages()(key, session.lang, label=to.label, events=", ".join(kinds)))
    return lines
