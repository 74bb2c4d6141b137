"""The portal: the upload page.

In: files and answers from a browser.
Out: pages with verdicts, marked workbooks and reports; the walk does the work.
"""
