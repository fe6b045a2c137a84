"""Entry: what one line of the ledger says. Pure: dates and people are given, nothing is read or written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.ledger.lines import PACK, digest


@dataclass(frozen=True, order=True)
class Input:
    """One file that a figure was worked out from, by the SHA-256 of its bytes as supplied."""

    source: str
    file: str
    sha256: str

    def fields(self) -> dict[str, Any]:
        """The input as the ledger writes it."""
        return {"source": self.source, "file": self.file, "sha256": self.sha256}


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from: which measure and period, from what, under which rules, by whom."""

    measure: str
    title: str
    area_level: str
    area_code: str
    """The whole area that the figures are about, as ONS codes it."""
    police_forces: tuple[str, ...]
    """Whose records were counted, by the names they sign them with."""
    crime_types: tuple[str, ...]
    """Which of them, in the publisher's words; empty where those of every type were."""
    period_from: date | None
    period_to: date | None
    """First and last day covered; None where no period was supplied."""
    inputs: tuple[Input, ...]
    rules: tuple[str, ...]
    """Name and version of each rule applied: the disclosure policy (`open-data 1`) and the lists used."""
    definition: str
    """Identity of the local definition, such as `violence 1 (3f2a91c04b7d)`."""
    code: str
    """Version of Evenhand and hash of its source, such as `0.1.0 (5d41402abc4b)`."""
    maker: str
    made_on: date
    approved_by: str = ""
    """Who approved it besides the maker; empty where the policy asks for nobody."""

    def fields(self) -> dict[str, Any]:
        """The origin as the ledger writes it: lists sorted and without repeats, dates as ISO text."""
        return {
            **vars(self),
            "police_forces": sorted(set(self.police_forces)),
            "crime_types": sorted(set(self.crime_types)),
            "period_from": _day(self.period_from),
            "period_to": _day(self.period_to),
            "inputs": [each.fields() for each in sorted(set(self.inputs))],
            "rules": sorted(set(self.rules)),
            "made_on": self.made_on.isoformat(),
        }


@dataclass(frozen=True)
class Figure:
    """One release of one measure: where it comes from, and the hashes of its two data files."""

    origin: Origin
    released: str
    """SHA-256 of data/<measure>.csv."""
    json: str
    """SHA-256 of data/<measure>.json."""

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "figure", **self.origin.fields(), "released": self.released, "json": self.json}


@dataclass(frozen=True)
class Correction:
    """That a figure took the place of one that was wrong, and why."""

    measure: str
    title: str
    was: int
    """The entry of the figure that was wrong."""
    now: int
    """The entry of the figure that stands in its place."""
    reason: str
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "correction", **vars(self), "made_on": self.made_on.isoformat()}


@dataclass(frozen=True)
class Withdrawal:
    """That a figure is no longer published, and why. Its bytes stay, so that its entry can be checked."""

    measure: str
    title: str
    was: int
    """The entry of the figure that was taken back."""
    reason: str
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "withdrawal", **vars(self), "made_on": self.made_on.isoformat()}


@dataclass(frozen=True)
class NewKey:
    """That the ledger is signed with a key from here on, in place of the one before it if there was one."""

    key: str
    """`name+id+key`."""
    replaces: str | None
    reason: str
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "key", **vars(self), "made_on": self.made_on.isoformat()}


@dataclass(frozen=True)
class Vouched:
    """The old key's word for the new one: its last checkpoint, over all entries up to the new key's."""

    note: str
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "checkpoint", **vars(self), "made_on": self.made_on.isoformat()}


@dataclass(frozen=True)
class Publication:
    """One publication: the entries its pages show, by their head; all its files, by the manifest's hash."""

    origin: str
    """The ledger's name, the same for ever: what checkpoints call it."""
    head: str
    """Size and root of the ledger, as at the foot of every page."""
    manifest: str
    maker: str
    made_on: date
    certificate: str | None = None
    """SHA-256 of the certificate that hidden counts stay hidden; None where nothing is hidden."""

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "publication", **vars(self), "made_on": self.made_on.isoformat()}


@dataclass(frozen=True)
class Packed:
    """The offline pack of the publication in the line before: its files, and the ledger up to that line."""

    file: str
    sha256: str
    size: int
    """In bytes."""
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the ledger."""
        return {"entry": "pack", **vars(self), "made_on": self.made_on.isoformat()}


Entry = Figure | Correction | Withdrawal | NewKey | Vouched | Publication | Packed


def figure(origin: Origin, csv: bytes, json: bytes) -> Figure:
    """The figure that those bytes, of that origin, are."""
    return Figure(origin, released=digest(csv), json=digest(json))


def pack(content: bytes, publication: dict[str, Any]) -> Packed:
    """The line for the pack that those bytes are, made by whom and when its publication's line says."""
    made_on = date.fromisoformat(publication["made_on"])
    return Packed(PACK, digest(content), len(content), publication["maker"], made_on)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
