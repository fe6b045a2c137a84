"""Code identity: which Evenhand made a figure."""

from __future__ import annotations

from pathlib import Path

import evenhand
from evenhand.ledger.verify import digest

SOURCE = ("*.py", "*.toml", "*.csv")
"""What makes the figures: code, and rules as data."""


def code_identity() -> str:
    """Version of Evenhand and the first 12 digits of the SHA-256 over its source: paths and contents."""
    package = Path(evenhand.__file__).parent
    paths = {path for pattern in SOURCE for path in package.rglob(pattern)}
    listing = "".join(
        f"{path.relative_to(package).as_posix()} {digest(path.read_bytes())}\n" for path in sorted(paths)
    )
    return f"{evenhand.__version__} ({digest(listing.encode())[:12]})"
