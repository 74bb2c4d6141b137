"""The command tree itself: what a command is here, before there are any.

In: nothing.
Out: `command`, by which app.py and desk_app.py add theirs, and `session_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from pipelines.cli.help import command_help, group_help
from pipelines.cli.session import Session
from pipelines.cli.values import take_plainly
from pipelines.errors import InputFailure


class Command(TyperCommand):
    """A command whose help is ours, in the language of the session."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help."""
        return _plain(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        """The text of `leerstand COMMAND --help`."""
        return command_help(self, session_of(ctx).lang).rstrip()


class Group(TyperGroup):
    """`leerstand` itself."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help."""
        return _plain(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        """The text of `leerstand --help`."""
        return group_help(dict(self.commands), session_of(ctx).lang).rstrip()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name.

        Raises:
            InputFailure: there is none; the sentence proposes the nearest.
        """
        from difflib import get_close_matches  # late: only a mistyped command needs it

        found = super().get_command(ctx, cmd_name)
        if found is None and not cmd_name.startswith("-"):
            near = get_close_matches(cmd_name, self.commands, n=1) or ["--help"]
            raise InputFailure("no-such-command", command=cmd_name, near=near[0])
        return found


def _plain(option: Any) -> Any:
    if option is not None:
        take_plainly(option)
    return option


def session_of(ctx: Any) -> Session:
    """The session that `build` put into the context."""
    return cast("Session", ctx.find_root().obj)


app = typer.Typer(
    cls=Group, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def leerstand() -> None:
    """Field surveys of vacancies: from spreadsheets to published tables."""


def command(name: str, panel: str) -> Callable[[Callable[..., int | None]], Any]:
    """Make a function a command; `panel` says whose it is."""
    return app.command(name, cls=Command, rich_help_panel=panel)
