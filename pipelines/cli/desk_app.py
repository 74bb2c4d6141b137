"""The commands of the desk and of upkeep as typer sees them: names, options and types only.

As in app.py, each hands its arguments to a module that imports the rooms it needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli.tree import command, session_of

Json = Annotated[bool, typer.Option("--json")]
WaveOption = Annotated[str | None, typer.Option("--wave", metavar="WAVE")]
City = Annotated[str | None, typer.Option("--municipality", metavar="KEY")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT")]
Actor = Annotated[str | None, typer.Option("--by", metavar="NAME")]
Folder = Annotated[Path, typer.Argument(metavar="DIR")]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="K=V")]
Object = Annotated[str, typer.Argument(metavar="OBJECT")]


@command("trace", "analyst")
def trace(
    ctx: typer.Context,
    figure: Annotated[str, typer.Argument(metavar="FIGURE")],
    *,
    where: Where = None,
    edition: Annotated[str | None, typer.Option("--edition", metavar="EDITION")] = None,
    json: Json = False,
) -> int | None:
    """The rows behind a published figure."""
    from pipelines.cli import desk  # late: start-up time

    return desk.trace_figure(session_of(ctx), figure, where or [], edition, as_json=json)


@command("explain", "analyst")
def explain(
    ctx: typer.Context,
    *,
    before: Annotated[str, typer.Option("--from", metavar="EDITION")],
    after: Annotated[str | None, typer.Option("--to", metavar="EDITION")] = None,
    json: Json = False,
) -> int | None:
    """Why figures changed between two editions."""
    from pipelines.cli import desk  # late: start-up time

    return desk.explain_change(session_of(ctx), before, after, as_json=json)


@command("export", "analyst")
def export(
    ctx: typer.Context,
    *,
    redacted: Annotated[Path, typer.Option("--redacted", metavar="FILE")],
) -> int | None:
    """A database file without internal columns."""
    from pipelines.cli import desk  # late: start-up time

    return desk.export(session_of(ctx), redacted)


@command("list", "office")
def list_(
    ctx: typer.Context,
    *,
    area: Annotated[str | None, typer.Option("--area", metavar="M2")] = None,
    storey: Annotated[str | None, typer.Option("--storey")] = None,
    unit_type: Annotated[str | None, typer.Option("--unit-type")] = None,
    place: Annotated[str | None, typer.Option("--place")] = None,
    text: Annotated[str | None, typer.Option("--text")] = None,
    wave: WaveOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    json: Json = False,
) -> int | None:
    """Objects for an enquiry, internal."""
    from pipelines.cli import desk  # late: start-up time

    wanted = desk.enquiry(area, storey, unit_type, place, text, wave)
    return desk.list_objects(session_of(ctx), wanted, output, as_json=json)


@command("deliveries", "office")
def deliveries(ctx: typer.Context, *, wave: WaveOption = None, json: Json = False) -> int | None:
    """Who has not delivered."""
    from pipelines.cli import desk  # late: start-up time

    return desk.deliveries_of(session_of(ctx), wave, as_json=json)


@command("conflicts", "office")
def conflicts(ctx: typer.Context, *, json: Json = False) -> int | None:
    """What two sources tell differently."""
    from pipelines.cli import desk  # late: start-up time

    return desk.conflicts(session_of(ctx), as_json=json)


@command("match", "office")
def match(
    ctx: typer.Context,
    *,
    wave: Annotated[str, typer.Option("--wave", metavar="WAVE")],
    form: Annotated[
        Literal["vacancies", "production_sites"], typer.Option("--form", metavar="FORM")
    ] = "vacancies",
    json: Json = False,
) -> int | None:
    """What became of each object since the wave before."""
    from pipelines.cli import desk  # late: start-up time

    return desk.match_wave(session_of(ctx), wave, form, as_json=json)


@command("decide", "office")
def decide(
    ctx: typer.Context,
    object_id: Object,
    *,
    reason: Reason,
    source: Annotated[str | None, typer.Option("--source", metavar="ID")] = None,
    wave: WaveOption = None,
    same_as: Annotated[str | None, typer.Option("--same-as", metavar="OBJECT")] = None,
    split_from: Annotated[str | None, typer.Option("--split-from", metavar="OBJECT")] = None,
    merged_from: Annotated[str | None, typer.Option("--merged-from", metavar="OBJECT")] = None,
    other_than: Annotated[str | None, typer.Option("--other-than", metavar="OBJECT")] = None,
    void: Annotated[bool, typer.Option("--void")] = False,
    undo: Annotated[bool, typer.Option("--undo")] = False,
    form: Annotated[
        Literal["vacancies", "production_sites"] | None, typer.Option("--form", metavar="FORM")
    ] = None,
    municipality: City = None,
    by: Actor = None,
) -> int | None:
    """Decide what `conflicts` and `match` ask, or void an object."""
    from pipelines.cli import desk  # late: start-up time

    links = {"same": same_as, "split": split_from, "merge": merged_from, "other": other_than}
    said = desk.Decision(object_id, form or "", municipality, reason, by, is_undone=undo)
    return desk.decide(session_of(ctx), said, (source, wave), links, is_void=void)


@command("withdraw", "office")
def withdraw(
    ctx: typer.Context,
    submission: Annotated[str, typer.Argument(metavar="ID")],
    *,
    reason: Reason,
    by: Actor = None,
) -> int | None:
    """Take a submission out of the figures."""
    from pipelines.cli import desk  # late: start-up time

    return desk.withdraw_submission(session_of(ctx), submission, reason, by)


@command("verify", "upkeep")
def verify(ctx: typer.Context, *, json: Json = False) -> int | None:
    """Check archive, ledger, store and edition against each other."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.verify_home(session_of(ctx), as_json=json)


@command("rebuild", "upkeep")
def rebuild(ctx: typer.Context) -> int | None:
    """Make the store again from archive and ledger."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.rebuild_store(session_of(ctx))


@command("backup", "upkeep")
def backup(ctx: typer.Context, folder: Folder) -> int | None:
    """Copy everything that cannot be made again."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.backup_home(session_of(ctx), folder)


@command("restore", "upkeep")
def restore(ctx: typer.Context, folder: Folder) -> int | None:
    """Bring a backup back."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.restore_home(session_of(ctx), folder)


@command("purge", "upkeep")
def purge(
    ctx: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    by: Actor = None,
) -> int | None:
    """Remove originals under the retention rules."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.purge_home(session_of(ctx), by, is_dry=dry_run)


@command("person", "upkeep")
def person(
    ctx: typer.Context,
    *,
    address: Annotated[str, typer.Option("--address", metavar="TEXT")],
    purge: Annotated[bool, typer.Option("--purge")] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    by: Actor = None,
    json: Json = False,
) -> int | None:
    """What is stored about an address."""
    from pipelines.cli import upkeep  # late: start-up time

    return upkeep.person(session_of(ctx), address, by, reason, purges=purge, as_json=json)
