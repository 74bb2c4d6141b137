"""The walk: the one composition of the stages, driven by command, page and Prefect flows.

    archive → ledger → read → recognise → parse → check → load → edition → publish

In: a home, paths of files, what was said about them.
Out: `Ingested` for every file, in the order given; editions and published pages. One bad file
never takes others down, and what a kill left undone is finished by the next walk.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pipelines.errors import ExpectedFailure, InputFailure, StoreFailure
from pipelines.home import Home
from pipelines.intake.findings import Finding, in_order
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import (
    checked_report,
    find_submission,
    new_files,
    outcome,
    pending,
    receive,
)
from pipelines.store.finding_data import findings_from
from pipelines.store.ledger import Ledger
from pipelines.store.submission import Outcome, Submission, number_of
from pipelines.walk.checkers import Checkers, CheckJob, open_checkers
from pipelines.walk.checking import ahead
from pipelines.walk.said import Said, check_options, home_places
from schemas.columns import Lang
from schemas.places import Places

if TYPE_CHECKING:
    from pipelines.store.preview import Preview
    from pipelines.store.writer import Writer

BATCH_FILES, BATCH_ROWS, BATCH_SECONDS = 50, 50_000, 3.0
"""When checked files are loaded together: whichever of the three comes first."""


@dataclass(frozen=True)
class Ingested:
    """What became of one file.

    Attributes:
        forms: entries of "forms" in the public JSON.
        submission: None where the file could not even be received.
        would: what loading it would change, where that was asked for.
    """

    file: str
    sha256: str
    status: Status
    waves: tuple[str, ...]
    forms: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    submission: str | None = None
    replaces: tuple[str, ...] = ()
    duplicate_of: str | None = None
    checked: CheckedWorkbook | None = field(default=None, repr=False, compare=False)
    would: Preview | None = field(default=None, repr=False, compare=False)

    @property
    def is_new(self) -> bool:
        """Whether it changed anything."""
        return self.duplicate_of is None

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """An entry of "files" in `ingest --json`."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "status": str(self.status),
            "waves": list(self.waves),
            "forms": list(self.forms),
            "findings": [finding.to_json(lang) for finding in self.findings],
            "submission": self.submission,
            "replaces": max(self.replaces, default=None),
            "duplicate_of": self.duplicate_of,
        } | ({"would": self.would.to_json()} if self.would else {})


