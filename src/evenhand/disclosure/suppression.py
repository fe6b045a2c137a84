"""Secondary suppression: which further cells are hidden, so that the small ones cannot be worked out.

The small ones are hidden by the policy itself: primary suppression.

A small cell is safe where another table agrees with all that is shown and differs in it by the policy's
protection. The way to such a table is a loop; one through cells that are hidden already costs next to
nothing, and one through cells that are shown what hiding them would lose (Kelly, Golden & Assad 1992,
Networks 22). A few small cells at a time are aimed at, so that each finds what those before it hid; at
last cells are shown again that no loop needs.
"""

from __future__ import annotations

import numpy as np

from evenhand.disclosure.at_once import hide_at_once
from evenhand.disclosure.cleaning import clean, show_stuck
from evenhand.disclosure.proposal import Proposal, proposal
from evenhand.disclosure.search import extend, hide_around
from evenhand.disclosure.singletons import close
from evenhand.disclosure.system import System
from evenhand.disclosure.windows import Windows

ATTEMPTS = 4
"""Times that it is tried to make the cells safe that are left, each by itself."""
MANY = 5_000
"""Small cells that are too many to look at a few at a time where tables are closely linked."""


def secondary(system: System, windows: Windows, seed: int) -> Proposal:
    """What is hidden, small cells included: enough as far as the true table tells.

    Where there are many small cells, that is judged by linear programmes alone, for all of them at once.
    """
    draft = proposal(system)
    if int(system.small.sum()) > MANY:
        # First, since what is hidden for it helps the others; and again for what those leave.
        close(draft)
        hide_at_once(draft, windows, seed)
        close(draft)
        return draft
    extend(draft, windows, seed)
    close(draft)
    extend(draft, windows, seed)
    for attempt in range(ATTEMPTS):
        if attempt > ATTEMPTS // 2:
            # A total of ones has no way down, and none up among small numbers where those are few.
            draft.among_small &= ~draft.unsafe
            draft.last_resort = True
        show_stuck(draft, windows, (seed, attempt))
        hide_around(draft, windows, np.flatnonzero(draft.unsafe), (seed, attempt))
        if not draft.unsafe.any():
            break
    clean(draft, windows, seed)
    close(draft)
    extend(draft, windows, seed)
    return draft
