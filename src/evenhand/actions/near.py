"""Near: of the names there are, those that a slip of the pen may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 3
"""Names offered; with more, a reader reads none."""


def did_you_mean(wanted: str, names: Iterable[str]) -> str:
    """The start of a next step, `did you mean 'a' or 'b'? If not, `, or nothing where no name is near."""
    by_name, start = {name.casefold(): name for name in names}, wanted.strip().casefold()
    begin_so = [name for name in by_name if start and name.startswith(start)]
    near = [*begin_so, *get_close_matches(start, by_name)]
    named = [repr(by_name[name]) for name in dict.fromkeys(near)][:_MOST]
    return f"did you mean {' or '.join(named)}? If not, " if named else ""
