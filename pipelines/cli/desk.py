"""What the office asks and decides at the command line, and what analysts follow up."""

from __future__ import annotations

import getpass
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from pipelines.cli.output import messages, print_json, say, tell
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.publish.publication import limits_of
from pipelines.store.deciding import Link, choose, link, unlink, unvoid, void, withdraw
from pipelines.store.edition import find_edition
from pipelines.store.enquiry import (
    Enquiry,
    deliveries,
    find_objects,
    list_title,
    open_conflicts,
    write_list,
)
from pipelines.store.export import export_redacted
from pipelines.store.matching import Pair, likeness, match
from pipelines.store.query import to_json
from pipelines.store.trace import trace
from pipelines.store.verify import texts as reasons
from pipelines.walk.explaining import explain_editions
from pipelines.walk.overview import aligned
from schemas import FORMS
from schemas.columns import Lang

Row = dict[str, Any]


@dataclass(frozen=True)
class Decision:
    """Who decides what about which object, and why."""

    object_id: str
    form: str
    municipality: str | None
    reason: str
    by: str | None
    is_undone: bool = False


def actor(name: str | None) -> str:
    """Who stands in the ledger: the name given, else the user of the machine."""
    return name or getpass.getuser()


def trace_figure(
    session: Session, figure: str, where: list[str], edition: str | None, *, as_json: bool
) -> int:
    """The rows behind a figure, of an earlier edition where one is named."""
    home, pairs = session.home(), [_pair(text) for text in where]
    rows = trace(find_edition(home, edition).path, figure, pairs, home.settings())
    _show(session, rows, as_json=as_json)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise InputFailure("bad-condition", text=text)
    return name.strip(), value.strip()


def explain_change(session: Session, before: str, after: str | None, *, as_json: bool) -> int:
    """Why figures changed, a line per figure and district."""
    home = session.home()
    changes = explain_editions(
        find_edition(home, before).path, find_edition(home, after).path,
        limits_of(home.settings()).variables,
    )  # fmt: skip
    if as_json:
        print_json([one.to_json(session.lang) for one in changes])
        return 0
    places = dict.fromkeys((one.wave, one.district_id or "-") for one in changes)
    for wave, district in places:
        here = [one for one in changes if (one.wave, one.district_id or "-") == (wave, district)]
        say(f"{wave} {district}")
        for one in here:
            name = f"{one.figure}, {one.by} {one.category}" if one.by else one.figure
            say(f"  {name}: {one.sentence(session.lang)}")
        for object_id, why in sorted({pair for one in here for pair in one.objects.items()}):
            say(f"    {object_id}  {reasons()(f'{why}-one', session.lang, count=1)}")
    if not changes:
        tell("figures-same", session.lang)
    return 0


def export(session: Session, target: Path) -> int:
    """A database file without internal columns."""
    count = export_redacted(find_edition(session.home()).path, target)
    tell("exported", session.lang, path=target, count=count)
    return 0


def enquiry(
    area: str | None,
    storey: str | None,
    unit_type: str | None,
    place: str | None,
    text: str | None,
    wave: str | None,
) -> Enquiry:
    """An enquiry from the options; an area is "80" or "60-100"."""
    low, sign, high = (area or "").replace(",", ".").partition("-")
    try:
        if sign:
            bounds = {"minimum_m2": Decimal(low), "maximum_m2": Decimal(high)}
        else:
            bounds = {"area_m2": Decimal(low)} if low else {}
    except InvalidOperation as error:
        raise InputFailure("bad-area", text=area) from error
    return Enquiry(storey=storey, unit_type=unit_type, place=place, text=text, wave=wave, **bounds)


def list_objects(session: Session, wanted: Enquiry, output: Path | None, *, as_json: bool) -> int:
    """Objects for an enquiry; internal."""
    rows = find_objects(find_edition(session.home()).path, wanted)
    if output is not None:
        write_list(rows, output, session.lang)
        tell("list-written", session.lang, path=output, count=len(rows))
        return 0
    names = ("object_id", "district", "street", "house_number", "storey", "unit_type",
             "gross_area_m2", "sales_area_m2", "wave_id")  # fmt: skip
    titles = {name: list_title(name, session.lang) for name in names}
    shown = [{title: row[name] for name, title in titles.items()} for row in rows]
    _show(session, rows if as_json else shown, as_json=as_json)
    return 0


def deliveries_of(session: Session, wave: str | None, *, as_json: bool) -> int:
    """Who delivered which section, and what is still to come."""
    home = session.home()
    _show(session, deliveries(home, find_edition(home).path, wave), as_json=as_json)
    return 0


