"""Notices: who is told by mail or webhook what became of files, by automations of Prefect's server.

In: an address and what to tell of; the events that the flows emit.
Out: on the server an automation and the block that it sends through, one pair for each address.
"""
