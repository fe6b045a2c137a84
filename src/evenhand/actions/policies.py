"""Policies: which disclosure policy holds for a publication, from those of the sources that it is made of."""

from __future__ import annotations

from evenhand.actions.init import first_reason
from evenhand.actions.near import did_you_mean
from evenhand.engine.store import Catalogue
from evenhand.errors import BadConfig
from evenhand.rules.partnership import Partnership
from evenhand.rules.policy import Policy
from evenhand.rules.strictest import strictest
from evenhand.sources import SOURCES


def policy_for(mine: Partnership, catalogue: Catalogue) -> Policy:
    """The strictest of the partnership's policy and those of the sources that the store holds files of.

    One policy for all tables, since a count of one source helps to work out another's: what is hidden in
    one table must not follow from the next. Raises BadConfig for a source that does not exist or a reason
    that was written for another policy, Refused where no policy keeps what all of them promise.
    """
    for policy in (mine.usual_policy, *mine.own_policies.values()):
        _refuse_reason(policy)
    for name in mine.own_policies:
        if name not in SOURCES:
            raise BadConfig(
                f"there is no source {name}",
                where="evenhand.toml [disclosure.sources]",
                next_step=f"{did_you_mean(name, SOURCES)}use {', '.join(sorted(SOURCES))}",
            )
    held = sorted({supply.source for supply in catalogue.supplies})
    return strictest([mine.usual_policy, *(mine.policy_of(source) for source in held)])


def _refuse_reason(policy: Policy) -> None:
    """Raise BadConfig where a policy that changes counts has the reason that evenhand.toml begins with."""
    if not policy.changes_nothing and policy.reason == " ".join(first_reason().split()):
        raise BadConfig(
            f"reason is still the one for open-data, and would be published with {policy.label}",
            where="evenhand.toml [disclosure]",
            next_step=f"write why {policy.name} fits your data, or delete the reason",
        )
