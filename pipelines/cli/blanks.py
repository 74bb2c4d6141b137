"""Empty forms: the templates a team fills in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.cli.output import tell
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.feedback.template import TEMPLATE_FORMS, TemplateOptions, write_template
from pipelines.feedback.xlsform import write_xlsform
from pipelines.walk import home_places, session_settings
from pipelines.walk.former import former_objects
from schemas import FORMS
from schemas.columns import Level


@dataclass(frozen=True)
class Blank:
    """What a template is for; empty fields are left to the team."""

    forms: tuple[str, ...]
    area: str
    wave: str
    municipality: str | None
    is_desk: bool


@dataclass(frozen=True)
class Kind:
    """What is written: an empty template, the walk list of a home, or an XLSForm."""

    is_prefilled: bool = False
    is_xlsform: bool = False


def template(session: Session, output: Path, wanted: Blank, kind: Kind) -> int:
    """Write an Excel template or an XLSForm.

    Raises:
        InputFailure: there is no such form or municipality.
    """
    home = session.home_or_none()
    key = wanted.municipality or session_settings(home).municipality
    places = home_places(home)
    if key not in places.by_key:
        raise InputFailure("no-such-municipality", key=key, known=", ".join(places.by_key))
    for name in wanted.forms:
        if name not in FORMS:
            raise InputFailure("no-such-form", form=name, known=", ".join(FORMS))
    level = Level.DESK if wanted.is_desk else Level.CORE
    options = TemplateOptions(places.by_key[key], wanted.area, wanted.wave, level, session.lang)
    if kind.is_prefilled:
        former = former_objects(session.home(), key, wanted.area)
        options = replace(options, former=former)
    if kind.is_xlsform:
        write_xlsform(output, options, wanted.forms[0] if wanted.forms else TEMPLATE_FORMS[0])
    else:
        write_template(output, options, wanted.forms or TEMPLATE_FORMS)
    tell("template-written", session.lang, path=output)
    return 0
