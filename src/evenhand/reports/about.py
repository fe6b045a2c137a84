"""What a publication says about itself: who made it, from which files, by which methods, in which entries.

Nothing here is a figure about an area: those come from releases alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DefinitionNote:
    """The local definition of serious violence, as attached to every figure."""

    name: str
    version: str
    identity: str
    """As in every release, such as `violence 1 (3f2a91c04b7d)`."""
    crime_types: tuple[str, ...]
    words: str
    """The definition in plain words, one or two sentences."""


@dataclass(frozen=True)
class SupplyNote:
    """One file that was read, from its row in the supply table and its source."""

    title: str
    publisher: str
    licence: str
    address: str
    file: str
    sha256: str
    rows_read: int
    accepted: int
    quarantined: int
    period: str
    """In words, such as `May 2020` or `2019`; empty where the file has none."""
    cannot_say: str


@dataclass(frozen=True)
class ColumnNote:
    """One column of a measure's data file."""

    name: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class MeasureNote:
    """One measure: its question, method and limits are Markdown, as in its file."""

    name: str
    title: str
    question: str
    method: str
    limits: str
    columns: tuple[ColumnNote, ...]


@dataclass(frozen=True)
class PolicyNote:
    """One disclosure policy that was applied, named as in the releases."""

    name: str
    words: str


@dataclass(frozen=True)
class EntryNote:
    """One measure's entry in the ledger."""

    number: int
    hash: str
    data_sha256: str = ""
    """SHA-256 of the released data file that the entry seals."""
    inputs: tuple[str, ...] = ()
    """SHA-256 of each file the figures were counted from: those of `About.supplies`."""
    code: str = ""
    """Version of the program."""


@dataclass(frozen=True)
class About:
    """Everything on the site that is not a figure."""

    partnership: str
    area_name: str
    area_code: str
    """ONS code of the whole area; the releases hold its figures under this code."""
    contact: str
    site_title: str
    synthetic: bool
    maker: str
    published_on: date
    definition: DefinitionNote
    supplies: tuple[SupplyNote, ...]
    measures: tuple[MeasureNote, ...]
    policies: tuple[PolicyNote, ...]
    entries: Mapping[str, EntryNote]
    """By measure name."""
    head: str
    """The ledger's head: the hash of the entry of the last figure."""
    changes: tuple[str, ...] = ()
    """What changed since the last publication, one sentence each."""
    missing_months: tuple[date, ...] = ()
    """First day of each month of the period without figures: not supplied, or left out."""
    within: Mapping[str, str] = field(default_factory=dict)
    """Code of each smaller area (LSOA, MSOA, ward): code of the local authority that holds it."""
    ledger_file: str = "../ledger.jsonl"
    """Where the ledger is, from the site's first page."""
    verifier_file: str = "../verify.py"
    """Where the one-file verifier is, from the site's first page."""
