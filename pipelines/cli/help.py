"""The help in two languages: the command tree in, text from help.toml out.

Typer knows names and types of the parameters; what they mean stands in help.toml:
`[ingest]` for a command, `["ingest --mode"]` for its parameter, `["--team"]` for a parameter
that several commands share.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from schemas.columns import Lang
from schemas.texts import Texts, read_texts

PANELS = ("team", "office", "analyst", "upkeep")


@cache
def help_texts() -> Texts:
    """The texts of help.toml."""
    return read_texts(Path(__file__).with_name("help.toml"))


def parameter_names(parameter: Any) -> str:
    """How a parameter is written: "--mode REPLACE|ADD", "FILE..."."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    names = ", ".join(parameter.opts)
    return names if parameter.is_flag else f"{names} {parameter.metavar or 'TEXT'}"


def parameter_text(command: str, parameter: Any, lang: Lang) -> str:
    """What a parameter means; the command's own text beats the shared one."""
    name = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[-1]
    labels = help_texts().labels
    own = labels.get(f"{command} {name}") or labels[name]
    return own[lang]


def group_help(commands: dict[str, Any], lang: Lang) -> str:
    """`leerstand --help`: the commands under the people who use them."""
    texts = help_texts().labels
    blocks = [texts["usage"][lang].format(line="leerstand [--home DIR] [--lang de|en] COMMAND …")]
    blocks.append(_wrapped(texts["leerstand"][lang]))
    for panel in PANELS:
        rows = [
            (name, texts[name][lang].partition("\n")[0])
            for name, command in commands.items()
            if command.rich_help_panel == panel
        ]
        if rows:
            blocks.append(_listed(texts[f"panel-{panel}"][lang], rows))
    shared = [(name, texts[name.split()[0]][lang]) for name in ("--home DIR", "--lang de|en")]
    blocks.append(_listed(texts["options"][lang], [*shared, ("--help", texts["--help"][lang])]))
    return "\n\n".join(blocks) + "\n"


def command_help(command: Any, lang: Lang) -> str:
    """`leerstand COMMAND --help`."""
    texts = help_texts().labels
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    written = [p.metavar if p.required else f"[{p.metavar}]" for p in arguments]
    line = " ".join(["leerstand", command.name, *written, *(["[OPTION …]"] if options else [])])
    blocks = [texts["usage"][lang].format(line=line), _wrapped(texts[command.name][lang])]
    if arguments:
        rows = list(_rows(command.name, arguments, lang))
        blocks.append(_listed(texts["arguments"][lang], rows))
    help_row = ("--help", texts["--help"][lang])
    blocks.append(_listed(texts["options"][lang], [*_rows(command.name, options, lang), help_row]))
    return "\n\n".join(blocks) + "\n"


def _rows(command: str, parameters: list[Any], lang: Lang) -> Iterator[tuple[str, str]]:
    for parameter in parameters:
        yield parameter_names(parameter), parameter_text(command, parameter, lang)


def _width() -> int:
    return max(60, min(shutil.get_terminal_size().columns, 100))


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, _width()) for line in text.splitlines())


def _listed(title: str, rows: list[tuple[str, str]]) -> str:
    margin = min(max(len(name) for name, _ in rows), 26) + 4
    lines = [f"{title}:"]
    for name, text in rows:
        first = f"  {name}".ljust(margin)
        if len(first) > margin or not first.endswith(" "):
            lines.append(first.rstrip())
            first = " " * margin
        indent = " " * margin
        lines.append(textwrap.fill(text, _width(), initial_indent=first, subsequent_indent=indent))
    return "\n".join(lines)
