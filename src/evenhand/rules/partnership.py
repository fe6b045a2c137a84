"""Partnership: what `evenhand.toml` says, held to what it may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.errors import BadConfig
from evenhand.rules.chosen_policy import KEYS as POLICY_KEYS
from evenhand.rules.chosen_policy import chosen_policy, own_policies
from evenhand.rules.definition import Definition
from evenhand.rules.policy import Policy
from evenhand.rules.section import FILE, Section
from evenhand.tables.incident import CRIME_TYPES

DEFAULT_NAME = "Our violence reduction partnership"
"""The name that `evenhand init` gives where it is told none: for the person to replace."""

_ONS_CODE = re.compile(r"[EWSN][0-9]{8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
"""Enough to catch a slip; whether anybody reads it no pattern can tell."""
_SECTIONS = {
    "partnership": ("name", "partners", "synthetic"),
    "area": ("code", "name", "police_forces", "lsoa_vintage"),
    "definition": ("name", "version", "crime_types", "words"),
    "disclosure": (*POLICY_KEYS, "sources"),
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
    """Of the publication. Once the store is read, the strictest of its sources'."""
    usual_policy: Policy
    """Of every source that has none of its own."""
    own_policies: Mapping[str, Policy]
    """Policies of sources whose owners ask for another, by the source's name."""
    site: Site

    def policy_of(self, source: str) -> Policy:
        """The policy that holds for what comes from a source."""
        return self.own_policies.get(source, self.usual_policy)

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
    about = Section(config, "partnership")
    usual = chosen_policy(Section(config, "disclosure"))
    return Partnership(
        name=about.text("name"),
        partners=about.texts("partners", ()),
        synthetic=about.flag("synthetic"),
        area=_area(Section(config, "area")),
        definition=_definition(Section(config, "definition")),
        policy=usual,
        usual_policy=usual,
        own_policies=own_policies(config.get("disclosure", {})),
        site=_site(Section(config, "site"), about.text("name")),
    )


def _only_known(config: dict[str, Any]) -> None:
    for section, held in config.items():
        if section not in _SECTIONS or not isinstance(held, dict):
            known = ", ".join(f"[{name}]" for name in _SECTIONS)
            raise BadConfig(f"[{section}] is no section", where=FILE, next_step=f"use {known}")
        for key in held:  # pyright: ignore[reportUnknownVariableType]
            if key not in _SECTIONS[section]:
                known = ", ".join(_SECTIONS[section])
                raise BadConfig(
                    f"{key} is no key of it", where=f"{FILE} [{section}]", next_step=f"use {known}"
                )


def _area(section: Section) -> Area:
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


def _definition(section: Section) -> Definition:
    types = section.texts("crime_types")
    unknown = sorted(set(types) - set(CRIME_TYPES))
    if unknown or not types:
        what = f"has {unknown[0]!r}, which is no type of data.police.uk" if unknown else "is empty"
        raise section.refusal("crime_types", what, f"use some of: {', '.join(CRIME_TYPES)}")
    return Definition(
        section.text("name"), section.text("version"), tuple(sorted(set(types))), section.text("words")
    )


def _site(section: Section, name: str) -> Site:
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
