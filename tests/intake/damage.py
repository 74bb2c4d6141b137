"""Damage: good workbooks spoilt in many ways, always the same ways for the same seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator

Spoiler = Callable[[bytes, random.Random], bytes]


def truncated(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(1, len(content))]


def flipped(content: bytes, rng: random.Random) -> bytes:
    """A few bits of the file itself, compressed parts and directory alike."""
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 3, 20))):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def zeroed(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    length = min(rng.choice((1, 64, 4096)), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


def part_removed(content: bytes, rng: random.Random) -> bytes:
    parts = _parts(content)
    parts.pop(rng.choice(sorted(parts)))
    return _packed(parts)


def parts_swapped(content: bytes, rng: random.Random) -> bytes:
    parts = _parts(content)
    one, other = rng.sample(sorted(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return _packed(parts)


def part_truncated(content: bytes, rng: random.Random) -> bytes:
    parts = _parts(content)
    name = rng.choice(sorted(parts))
    parts[name] = parts[name][: rng.randrange(max(len(parts[name]), 1))]
    return _packed(parts)


def part_flipped(content: bytes, rng: random.Random) -> bytes:
    """Bits of a part before it is packed, so that every checksum agrees."""
    parts = _parts(content)
    name = rng.choice(sorted(parts))
    parts[name] = flipped(parts[name], rng) if parts[name] else b"x"
    return _packed(parts)


def sizes_changed(content: bytes, rng: random.Random) -> bytes:
    """The sizes that the directory of the package states."""
    spoilt = bytearray(content)
    for match in re.finditer(rb"PK\x01\x02", content):
        if rng.random() < 0.5:
            at = match.start() + rng.choice((20, 24))
            spoilt[at : at + 4] = rng.randbytes(4)
    return bytes(spoilt)


def records_changed(content: bytes, rng: random.Random) -> bytes:
    """Types and lengths of the records of a binary sheet."""
    parts = _parts(content)
    for name in parts:
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            spoilt = bytearray(parts[name])
            for _ in range(rng.choice((1, 3, 10))):
                spoilt[rng.randrange(len(spoilt))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
            parts[name] = bytes(spoilt)
    return _packed(parts)


def references_changed(content: bytes, rng: random.Random) -> bytes:
    """Cell references, styles and types within the sheets."""
    parts = _parts(content)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(
                rb'(r|s|t)="([^"]{1,8})"',
                lambda m: m.group(0) if rng.random() > 0.01 else m.group(1) + b'="' + rng.choice(
                    (b"XFD1048576", b"A0", b"99999", b"-1", b"e", b"b", b"d", b"s", b"", b"ZZZZ9")
                ) + b'"',
                parts[name],
            )  # fmt: skip
    return _packed(parts)


ANY: tuple[Spoiler, ...] = (truncated, flipped, zeroed)
PACKED: tuple[Spoiler, ...] = (
    part_removed, parts_swapped, part_truncated, part_flipped, sizes_changed, references_changed,
    records_changed,
)  # fmt: skip


def corpus(good: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` spoilt files, named by how they were spoilt and from what."""
    rng = random.Random(seed)
    for number in range(count):
        name = rng.choice(sorted(good))
        spoilers = (*ANY, *PACKED) if good[name].startswith(b"PK") else ANY
        spoiler = rng.choice(spoilers)
        ending = name.rpartition(".")[2]
        yield f"{number:03}-{spoiler.__name__}.{ending}", spoiler(good[name], rng)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()
