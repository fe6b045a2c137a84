"""Partnership: what `evenhand.toml` says, held to what it may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from evenhand.errors import BadConfig
from evenhand.rules.definition import Definition
from evenhand.rules.policy import Policy, policy
from evenhand.tables.incident import CRIME_TYPES

DEFAULT_NAME = "Our violence reduction partnership"
"""The name that `evenhand init` gives where it is told none: for the person to replace."""

_FILE = "evenhand.toml"
_ONS_CODE = re.compile(r"[EWSN][0-9]{8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
"""Enough to catch a slip; whether anybody reads it no pattern can tell."""
_SECTIONS = {
    "partnership": ("name", "partners", "synthetic"),
    "area": ("code", "name", "police_forces", "lsoa_vintage"),
    "definition": ("name", "version", "crime_types", "words"),
    "disclosure": ("policy", "threshold", "rounding", "reason"),
    "site": ("title", "contact_name", "contact_email", "maker"),
}


@dataclass(frozen=True)
class Area:
    """The place the partnership answers for: an ONS code, a name, or both."""

    code: str
    name: str
    police_forces: tuple[str, ...]
    """Names as in `Reported by`; empty to take the area's own force."""
    lsoa_vintage: int | None
    """2011 or 2021; None to take the one that most months supplied use."""


@dataclass(frozen=True)
class Site:
    """The look of the published site."""

    title: str
    contact_name: str
    contact_email: str
    maker: str


@dataclass(frozen=True)
class Partnership:
    """A partnership as it describes itself."""

    name: str
    partners: tuple[str, ...]
    synthetic: bool
    area: Area
    definition: Definition
    policy: Policy
    site: Site

    @property
    def unfilled(self) -> tuple[str, ...]:
        """What is still as `evenhand init` made it and names nobody, as section and key."""
        named = {
            "[partnership] name": self.name,
            "[site] title": self.site.title,
            "[site] contact_name": self.site.contact_name,
            "[site] maker": self.site.maker,
        }
        return tuple(key for key, value in named.items() if DEFAULT_NAME in value)


def partnership(config: dict[str, Any]) -> Partnership:
    """The partnership that a parsed `evenhand.toml` describes. Raises BadConfig, naming section and key."""
    _only_known(config)
    about = _Section(config, "partnership")
    return Partnership(
        name=about.text("name"),
        partners=about.texts("partners", ()),
        synthetic=about.flag("synthetic"),
        area=_area(_Section(config, "area")),
        definition=_definition(_Section(config, "definition")),
        policy=_policy(_Section(config, "disclosure")),
        site=_site(_Section(config, "site"), about.text("name")),
    )


def _only_known(config: dict[str, Any]) -> None:
    for section, held in config.items():
        if section not in _SECTIONS or not isinstance(held, dict):
            known = ", ".join(f"[{name}]" for name in _SECTIONS)
            raise BadConfig(f"[{section}] is no section", where=_FILE, next_step=f"use {known}")
        for key in held:  # pyright: ignore[reportUnknownVariableType]
            if key not in _SECTIONS[section]:
                known = ", ".join(_SECTIONS[section])
                raise BadConfig(
                    f"{key} is no key of it", where=f"{_FILE} [{section}]", next_step=f"use {known}"
                )


class _Section:
    """One section of the file; every value is asked for by its type."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        self._name, self._held = name, dict(config.get(name, {}))

    def refusal(self, key: str, what: str, next_step: str) -> BadConfig:
        """The error for a key, in one line."""
        return BadConfig(f"{key} {what}", where=f"{_FILE} [{self._name}]", next_step=next_step)

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text that is not empty, unless there is something to take otherwise."""
        value = self._held.get(key, otherwise)
        if not isinstance(value, str) or (not value.strip() and otherwise is None):
            raise self.refusal(key, "is missing or no text", f'write {key} = "..."')
        return value.strip()

    def texts(self, key: str, otherwise: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value: Any = self._held.get(key, otherwise)
        if not isinstance(value, list | tuple):
            raise self.refusal(key, "is missing or no list", f'write {key} = ["...", "..."]')
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        if not all(isinstance(item, str) for item in items):
            raise self.refusal(key, "is no list of texts", f'write {key} = ["...", "..."]')
        return tuple(items)

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        value = self._held.get(key, False)
        if not isinstance(value, bool):
            raise self.refusal(key, "is neither true nor false", f"write {key} = true")
        return value

    def number(self, key: str) -> int | None:
        """A whole number, or None when it is not there."""
        value = self._held.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.refusal(key, "is no whole number", f"write {key} = 5")
        return value


def _area(section: _Section) -> Area:
    area = Area(
        section.text("code", "").upper(),
        section.text("name", ""),
        section.texts("police_forces", ()),
        section.number("lsoa_vintage"),
    )
    if not area.code and not area.name:
        raise section.refusal("code", "and name are both empty", "give the area's ONS code or its name")
    if area.code and not _ONS_CODE.fullmatch(area.code):
        what = f"{area.code!r} is no ONS code: a letter and eight digits, such as E23000007"
        raise section.refusal("code", what, "write the area's code, or leave it empty and write its name")
    if area.lsoa_vintage not in (None, 2011, 2021):
        raise section.refusal("lsoa_vintage", "is neither 2011 nor 2021", "use one of them or leave it out")
    return area


def _definition(section: _Section) -> Definition:
    types = section.texts("crime_types")
    unknown = sorted(set(types) - set(CRIME_TYPES))
    if unknown or not types:
        what = f"has {unknown[0]!r}, which is no type of data.police.uk" if unknown else "is empty"
        raise section.refusal("crime_types", what, f"use some of: {', '.join(CRIME_TYPES)}")
    return Definition(
        section.text("name"), section.text("version"), tuple(sorted(set(types))), section.text("words")
    )


def _policy(section: _Section) -> Policy:
    name = section.text("policy")
    given = {"threshold": section.number("threshold"), "rounding": section.number("rounding")}
    reason = section.text("reason", "")
    parameters: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if reason:
        parameters["reason"] = reason
    return policy(name, **parameters)


def _site(section: _Section, name: str) -> Site:
    email = section.text("contact_email", "")
    if email and not _EMAIL.fullmatch(email):
        what = f"{email!r} is no e-mail address, name@place"
        raise section.refusal("contact_email", what, "write an address, or leave it empty")
    return Site(
        section.text("title", f"Serious violence: {name}"),
        section.text("contact_name", ""),
        email,
        section.text("maker", "") or name,
    )
