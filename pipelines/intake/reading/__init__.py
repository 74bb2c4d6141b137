"""Reading: bytes in, cells out, inside a worker process of our own.

In: the path of an uploaded file, hostile until shown otherwise, and the limits of what it may cost.
Out: the sheets as Arrow IPC frames in memory plus a small JSON about them, or a refusal.
Only `pipelines.intake.reader` starts the worker; nothing else in the house opens an upload.
"""
