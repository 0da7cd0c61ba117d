"""The ledger: every behaviour with a hand-calculated example."""
