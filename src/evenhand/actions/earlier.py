"""Earlier: all that was ever published of a workspace, for the gate to reckon with."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, TypeAlias

from evenhand.disclosure.earlier import Earlier, Scope
from evenhand.disclosure.scopes import scope
from evenhand.engine.published import published_log
from evenhand.engine.released import as_text, released
from evenhand.ledger import log as ledger
from evenhand.ledger.lines import earlier_name
from evenhand.rules.policy_label import policy_among

_What: TypeAlias = tuple[str, str, Scope, tuple[str, ...]]
"""The measure, the hash of its table, what it counts, and under which rules."""


def earlier_releases(root: Path, until: int | None = None) -> tuple[Earlier, ...]:
    """Every table that an entry of the ledger released, once each: withdrawn and corrected ones too.

    They stay in the publication, so that their entries can be checked; readers have them. With `until`, those
    that had been released by that entry. Raises NotVerified where one is lost, Refused where its policy is
    not known.
    """
    log = published_log(root)
    until = len(log.lines) if until is None else until
    lines = {_what(line): line for line in ledger.figures(log) if line["number"] <= until}
    times: dict[_What, list[int]] = defaultdict(list)
    for time, its in ledger.published(log).items():
        for line in its if time <= until else ():
            times[_what(line)].append(time)
    return tuple(
        Earlier(
            number=line["number"],
            measure=line["measure"],
            made_on=line["made_on"],
            definition=line["definition"],
            policy=policy_among(line["rules"]),
            file=earlier_name(line["measure"], line["released"]).removeprefix("data/"),
            sha256=line["released"],
            table=as_text(released(root, line["number"], line["measure"], line["released"])),
            scope=_scope(line),
            published=tuple(times[what]),
        )
        for what, line in lines.items()
    )


def _what(line: dict[str, Any]) -> _What:
    return line["measure"], line["released"], _scope(line), tuple(line["rules"])


def _scope(line: dict[str, Any]) -> Scope:
    return scope(line["crime_types"], line["police_forces"])
