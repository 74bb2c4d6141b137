"""`python -m pipelines.cli`, the command without its script."""

from __future__ import annotations

import sys

from pipelines.cli import main

sys.exit(main())
