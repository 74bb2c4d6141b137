"""Deciding: what the office enters by hand, with its name and its reason.

In: a home, what is decided, by whom and why.
Out: an event in the ledger, done in the store before the call returns. Everything can be taken back
but a withdrawal, which is undone by handing the file in again. Withdrawing a correction lets what
it replaced stand again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.engine import Connection

from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.store.ledger import now, record
from pipelines.store.submission import number_of, submission_id
from pipelines.store.verdicts import held_waves, replaced_by, turn_holdings, verdict_row
from pipelines.store.writer import Writer, open_writer
from schemas import FORMS

Link = Literal["same", "split", "merge", "other"]


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: the waves no longer held, the submissions that stand again."""

    waves: tuple[str, ...]
    restored: tuple[str, ...]


def withdraw(home: Home, submission: str, *, reason: str, actor: str) -> Withdrawn:
    """Take a submission out of the current views; it stays in the history.

    Where it corrected another, that one stands again in the waves that this one held.

    Raises:
        InputFailure: there is no such submission, or nothing of it counts.
    """
    number = _number(submission)
    with open_writer(home) as writer:
        with writer.ledger.writing() as connection:
            _known(connection, number)
            waves = held_waves(connection, number)
            if not waves:
                raise InputFailure("nothing-to-withdraw", submission=submission_id(number))
            moment = now()
            record(
                connection, "withdrawn", submission_no=number, actor=actor,
                reason=_reason(reason), at=moment,
            )  # fmt: skip
            back = [(one, wave) for wave in waves for one in replaced_by(connection, number, wave)]
            turn_holdings(connection, [(number, one) for one in waves], "withdrawn", number, moment)
            turn_holdings(connection, back, "restored", number, moment)
        writer.catch_up()
    return Withdrawn(tuple(waves), tuple(sorted({submission_id(one) for one, _ in back})))


def void(
    home: Home, object_id: str, municipality: str, *, reason: str, actor: str, form: str = ""
) -> str:
    """Take an object that was recorded by mistake out of every wave; returns its form.

    Raises:
        InputFailure: no row of any form has this id.
    """

    def check(writer: Writer) -> dict[str, Any]:
        for name in _meant(form):
            if _stands(writer, name, municipality, object_id):
                return {"form": name, "municipality_key": municipality, "object_id": object_id}
        raise InputFailure("no-such-object", object_id=object_id, municipality=municipality)

    body = _enter(home, "voided", check, reason=reason, actor=actor)
    return str(body["form"])


def unvoid(
    home: Home, object_id: str, municipality: str, *, reason: str, actor: str, form: str = ""
) -> None:
    """Take a voiding back; rows whose submission stands count again.

    Raises:
        InputFailure: the object is not voided.
    """
    place = {"municipality_key": municipality, "object_id": object_id}
    _enter(home, "unvoided", _standing("voided", form, place), reason=reason, actor=actor)


def choose(
    home: Home,
    place: tuple[str, str, str, str],
    submission: str | None,
    *,
    reason: str,
    actor: str,
) -> None:
    """Decide which source counts for (form, municipality, wave, object); None takes it back.

    Raises:
        InputFailure: the submission has no such row; nothing is decided that could be taken back.
    """
    form, municipality, wave, object_id = place
    body = {"municipality_key": municipality, "wave_id": wave, "object_id": object_id}
    if submission is None:
        _enter(home, "undecided", _standing("choices", form, body), reason=reason, actor=actor)
        return
    chosen = submission_id(_number(submission))

    def check(writer: Writer) -> dict[str, Any]:
        condition = "AND wave_id = ? AND submission_id = ?"
        for name in _meant(form):
            if _stands(writer, name, municipality, object_id, condition, [wave, chosen]):
                return {"form": name, **body, "submission": chosen}
        raise InputFailure("not-in-submission", object_id=object_id, submission=chosen, wave=wave)

    _enter(home, "decided", check, reason=reason, actor=actor)


