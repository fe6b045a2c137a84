"""Chosen policy: the disclosure policies that `evenhand.toml` names, for all sources and for single ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from evenhand.errors import Refused
from evenhand.rules.policy import Policy, policy
from evenhand.rules.section import Section

_NUMBERS, _FLAGS = ("threshold", "rounding", "leeway"), ("controlled", "hide_zeros", "group")
KEYS = ("policy", *_NUMBERS, *_FLAGS, "reason")
"""What may be said of a policy."""
_WITHIN = "disclosure.sources."


def chosen_policy(section: Section) -> Policy:
    """The policy that a section names, with its parameters. Raises BadConfig for what cannot be."""
    name = section.text("policy")
    reason = section.text("reason", "")
    parameters: dict[str, object] = {key: section.number(key) for key in _NUMBERS if section.holds(key)}
    parameters |= {key: section.flag(key) for key in _FLAGS if section.holds(key)}
    if reason:
        parameters["reason"] = reason
    try:
        return policy(name, **parameters)
    except Refused as refusal:
        # Not the gate refuses here: what was written is wrong.
        raise section.refusal(name, refusal.what, refusal.next_step) from None


def own_policies(disclosure: dict[str, Any]) -> Mapping[str, Policy]:
    """The policies of single sources, below [disclosure.sources], by source. Raises BadConfig."""
    of_sources: Any = disclosure.get("sources", {})
    if not isinstance(of_sources, dict):
        raise Section({}, "disclosure").refusal("sources", "is a value", _EACH)
    named: dict[str, Any] = {str(name): held for name, held in of_sources.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return MappingProxyType({name: _own(named, name) for name in named})


_EACH = 'write [disclosure.sources.NAME], and below it policy = "..."'


def _own(of_sources: dict[str, Any], name: str) -> Policy:
    """The policy of one source."""
    if not isinstance(of_sources[name], dict):
        raise Section({}, "disclosure.sources").refusal(name, "is a value", _EACH)
    section = Section(of_sources, name, _WITHIN)
    for key in of_sources[name]:
        if key not in KEYS:
            raise section.refusal(str(key), "is no key of it", f"use {', '.join(KEYS)}")
    return chosen_policy(section)
