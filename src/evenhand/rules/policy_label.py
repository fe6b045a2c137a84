"""The policy behind a label: what an earlier release was made under, from the words of its ledger line."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from evenhand.errors import Refused
from evenhand.rules.policy import Policy, of_fields, policy_file, policy_names
from evenhand.rules.strictest import NAME

_LABEL = re.compile(r"([a-z0-9-]+) ([0-9]+)(?: \((.+)\))?")
_HIDDEN = re.compile(r"([0-9]+) to ([0-9]+) hidden")
_CONTROLLED = re.compile(r"controlled rounding to ([0-9]+)(?: by less than ([0-9]+))?")
_ROUNDED = re.compile(r"rounded to ([0-9]+)")


def labelled(label: str) -> Policy:
    """The policy of that label, whatever its reason was. Raises Refused for one that no policy has.

    Versions are never edited once used, so a label says for good what was hidden and rounded under it.
    """
    parts = _LABEL.fullmatch(label)
    if parts is not None and parts[1] == NAME and parts[2] == "1":
        return _strictest(label, parts[3] or "")
    name = parts[1] if parts else ""
    if parts is not None and name in policy_names():
        held = policy_file(name)
        for version in held["version"]:
            taken = version.get("parameters", {}).values()
            asks = any("default" not in about for about in taken if about["kind"] != "text")
            if version["version"] == int(parts[2]) and (parts[3] or not asks):
                fields: dict[str, Any] = {key: value for key, value in version.items() if key != "parameters"}
                made = of_fields({"name": name, "title": held["title"], **fields, **_chosen(parts[3] or "")})
                if made.label == label:
                    return made
    raise _unknown(label)


def _strictest(label: str, words: str) -> Policy:
    """The strictest of several, of which the label says all that matters to a reader."""
    made = Policy(
        name=NAME,
        version=1,
        title="The strictest of several policies",
        authority="",
        source_url="",
        in_force_from=date.min,
        effect="",
        **_chosen(words),
    )
    if made.label != label:
        raise _unknown(label)
    return made


def _unknown(label: str) -> Refused:
    return Refused(
        "there is no disclosure policy of that label, so nobody can tell what it hid",
        where=f"policy {label}",
        next_step="publish with a version of Evenhand that has it",
    )


def policy_among(rules: list[str]) -> Policy:
    """The policy among the rules of a ledger line. Raises Refused where none or several are one."""
    found = [rule for rule in rules if rule.partition(" ")[0] in (NAME, *policy_names())]
    if len(found) != 1:
        raise Refused(
            f"{len(found)} disclosure policies are named, not one",
            where=f"rules {', '.join(rules)}",
            next_step="publish with a version of Evenhand that knows these rules",
        )
    return labelled(found[0])


def _chosen(words: str) -> dict[str, Any]:
    """What a partnership chose, as a label says it; nothing where it says nothing."""
    if not words:
        return {}
    chosen: dict[str, Any] = {"chosen": True, "group": "groups of one kind too" in words}
    if hidden := _HIDDEN.search(words):
        chosen |= {"hide_from": int(hidden[1]), "hide_to": int(hidden[2])}
    if controlled := _CONTROLLED.search(words):
        base = int(controlled[1])
        leeway = int(controlled[2] or base) // max(base, 1)
        chosen |= {"rounding_base": base, "controlled": True, "leeway": leeway}
    if rounded := _ROUNDED.search(words):
        chosen["rounding_base"] = int(rounded[1])
    return chosen
