"""What happens to a workbook: intake, store, publish; feedback and portal face people."""

import os

# Prefect reports its use to its makers unless told otherwise, and reads this at import.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