def conflicts(session: Session, *, as_json: bool) -> int:
    """What is to be decided between sources."""
    _show(session, open_conflicts(find_edition(session.home()).path), as_json=as_json)
    return 0


def match_wave(session: Session, wave: str, form: str, *, as_json: bool) -> int:
    """What became of each object, and likely pairs to be confirmed with `decide`."""
    found = match(find_edition(session.home()).path, wave, form)
    if as_json:
        print_json({"format": 1, "matches": [one.to_json() for one in found]})
        return 0
    for one in found:
        counts = Counter(state for state, _ in one.states.values())
        say(f"{one.municipality_key}: {one.wave_before or '-'} → {one.wave}")
        for state, count in sorted(counts.items()):
            say(f"  {messages()(f'match-{state}', session.lang)}: {count}")
        for pair in one.pairs:
            kind = f"match-{pair.kind}-ambiguous" if pair.is_ambiguous else f"match-{pair.kind}"
            say(f"  {messages()(kind, session.lang)}: {_alike(pair, form, session.lang)}")
    return 0


def _alike(pair: Pair, form: str, lang: Lang) -> str:
    """How alike two objects are, and in what they differ."""
    declared, text = FORMS[form].by_name, messages()
    fields = ", ".join(declared[name].title[lang] for name in pair.reasons)
    score = f"{pair.score:.2f}".replace(".", "," if lang == "de" else ".")
    told = text("match-differing", lang, fields=fields) if fields else text("match-alike", lang)
    return f"{text('match-pair', lang, before=pair.before, now=pair.now, score=score)}; {told}"


def decide(
    session: Session,
    said: Decision,
    source: tuple[str | None, str | None],
    links: dict[str, str | None],
    *,
    is_void: bool,
) -> int:
    """Enter one decision of the office."""
    home = session.home()
    city = said.municipality or home.settings().municipality
    why = {"reason": said.reason, "actor": actor(said.by)}
    named = {kind: other for kind, other in links.items() if other}
    submission, wave = source
    _demand_one(said.object_id, {"--void": is_void, "--source": submission}, named)
    if is_void:
        _void(home, said, city, why)
    elif submission is not None:
        if wave is None:
            raise InputFailure("source-without-wave")
        place = (said.form, city, wave, said.object_id)
        choose(home, place, None if said.is_undone else submission, **why)
    else:
        ((kind, other),) = named.items()
        pair = (said.form, city, said.object_id, str(other))
        if said.is_undone:
            unlink(home, pair, **why)
        else:
            link(home, pair, cast("Link", kind), **why)
            _tell_likeness(session, pair)
    tell("undone" if said.is_undone else "decided", session.lang, object_id=said.object_id)
    return 0


_LINK_OPTIONS = {
    "same": "--same-as", "split": "--split-from", "merge": "--merged-from",
    "other": "--other-than",
}  # fmt: skip


def _demand_one(object_id: str, others: dict[str, object], links: dict[str, str]) -> None:
    """Exactly one thing is decided at a time."""
    options = [*(name for name, value in others.items() if value),
               *(_LINK_OPTIONS[kind] for kind in links)]  # fmt: skip
    if not options:
        raise InputFailure("nothing-decided", object_id=object_id)
    if len(options) > 1:
        raise InputFailure("several-decided", object_id=object_id, options=", ".join(options))


def _tell_likeness(session: Session, pair: tuple[str, str, str, str]) -> None:
    form, city, object_id, other = pair
    edition = session.home().edition
    for name in [form] if form else ["vacancies", "production_sites"]:
        found = likeness(edition, name, city, other, object_id) if edition.exists() else None
        if found is not None:
            say(_alike(found, name, session.lang))


def _void(home: Home, said: Decision, city: str, why: dict[str, str]) -> None:
    if said.is_undone:
        unvoid(home, said.object_id, city, form=said.form, **why)
    else:
        void(home, said.object_id, city, form=said.form, **why)


def withdraw_submission(session: Session, submission: str, reason: str, by: str | None) -> int:
    """Take a submission out of the figures."""
    done = withdraw(session.home(), submission, reason=reason, actor=actor(by))
    tell("withdrawn", session.lang, submission=submission, waves=", ".join(done.waves))
    if done.restored:
        tell("restored-again", session.lang, submissions=", ".join(done.restored))
    return 0


def _show(session: Session, rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        print_json([{name: to_json(value) for name, value in row.items()} for row in rows])
    elif not rows:
        tell("nothing-found", session.lang)
    else:
        lines = [tuple(_cell(value) for value in row.values()) for row in rows]
        say(aligned([tuple(rows[0]), *lines]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
