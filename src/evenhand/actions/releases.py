"""Releases: measures run on what was prepared, and passed through the gate together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from evenhand.actions.earlier import earlier_releases
from evenhand.actions.origins import crime_types_of, origins
from evenhand.actions.partitions import partitions_of
from evenhand.actions.prepare import Prepared
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.release import Release
from evenhand.disclosure.scopes import scope
from evenhand.engine import session
from evenhand.engine.published import published_log
from evenhand.ledger import log as ledger
from evenhand.ledger.lines import digest
from evenhand.needs import MEASURES
from evenhand.reports.data import data_files

Progress = Callable[[str], None]
"""Called with what is being done, in a few words."""


def judged(prepared: Prepared, root: Path, progress: Progress, gone: Collection[str] = ()) -> Judged:
    """The releases of all measures, in the order of `MEASURES`, with the proof that they are safe together.

    All are judged even where one is wanted: what may be shown of a count depends on every table it is in, and
    on all that was ever published below `root`. Of those that are `gone` the proof speaks where readers have
    the same table; one that nobody ever saw would be missed beside it.
    """
    given = dict(prepared.given)
    results: dict[str, pa.Table] = {}
    for measure in MEASURES.values():
        progress(f"measuring: {measure.title.lower()}")
        results[measure.name] = session.run(prepared.engine, measure, given)
        given[measure.name] = session.as_table(results[measure.name])
    if prepared.partnership.policy.changes_nothing:
        return _judged(prepared, results, ())

    def made_with(earlier: tuple[Earlier, ...]) -> Judged:
        made = _judged(prepared, results, earlier)
        unseen = _unseen(made, gone, log)
        if not unseen:
            return made
        progress("and without what is withdrawn")
        seen = {name: its for name, its in results.items() if name not in unseen}
        rest = _judged(prepared, seen, earlier)
        return replace(rest, releases=made.releases | rest.releases, small={**made.small, **rest.small})

    progress("reading what was published before")
    log = published_log(root)
    done = "hiding small counts" if prepared.partnership.policy.hide_to is not None else "rounding"
    progress(f"{done}, and proving it (minutes for a large area)")
    if _is_of_the_same(prepared, results, log):
        # Made anew as it was made, it is what it was: publishing the same again changes nothing.
        made = made_with(earlier_releases(root, ledger.before_last_certificate(log)))
        if _is_published(made, log):
            return made
    return made_with(earlier_releases(root))


def proved(judgement: Judged) -> dict[str, Release]:
    """The releases that the proof speaks of; all where there is none."""
    if judgement.proof is None:
        return dict(judgement.releases)
    return {each["measure"]: judgement.releases[each["measure"]] for each in judgement.proof.fields["tables"]}


def _unseen(made: Judged, gone: Collection[str], log: ledger.Log) -> set[str]:
    """Which of those that are gone are not as any entry released them."""
    files = data_files({name: made.releases[name] for name in gone})
    seen = {name: {line["released"] for line in ledger.history(log, name)} for name in gone}
    return {name for name, (csv, _json) in files.items() if digest(csv) not in seen[name]}


def _judged(prepared: Prepared, results: Mapping[str, pa.Table], earlier: tuple[Earlier, ...]) -> Judged:
    mine = prepared.partnership
    scopes = {name: scope(crime_types_of(name, prepared), prepared.police_forces) for name in MEASURES}
    return judge(
        results, MEASURES, mine.policy, partitions_of(prepared), mine.definition.identity, earlier, scopes
    )


def _is_of_the_same(prepared: Prepared, results: Mapping[str, pa.Table], log: ledger.Log) -> bool:
    """Whether every table was released last from the same inputs under the same rules.

    What is withdrawn is released no more, so its line stays as it was.
    """
    gone = ledger.withdrawn(log)
    return all(
        ledger.is_origin(origin, ledger.latest(log, origin.measure))
        for origin in origins(prepared, results, date.min, "")
        if origin.measure not in gone
    )


def _is_published(made: Judged, log: ledger.Log) -> bool:
    """Whether those tables and their certificate, which names what is withdrawn too, were released last."""
    files, last = data_files(proved(made)), ledger.last_publication(log)
    lines = {name: ledger.latest(log, name) for name in files.keys() - ledger.withdrawn(log).keys()}
    certificate = certificate_of(made, files)
    return (
        last is not None
        and certificate is not None
        and last["certificate"] == digest(certificate)
        and all(
            line and [line["released"], line["json"]] == [digest(each) for each in files[name]]
            for name, line in lines.items()
        )
    )


def certificate_of(judgement: Judged, files: Mapping[str, tuple[bytes, bytes]]) -> bytes | None:
    """The certificate of those data files (CSV and JSON by measure); None where nothing is hidden."""
    if judgement.proof is None:
        return None
    return judgement.proof.of_files({name: digest(csv) for name, (csv, _json) in files.items()}).to_bytes()
