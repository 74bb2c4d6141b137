"""Store: archive, ledger, load, history, edition, trace."""
