"""`python -m pipelines.cli`, the command without its script."""

from __future__ import annotations

from pipelines.cli import run

run()
