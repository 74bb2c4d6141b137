"""Upkeep at the command line: verify, rebuild, backup, restore, purge."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines.cli.desk import actor
from pipelines.cli.output import print_json, say, tell
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.intake.reader import Reader
from pipelines.store.backup import backup, restore
from pipelines.store.person import Stored, stored_about
from pipelines.store.purge import due_for_purge, purge_these
from pipelines.store.rebuild import rebuild
from pipelines.store.submission import submission_id
from pipelines.store.unclaimed import due_orphans, due_uploads
from pipelines.store.verify import verify
from pipelines.walk.keeping import purge_home as purge_home_now
from schemas.places import PACKAGED, Places, load_places


def places_of(home: Home) -> Places:
    """The places that hold in a home."""
    return load_places(PACKAGED, home.areas)


def verify_home(session: Session, *, as_json: bool) -> int:
    """What differs between archive, ledger, store and edition; exit code 1 where anything does."""
    home = session.home()
    found = verify(home, places_of(home))
    if as_json:
        print_json([{"code": one.key, "message": one.sentence(session.lang)} for one in found])
    else:
        for one in found:
            say(one.sentence(session.lang))
        if not found:
            tell("verified", session.lang)
    return 1 if found else 0


def rebuild_store(session: Session) -> int:
    """Make the store again; exit code 1 where today's rules accept other rows than then."""
    with Reader() as reader:
        rebuilt = rebuild(session.home(), reader)
    tell("rebuilt", session.lang, count=rebuilt.submissions)
    for submission in rebuilt.differing:
        tell("rebuilt-differs", session.lang, submission=submission)
    return 1 if rebuilt.differing else 0


def backup_home(session: Session, folder: Path) -> int:
    """Copy everything that cannot be made again."""
    count = backup(session.home(), folder)
    tell("backed-up", session.lang, path=folder, count=count)
    return 0


def restore_home(session: Session, folder: Path) -> int:
    """Bring a backup back into the home."""
    count = restore(session.home(), folder)
    tell("restored", session.lang, path=folder, count=count)
    return 0


def purge_home(session: Session, by: str | None, *, is_dry: bool) -> int:
    """Remove what the retention rules say is due, with a protocol."""
    home, today = session.home(), datetime.now(UTC).date()
    if is_dry:
        due = [
            *(f"{submission_id(one.row['submission_no'])}  {one.row['file']}"
              for one in due_for_purge(home, places_of(home), today)),
            *(f"{upload.team}  {upload.file}" for upload in due_uploads(home, today)),
            *(one.sentence(session.lang) for one in due_orphans(home, today)),
        ]  # fmt: skip
        for line in due:
            say(line)
        if not due:
            tell("nothing-due", session.lang)
        return 0
    protocol = purge_home_now(home, actor(by), today)
    for told in protocol:
        say(told.sentence(session.lang))
    if not protocol:
        tell("nothing-due", session.lang)
    return 0


def person(
    session: Session,
    address: str,
    by: str | None,
    reason: str | None,
    *,
    purges: bool,
    as_json: bool,
) -> int:
    """What is stored about an address; with `purges` the originals go that hold it."""
    home = session.home()
    found = stored_about(home, address)
    if as_json:
        print_json(found.to_json())
    else:
        _show_stored(session, address, found)
    if not purges:
        return 0
    if not reason:
        raise InputFailure("no-reason")
    kept = [name for name, is_there in found.submissions.items() if is_there]
    with Reader() as reader:
        protocol = purge_these(home, kept, actor=actor(by), reason=reason, reader=reader)
    for told in protocol:
        if not as_json:
            say(told.sentence(session.lang))
    return 0


def _show_stored(session: Session, address: str, found: Stored) -> None:
    tell("person", session.lang, address=address, rows=len(found.rows),
         quarantined=len(found.quarantined))  # fmt: skip
    for row in (*found.rows, *found.quarantined):
        say("  " + ", ".join(f"{name}: {value}" for name, value in row.items()))
    for name, is_there in found.submissions.items():
        tell("person-original" if is_there else "person-purged", session.lang, submission=name)
