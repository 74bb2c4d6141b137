"""Making many files: one after the other, or in two processes where they are many.

In: items and the imprint of each.
Out: (item, bytes), in the order of the items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.publish.content import Item
from pipelines.publish.model import Imprint


def render(items: Sequence[Item], imprints: Mapping[str, Imprint]) -> Iterator[tuple[Item, bytes]]:
    """Make every item."""
    for item in items:
        yield item, item.make(imprints[item.name])
