"""Recognising: sheets of cells in, tables of forms out.

In: a `Workbook` as read, and at most one mapping.
Out: which rows and columns of which sheet are which form, what the cover says, and a finding for
everything that was left out. `pipelines.intake.recognise` is the only door.
"""
