"""Feedback: what the survey team gets: templates, marked workbooks, reports.

In: the declarations, and a checked workbook with its findings.
Out: files for people who survey; nothing here decides what is right.
"""
