"""Publishable: what has to be so before anything is measured, and before anything leaves."""

from __future__ import annotations

from pathlib import Path

from evenhand.actions.prepare import Prepared
from evenhand.disclosure import check
from evenhand.errors import BadConfig, NotVerified, Refused
from evenhand.ledger import log as ledger
from evenhand.reports.assets_built import stylesheet
from evenhand.rules.definition import Definition
from evenhand.rules.partnership import DEFAULT_NAME, Partnership
from evenhand.sources.source import OPEN_GATEWAY


def refuse_unproved(data: Path) -> None:
    """Refuse tables whose certificate the independent checker does not accept. Raises NotVerified."""
    try:
        check.check(data)
    except check.Unsafe as trouble:
        raise NotVerified(
            f"hidden counts are not proved safe: {trouble}",
            where="data/certificate.json",
            next_step="nothing was published; this is a fault in Evenhand: please tell its developers",
        ) from None


def refuse_unfilled(mine: Partnership) -> None:
    """Refuse names nobody filled in: the ledger would hold them for good. Raises BadConfig."""
    if mine.unfilled and not mine.synthetic:
        *first, last = mine.unfilled
        keys = f"{', '.join(first)} and {last}" if first else last
        raise BadConfig(
            f"{keys} still {'say' if first else 'says'} {DEFAULT_NAME!r}",
            where="evenhand.toml",
            next_step="fill in who you are, and publish again: the ledger keeps what was published for good",
        )


def refuse_unbuilt() -> None:
    """Refuse to begin where no page can be drawn: it would end in that, minutes later. Raises NotSetUp."""
    stylesheet()


def refuse_closed(prepared: Prepared) -> None:
    """Refuse files that are not open under the policy for open data. Raises Refused."""
    mine = prepared.partnership
    for supply in prepared.catalogue.supplies:
        # Its own: that another source asks for more says nothing about this one.
        policy = mine.policy_of(supply.source)
        if supply.gateway != OPEN_GATEWAY and policy.changes_nothing:
            raise Refused(
                f"the policy {policy.label} is for open data, and {supply.file} is not",
                where="publish",
                next_step="choose another policy, or publish without that file",
            )


def refuse_unversioned(log: ledger.Log, definition: Definition) -> None:
    """Refuse a definition that changed and kept its version: nobody could tell the two apart."""
    for line in ledger.figures(log):
        before = line["definition"]
        if before != definition.identity and before.startswith(f"{definition.name} {definition.version} ("):
            raise BadConfig(
                f"the definition changed since entry {line['number']} and is still version "
                f"{definition.version!r}",
                where="evenhand.toml [definition]",
                next_step="give it a new version, and words that say what it counts now",
            )
