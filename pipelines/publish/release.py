"""What is published when: blocks of figures, their status, approval, drafts and marks.

In: the summaries of an edition, waves.csv, the approvals of the ledger and the archive.
Out: the summaries that are live and those of the draft, with p and r for their districts.

A block is one wave in one survey area of a municipality: what an office closes and approves.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.publish.contents import PRELIMINARY, REVISED
from pipelines.publish.digests import digest
from pipelines.publish.edition import FRAMES, Summaries
from pipelines.publish.small_counts import without_small
from pipelines.store.archive import Archive
from pipelines.store.ledger import Event
from schemas.code_lists import code_list

Block = tuple[str, str, str]
Frames = Mapping[str, pl.DataFrame]

UNASSIGNED = "ohne Zuordnung"  # rows of a wave that name no district; a key of the ledger
CLOSED = frozenset({"abgeschlossen", "veröffentlicht"})
_KEYS = ["wave_id", "municipality_key", "district_id"]


@dataclass(frozen=True)
class Approved:
    """The last approval of a block.

    Attributes:
        digest: of the figures approved.
        archived: sha256 of the archived figures; None where the block was approved as gone.
        is_revision: figures approved before were others.
    """

    digest: str
    archived: str | None
    is_revision: bool


@dataclass(frozen=True)
class Release:
    """One state of the figures.

    Attributes:
        marks: wave_id, municipality_key, district_id, mark.
    """

    summaries: Summaries
    marks: pl.DataFrame


def blocks_of(summaries: Summaries) -> dict[Block, Frames]:
    """The figures of each block, by block in order."""
    areas = summaries.registers.select("district_id", _area=pl.col("survey_area").fill_null(""))
    found: dict[Block, dict[str, pl.DataFrame]] = {}
    for name in FRAMES:
        frame = getattr(summaries, name)
        keyed = frame.join(areas, on="district_id", how="left", maintain_order="left").with_columns(
            pl.when(pl.col("district_id").is_null())
            .then(pl.lit(UNASSIGNED))
            .otherwise(pl.col("_area").fill_null(""))
            .alias("_area")
        )
        parts = keyed.partition_by("wave_id", "municipality_key", "_area", as_dict=True)
        for key, part in parts.items():
            block = (str(key[0]), str(key[1]), str(key[2]))
            found.setdefault(block, {})[name] = part.drop("_area")
    empty = {name: getattr(summaries, name).clear() for name in FRAMES}
    return {block: empty | found[block] for block in sorted(found)}


def block_digest(frames: Frames) -> str:
    """The digest of a block's figures, the same for the same figures."""
    return digest(*((name, frames[name].select(sorted(frames[name].columns))
                     .sort(pl.all()).write_csv()) for name in FRAMES))  # fmt: skip


def is_closed(block: Block, waves: pl.DataFrame) -> bool:
    """Whether waves.csv lets a block go live: closed, or no wave of its municipality registered."""
    wave, municipality, area = block
    own = waves.filter(pl.col("municipality_key") == municipality)
    if not own.height:
        return True
    named = own.filter(pl.col("wave_id") == wave)
    statuses = code_list("wave_status")
    if area == UNASSIGNED:  # goes with the last of its wave
        found = {statuses.lookup(status or "") for status in named["status"]}
        return bool(found) and found <= CLOSED
    named = named.filter((pl.col("survey_area") == area) | pl.col("survey_area").is_null())
    return any(statuses.lookup(status or "") in CLOSED for status in named["status"])


def last_approvals(events: Iterable[Event]) -> dict[Block, Approved]:
    """The last approval of each block, from the ledger's events of kind "approval"."""
    found: dict[Block, Approved] = {}
    for event in events:
        for entry in event.payload["blocks"]:
            block = (entry["wave_id"], entry["municipality_key"], entry["survey_area"])
            before = found.get(block)
            changed = before is not None and before.digest != entry["digest"]
            is_revision = changed or (before is not None and before.is_revision)
            found[block] = Approved(entry["digest"], entry["archived"], is_revision)
    return found


def to_approve(
    blocks: Mapping[Block, Frames], waves: pl.DataFrame, approved: Mapping[Block, Approved]
) -> list[Block]:
    """The closed blocks that nobody has approved as they stand, those that are gone too."""
    return [
        block
        for block in sorted({*blocks, *approved})
        if is_closed(block, waves)
        and (block not in approved or approved[block].digest != _digest_of(blocks.get(block)))
    ]


def _digest_of(frames: Frames | None) -> str:
    return block_digest(frames) if frames is not None else ""


