"""Portal: the upload page of survey teams, the office's pages, and the API for machines.

In: requests of browsers and scripts.
Out: uploads archived and queued; verdicts, marked workbooks and loads by a worker of its own, by
the same stages, ledger and findings as the command.
"""
