"""Benchmarks: the product against the bare readers and the usual tools, in one run on one file.

In: nothing; the workbooks are made here. Out: docs/benchmarks.md.
"""