def approval_of(
    blocks: Mapping[Block, Frames],
    waves: pl.DataFrame,
    approved: Mapping[Block, Approved],
    archive: Archive,
) -> list[dict[str, Any]]:
    """The entries of an approval of everything closed that is not approved as it stands.

    The figures are archived, so that they can stay live when the data change later.
    """
    entries = []
    for block in to_approve(blocks, waves, approved):
        frames = blocks.get(block)
        archived = archive.keep_bytes(packed(frames)) if frames is not None else None
        wave, municipality, area = block
        entries.append({"wave_id": wave, "municipality_key": municipality, "survey_area": area,
                        "digest": _digest_of(frames), "archived": archived})  # fmt: skip
    return entries


def live_and_draft(
    summaries: Summaries,
    approved: Mapping[Block, Approved],
    archive: Archive,
    *,
    needs_approval: bool,
) -> tuple[Release, Release | None]:
    """What is live, and the draft where it differs.

    Args:
        summaries: the figures of the edition.
        approved: the last approval of each block.
        archive: holds the figures that were approved.
        needs_approval: the setting approval = "required": nothing is live before its approval.
    """
    blocks = blocks_of(summaries)
    live: dict[Block, Frames] = {}
    marks: dict[Block, str] = {}
    for block in sorted({*blocks, *approved}):
        current, approval = blocks.get(block), approved.get(block)
        if not is_closed(block, summaries.waves):
            continue
        if approval is None:
            if needs_approval or current is None:
                continue
            live[block], marks[block] = current, PRELIMINARY
            continue
        frames = _approved_figures(current, approval, summaries, archive)
        if frames is not None:
            live[block], marks[block] = frames, REVISED if approval.is_revision else ""
    released = _release(summaries, live, marks)
    if live.keys() == blocks.keys() and all(live[b] is f for b, f in blocks.items()):
        return released, None
    open_marks = {b: marks.get(b, PRELIMINARY) if b in live and live[b] is f else PRELIMINARY
                  for b, f in blocks.items()}  # fmt: skip
    return released, _release(summaries, blocks, open_marks)


def _approved_figures(
    current: Frames | None, approval: Approved, summaries: Summaries, archive: Archive
) -> Frames | None:
    if current is not None and block_digest(current) == approval.digest:
        return current
    if approval.archived is None:
        return None
    return unpacked(archive.read(approval.archived), summaries)


def _release(
    summaries: Summaries, blocks: Mapping[Block, Frames], marks: Mapping[Block, str]
) -> Release:
    frames: dict[str, Any] = {
        name: pl.concat([getattr(summaries, name).clear(), *(b[name] for b in blocks.values())])
        for name in FRAMES
    }
    # Not any earlier: what was approved before the office hid small counts is hidden too.
    shown = without_small(replace(summaries, **frames))
    compared = shown.districts.select("wave_id", "municipality_key").unique()
    changes = shown.changes.join(  # a comparison with a wave that is not shown is not shown
        compared.rename({"wave_id": "wave_before"}), on=["wave_before", "municipality_key"],
        how="semi",
    )  # fmt: skip
    marked = [
        frames_["districts"].select(*_KEYS, mark=pl.lit(marks.get(block, "")))
        for block, frames_ in blocks.items()
    ]
    none = summaries.districts.clear().select(*_KEYS, mark=pl.lit(""))
    waves = summaries.waves.join(compared, on=["wave_id", "municipality_key"], how="semi")
    return Release(replace(shown, changes=changes, waves=waves), pl.concat([none, *marked]))


def packed(frames: Frames) -> bytes:
    """The figures of a block as compressed text, the same bytes for the same figures."""
    content = {name: frames[name].write_csv() for name in FRAMES}
    return gzip.compress(json.dumps(content, ensure_ascii=False).encode(), mtime=0)


def unpacked(content: bytes, like: Summaries) -> Frames:
    """Figures as `packed` wrote them, in the columns of today; a column unknown then is null."""
    texts = json.loads(gzip.decompress(content))
    frames = {}
    for name in FRAMES:
        schema = getattr(like, name).schema
        read = pl.read_csv(io.BytesIO(texts[name].encode()), infer_schema=False)
        frames[name] = read.select(
            (_parsed(column, kind) if column in read.columns else pl.lit(None, kind)).alias(column)
            for column, kind in schema.items()
        )
    return frames


def _parsed(column: str, kind: pl.DataType) -> pl.Expr:
    if kind == pl.Boolean:
        return pl.col(column) == "true"
    return pl.col(column).str.to_date() if kind == pl.Date else pl.col(column).cast(kind)
