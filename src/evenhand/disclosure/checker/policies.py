"""Policies: what of a count a policy shows, and how well it protects the small ones."""

from __future__ import annotations

import re
from typing import Any

UNBOUNDED = 1_000_000_000
Range = tuple[int, int]
"""The smallest and largest count."""


class Unsafe(Exception):
    """The first thing that does not hold, in words."""


POLICIES = {"acro 1": (0, 9, 1), "nhs-subnational 1": (1, 7, 5), "ons-3 1": (1, 2, 1)} | {
    "ons-5 1": (1, 4, 1),
    "open-data 1": (None, None, 1),
    "opensafely 1": (1, 7, 5),
}
"""What policies hide, from and to, and round to. Where a partnership chose that, the label says it."""
CHOSEN = re.compile(
    r"(?:acro|counts|strictest) 1 \((?:none|(\d+) to (\d+)) hidden(?:, groups of one kind too)?"
    r"(?:, (?:rounded|(controlled) rounding) to ([2-9]|[1-9]\d+)(?: by less than (\d+))?)?\)"
)


def check_policy(policy: dict[str, Any]) -> None:
    """That the policy hides and rounds as its label says. Raises Unsafe."""
    words = CHOSEN.fullmatch(policy["name"])
    says: tuple[int | str | None, ...] | None = POLICIES.get(policy["name"])
    if words:
        start, end, base = (each and int(each) for each in words.group(1, 2, 4))
        says = (start, end, base or 1)
        if words[3]:
            says = (start, end, base, int(words[5] or words[4]) // int(words[4]))
    leeway = (leeway_of(policy),) if policy.get("controlled") else ()
    if (policy["hide_from"], policy["hide_to"], policy["rounding_base"], *leeway) != says:
        raise Unsafe(f"policy {policy['name']} does not hide and round as the certificate says")


def behind(shown: int, policy: dict[str, Any]) -> tuple[int, int]:
    """The counts that the policy rounds to what is shown."""
    base, start, end = policy["rounding_base"], policy["hide_from"], policy["hide_to"]
    if policy.get("controlled"):
        if start is not None or shown % base:
            raise Unsafe(f"the policy would show no count as {shown}")
        most = leeway_of(policy) * base - 1
        return max(shown - most, 0), shown + most
    hidden = range(start, end + 1) if start is not None else range(0)
    values = [
        count
        for count in range(max(shown - base, 0), shown + base + 1)
        if (count + base // 2) // base * base == shown and count not in hidden
    ]
    if not values:
        raise Unsafe(f"the policy would show no count as {shown}")
    return values[0], values[-1]


def largest_small(policy: dict[str, Any]) -> int:
    """The largest count that must not be worked out: hidden ones, or those that may stand behind a 0."""
    if policy["hide_to"] is not None:
        return policy["hide_to"]
    return int(small_below(policy) - 0.5)


def small_below(policy: dict[str, Any]) -> float:
    """Below which all counts are that are shown as 0 or the first multiple."""
    return policy["rounding_base"] * (leeway_of(policy) + 1 if policy.get("controlled") else 1.5)


def guards(text: str | None, ends: Range, policy: dict[str, Any]) -> bool:
    """Whether a count that is shown so may not be worked out: it is hidden, or small and shown rounded."""
    return text == "[c]" or ends[0] < ends[1] < small_below(policy)


def leeway_of(policy: dict[str, Any]) -> int:
    """By less than how many multiples controlled rounding moves a count. Raises Unsafe where not 1 or 2."""
    if policy.get("leeway") not in (1, 2):
        raise Unsafe(f"a leeway of {policy.get('leeway')} is none that a policy has")
    return policy["leeway"]


def protection_of(policy: dict[str, Any]) -> int:
    """How far apart two worlds must have a count: half the hidden range, or what rounds to 0."""
    if policy.get("controlled"):
        return policy["rounding_base"] - 1
    if policy["hide_from"] is None:
        return (policy["rounding_base"] - 1) // 2
    return (policy["hide_to"] - policy["hide_from"] + 1) // 2
