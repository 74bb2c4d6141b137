"""The ledger: the append-only record of uploads, verdicts, decisions and numbers issued.

In: a home, whose settings say where its database is.
Out: `Ledger`; together with the archive it is the truth, from which the store is made again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.exc import DatabaseError

from pipelines.errors import StoreFailure
from pipelines.home import Home
from pipelines.store import ledger_tables as t
from pipelines.store.ledger_engine import WRITES, engine_of, expected, name_of

_BATCH = 400


def now() -> str:
    """The current moment as ISO text in UTC; sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Event:
    """One entry of the ledger: when, who, why, and what it says."""

    at: datetime
    actor: str
    reason: str
    payload: dict[str, Any]


class Ledger:
    """One ledger; cheap to open, safe to use from many processes at once.

    Readers take `reading()`, writers `writing()`: one transaction each, writers one at a time.
    """

    def __init__(self, home: Home) -> None:
        self._engine = engine_of(home)
        self._file = None if home.settings().ledger_url else home.ledger
        with self._failures():
            self._prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; the connections to a PostgreSQL serve the next ledger too."""
        if self._file:
            self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._failures(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; it has the ledger to itself."""
        with self._failures(), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    def record(
        self, kind: str, payload: Mapping[str, Any], *, actor: str = "", reason: str = ""
    ) -> None:
        """Append an event that concerns no submission, such as a publication or an approval."""
        with self.writing() as connection:
            record(connection, kind, actor=actor, reason=reason, body=payload)

    def events(self, kind: str) -> list[Event]:
        """All events of a kind, in their order."""
        with self.reading() as connection:
            return [
                Event(
                    datetime.fromisoformat(row["at"]),
                    row["actor"],
                    row["reason"],
                    json.loads(row["body"]),
                )
                for row in events(connection, kind)
            ]

    def _prepare(self) -> None:
        if self._version() == t.LEDGER_VERSION:
            return
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            version = t.bring_up(connection)
        if version != t.LEDGER_VERSION:
            raise StoreFailure("ledger-version", path=name_of(self._engine), version=version)

    def _version(self) -> str | None:
        if self._file and not self._file.exists():
            return None
        with self._engine.begin() as connection:
            if not sa.inspect(connection).has_table("about"):
                return None
            return connection.scalar(sa.select(t.ABOUT.c.value).where(t.ABOUT.c.name == "version"))

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise expected(error, self._engine) from error


def record(
    connection: Connection,
    kind: str,
    *,
    submission_no: int | None = None,
    actor: str = "",
    reason: str = "",
    body: Mapping[str, Any] | None = None,
    at: str | None = None,
) -> int:
    """Append one event and return its place in the order of all events."""
    result = connection.execute(
        sa.insert(t.EVENTS)
        .values(
            at=at or now(),
            kind=kind,
            submission_no=submission_no,
            actor=actor,
            reason=reason,
            body=json.dumps(body or {}, ensure_ascii=False, sort_keys=True),
        )
        .returning(t.EVENTS.c.seq)
    )
    return int(result.scalar_one())


def events(connection: Connection, *kinds: str, after: int = 0) -> Sequence[RowMapping]:
    """All events of these kinds (of every kind if none is named), in their order."""
    query = sa.select(t.EVENTS).where(t.EVENTS.c.seq > after).order_by(t.EVENTS.c.seq)
    if kinds:
        query = query.where(t.EVENTS.c.kind.in_(kinds))
    return connection.execute(query).mappings().all()


