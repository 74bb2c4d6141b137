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
