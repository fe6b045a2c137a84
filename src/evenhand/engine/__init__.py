"""The engine: the only part that executes expressions and reads or writes tables."""
