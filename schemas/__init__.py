"""What a survey is: forms, code lists, places and findings, declared and pure.

In: the data files beside this one; what files a home adds, the caller reads and passes.
Out: `FORMS`, the only list of forms.
"""