class Walk:
    """One walk through a home: places read once, readers started once, the store opened once.

    Files are received at once, checked ahead in other threads, and loaded here in their order. One
    thread may receive while another settles.
    """

    def __init__(
        self,
        home: Home,
        files: int = 1,
        *,
        places: Places | None = None,
        checkers: Checkers | None = None,
    ) -> None:
        """Begin; `files` are expected, and decide who checks them where that is not said."""
        self.home = home
        self.settings = home.settings()
        self.places = places or home_places(home)
        self._stack = ExitStack()
        self._checkers = self._stack.enter_context(
            checkers or open_checkers(self.settings, self.places, files)
        )
        self._held = self._stack.enter_context(ExitStack())
        self._ledger: Ledger | None = None
        self._writer: Writer | None = None
        self._is_warm = False
        self._ahead: dict[str, Future[CheckedWorkbook]] = {}
        self._known: dict[str, Submission] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def receive(self, path: Path, said: Said) -> Submission:
        """Archive a file and enter it in the ledger.

        Raises:
            ExpectedFailure: there is no such file, or the home cannot be written to.
        """
        options = check_options(self.settings, said, self.home)
        if self._ledger is None:
            self._ledger = self._stack.enter_context(Ledger(self.home))
        submission = receive(
            self.home, path, options, self.places, mode=said.mode, strict=said.is_strict,
            ledger=self._ledger,
        )  # fmt: skip
        self._known[submission.id] = submission
        self.check_ahead(submission)
        return submission

    def check_ahead(self, submission: Submission) -> None:
        """Begin to check; a submission that repeats another has nothing to check."""
        if submission.duplicate_of is None and submission.id not in self._ahead:
            at_hand = partial(submission.archive.at_hand, submission.sha256)
            job = CheckJob(
                at_hand, submission.file, submission.options, submission.archive,
                submission.context,
            )  # fmt: skip
            self._ahead[submission.id] = self._checkers.submit(job)

    def take_over(self, submission: Submission, checked: CheckedWorkbook) -> None:
        """Use a check that was made before, of these bytes with these options and this context."""
        if submission.duplicate_of is None:
            done: Future[CheckedWorkbook] = Future()
            done.set_result(checked)
            self._ahead[submission.id] = done

    def rows_checked(self, submission: Submission) -> int:
        """Wait for the check of a submission; how many rows it has."""
        if submission.duplicate_of is not None:
            return 0
        self.check_ahead(submission)
        future = self._ahead[submission.id]
        if future.exception() is not None:
            return 0
        return sum(form.frame.height for form in future.result().forms)

    def unfinished(self) -> list[Submission]:
        """What an earlier walk received and did not bring to a verdict, oldest first."""
        return pending(self.home)

    def unfinished_before(self, submission: Submission) -> list[Submission]:
        """What was received before a submission and has no verdict."""
        return [entry for entry in self.unfinished() if entry.number < submission.number]

    def find(self, submission: str) -> Submission:
        """A submission by its id: one this walk received, or one of the ledger.

        Raises:
            InputFailure: there is none of that id.
        """
        found = self._known.get(submission)
        found = found or find_submission(self.home, number_of(submission) or 0)
        if found is None:
            raise InputFailure("no-such-submission", submission=submission)
        return found

    def settle(self, submissions: Sequence[Submission]) -> list[Ingested | ExpectedFailure]:
        """Check and load; one transaction each, all judged together.

        Returns:
            What became of each; where checking itself broke, the failure: its submission stays
            unsettled and takes no other down.

        Raises:
            StoreLocked: another process kept the store; nothing is lost, the submissions wait.
        """
        self._await_checks(submissions)
        futures = {s.id: self._ahead.pop(s.id) for s in submissions if s.id in self._ahead}
        broken = {id_: future.exception() for id_, future in futures.items()}
        found = {id_: futures[id_].result() for id_, error in broken.items() if error is None}
        entries = [(s, found[s.id], s.mode) for s in submissions if s.id in found]
        outcomes = {o.submission: o for o in self._opened().load_batch(entries)} if entries else {}
        return [
            _loaded(found[s.id], outcomes[s.id]) if s.id in found
            else _broken(s, error) if (error := broken.get(s.id)) is not None
            else recall(self.home, s.id)
            for s in submissions
        ]  # fmt: skip

    def preview(self, submission: Submission) -> Preview | None:
        """What loading a submission would change; None where it repeats another, or cannot be read.

        Raises:
            StoreLocked: another process kept the store.
        """
        self._await_checks([submission])
        future = self._ahead.get(submission.id)
        if future is None or future.exception() is not None:
            return None
        from pipelines.store.preview import preview  # late: it brings pandera

        return preview(self._opened(), submission, future.result())

    def _await_checks(self, submissions: Sequence[Submission]) -> None:
        for submission in submissions:
            self.check_ahead(submission)
        if not all(self._ahead[s.id].done() for s in submissions if s.id in self._ahead):
            self.pause()
        for submission in submissions:
            self.rows_checked(submission)

    def pause(self) -> None:
        """There is nothing to load yet: others may have the store, and pandera loads slowly."""
        self.let_go()
        if not self._is_warm:
            from pipelines.store import warm_up  # late: while the first file is read

            warm_up()
            self._is_warm = True

    def _opened(self) -> Writer:
        if self._writer is None:
            from pipelines.store import open_writer  # late: it brings pandera

            self._writer = self._held.enter_context(open_writer(self.home))
        return self._writer

    def let_go(self) -> None:
        """Close the store while there is nothing to load; others may need it."""
        self._writer = None
        self._held.close()


def ingest_files(
    home: Home, uploads: Sequence[tuple[Path, Said]]
) -> Iterator[Ingested | ExpectedFailure]:
    """Archive, check and load files; what a kill left undone comes first.

    Yields:
        for each file in its order what became of it; for one that could not even be received,
        the failure.

    Raises:
        StoreLocked: another process kept the store; what was received waits for the next walk.
    """
    waiting = pending(home)
    with Walk(home, len(waiting) + len(uploads)) as walk:
        for _ in _settled(walk, ahead(waiting, size_of)):
            pass
        yield from _settled(walk, ahead((received(walk, *upload) for upload in uploads), size_of))


