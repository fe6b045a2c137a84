"""Releases: measures run on what was prepared, each result passed through the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evenhand.actions.partitions import partitions_of
from evenhand.actions.prepare import Prepared
from evenhand.disclosure.gate import release
from evenhand.disclosure.release import Release
from evenhand.engine import session
from evenhand.needs import MEASURES

Progress = Callable[[str], None]
"""Called with what is being done, in a few words."""


def releases_of(prepared: Prepared, wanted: Iterable[str], progress: Progress) -> dict[str, Release]:
    """The releases of the measures wanted, by name, in the order of `MEASURES`.

    A measure may take the results of others: those are run too, and released only if wanted.
    """
    names = set(wanted)
    needed = _with_inputs(names)
    given = dict(prepared.given)
    partitions = partitions_of(prepared)
    mine = prepared.partnership
    made: dict[str, Release] = {}
    for measure in MEASURES.values():
        if measure.name not in needed:
            continue
        progress(f"measuring: {measure.title.lower()}")
        result = session.run(prepared.engine, measure, given)
        given[measure.name] = session.as_table(result)
        if measure.name in names:
            made[measure.name] = release(result, measure, mine.policy, partitions, mine.definition.identity)
    return made


def _with_inputs(names: set[str]) -> set[str]:
    """The measures and those whose results they take."""
    found = set(names)
    for name in names:
        found |= _with_inputs({each for each in MEASURES[name].inputs if each in MEASURES})
    return found
