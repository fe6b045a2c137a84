"""Releases: measures run on what was prepared, and passed through the gate together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from evenhand.actions.earlier import earlier_releases
from evenhand.actions.partitions import partitions_of
from evenhand.actions.prepare import Prepared
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.scopes import scope
from evenhand.engine import session
from evenhand.ledger.lines import digest
from evenhand.needs import MEASURES, by_definition

Progress = Callable[[str], None]
"""Called with what is being done, in a few words."""


def judged(prepared: Prepared, root: Path, progress: Progress) -> Judged:
    """The releases of all measures, in the order of `MEASURES`, with the proof that they are safe together.

    All are judged even where one is wanted: what may be shown of a count depends on every table it is in, and
    on all that was ever published below `root`.
    """
    given = dict(prepared.given)
    results = {}
    for measure in MEASURES.values():
        progress(f"measuring: {measure.title.lower()}")
        results[measure.name] = session.run(prepared.engine, measure, given)
        given[measure.name] = session.as_table(results[measure.name])
    mine, earlier = prepared.partnership, ()
    if not mine.policy.changes_nothing:
        progress("reading what was published before")
        earlier = earlier_releases(root)
        done = "hiding small counts" if mine.policy.hide_to is not None else "rounding"
        progress(f"{done}, and proving it (minutes for a large area)")
    scopes = {name: scope(crime_types_of(name, prepared), prepared.police_forces) for name in MEASURES}
    return judge(
        results, MEASURES, mine.policy, partitions_of(prepared), mine.definition.identity, earlier, scopes
    )


def crime_types_of(measure: str, prepared: Prepared) -> tuple[str, ...]:
    """The crime types that a measure counts; empty where it counts every one."""
    return prepared.partnership.definition.crime_types if by_definition(MEASURES[measure]) else ()


def certificate_of(judgement: Judged, files: Mapping[str, tuple[bytes, bytes]]) -> bytes | None:
    """The certificate of those data files (CSV and JSON by measure); None where nothing is hidden."""
    if judgement.proof is None:
        return None
    return judgement.proof.of_files({name: digest(csv) for name, (csv, _json) in files.items()}).to_bytes()