class Remembered:
    """The numbers that the ledger remembers, as one transaction sees them.

    What a file asks for again and again is read once, where the file has most of its municipality.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._whole: dict[_Place, dict[str, str]] = {}

    def numbers(self, form: str, municipality: str, identities: Collection[str]) -> dict[str, str]:
        """The object ids remembered for these identities."""
        return dict(self._rows((form, municipality), t.NUMBERS.c.identity, identities))

    def objects(self, form: str, municipality: str, object_ids: Collection[str]) -> set[str]:
        """Those of the object ids that were ever issued or met; all others stand nowhere."""
        rows = self._rows((form, municipality), t.NUMBERS.c.object_id, object_ids)
        return {object_id for _, object_id in rows}

    def _rows(
        self, place: _Place, key: sa.Column[str], wanted: Collection[str]
    ) -> list[tuple[str, str]]:
        """(identity, object id) where the key is wanted."""
        if place not in self._whole and self._is_small(place, 3 * len(wanted)):
            self._whole[place] = dict(self._connection.execute(_numbers_of(place)).tuples().all())
        whole = self._whole.get(place)
        if whole == {}:
            return []
        wanted = set(wanted)
        if whole is not None:
            by_identity = key is t.NUMBERS.c.identity
            return [
                pair for pair in whole.items() if (pair[0] if by_identity else pair[1]) in wanted
            ]
        ordered = sorted(wanted)
        return [
            row
            for start in range(0, len(ordered), _BATCH)
            for row in self._connection.execute(
                _numbers_of(place).where(key.in_(ordered[start : start + _BATCH]))
            ).tuples()
        ]

    def _is_small(self, place: _Place, most: int) -> bool:
        """Whether there are at most so many; one reading of all is cheaper than naming most."""
        some = _numbers_of(place).limit(most + 1).subquery()
        query = sa.select(sa.func.count()).select_from(some)
        return (self._connection.scalar(query) or 0) <= most


_Place = tuple[str, str]
"""(form, municipality_key)."""


def _numbers_of(place: _Place) -> sa.Select[tuple[str, str]]:
    form, municipality = place
    return sa.select(t.NUMBERS.c.identity, t.NUMBERS.c.object_id).where(
        t.NUMBERS.c.form == form, t.NUMBERS.c.municipality_key == municipality
    )


def remember_numbers(
    connection: Connection,
    form: str,
    municipality: str,
    numbers: Mapping[str, str],
    submission_no: int,
) -> int:
    """Remember identity → object id; a known one keeps its first. Returns how many are new."""
    rows = [
        (form, municipality, identity, object_id, submission_no)
        for identity, object_id in numbers.items()
    ]
    return _insert_new(connection, t.NUMBERS, rows) if rows else 0


def _insert_new(connection: Connection, table: sa.Table, rows: list[tuple[Any, ...]]) -> int:
    """Insert rows whose key is not there yet, and return how many; columns in the table's order.

    It goes past what SQLAlchemy adds to each row.
    """
    insert = sa.insert(table).compile(dialect=connection.dialect)
    names = [column.name for column in table.columns]
    parameters = rows if insert.positional else [dict(zip(names, row, strict=True)) for row in rows]
    return connection.exec_driver_sql(f"{insert} ON CONFLICT DO NOTHING", parameters).rowcount


Prefix = tuple[str, str]
"""(municipality_key, prefix such as 25-A)."""


def last_numbers(connection: Connection, prefixes: Iterable[Prefix]) -> dict[Prefix, int]:
    """The highest number issued or met for prefixes; 0 where there is none."""
    wanted = dict.fromkeys(prefixes, 0)
    query = sa.select(t.COUNTERS).where(
        t.COUNTERS.c.municipality_key.in_(sorted({municipality for municipality, _ in wanted})),
        t.COUNTERS.c.prefix.in_(sorted({prefix for _, prefix in wanted})),
    )
    known = {(row.municipality_key, row.prefix): row.last for row in connection.execute(query)}
    return {one: int(known.get(one, 0)) for one in wanted}


def raise_counters(connection: Connection, highest: Mapping[Prefix, int]) -> None:
    """Let the next number of each prefix come after its highest one."""
    before = last_numbers(connection, highest)
    for (municipality, prefix), last in sorted(highest.items()):
        known = before[municipality, prefix]
        if known == 0:
            entry = {"municipality_key": municipality, "prefix": prefix, "last": last}
            connection.execute(sa.insert(t.COUNTERS).values(entry))
        elif last > known:
            connection.execute(
                sa.update(t.COUNTERS)
                .where(t.COUNTERS.c.municipality_key == municipality, t.COUNTERS.c.prefix == prefix)
                .values(last=last)
            )
