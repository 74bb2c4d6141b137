"""Intake: bytes → cells → table → typed rows → checked rows with findings.

In: the path of one uploaded file, what the uploader said about it, and the places.
Out: a `CheckedWorkbook`; nothing is written, nothing is loaded.
"""
