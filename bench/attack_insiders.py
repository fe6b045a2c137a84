"""A reader from inside: somebody who is behind a count, or several, of those that a publication hides."""

from __future__ import annotations

from attack_readers import Sum, narrow
from attack_views import Range, View


def by_ones(seen: View, among: list[Sum]) -> Range:
    """Somebody who is behind every hidden 1 of a sum, or all but one, looks at that sum alone."""
    low, high = list(seen.low), list(seen.high)
    for each in among:
        # A whole of 1 is the one itself.
        ones = [part for part in each if seen.hidden[part] and seen.truth[part] == 1 and each[part] > 0]
        if sorted(each.values())[:2] == [-1, 1]:
            for other in (None, *ones) if len(ones) > 1 else (None,) * len(ones):
                mine, yours = list(seen.low), list(seen.high)
                for part in ones:
                    if part != other:
                        yours[part] = 1
                narrow(each, mine, yours)
                for part in (part for part, times in each.items() if times > 0):
                    if part not in ones or part == other:
                        low[part], high[part] = max(low[part], mine[part]), min(high[part], yours[part])
    return low, high
