"""Police forces: the name each signs its records with on data.police.uk, by police force area."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

AUTHORITY = (
    "ONS local authority to CSP to police force area lookup (April 2024) for areas; the column "
    "'Reported by' of data.police.uk, December 2018 to February 2023, and its list of forces for names"
)

RULE = "police-forces 1"
"""Name and version, as in the ledger. A list that says other is a new version."""


@dataclass(frozen=True)
class PoliceForce:
    """One territorial force of England or Wales."""

    police_force_area: str
    """ONS code."""
    reported_by: str
    """As in the publisher's column `Reported by`."""
    slug: str
    """As in the publisher's file names and API."""


def police_forces() -> tuple[PoliceForce, ...]:
    """The 43 territorial forces, by ONS code."""
    text = (files("evenhand.rules") / "police_forces.csv").read_text(encoding="utf-8")
    return tuple(PoliceForce(**row) for row in csv.DictReader(text.splitlines()))


def force_of(police_force_area: str) -> PoliceForce | None:
    """The force of an area, or None where the list has no such area (a fictional one, say)."""
    return next((force for force in police_forces() if force.police_force_area == police_force_area), None)
