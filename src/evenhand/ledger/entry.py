"""Entry: what one line of the ledger says. Pure: dates and people are given, nothing is read or written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.ledger.verify import PACK, digest


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

    def fields(self) -> dict[str, Any]:
        """The origin as the ledger writes it: lists sorted and without repeats, dates as ISO text."""
        return {
            **vars(self),
            "police_forces": sorted(set(self.police_forces)),
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
        """What the line says, without its place in the chain."""
        return {"entry": "figure", **self.origin.fields(), "released": self.released, "json": self.json}


@dataclass(frozen=True)
class Publication:
    """One publication: the figures it shows, by their head, and all its files, by the manifest's hash."""

    head_of_figures: str
    manifest: str
    maker: str
    made_on: date

    def fields(self) -> dict[str, Any]:
        """What the line says, without its place in the chain."""
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
        """What the line says, without its place in the chain."""
        return {"entry": "pack", **vars(self), "made_on": self.made_on.isoformat()}


Entry = Figure | Publication | Packed


def figure(origin: Origin, csv: bytes, json: bytes) -> Figure:
    """The figure that those bytes, of that origin, are."""
    return Figure(origin, released=digest(csv), json=digest(json))


def pack(content: bytes, publication: dict[str, Any]) -> Packed:
    """The line for the pack that those bytes are, made by whom and when its publication's line says."""
    made_on = date.fromisoformat(publication["made_on"])
    return Packed(PACK, digest(content), len(content), publication["maker"], made_on)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
