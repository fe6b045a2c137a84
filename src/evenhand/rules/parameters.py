"""Parameters: what a partnership may set of a disclosure policy, and what that makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.errors import Refused

_WANTED = {"count": "a whole number from 0", "flag": "true or false", "text": "a sentence"}
"""What a parameter of each kind has to be."""


def checked(name: str, taken: dict[str, Any], given: dict[str, object]) -> dict[str, Any]:
    """What a policy takes, as given or by default. Raises Refused for what it does not take, or not so."""
    for parameter in given:
        if parameter not in taken:
            known = ", ".join(taken) or "none"
            raise Refused(
                f"takes no parameter {parameter}", where=f"policy {name}", next_step=f"it takes: {known}"
            )
    return {key: _checked(name, key, about, given.get(key)) for key, about in taken.items()}


def _checked(name: str, parameter: str, about: dict[str, Any], value: object) -> object:
    if value is None and "default" in about:
        return about["default"]
    if about["kind"] == "count" and type(value) is int and value >= 0:
        return value
    if about["kind"] == "flag" and isinstance(value, bool):
        return value
    if about["kind"] == "text" and isinstance(value, str) and len(value.split()) >= 3:
        return " ".join(value.split())
    raise Refused(
        f"needs {parameter} to be {_WANTED[about['kind']]}",
        where=f"policy {name}",
        next_step=f"{parameter} says: {about['meaning']}",
    )


def effects_of(name: str, given: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """The fields of Policy that the parameters set."""
    effects = {
        key: value for key, value in given.items() if key in ("reason", "group", "controlled", "leeway")
    }
    if "threshold" in given:
        effects |= _of_threshold(name, given["threshold"], given["rounding"])
    hide_to = effects.get("hide_to", version.get("hide_to"))
    if "hide_zeros" in given and hide_to is not None:
        effects["hide_from"] = 0 if given["hide_zeros"] else 1
    elif given.get("hide_zeros"):
        raise Refused(
            "hide_zeros without a threshold hides no zeros",
            where=f"policy {name}",
            next_step="give a threshold of 2 or more, or leave hide_zeros out",
        )
    return effects


def _of_threshold(name: str, threshold: int, rounding: int) -> dict[str, Any]:
    if threshold < 2 and rounding < 2:
        raise Refused(
            f"threshold {threshold} without rounding hides nothing",
            where=f"policy {name}",
            next_step="use a threshold of 3 or more, or the policy open-data with its reason",
        )
    hidden = {"hide_from": 1, "hide_to": threshold - 1} if threshold > 1 else {}
    return {**hidden, "rounding_base": rounding}


def in_words(fields: Mapping[str, Any]) -> str:
    """What a policy of these fields hides and rounds, in sentences."""
    hide_from, hide_to, base = (fields.get(name) for name in ("hide_from", "hide_to", "rounding_base"))
    hidden = "No count is hidden" if hide_to is None else f"Counts from {hide_from} to {hide_to} are hidden"
    others = "all" if hide_to is None else "the rest"
    if hide_to is not None:
        hidden += ", and others from which those could be worked out"
    shown = f"rounded to the nearest {base}"
    if fields.get("controlled"):
        shown = f"rounded together to multiples of {base}, less than {base * fields['leeway']} away"
    elif base in (None, 1):
        shown = "shown as they are"
    groups = "That all of a group are of one kind is hidden too." if fields.get("group") else ""
    return " ".join(filter(None, [f"{hidden}; {others} are {shown}.", groups, _of_sums(fields)]))


_COUNTED: dict[Any, str] = {2: "two", 3: "three"}


def _of_sums(fields: Mapping[str, Any]) -> str:
    """Which sums over few are hidden; empty where no rule says."""
    n, percent, rest = (fields.get(name) for name in ("dominance_n", "dominance_percent", "p_percent"))
    whose = "largest part is" if n == 1 else f"{_COUNTED.get(n, n)} largest parts are"
    said = [f"its {whose} more than {percent}% of it"] if n else []
    said += [f"what is left beyond its two largest parts is less than {rest}% of the largest"] if rest else []
    return f"A sum, as of money, is hidden where {', or '.join(said)}." if said else ""
