"""One command, measured by a process that is small itself: `python alone.py COMMAND…`.

In: a command; what it prints goes to our standard error.
Out: a line of JSON: exit code, wall clock and processor seconds, peak MB.

Linux counts the memory of whoever starts a program as that program's peak, so it must not be
started by a test or a benchmark that holds a workbook.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(
    json.dumps(
        {
            "exit": process.returncode,
            "seconds": time.perf_counter() - begun,
            "processor_seconds": usage.ru_utime + usage.ru_stime,
            "peak_mb": usage.ru_maxrss / 1024,
        }
    )
)
