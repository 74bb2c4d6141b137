"""Loading what was handed in: by the ingest deployment where there is one, else here.

In: submitted uploads, a walk.
Out: submissions in the ledger before anything else, then loaded; what became of them on the desk.
A run of the deployment that fails, is lost or never taken up is done here: loading twice is once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.intake.findings import in_order
from pipelines.intake.result import Status
from pipelines.portal.checking import Checks, options_of
from pipelines.portal.desk import Desk, State, Upload
from pipelines.portal.failing import LANGS, fail
from pipelines.portal.prefecting import Deployment, FlowRun, Progress
from pipelines.store import archive_of, find_submission, outcome, receive
from pipelines.store.submission import Mode, Submission, number_of
from pipelines.walk import Walk
from pipelines.walk.ingesting import Ingested, recall
from schemas.findings import catalogue

BATCH = 20
_ASK_SECONDS = 1.0
_BUSY_SECONDS = 1.0
_STAND_BACK_SECONDS = 5.0
_ENDS = {Status.ACCEPTED: State.LOADED, Status.PARTIAL: State.LOADED, Status.WAITING: State.WAITING}
_MODES: dict[str, Mode] = {"replace": "replace", "add": "add"}


@dataclass(frozen=True)
class Handed:
    """An upload that was handed in, and the submission that it became."""

    upload: Upload
    submission: Submission


class Loads:
    """What is being loaded; one run of the deployment at a time, so that runs gather uploads."""

    def __init__(self, home: Home, desk: Desk, deployment: Deployment, checks: Checks) -> None:
        self.home = home
        self.desk = desk
        self.deployment = deployment
        self.checks = checks
        self.has_changed = False
        self._run: FlowRun | None = None
        self._with_run: list[Handed] = []
        self._asked = 0.0
        self._stood_back_since = time.monotonic()

    @property
    def is_watching(self) -> bool:
        """Whether a run of the deployment is under way."""
        return self._run is not None

    def turn(self, walk: Walk, *, is_hurried: bool) -> bool:
        """Load what waits, or look how far the deployment is; whether anything was done.

        While teams wait for verdicts (`is_hurried`), loads stand back for a while.
        """
        if self._run is not None:
            return self._watch(walk, self._run)
        if not is_hurried:
            self._stood_back_since = time.monotonic()
        elif time.monotonic() - self._stood_back_since < _STAND_BACK_SECONDS:
            return False
        handed = self._received(walk)
        if not handed:
            return False
        self._stood_back_since = time.monotonic()
        self._run = self.deployment.start([one.submission.id for one in handed])
        if self._run is None:
            self._load(walk, handed)
        else:
            self._with_run, self._asked = handed, time.monotonic()
        return True

    def _received(self, walk: Walk) -> list[Handed]:
        """Submitted uploads, each entered in the ledger once, whatever happens in between."""
        handed = []
        for upload in self.desk.take(State.SUBMITTED, BATCH):
            try:
                handed.append(Handed(upload, self._submission(walk, upload)))
            except Exception as error:  # noqa: BLE001  no upload may stop the others
                fail(self.desk, upload, error)
        return handed

    def _submission(self, walk: Walk, upload: Upload) -> Submission:
        if upload.submission is not None:
            found = find_submission(self.home, number_of(upload.submission) or 0)
            told = outcome(self.home, upload.submission)
            if found is not None and (told is None or told.status is not Status.WAITING):
                return found
        mode = _MODES.get(upload.mode or "")
        with archive_of(self.home).at_hand(upload.sha256) as path:
            submission = receive(
                self.home, path, options_of(self.home, upload), walk.places, mode=mode,
                name=upload.file,
            )  # fmt: skip
        self.desk.move(
            upload.id, frozenset({State.LOADING}), State.LOADING, submission=submission.id
        )
        return replace(submission, mode=mode)

    def _watch(self, walk: Walk, run: FlowRun) -> bool:
        """Note what the run has loaded; do the rest here once it is over or lost."""
        if time.monotonic() - self._asked < _ASK_SECONDS:
            return False
        self._asked = time.monotonic()
        progress = self.deployment.progress(run)
        self._with_run = [one for one in self._with_run if not self._is_noted(one)]
        if self._with_run and progress is Progress.UNDER_WAY:
            return False
        if progress is Progress.LOST:
            self.deployment.call_off(run)
        rest, self._run, self._with_run = self._with_run, None, []
        if rest:
            self._load(walk, rest)
        return True

    def _is_noted(self, handed: Handed) -> bool:
        """Whether the ledger has a verdict by now; then it is on the desk too."""
        if outcome(self.home, handed.submission.id) is None:
            return False
        self._note(handed, recall(self.home, handed.submission.id))
        return True

    def _load(self, walk: Walk, handed: Sequence[Handed]) -> None:
        for one in handed:
            known = self.checks.made_for(one.upload, one.submission)
            if known is not None:
                walk.take_over(one.submission, known)
        try:
            settled = walk.settle([one.submission for one in handed])
        except ExpectedFailure:
            # The store is busy: they wait for the next turn, and so does whoever holds it.
            for one in handed:
                self.desk.move(one.upload.id, frozenset({State.LOADING}), State.SUBMITTED)
            time.sleep(_BUSY_SECONDS)
            return
        finally:
            walk.let_go()
        for one, result in zip(handed, settled, strict=True):
            if isinstance(result, ExpectedFailure):
                fail(self.desk, one.upload, result)
            else:
                self._note(one, result)

    def _note(self, handed: Handed, result: Ingested) -> None:
        upload, findings = handed.upload, in_order(result.findings)
        told = [finding for finding in findings if catalogue()[finding.code].stage == "loading"]
        verdict = dict(upload.verdict or {}) | {
            "loaded": {lang: [finding.message(lang) for finding in told] for lang in LANGS},
            "status": str(result.status),
            "duplicate_of": result.duplicate_of,
            "replaces": list(result.replaces),
        }
        self.desk.move(
            upload.id, frozenset({State.LOADING}), _ENDS.get(result.status, State.FAILED),
            verdict=verdict, submission=handed.submission.id,
        )  # fmt: skip
        self.has_changed = True
