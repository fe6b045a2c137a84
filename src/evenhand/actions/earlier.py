"""Earlier: all that was ever published of a workspace, for the gate to reckon with."""

from __future__ import annotations

from pathlib import Path

from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.scopes import scope
from evenhand.engine.published import published_log
from evenhand.engine.released import as_text, released
from evenhand.ledger import log as ledger
from evenhand.ledger.lines import earlier_name
from evenhand.rules.policy_label import policy_among


def earlier_releases(root: Path) -> tuple[Earlier, ...]:
    """Every table that an entry of the ledger released, once each: withdrawn and corrected ones too.

    They stay in the publication, so that their entries can be checked; readers have them. Raises
    NotVerified where one is lost, Refused where its policy is not known.
    """
    lines = {
        (line["measure"], line["released"], scope(line["crime_types"], line["police_forces"])): line
        for line in ledger.figures(published_log(root))
    }
    return tuple(
        Earlier(
            number=line["number"],
            measure=measure,
            made_on=line["made_on"],
            definition=line["definition"],
            policy=policy_among(line["rules"]),
            file=earlier_name(measure, hashed).removeprefix("data/"),
            sha256=hashed,
            table=as_text(released(root, line["number"], measure, hashed)),
            scope=of,
        )
        for (measure, hashed, of), line in lines.items()
    )
