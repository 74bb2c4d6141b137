"""The proposal: what publishing and approving would change, before anybody does it.

In: a home, its places and an edition (or the store as an edition would show it).
Out: the blocks that wait for approval, and the main figures that would differ. Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.home import Home
from pipelines.publish.edition import read_summaries
from pipelines.publish.history import changed_figures, main_figures, past
from pipelines.publish.publication import EditionLike, limits_of
from pipelines.publish.release import (
    Block,
    blocks_of,
    is_closed,
    last_approvals,
    live_and_draft,
    to_approve,
)
from pipelines.store import archive_of
from pipelines.store.ledger import Ledger
from schemas.places import Places

Change = tuple[str, str, str, int | None, int | None]


@dataclass(frozen=True)
class Proposal:
    """What would change.

    Attributes:
        to_approve: closed blocks (wave, municipality, survey area) that stand unapproved.
        running: blocks of waves that are not closed; they stay drafts.
        to_publish: (place, wave, figure, published, new) of what publishing would show.
        in_draft: the same of what stays in the draft, against what would be live.
    """

    to_approve: tuple[Block, ...]
    running: tuple[Block, ...]
    to_publish: tuple[Change, ...]
    in_draft: tuple[Change, ...]


def propose(home: Home, places: Places, edition: EditionLike) -> Proposal:
    """Compare an edition with what is published and approved."""
    summaries = read_summaries(
        edition.path, places, home.warehouse / "figures", limits_of(home.settings())
    )
    with Ledger(home) as ledger:
        approved = last_approvals(ledger.events("approval"))
        published = past(ledger.events("publication"))
    live, draft = live_and_draft(
        summaries, approved, archive_of(home),
        needs_approval=home.settings().approval == "required",
    )  # fmt: skip
    blocks = blocks_of(summaries)
    shown, registers = main_figures(live.summaries), summaries.registers
    waiting = main_figures(draft.summaries) if draft else shown
    return Proposal(
        tuple(to_approve(blocks, summaries.waves, approved)),
        tuple(block for block in blocks if not is_closed(block, summaries.waves)),
        changed_figures(published.figures, shown, registers),
        changed_figures(shown, waiting, registers),
    )
