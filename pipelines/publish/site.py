"""The site: which files there are.

In: `Content`.
Out: `Item`s, one for each page and download.
"""

from __future__ import annotations

from pipelines.publish.content import Content, Item
from pipelines.publish.district_pages import district_items
from pipelines.publish.download_files import download_items, further_files
from pipelines.publish.reference_pages import reference_items
from pipelines.publish.start import start_items
from pipelines.publish.table_pages import table_items


def site_items(content: Content) -> tuple[Item, ...]:
    """Every file of the site; no two share a name."""
    items = (
        *start_items(content),
        *table_items(content),
        *district_items(content),
        *reference_items(content, further_files(content)),
        *download_items(content),
    )
    names = [item.name for item in items]
    if len(names) != len(set(names)):
        raise ValueError("two files of the site share a name")
    return items
