"""The strictest of several policies: one that keeps what each of them promises."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

from evenhand.errors import Refused
from evenhand.rules.parameters import in_words
from evenhand.rules.policy import Policy

NAME = "strictest"


def strictest(policies: Sequence[Policy]) -> Policy:
    """The policy that hides, rounds and asks for approval as much as each of those does.

    It is one of them where that one does all that the others do, and else a policy named `strictest`, which
    says what it is made of. Raises Refused for roundings that no third one can stand for.
    """
    labels = list(dict.fromkeys(policy.label for policy in policies))
    _refuse_controlled(policies)
    effects = _effects(policies)
    for policy in policies:
        if all(getattr(policy, name) == value for name, value in effects.items()):
            return policy
    said = f"{', '.join(labels[:-1])} and {labels[-1]}"
    return Policy(
        name=NAME,
        version=1,
        title=f"The strictest of {said}",
        authority="; ".join(dict.fromkeys(policy.authority for policy in policies)),
        source_url=next(policy.source_url for policy in policies if not policy.changes_nothing),
        in_force_from=max(policy.in_force_from for policy in policies),
        effect=f"{in_words(effects)} This is the strictest of {said}.",
        # Why data are open is no reason for what is hidden of them.
        reason=" ".join(dict.fromkeys(p.reason for p in policies if p.reason and not p.changes_nothing)),
        chosen=True,
        **effects,
    )


def _effects(policies: Sequence[Policy]) -> dict[str, Any]:
    """What the strictest does, by the fields of Policy: on each, as much as any of them."""
    hiding = [policy for policy in policies if policy.hide_to is not None]
    return {
        "hide_from": min((policy.hide_from or 0 for policy in hiding), default=None),
        "hide_to": max((policy.hide_to or 0 for policy in hiding), default=None),
        "rounding_base": _rounding([policy.rounding_base for policy in policies]),
        "controlled": any(policy.controlled for policy in policies),
        "leeway": max(policy.leeway for policy in policies),
        "group": any(policy.group for policy in policies),
        # More of the largest parts, or a lower share of the whole, each hides more.
        "dominance_n": max((p.dominance_n for p in policies if p.dominance_n is not None), default=None),
        "dominance_percent": min(
            (p.dominance_percent for p in policies if p.dominance_percent is not None), default=None
        ),
        "p_percent": max((p.p_percent for p in policies if p.p_percent is not None), default=None),
        "needs_approval": any(policy.needs_approval for policy in policies),
    }


def _refuse_controlled(policies: Sequence[Policy]) -> None:
    """Raise Refused where one rounds so that sums hold, and another hides or rounds otherwise.

    Whoever knows a count by one of them learns more of it from the other.
    """
    ways = {
        (each.hide_from, each.hide_to, each.rounding_base, each.controlled, each.leeway)
        for each in policies
        if not each.changes_nothing
    }
    if len(ways) > 1 and any(policy.controlled for policy in policies):
        raise Refused(
            "controlled rounding and another policy cannot both be kept: together they tell more than either",
            where="evenhand.toml [disclosure]",
            next_step="name one policy for these sources that their owners agree to",
        )


def _rounding(bases: list[int]) -> int:
    """The base whose steps are made of whole steps of each: their least common multiple, where it is so.

    Somebody who knows a count rounded to 3 and sees it rounded to 5 learns more than either promises, and
    nothing more from 15. Steps meet halfway between multiples, so that they do only at odd multiples.
    """
    base = lcm(*bases)
    if any(base // each % 2 == 0 for each in bases if each > 1):
        told = " and ".join(str(each) for each in sorted(set(bases) - {1}))
        raise Refused(
            f"rounding to {told} cannot both be kept: together they tell more than either",
            where="evenhand.toml [disclosure]",
            next_step="name one policy for these sources, with one rounding that their owners agree to",
        )
    return base
