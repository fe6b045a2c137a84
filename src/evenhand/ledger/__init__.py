"""The ledger: a tamper-evident line for every published figure, and its verifier."""
