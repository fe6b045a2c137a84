"""Log: the ledger's lines in order, each holding the hash of the one before it. Pure.

Only `append` and `parse` make a log, so a log in hand always holds. The reading half is the
verifier's own, so that what is written is by construction what a stranger's check accepts.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from evenhand.errors import NotVerified
from evenhand.ledger.entry import Entry, Figure, Packed, Publication
from evenhand.ledger.verify import NOTHING, Mismatch, canonical, line_hash, read_ledger, read_line

PLACE = frozenset({"number", "previous", "hash"})
WHEN_AND_WHO = frozenset({"made_on", "maker"})
"""Not compared when asking whether an entry says anything new: a day passing changes no figure."""


@dataclass(frozen=True)
class Log:
    """The ledger as it stands: the fields of each line, in order."""

    lines: tuple[dict[str, Any], ...] = ()

    @property
    def head(self) -> str:
        """Hash of the last line; 64 zeros while there is none."""
        return self.lines[-1]["hash"] if self.lines else NOTHING


def append(log: Log, entry: Entry) -> Log:
    """The log with the entry at its end, or the same log where it says nothing new.

    A figure is compared with its measure's latest line, a publication with the latest publication; a
    pack always follows its publication. Raises NotVerified if the entry holds what no line may (a
    measure with an odd name, say).
    """
    said = entry.fields()
    before = _line_before(log, entry)
    if before is not None and _matter(before) == _matter(said):
        return log
    number = len(log.lines) + 1
    line = {**said, "number": number, "previous": log.head}
    line["hash"] = line_hash(line)
    try:
        read_line(canonical(line) + b"\n", number, log.head)
    except Mismatch as mismatch:
        raise NotVerified(mismatch.why, where=mismatch.where) from None
    return Log((*log.lines, line))


def parse(content: bytes) -> Log:
    """The log that those bytes are. Raises NotVerified at the first line that does not hold."""
    try:
        return Log(tuple(read_ledger(BytesIO(content))))
    except Mismatch as mismatch:
        restore = "restore published/ from a copy, or move it away to start a new ledger"
        raise NotVerified(mismatch.why, where=mismatch.where, next_step=restore) from None


def to_bytes(log: Log) -> bytes:
    """The ledger as it is written: a canonical line each, each ended."""
    return b"".join(canonical(line) + b"\n" for line in log.lines)


def figures(log: Log) -> list[dict[str, Any]]:
    """The figure lines, in order."""
    return [line for line in log.lines if line["entry"] == "figure"]


def head_of_figures(log: Log) -> str:
    """Hash of the last figure's line: what pages show at their foot. 64 zeros while there is none."""
    return next((line["hash"] for line in reversed(log.lines) if line["entry"] == "figure"), NOTHING)


def latest(log: Log, measure: str) -> dict[str, Any] | None:
    """The measure's latest line, if it was ever released."""
    return next(iter(history(log, measure)[-1:]), None)


def history(log: Log, measure: str) -> list[dict[str, Any]]:
    """Every line of the measure, in order: its releases and what each was made from."""
    return [line for line in figures(log) if line["measure"] == measure]


def last_publication(log: Log) -> dict[str, Any] | None:
    """The latest publication's line, if there is one."""
    return next((line for line in reversed(log.lines) if line["entry"] == "publication"), None)


def is_packed(log: Log) -> bool:
    """Is the last line a pack's? Otherwise the log is a pack's own, or its publication was never finished."""
    return bool(log.lines) and log.lines[-1]["entry"] == "pack"


def _line_before(log: Log, entry: Entry) -> dict[str, Any] | None:
    """The line that the entry may only repeat."""
    match entry:
        case Figure():
            return latest(log, entry.origin.measure)
        case Publication():
            return last_publication(log)
        case Packed():
            return None


def _matter(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in PLACE | WHEN_AND_WHO}