def finish(walk: Walk) -> Iterator[Ingested]:
    """Settle submissions that a walk received and did not bring to a verdict."""
    for entry in _settled(walk, ahead(walk.unfinished(), size_of)):
        if isinstance(entry, Ingested):
            yield entry


def size_of(entry: Submission | ExpectedFailure) -> int:
    """The bytes of what was handed in."""
    return entry.size if isinstance(entry, Submission) else 0


def received(walk: Walk, path: Path, said: Said) -> Submission | ExpectedFailure:
    """A file handed in; the failure, where there is no such file."""
    try:
        return walk.receive(path, said)
    except InputFailure as failure:
        return failure


def _settled(
    walk: Walk, submissions: Iterable[Submission | ExpectedFailure]
) -> Iterator[Ingested | ExpectedFailure]:
    """Load in batches, each while the next one is received and checked.

    A failure keeps its place in the order.
    """
    batches = _batches(walk, submissions)
    with ThreadPoolExecutor(1, "receive") as beside:
        coming = beside.submit(next, batches, None)
        while True:
            if not coming.done():
                walk.pause()
            batch = coming.result()
            if batch is None:
                return
            coming = beside.submit(next, batches, None)
            settled = iter(walk.settle([one for one in batch if isinstance(one, Submission)]))
            yield from (next(settled) if isinstance(one, Submission) else one for one in batch)


def _batches(
    walk: Walk, submissions: Iterable[Submission | ExpectedFailure]
) -> Iterator[list[Submission | ExpectedFailure]]:
    """What is loaded together: pandera judges fifty small files as fast as one."""
    batch: list[Submission | ExpectedFailure] = []
    rows, began = 0, time.monotonic()
    for entry in submissions:
        batch.append(entry)
        rows += walk.rows_checked(entry) if isinstance(entry, Submission) else 0
        waited = time.monotonic() - began
        if len(batch) >= BATCH_FILES or rows >= BATCH_ROWS or waited >= BATCH_SECONDS:
            yield batch
            batch, rows, began = [], 0, time.monotonic()
    if batch:
        yield batch


def recall(home: Home, identifier: str) -> Ingested:
    """What became of a submission, as the ledger remembers it; nothing is read for it.

    Raises:
        InputFailure: there is no such submission, or it has no verdict yet.
    """
    submission = find_submission(home, number_of(identifier) or 0)
    told, report = outcome(home, identifier), checked_report(home, identifier)
    if submission is None or told is None or report is None:
        raise InputFailure("no-such-submission", submission=identifier)
    return Ingested(
        file=submission.file,
        sha256=submission.sha256,
        status=told.status,
        waves=told.waves,
        forms=tuple(report["forms"]),
        findings=in_order((*findings_from(report["findings"]), *told.findings)),
        submission=identifier,
        replaces=told.replaces,
        duplicate_of=told.duplicate_of,
    )


def _broken(submission: Submission, error: BaseException) -> ExpectedFailure:
    if isinstance(error, ExpectedFailure):
        return error
    failure = StoreFailure("check-broke", file=submission.file, reason=type(error).__name__)
    failure.__cause__ = error
    return failure


def _loaded(checked: CheckedWorkbook, told: Outcome) -> Ingested:
    report = checked.to_json("en")
    return Ingested(
        file=checked.file,
        sha256=checked.sha256,
        status=told.status,
        waves=told.waves or checked.waves,
        forms=tuple(report["forms"]),
        findings=in_order((*checked.findings, *told.findings)),
        submission=told.submission,
        replaces=told.replaces,
        duplicate_of=told.duplicate_of,
        checked=checked,
    )


def new_uploads(home: Home, uploads: Sequence[tuple[Path, Said]]) -> list[tuple[Path, Said]]:
    """The uploads that were not handed in yet as they lie there."""
    settings = home.settings()
    files = [(path, check_options(settings, said, home)) for path, said in uploads]
    news = new_files(home, files, home_places(home))
    return [upload for upload, is_new in zip(uploads, news, strict=True) if is_new]
