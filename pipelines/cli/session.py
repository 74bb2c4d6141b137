"""What holds for the whole command: the language, the home, and where to speak.

--home and --lang may stand before or after the command; both are taken out here, so that even
the help and the sentence on a mistyped option come in the chosen language.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from pipelines.errors import InputFailure
from schemas.columns import Lang

if TYPE_CHECKING:
    from pipelines.home import Home

LANGUAGES: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True)
class Session:
    """The two global options.

    Attributes:
        lang: --lang, else LEERSTAND_LANG, else German.
        root: --home, else LEERSTAND_HOME, else the current folder.
        home_named: whether somebody named it.
        faults: global options that make no sense; told when the command starts.
    """

    lang: Lang = "de"
    root: Path = Path()
    home_named: bool = False
    faults: tuple[InputFailure, ...] = ()

    @classmethod
    def from_arguments(
        cls, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> tuple[Session, list[str]]:
        """The session, and the arguments without the global options."""
        variables = os.environ if environment is None else environment
        named, rest, faults = _take_out(arguments, ("--home", "--lang"))
        lang = named.get("--lang") or variables.get("LEERSTAND_LANG") or "de"
        if lang not in LANGUAGES:
            faults.append(InputFailure("no-such-language", lang=lang))
            lang = "de"
        home = named.get("--home") or variables.get("LEERSTAND_HOME")
        session = cls(cast("Lang", lang), Path(home or ""), home is not None, tuple(faults))
        return session, rest

    def home(self) -> Home:
        """The home of this command.

        Raises:
            HomeFailure: the folder is no home.
        """
        from pipelines.home import open_home  # late: the help needs no settings

        return open_home(self.root)

    def home_or_none(self) -> Home | None:
        """The home for commands that need none; a home that was named must be one."""
        from pipelines.home import MARKER  # late: the help needs no settings

        if self.home_named or (self.root / MARKER).is_file():
            return self.home()
        return None


def _take_out(
    arguments: Sequence[str], names: tuple[str, ...]
) -> tuple[dict[str, str], list[str], list[InputFailure]]:
    named: dict[str, str] = {}
    rest: list[str] = []
    faults: list[InputFailure] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            return named, [*rest, argument, *waiting], faults
        if name not in names:
            rest.append(argument)
        elif equals:
            named[name] = value
        elif waiting:
            named[name] = waiting.pop(0)
        else:
            faults.append(InputFailure("option-without-value", option=name))
    return named, rest, faults
