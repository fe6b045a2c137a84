"""Disclosure policies: what each hides and rounds, who says so, where and from when.

The policies are data, one TOML file each in `rules/policies/`; a version is never edited once used,
a new one is added with its own date.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from evenhand.errors import Refused
from evenhand.rules.parameters import checked, effects_of, in_words

_FOLDER = files("evenhand.rules") / "policies"


@dataclass(frozen=True)
class Policy:
    """What is hidden and what is rounded, in counts of incidents or people.

    Counts from `hide_from` to `hide_to` are hidden (none when both are null); the others are rounded to
    the nearest multiple of `rounding_base`, halves up (1 leaves them as they are); under `controlled`
    rounding to one less than `leeway` multiples away, so that sums of shown counts hold. Raises Refused for
    a policy that contradicts itself.
    """

    name: str
    version: int
    title: str
    authority: str
    source_url: str
    in_force_from: date
    effect: str
    """What it does, in words, for the foot of a table."""
    reason: str = ""
    """Why it fits this data: written by the partnership where the policy asks for it."""
    hide_from: int | None = None
    hide_to: int | None = None
    rounding_base: int = 1
    controlled: bool = False
    """Whether counts are rounded together, so that rounded parts add up to rounded totals."""
    leeway: int = 1
    """By less than so many multiples is a count moved by controlled rounding: 1, or 2 where the sums leave
    no nearer one."""
    group: bool = False
    """Whether it is hidden that all of a group are of one kind. A zero shown would tell it, so they are
    hidden too."""
    dominance_n: int | None = None
    dominance_percent: int | None = None
    """A sum is hidden where its `dominance_n` largest parts are more than `dominance_percent` of it."""
    p_percent: int | None = None
    """A sum is hidden where the rest beyond its two largest parts is below that share of the largest."""
    needs_approval: bool = False
    """Whether somebody other than the maker approves each publication of figures under it."""
    note: str = ""
    """What of it could not be verified, or needs care."""
    chosen: bool = False
    """Whether the partnership chose what is hidden or rounded, so that the label has to say it."""

    def __post_init__(self) -> None:
        if self.rounding_base < 1:
            raise self._refusal(f"rounding {self.rounding_base} is below 1", "use 1 for no rounding")
        if self.controlled:
            self._refuse_controlled()
        elif self.leeway != 1:
            raise self._refusal(
                "leeway says nothing without controlled rounding", "set controlled, or no leeway"
            )
        if (self.hide_from is None) != (self.hide_to is None):
            raise self._refusal("only one end of the range to hide is given", "give both or neither")
        if self.group and self.hide_from != 0:
            raise self._refusal(
                "group disclosure cannot be prevented where zeros are shown", "set hide_zeros"
            )
        if (self.dominance_n is None) != (self.dominance_percent is None):
            raise self._refusal("only half of the dominance rule is given", "give n and per cent, or neither")
        if self.hide_from is None or self.hide_to is None:
            return
        if self.hide_from not in (0, 1) or self.hide_to <= self.hide_from:
            # With one value to hide, the sign for a hidden cell would say which.
            raise self._refusal(
                f"{self.hide_from} to {self.hide_to} is no range of two or more small counts",
                "start at 0 or 1 and hide at least two values",
            )
        # Otherwise some counts that are too large to hide would be shown as 0.
        largest_shown_as_0 = (self.rounding_base - 1) // 2
        if self.hide_to < largest_shown_as_0:
            raise self._refusal(
                f"counts of {self.hide_to + 1} to {largest_shown_as_0} would round to 0",
                f"hide up to {largest_shown_as_0} at least, or round to less",
            )

    def _refuse_controlled(self) -> None:
        """Raise Refused where controlled rounding cannot keep what else the policy promises."""
        if self.rounding_base < 3:
            raise self._refusal(
                f"controlled rounding to {self.rounding_base} protects nothing", "round to 3 or 5"
            )
        if self.hide_to is not None:
            raise self._refusal(
                "controlled rounding hides nothing, so that it cannot hide small counts",
                "write threshold = 0, or leave out controlled",
            )
        if self.leeway not in (1, 2):
            raise self._refusal(f"leeway {self.leeway} is neither 1 nor 2", "use 1, or 2 where 1 is refused")

    def _refusal(self, what: str, next_step: str) -> Refused:
        return Refused(what, where=f"policy {self.name}", next_step=next_step)

    @property
    def label(self) -> str:
        """Name and version, with what it hides and rounds where the partnership chose that."""
        return f"{self.name} {self.version}" + (self._chosen() if self.chosen else "")

    def _chosen(self) -> str:
        hidden = "none hidden" if self.hide_to is None else f"{self.hide_from} to {self.hide_to} hidden"
        said = [hidden, "groups of one kind too"] if self.group else [hidden]
        if self.controlled:
            further = f" by less than {self.largest_change + 1}" if self.leeway > 1 else ""
            said.append(f"controlled rounding to {self.rounding_base}{further}")
        elif self.rounding_base > 1:
            said.append(f"rounded to {self.rounding_base}")
        return f" ({', '.join(said)})"

    @property
    def protection(self) -> int:
        """How far apart the smallest and largest count must be that a guarded cell could still be.

        Half of the range that is hidden, up to whole numbers: from any count in it, one end is as far away.
        Where nothing is hidden, as far as the counts that round to 0 are apart.
        """
        if self.controlled:
            return self.rounding_base - 1
        if self.hide_from is None or self.hide_to is None:
            return (self.rounding_base - 1) // 2
        return (self.hide_to - self.hide_from + 1) // 2

    @property
    def largest_small(self) -> int:
        """The largest count that must not be worked out: hidden ones, or those that may stand behind a 0."""
        return self.largest_near if self.hide_to is None else self.hide_to

    @property
    def largest_near(self) -> int:
        """The largest count behind a 0 or the first multiple, where rounding is all that protects it."""
        if self.controlled:
            return self.rounding_base + self.largest_change
        return (3 * self.rounding_base - 1) // 2

    @property
    def largest_change(self) -> int:
        """By how much controlled rounding moves a count, at most."""
        return self.leeway * self.rounding_base - 1

    @property
    def changes_nothing(self) -> bool:
        """True where every count is shown as it is."""
        return self.hide_to is None and self.rounding_base == 1


def policy(name: str, as_of: date | None = None, /, **parameters: object) -> Policy:
    """The named policy as it stood on `as_of` (its newest version when null), with its parameters.

    Raises Refused for a policy, version or parameter that does not exist, and for one left out.
    """
    if name not in policy_names():
        known = ", ".join(policy_names())
        raise Refused("is no disclosure policy", where=f"policy {name}", next_step=f"use {known}")
    held = policy_file(name)
    version = _in_force(name, held["version"], as_of)
    given = checked(name, version.pop("parameters", {}), parameters)
    effects = effects_of(name, given, version)
    chosen = bool(set(given) - {"reason"})
    said: dict[str, Any] = {"name": name, "title": held["title"], "chosen": chosen}
    return of_fields(said | version | effects)


def of_fields(fields: dict[str, Any]) -> Policy:
    """The policy of these fields. What a partnership chose is said as it is: the file says what may be."""
    said: dict[str, Any] = {"effect": in_words(fields)} if fields.get("chosen") else {}
    return Policy(**fields | said)


def policy_file(name: str) -> dict[str, Any]:
    """What the file of that policy holds, all its versions."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def policy_names() -> tuple[str, ...]:
    """The policies there are, in order of name."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if _is_policy(file)))


def _is_policy(file: Any) -> bool:
    return file.name.endswith(".toml")


def _in_force(name: str, versions: list[dict[str, Any]], as_of: date | None) -> dict[str, Any]:
    begun = [version for version in versions if as_of is None or version["in_force_from"] <= as_of]
    if not begun:
        first = min(version["in_force_from"] for version in versions)
        raise Refused(
            f"was not in force on {as_of}",
            where=f"policy {name}",
            next_step=f"it began on {first}; use another policy",
        )
    return max(begun, key=lambda version: version["in_force_from"])
