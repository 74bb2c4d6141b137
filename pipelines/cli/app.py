"""The commands as typer sees them: names, options and types, and nothing else.

Each command hands its arguments to a module that imports the rooms it needs; this file imports
none of them, so that `leerstand --help` starts in a third of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.main import get_command

from pipelines.cli import desk_app, service_app
from pipelines.cli.session import Session
from pipelines.cli.tree import app, command, session_of
from pipelines.cli.values import take_plainly
from schemas.columns import Lang

__all__ = ["app", "build", "desk_app", "service_app"]

Files = Annotated[list[Path], typer.Argument(metavar="FILE…")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…")]
Folder = Annotated[Path, typer.Argument(metavar="DIR")]
Team = Annotated[str, typer.Option("--team", metavar="TEAM")]
Wave = Annotated[str | None, typer.Option("--wave", metavar="WAVE")]
Municipality = Annotated[str | None, typer.Option("--municipality", metavar="KEY")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", metavar="FILE")]
Marked = Annotated[Path | None, typer.Option("--marked", metavar="DIR")]
Report = Annotated[Path | None, typer.Option("--report", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json")]
Mode = Annotated[Literal["replace", "add"] | None, typer.Option("--mode", metavar="MODE")]
Strict = Annotated[bool, typer.Option("--strict")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
Prefect = Annotated[bool, typer.Option("--prefect")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE")]


@command("template", "team")
def template(
    ctx: typer.Context,
    *,
    output: Output,
    form: Annotated[list[str] | None, typer.Option("--form", metavar="FORM")] = None,
    area: Annotated[str, typer.Option("--area", metavar="AREA")] = "",
    wave: Wave = None,
    municipality: Municipality = None,
    desk: Annotated[bool, typer.Option("--desk")] = False,
    prefill: Annotated[bool, typer.Option("--prefill")] = False,
    xlsform: Annotated[bool, typer.Option("--xlsform")] = False,
) -> int | None:
    """Write the Excel template."""
    from pipelines.cli import blanks  # late: start-up time

    wanted = blanks.Blank(tuple(form or ()), area, wave or "", municipality, is_desk=desk)
    kind = blanks.Kind(is_prefilled=prefill, is_xlsform=xlsform)
    return blanks.template(session_of(ctx), output, wanted, kind)


@command("check", "team")
def check(
    ctx: typer.Context,
    files: Files,
    *,
    team: Team = "ohne",
    wave: Wave = None,
    municipality: Municipality = None,
    mapping: MappingFile = None,
    marked: Marked = None,
    report: Report = None,
    json: Json = False,
) -> int | None:
    """Read and validate, load nothing."""
    from pipelines.cli import early  # late: start-up time

    early.begin_to_check(session_of(ctx), files, mapping)
    from pipelines.cli import team as room  # late: start-up time
    from pipelines.walk.said import Said  # late: start-up time

    said = Said(team, wave, municipality, mapping)
    return room.check(session_of(ctx), files, said, room.Wanted(json, marked, report))


@command("ingest", "team")
def ingest(
    ctx: typer.Context,
    paths: Paths,
    *,
    team: Team = "ohne",
    wave: Wave = None,
    municipality: Municipality = None,
    mapping: MappingFile = None,
    mode: Mode = None,
    strict: Strict = False,
    dry_run: DryRun = False,
    prefect: Prefect = False,
    marked: Marked = None,
    report: Report = None,
    json: Json = False,
) -> int | None:
    """Archive, check, load."""
    from pipelines.cli import early  # late: start-up time

    early.begin_to_ingest(session_of(ctx), paths, mapping, is_dry=dry_run)
    from pipelines.cli import handing_in  # late: start-up time
    from pipelines.cli import team as room  # late: start-up time
    from pipelines.walk.said import Said  # late: start-up time

    said = Said(team, wave, municipality, mapping, mode, is_strict=strict)
    wanted = room.Wanted(json, marked, report, is_dry=dry_run, by_prefect=prefect)
    return handing_in.ingest(session_of(ctx), paths, said, wanted)


@command("mapping", "team")
def mapping(
    ctx: typer.Context,
    action: Annotated[Literal["suggest"], typer.Argument(metavar="suggest")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    municipality: Municipality = None,
) -> int | None:
    """Write a first mapping file for a sheet with headings of its own."""
    from pipelines.cli import suggesting  # late: start-up time

    del action  # the only one there is
    return suggesting.suggest(session_of(ctx), file, municipality)


@command("init", "office")
def init(ctx: typer.Context, folder: Folder) -> int | None:
    """Make a home."""
    from pipelines.cli import office  # late: start-up time

    return office.init(session_of(ctx), folder)


@command("refresh", "office")
def refresh(ctx: typer.Context) -> int | None:
    """Load what is new in the inbox, then publish."""
    from pipelines.cli import office  # late: start-up time

    return office.refresh(session_of(ctx))


@command("publish", "office")
def publish(
    ctx: typer.Context,
    *,
    approve: Annotated[str | None, typer.Option("--approve")] = None,
    reason: Annotated[str | None, typer.Option("--reason")] = None,
    json: Json = False,
) -> int | None:
    """Edition, then site and downloads."""
    from pipelines.cli import office  # late: start-up time

    return office.publish(session_of(ctx), approve, reason, as_json=json)


@command("summary", "office")
def summary(ctx: typer.Context, *, json: Json = False) -> int | None:
    """The district summary."""
    from pipelines.cli import office  # late: start-up time

    return office.summary(session_of(ctx), as_json=json)


@command("status", "office")
def status(ctx: typer.Context, *, json: Json = False) -> int | None:
    """Submissions with verdicts."""
    from pipelines.cli import office  # late: start-up time

    return office.status(session_of(ctx), as_json=json)


@command("sql", "analyst")
def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    form: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", metavar="FORMAT")
    ] = "table",
) -> int | None:
    """Query the edition."""
    from pipelines.cli import analyst  # late: start-up time

    return analyst.sql(session_of(ctx), query, form)


@command("demo", "office")
def demo(ctx: typer.Context) -> int | None:
    """Run the examples through the Prefect flow."""
    from pipelines.cli import demo as room  # late: start-up time

    return room.demo(session_of(ctx))


@command("serve", "upkeep")
def serve(
    ctx: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 8080,
    office_key: Annotated[bool, typer.Option("--office-key")] = False,
) -> int | None:
    """Run the upload page."""
    from pipelines.cli import serving  # late: start-up time

    return serving.serve(session_of(ctx), host, port, only_key=office_key)


def build(lang: Lang) -> Callable[[Sequence[str], Session], int | None]:
    """The command tree, ready to be called with arguments and a session."""
    del lang
    tree: Any = get_command(app)
    for one in tree.commands.values():
        for parameter in one.params:
            take_plainly(parameter)

    def call(arguments: Sequence[str], session: Session) -> int | None:
        result = tree.main(
            args=list(arguments), prog_name="leerstand", standalone_mode=False, obj=session
        )
        return result if isinstance(result, int) else None

    return call
