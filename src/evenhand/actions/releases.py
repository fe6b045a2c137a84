"""Releases: measures run on what was prepared, and passed through the gate together."""

from __future__ import annotations

from collections.abc import Callable

from evenhand.actions.partitions import partitions_of
from evenhand.actions.prepare import Prepared
from evenhand.disclosure.gate import Judged, judge
from evenhand.engine import session
from evenhand.needs import MEASURES

Progress = Callable[[str], None]
"""Called with what is being done, in a few words."""


def judged(prepared: Prepared, progress: Progress) -> Judged:
    """The releases of all measures, in the order of `MEASURES`, with the proof that they are safe together.

    All are judged even where one is wanted: what may be shown of a count depends on every table it is in.
    """
    given = dict(prepared.given)
    results = {}
    for measure in MEASURES.values():
        progress(f"measuring: {measure.title.lower()}")
        results[measure.name] = session.run(prepared.engine, measure, given)
        given[measure.name] = session.as_table(results[measure.name])
    mine = prepared.partnership
    if not mine.policy.changes_nothing:
        progress("hiding small counts, and proving that they stay hidden (minutes for a large area)")
    return judge(results, MEASURES, mine.policy, partitions_of(prepared), mine.definition.identity)
