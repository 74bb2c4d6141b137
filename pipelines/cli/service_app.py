"""Commands that keep everything running: `up`, `doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.tree import command, session_of

Json = Annotated[bool, typer.Option("--json")]


@command("up", "upkeep")
def up(
    ctx: typer.Context,
    *,
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 8080,
    prefect_port: Annotated[int, typer.Option("--prefect-port", metavar="PORT")] = 4200,
    check: Annotated[bool, typer.Option("--check")] = False,
) -> int | None:
    """Server, schedules and page together."""
    from pipelines.cli import running  # late: start-up time

    return running.up(session_of(ctx), port, prefect_port, only_check=check)


@command("doctor", "upkeep")
def doctor(ctx: typer.Context, *, json: Json = False) -> int | None:
    """What is wrong, and how to mend it."""
    from pipelines.cli import running  # late: start-up time

    return running.doctor(session_of(ctx), as_json=json)


@command("notify", "upkeep")
def notify(
    ctx: typer.Context,
    *,
    webhook: Annotated[list[str] | None, typer.Option("--webhook", metavar="URL")] = None,
    mail: Annotated[list[str] | None, typer.Option("--mail", metavar="ADDRESS")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="EVENTS")] = None,
    remove: Annotated[bool, typer.Option("--remove")] = False,
    test: Annotated[bool, typer.Option("--test")] = False,
    list_: Annotated[bool, typer.Option("--list")] = False,
    json: Json = False,
) -> int | None:
    """Who is told by mail or webhook what became of files."""
    from pipelines.cli import telling  # late: start-up time

    wanted = telling.Wanted(tuple(webhook or ()), tuple(mail or ()), on, is_removed=remove)
    return telling.notify(session_of(ctx), wanted, only_list=list_, tries=test, as_json=json)
