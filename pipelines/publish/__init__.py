"""Publication: an edition in, tables, pages and downloads for the public out."""
