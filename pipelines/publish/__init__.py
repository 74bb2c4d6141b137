"""Publication: from an edition to pages, tables and downloads that are fit for the public.

In: an edition (id and file), the registered places and the settings of the home.
Out: published/ (and drafts/), aggregates only; the same edition gives the same bytes.
"""

from pipelines.publish.publication import Approval, Published, publish

__all__ = ["Approval", "Published", "publish"]
