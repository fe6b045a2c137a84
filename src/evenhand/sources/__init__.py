"""Sources: one published format, one file: who publishes it, and how its rows become a table."""
