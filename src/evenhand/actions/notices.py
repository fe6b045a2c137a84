"""Notices: figures corrected and withdrawn, said in the ledger with the reason.

What is worked out from a withdrawn figure goes with it, since it would give it away; it comes back
when that figure is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.engine.publication import Draft
from evenhand.errors import BadConfig, NotThere
from evenhand.ledger import log as ledger
from evenhand.ledger.entry import Correction, Withdrawal
from evenhand.needs import MEASURES


@dataclass(frozen=True)
class Said:
    """What a publication says of one measure besides its figures; nothing, where `measure` is empty."""

    measure: str = ""
    reason: str = ""
    withdraws: bool = False
    """It is withdrawn; otherwise it is corrected."""


NOTHING_SAID = Said()


def worked_out_from(measure: str) -> set[str]:
    """The measures that take that one's result, or the result of one that does."""
    direct = {name for name, each in MEASURES.items() if measure in each.inputs}
    return direct | {name for each in direct for name in worked_out_from(each)}


def withdrawn_after(log: ledger.Log, said: Said) -> set[str]:
    """The measures that have no figure in the publication that says so. Raises NotThere, BadConfig."""
    gone = set(ledger.withdrawn(log))
    if not said.measure:
        return gone
    _check(log, said, gone)
    mine = {said.measure} | worked_out_from(said.measure)
    if said.withdraws:
        return gone | {name for name in mine if ledger.latest(log, name)}
    others = gone - mine
    return others | {name for name in mine if any(name in worked_out_from(each) for each in others)}


def _check(log: ledger.Log, said: Said, gone: set[str]) -> None:
    if not said.reason.strip():
        raise BadConfig("readers are told why", where="--reason", next_step="say it in a sentence")
    if ledger.latest(log, said.measure) is None:
        names = sorted({line["measure"] for line in ledger.figures(log)})
        step = f"choose one of {', '.join(names)}" if names else "publish first"
        raise NotThere("no figure of that name was published", where=said.measure, next_step=step)
    if said.withdraws and said.measure in gone:
        step = "see the ledger's page for the day and the reason"
        raise NotThere("is withdrawn already", where=said.measure, next_step=step)
    above = sorted(name for name in gone if said.measure in worked_out_from(name))
    if above:
        step = f"correct {above[0]}, and it comes back too"
        raise NotThere(
            f"is worked out from {above[0]}, which is withdrawn", where=said.measure, next_step=step
        )


def standing(log: ledger.Log) -> tuple[str, ...]:
    """A sentence for each figure that is withdrawn and was not released again."""
    return tuple(
        f"Withdrawn since {line['made_on']}: {line['title']}. {line['reason']}"
        for line in ledger.withdrawn(log).values()
    )


def say(draft: Draft, before: ledger.Log, said: Said, made_on: date, maker: str) -> None:
    """Say it in the draft's ledger, when all is released. Raises NotThere where nothing was corrected."""
    if said.measure:
        mine = (said.measure, *sorted(worked_out_from(said.measure)))
        known = [name for name in mine if ledger.latest(before, name)]
        for name in known:
            _say_one(draft, before, said, name, (made_on, maker))


def _say_one(draft: Draft, before: ledger.Log, said: Said, name: str, by: tuple[date, str]) -> None:
    was, now = _latest(before, name), _latest(draft.log, name)
    gone = name in ledger.withdrawn(before)
    reason = said.reason if name == said.measure else _follows(said)
    if said.withdraws:
        if not gone:
            draft.say(Withdrawal(name, was["title"], was["number"], reason, by[1], by[0]))
    elif now["number"] > was["number"] and (gone or now["released"] != was["released"]):
        draft.say(Correction(name, now["title"], was["number"], now["number"], reason, by[1], by[0]))
    elif name == said.measure:
        raise NotThere(
            f"its figures are those of entry {was['number']}: there is nothing to correct",
            where=name,
            next_step="take in the files or the definition that put it right, then say so",
        )


def _latest(log: ledger.Log, name: str) -> dict[str, Any]:
    return ledger.history(log, name)[-1]


def _follows(said: Said) -> str:
    title, what = MEASURES[said.measure].title, "withdrawn" if said.withdraws else "corrected"
    return f"It is worked out from “{title}”, which was {what}: {said.reason}"
