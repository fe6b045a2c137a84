"""Lines: what each line of the ledger may say, and what it must say after those before it. Pure.

The writing half (`entry`, `log`) builds on this reading half, so that what is written is by
construction what a stranger's check accepts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, cast

from evenhand.ledger.heads import Checkpoint, Head, read_head
from evenhand.ledger.merkle import Tree, leaf_hash
from evenhand.ledger.note import VerifierKey, is_key_name, read_key, read_note

LEDGER, PACK = "ledger.jsonl", "offline-pack.zip"
CERTIFICATE = "data/certificate.json"
"""Says that hidden counts stay hidden. No figure's entry releases it: its publication's names it."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")
HASH = re.compile(r"[0-9a-f]{64}")


class Kind(Enum):
    """What kind of thing does not hold."""

    ENTRY = "a line of the ledger is not a canonical entry"
    TREE = "the entries are not those that were sealed"
    TAIL = "the ledger does not end as a publication does"
    SIGNATURE = "the checkpoint is not signed as it should be"
    MISSING = "a file is missing"
    ADDED = "a file was added"
    CHANGED = "a file was changed"
    ODD = "something is no plain file"
    DATA = "a data file and its entry differ"
    FOOT = "a page shows another head"
    KEPT = "what was kept elsewhere is no head or key"
    CUT = "the ledger is shorter than when a head was kept"
    REWRITTEN = "the entries before a head kept elsewhere are others now"
    FORK = "one key signed two histories"
    OTHER = "what was kept is of another ledger, or of another key"
    ABSENT = "the figure asked for is not in the ledger"
    UNREADABLE = "something cannot be read"


class Mismatch(Exception):
    """The first thing that does not hold: its kind, where it is, and why."""

    def __init__(self, kind: Kind, where: str, why: str, *, entries: int = 0) -> None:
        self.kind, self.where, self.why, self.entries = kind, plain(where), plain(why), entries
        super().__init__(f"{self.where}: {self.why}")


def plain(text: str, longest: int = 300) -> str:
    """Text as one line of printable ASCII, whatever it holds, cut where it is very long."""
    shown = ascii(text)[1:-1].replace("\\\\", "\\")
    return shown if len(shown) <= longest else shown[:longest] + "..."


def canonical(fields: dict[str, Any]) -> bytes:
    """The one way to write a line: sorted keys, no spaces, UTF-8, no line end. Raises ValueError."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(content: bytes) -> str:
    """SHA-256 of bytes, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def earlier_name(measure: str, released: str) -> str:
    """Where a superseded release is kept, so that its entry can still be checked."""
    return f"data/earlier/{measure}-{released[:12]}.csv"


