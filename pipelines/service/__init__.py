"""Service: `leerstand up`, which keeps server, worker and page of one machine running.

In: a home.
Out: running processes, and none left when it ends.
"""
