"""Log: the ledger as a value, which only grows. Pure.

Only `append` and `parse` make a log, and both go through the reader that a stranger's check uses, so a
log in hand always holds.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from evenhand.errors import NotVerified
from evenhand.ledger.entry import Entry, Figure, Origin, Publication
from evenhand.ledger.heads import Checkpoint, Head
from evenhand.ledger.lines import Ledger, Mismatch, canonical, read_ledger
from evenhand.ledger.note import VerifierKey

PLACE = frozenset({"number"})
WHEN_AND_WHO = frozenset({"made_on", "maker", "approved_by"})
"""Not compared when asking whether an entry says anything new: a day passing changes no figure, nor does
another person's approval of the same."""


@dataclass(frozen=True)
class Log:
    """The ledger as it stands: the fields of each line, in order, and the tree over them."""

    ledger: Ledger = field(default_factory=Ledger, repr=False, compare=False)
    lines: tuple[dict[str, Any], ...] = ()

    @property
    def head(self) -> Head:
        """The head over every line."""
        return self.ledger.head

    @property
    def shown_head(self) -> Head:
        """The head that pages show at their foot: over all lines but those that seal these pages."""
        return self.ledger.shown_head

    @property
    def key(self) -> VerifierKey | None:
        """The key in force, None while the ledger is not signed."""
        return self.ledger.key

    @property
    def origin(self) -> str:
        """The ledger's name, as its key or its first publication has it; empty before either."""
        named = [line["origin"] for line in self.lines if line["entry"] == "publication"]
        return self.key.name if self.key else next(iter(named), "")

    def grew_from(self, head: Head) -> bool:
        """Whether its first lines are those that the head is over."""
        return head.size <= len(self.lines) and self.ledger.head_at(head.size) == head

    def hash_of(self, number: int) -> str:
        """The hash of entry `number` in the tree: of its leaf, in hexadecimal."""
        return self.ledger.tree.leaves[number - 1].hex()


def append(log: Log, entry: Entry) -> Log:
    """The log with the entry at its end, or the same log where it says nothing new.

    A figure is compared with its measure's latest line, a publication with the latest publication;
    the others always say something new. Raises NotVerified if the entry holds what no line may (a
    measure with an odd name, say), or comes where it may not.
    """
    said = entry.fields()
    before = _line_before(log, entry)
    if before is not None and _matter(before) == _matter(said):
        return log
    line = {**said, "number": len(log.lines) + 1}
    ledger = _copied(log.ledger)
    try:
        ledger.add(canonical(line) + b"\n")
    except Mismatch as mismatch:
        raise NotVerified(mismatch.why, where=mismatch.where) from None
    return Log(ledger, (*log.lines, line))


def _copied(ledger: Ledger) -> Ledger:
    """The ledger to add to, so that the log it was of stays as it is."""
    made = copy.copy(ledger)
    made.entries, made.unvouched = list(ledger.entries), list(ledger.unvouched)
    made.tree = ledger.tree.copy()
    return made


def parse(content: bytes) -> Log:
    """The log that those bytes are. Raises NotVerified at the first line that does not hold."""
    try:
        ledger = read_ledger(BytesIO(content))
    except Mismatch as mismatch:
        restore = "restore published/ from a copy, or move it away to start a new ledger"
        raise NotVerified(mismatch.why, where=mismatch.where, next_step=restore) from None
    return Log(ledger, tuple(ledger.entries))


def to_bytes(log: Log) -> bytes:
    """The ledger as it is written: a canonical line each, each ended."""
    return b"".join(canonical(line) + b"\n" for line in log.lines)


def checkpoint(log: Log, origin: str) -> Checkpoint:
    """The name and head of the log: what is signed."""
    return Checkpoint(log.origin or origin, log.head)


def figures(log: Log) -> list[dict[str, Any]]:
    """The figure lines, in order."""
    return [line for line in log.lines if line["entry"] == "figure"]


def notices(log: Log) -> list[dict[str, Any]]:
    """The lines of corrections and withdrawals, in order."""
    return [line for line in log.lines if line["entry"] in ("correction", "withdrawal")]


def withdrawn(log: Log) -> dict[str, dict[str, Any]]:
    """By measure, the withdrawal of each whose latest figure was taken back and not released again."""
    found: dict[str, dict[str, Any]] = {}
    for line in log.lines:
        if line["entry"] == "withdrawal":
            found[line["measure"]] = line
        elif line["entry"] == "figure":
            found.pop(line["measure"], None)
    return found


def published(log: Log) -> dict[int, list[dict[str, Any]]]:
    """By the entry of each publication, the figure lines that it had: the latest of each not withdrawn."""
    found: dict[int, list[dict[str, Any]]] = {}
    standing: dict[str, dict[str, Any]] = {}
    for line in log.lines:
        match line["entry"]:
            case "figure":
                standing[line["measure"]] = line
            case "withdrawal":
                standing.pop(line["measure"], None)
            case "publication":
                found[line["number"]] = list(standing.values())
            case _:
                pass
    return found


def latest(log: Log, measure: str) -> dict[str, Any] | None:
    """The measure's latest line, if it was ever released."""
    return next(iter(history(log, measure)[-1:]), None)


def is_origin(origin: Origin, line: dict[str, Any] | None) -> bool:
    """Whether a figure's line says that it comes from there, whoever made it on whatever day."""
    return line is not None and _matter(origin.fields()).items() <= line.items()


def history(log: Log, measure: str) -> list[dict[str, Any]]:
    """Every line of the measure, in order: its releases and what each was made from."""
    return [line for line in figures(log) if line["measure"] == measure]


def last_publication(log: Log) -> dict[str, Any] | None:
    """The latest publication's line, if there is one."""
    return next((line for line in reversed(log.lines) if line["entry"] == "publication"), None)


def before_last_certificate(log: Log) -> int:
    """The entry of the last publication that had another certificate than the latest; 0 where none had."""
    made = [line for line in log.lines if line["entry"] == "publication"]
    return max((line["number"] for line in made if line["certificate"] != made[-1]["certificate"]), default=0)


def is_packed(log: Log) -> bool:
    """Is the last line a pack's? Otherwise the log is a pack's own, or its publication was never finished."""
    return bool(log.lines) and log.lines[-1]["entry"] == "pack"


def _line_before(log: Log, entry: Entry) -> dict[str, Any] | None:
    """The line that the entry may only repeat."""
    match entry:
        case Figure():
            measure = entry.origin.measure
            return None if measure in withdrawn(log) else latest(log, measure)
        case Publication():
            return last_publication(log)
        case _:
            return None


def _matter(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in PLACE | WHEN_AND_WHO}