# --- what a field holds ----------------------------------------------------------------------------


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _words(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _hash_or_none(value: Any) -> bool:
    return value is None or _hash(value)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _origin(value: Any) -> bool:
    return isinstance(value, str) and is_key_name(value)


def _read_by(reader: Callable[[str], object], *, or_none: bool = False) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        try:
            reader(value if isinstance(value, str) else "")
        except ValueError:
            return or_none and value is None
        return True

    return check


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _day_or_none(value: Any) -> bool:
    return value is None or _day(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and _ascending(cast("list[Any]", value), _text, lambda text: text)


def _input(value: Any) -> bool:
    wanted = {"file": _text, "sha256": _hash, "source": _text}
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return set(fields) == set(wanted) and all(wanted[name](fields[name]) for name in wanted)


def _inputs(value: Any) -> bool:
    return isinstance(value, list) and _ascending(cast("list[Any]", value), _input, _input_key)


def _input_key(value: Any) -> Any:
    return value["source"], value["file"], value["sha256"]


def _ascending(values: list[Any], each: Callable[[Any], bool], key: Callable[[Any], Any]) -> bool:
    """True if each is as it should be, and they are in order without repeats."""
    if not all(map(each, values)):
        return False
    keys = [key(value) for value in values]
    return keys == sorted(set(keys))


def _pack_name(value: Any) -> bool:
    return value == PACK


LINE: dict[str, Callable[[Any], bool]] = {"entry": _text, "number": _number, "made_on": _day, "maker": _text}
KINDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "figure": {
        **LINE,
        "measure": _name,
        "title": _text,
        "area_level": _text,
        "area_code": _text,
        "police_forces": _texts,
        "crime_types": _texts,
        "period_from": _day_or_none,
        "period_to": _day_or_none,
        "released": _hash,
        "json": _hash,
        "inputs": _inputs,
        "rules": _texts,
        "definition": _text,
        "code": _text,
        "approved_by": _text,
    },
    "correction": {
        **LINE,
        "measure": _name,
        "title": _text,
        "was": _number,
        "now": _number,
        "reason": _words,
    },
    "withdrawal": {**LINE, "measure": _name, "title": _text, "was": _number, "reason": _words},
    "key": {**LINE, "key": _read_by(read_key), "replaces": _read_by(read_key, or_none=True), "reason": _text},
    "checkpoint": {**LINE, "note": _read_by(read_note)},
    "publication": {
        **LINE,
        "origin": _origin,
        "head": _read_by(read_head),
        "manifest": _hash,
        "certificate": _hash_or_none,
    },
    "pack": {**LINE, "file": _pack_name, "sha256": _hash, "size": _number},
}
"""The fields of each kind of line, and what each must be."""
SEALS = ("publication", "pack")
"""Kinds that come after the pages of a publication are written, so that no page can show them."""


def read_line(line: bytes, number: int) -> dict[str, Any]:
    """The fields of line `number`, its end included. Raises Mismatch."""
    where = f"{LEDGER}, entry {number}"
    if not line.endswith(b"\n"):
        raise Mismatch(Kind.ENTRY, where, "the line is cut off or far too long")
    fields = _parse(line[:-1], where)
    _check_fields(fields, where)
    if fields["number"] != number:
        found = f"an entry is missing, added or moved: this line is numbered {fields['number']}"
        raise Mismatch(Kind.TREE, where, found)
    return fields


def _parse(line: bytes, where: str) -> dict[str, Any]:
    fields: Any = None
    try:
        fields = json.loads(line.decode("utf-8"))
        same = canonical(fields) == line
    except (ValueError, RecursionError):
        same = False
    if not same or not isinstance(fields, dict):
        raise Mismatch(Kind.ENTRY, where, "the line is not canonical JSON")
    return cast("dict[str, Any]", fields)


def _check_fields(fields: dict[str, Any], where: str) -> None:
    kind = fields.get("entry")
    wanted = KINDS.get(kind) if isinstance(kind, str) else None
    if wanted is None or set(fields) != set(wanted):
        raise Mismatch(Kind.ENTRY, where, f"the line is none of {', '.join(KINDS)}")
    for name in sorted(wanted):
        if not wanted[name](fields[name]):
            raise Mismatch(Kind.ENTRY, where, f"its {name} is not what that field holds")


# --- what a line says after others -----------------------------------------------------------------


@dataclass
class Ledger:
    """The ledger as far as it was read: its entries, their tree, and what they add up to."""

    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tree: Tree = field(default_factory=Tree)
    shown: int = 0
    """How many entries the head that pages show is over."""
    key: VerifierKey | None = None
    """The key in force: that of the last entry about keys."""
    unvouched: list[int] = field(default_factory=list[int])
    """Entries with a new key that the key before it did not sign for."""

    @property
    def head(self) -> Head:
        """The head over all entries."""
        return self.head_at(len(self.entries))

    @property
    def shown_head(self) -> Head:
        """The head that the latest pages show: over all entries but those that seal these pages."""
        return self.head_at(self.shown)

    def head_at(self, size: int) -> Head:
        """The head there was when the ledger had so many entries."""
        return Head(size, self.tree.roots[size])

    @property
    def publications(self) -> list[dict[str, Any]]:
        """The lines of publications, in order."""
        return [entry for entry in self.entries if entry["entry"] == "publication"]

    def figure(self, number: int, measure: str) -> dict[str, Any] | None:
        """Entry `number`, if it is a figure of that measure."""
        if not 0 < number <= len(self.entries):
            return None
        found = self.entries[number - 1]
        return found if (found["entry"], found.get("measure")) == ("figure", measure) else None

    def add(self, line: bytes) -> None:
        """Read one more line, its end included. Raises Mismatch, and stays as it was."""
        fields = read_line(line, len(self.entries) + 1)
        _PLACES[fields["entry"]](self, fields)
        self._after(fields)
        self.entries.append(fields)
        self.tree.add(leaf_hash(line[:-1]))
        if fields["entry"] not in SEALS:
            self.shown = len(self.entries)

    def _after(self, fields: dict[str, Any]) -> None:
        if fields["entry"] == "key":
            self.key = read_key(fields["key"])
            if fields["replaces"] is not None:
                self.unvouched.append(fields["number"])
        elif fields["entry"] == "checkpoint":
            self.unvouched.pop()


def _place_of_figure(_ledger: Ledger, fields: dict[str, Any]) -> None:
    """A figure may come anywhere, and nobody approves their own."""
    if fields["approved_by"] and fields["approved_by"].casefold() == fields["maker"].casefold():
        raise _misplaced(fields, "who made it approved it")


def _place_of_correction(ledger: Ledger, fields: dict[str, Any]) -> None:
    was, now = (ledger.figure(fields[name], fields["measure"]) for name in ("was", "now"))
    if was is None or now is None or fields["was"] >= fields["now"]:
        raise _misplaced(fields, "it names no earlier and later figure of its measure")


def _place_of_withdrawal(ledger: Ledger, fields: dict[str, Any]) -> None:
    if ledger.figure(fields["was"], fields["measure"]) is None:
        raise _misplaced(fields, "it names no figure of its measure")


def _place_of_key(ledger: Ledger, fields: dict[str, Any]) -> None:
    """A key names the one it takes the place of, and signs under the ledger's name."""
    if fields["replaces"] != (None if ledger.key is None else str(ledger.key)):
        raise _misplaced(fields, "it does not name the key in force before it")
    _check_name(ledger, fields, read_key(fields["key"]).name)


def _place_of_checkpoint(ledger: Ledger, fields: dict[str, Any]) -> None:
    """A checkpoint is the old key's word for the new one, which the entry before it names."""
    before = ledger.entries[-1] if ledger.entries else {}
    if before.get("entry") != "key" or before["replaces"] is None:
        raise _misplaced(fields, "no new key is before it")
    old, note = read_key(before["replaces"]), read_note(fields["note"])
    if note.text != str(Checkpoint(old.name, ledger.head)):
        raise _misplaced(fields, "it is not the checkpoint of the entries before it")
    if not note.is_from(old):
        raise Mismatch(Kind.SIGNATURE, _where(fields), f"it is not signed by the key before, {old.short}")


def _place_of_publication(ledger: Ledger, fields: dict[str, Any]) -> None:
    """A publication names the head that its pages show, and the one name of the ledger."""
    _check_name(ledger, fields, fields["origin"])
    if fields["head"] != str(ledger.shown_head):
        raise _misplaced(fields, "an entry before it was changed: the head it sealed is another")


def _place_of_pack(ledger: Ledger, fields: dict[str, Any]) -> None:
    """A pack follows its publication, of the same day and maker."""
    before = ledger.entries[-1] if ledger.entries else {}
    if before.get("entry") != "publication":
        raise _misplaced(fields, "no publication is before this pack")
    if any(before[name] != fields[name] for name in ("made_on", "maker")):
        raise _misplaced(fields, "its day or maker is not that of its publication")


def _check_name(ledger: Ledger, fields: dict[str, Any], name: str) -> None:
    names = {entry["origin"] for entry in ledger.publications[:1]}
    names |= {ledger.key.name} if ledger.key else set()
    if names - {name}:
        raise _misplaced(fields, f"it is of another ledger: {name}, not {names.pop()}")


_PLACES: dict[str, Callable[[Ledger, dict[str, Any]], None]] = {
    "figure": _place_of_figure,
    "correction": _place_of_correction,
    "withdrawal": _place_of_withdrawal,
    "key": _place_of_key,
    "checkpoint": _place_of_checkpoint,
    "publication": _place_of_publication,
    "pack": _place_of_pack,
}


def _where(fields: dict[str, Any]) -> str:
    return f"{LEDGER}, entry {fields['number']}"


def _misplaced(fields: dict[str, Any], why: str) -> Mismatch:
    return Mismatch(Kind.TREE, _where(fields), why)


def read_ledger(lines: Iterable[bytes]) -> Ledger:
    """All lines read. Raises Mismatch at the first that does not hold."""
    ledger = Ledger()
    for line in lines:
        try:
            ledger.add(line)
        except Mismatch as mismatch:
            mismatch.entries = len(ledger.entries)
            raise
    return ledger
