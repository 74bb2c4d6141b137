"""Feedback: what the survey team gets back: templates, marked workbooks, reports."""
