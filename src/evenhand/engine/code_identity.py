"""Code identity: which Evenhand made a figure."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import evenhand
from evenhand.ledger.lines import digest

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


def module_address(measure: str) -> str:
    """Where a measure's file is in the project's repository; empty where the package names none."""
    try:
        named = metadata("evenhand").get_all("Project-URL") or []
    except PackageNotFoundError:
        named = []
    addresses = dict(each.split(", ", 1) for each in named)
    repository = addresses.get("Repository", "").rstrip("/")
    path = f"blob/v{evenhand.__version__}/src/evenhand/needs/{measure}.py"
    return f"{repository}/{path}" if repository else ""