def link(
    home: Home,
    pair: tuple[str, str, str, str],
    kind: Link,
    *,
    reason: str,
    actor: str,
) -> None:
    """Say how (form, municipality, object, other) belong together.

    `same`: the object is the other one, under whose id the views show it from now on. `split` and
    `merge`: the other is its predecessor. `other`: they are two objects; it is not asked again.

    Raises:
        InputFailure: one of them is unknown, or the same object would stand twice in one wave.
    """
    form, municipality, object_id, other = pair

    def check(writer: Writer) -> dict[str, Any]:
        name = next(
            (one for one in _meant(form) if _waves(writer, one, municipality, object_id)),
            "vacancies",
        )
        waves = [_waves(writer, name, municipality, one) for one in (object_id, other)]
        for one, found in zip((object_id, other), waves, strict=True):
            if not found:
                raise InputFailure("no-such-object", object_id=one, municipality=municipality)
        shared = sorted(waves[0] & waves[1])
        if kind == "same" and shared:
            raise InputFailure("both-in-wave", one=object_id, other=other, wave=shared[0])
        return {"form": name, **_pair(pair), "link": kind}

    _enter(home, "matched", check, reason=reason, actor=actor)


def unlink(home: Home, pair: tuple[str, str, str, str], *, reason: str, actor: str) -> None:
    """Take back what `link` said of a pair.

    Raises:
        InputFailure: nothing was said of it.
    """
    said = _standing("decided_pairs", pair[0], _pair(pair))
    _enter(home, "unmatched", said, reason=reason, actor=actor)


def _pair(pair: tuple[str, str, str, str]) -> dict[str, str]:
    return dict(zip(("municipality_key", "object_id", "other_id"), pair[1:], strict=True))


def _meant(form: str) -> list[str]:
    """The form named, else every form that holds objects."""
    return [form] if form else [one.name for one in FORMS.values() if one.object_column]


def _standing(table: str, form: str, place: dict[str, str]) -> Callable[[Writer], dict[str, Any]]:
    """A check that a decision stands which is to be taken back."""

    def check(writer: Writer) -> dict[str, Any]:
        named = " AND ".join(f"{name} = ?" for name in place)
        query = f"SELECT 1 FROM versions.{table} WHERE form = ? AND {named}"
        for name in _meant(form):
            if writer.store.execute(query, [name, *place.values()]).fetchone():
                return {"form": name, **place}
        raise InputFailure("nothing-to-undo", object_id=place["object_id"])

    return check


def _enter(
    home: Home,
    kind: str,
    check: Callable[[Writer], dict[str, Any]],
    *,
    reason: str,
    actor: str,
) -> dict[str, Any]:
    """Check against the store, enter in the ledger, do it in the store."""
    why = _reason(reason)
    with open_writer(home) as writer:
        body = check(writer)
        with writer.ledger.writing() as connection:
            record(connection, kind, actor=actor, reason=why, body=body)
        writer.catch_up()
    return body


def _stands(
    writer: Writer,
    form: str,
    municipality: str,
    object_id: str,
    condition: str = "",
    values: list[str] | None = None,
) -> bool:
    column = FORMS[form].object_column
    row = writer.store.execute(
        f"SELECT 1 FROM versions.{form} WHERE live_until IS NULL AND municipality_key = ? "
        f"AND {column} = ? {condition} LIMIT 1",
        [municipality, object_id, *(values or [])],
    ).fetchone()
    return row is not None


def _waves(writer: Writer, form: str, municipality: str, object_id: str) -> set[str]:
    column = FORMS[form].object_column
    rows = writer.store.execute(
        f"SELECT DISTINCT wave_id FROM versions.{form} WHERE is_current AND municipality_key = ? "
        f"AND {column} = ?",
        [municipality, object_id],
    ).fetchall()
    return {row[0] for row in rows}


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InputFailure("reason-missing")
    return reason.strip()


def _number(submission: str) -> int:
    number = number_of(submission)
    if number is None:
        raise InputFailure("no-such-submission", submission=submission)
    return number


def _known(connection: Connection, number: int) -> None:
    if verdict_row(connection, number) is None:
        raise InputFailure("no-such-submission", submission=submission_id(number))
