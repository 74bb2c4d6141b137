"""The commands as typer sees them: names, options and types, and nothing else.

Each command hands its arguments to a module that imports the rooms it needs; this file imports
none of them, so that `leerstand --help` starts in a third of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from pipelines.cli.help import command_help, group_help
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from schemas.columns import Lang

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
Flag = Annotated[bool, typer.Option()]


class Command(TyperCommand):
    """A command whose help is ours, in the language of the session."""

    def get_help(self, ctx: Any) -> str:
        """The text of `leerstand COMMAND --help`."""
        return command_help(self, session_of(ctx).lang).rstrip()


class Group(TyperGroup):
    """`leerstand` itself."""

    def get_help(self, ctx: Any) -> str:
        """The text of `leerstand --help`."""
        return group_help(dict(self.commands), session_of(ctx).lang).rstrip()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name.

        Raises:
            InputFailure: there is none; the sentence proposes the nearest.
        """
        from difflib import get_close_matches  # late: only a mistyped command needs it

        command = super().get_command(ctx, cmd_name)
        if command is None and not cmd_name.startswith("-"):
            near = get_close_matches(cmd_name, self.commands, n=1) or ["--help"]
            raise InputFailure("no-such-command", command=cmd_name, near=near[0])
        return command


def session_of(ctx: Any) -> Session:
    """The session that `build` put into the context."""
    return cast("Session", ctx.find_root().obj)


app = typer.Typer(
    cls=Group, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def leerstand() -> None:
    """Field surveys of vacancies: from spreadsheets to published tables."""


def _command(name: str, panel: str) -> Callable[[Callable[..., int | None]], Any]:
    return app.command(name, cls=Command, rich_help_panel=panel)


@_command("init", "office")
def init(ctx: typer.Context, folder: Folder) -> int | None:
    """Make a home."""
    from pipelines.cli import office  # late: start-up time

    return office.init(session_of(ctx), folder)


def build(lang: Lang) -> Callable[[Sequence[str], Session], int | None]:
    """The command tree, ready to be called with arguments and a session."""
    del lang
    tree = get_command(app)

    def call(arguments: Sequence[str], session: Session) -> int | None:
        result = tree.main(
            args=list(arguments), prog_name="leerstand", standalone_mode=False, obj=session
        )
        return result if isinstance(result, int) else None

    return call
