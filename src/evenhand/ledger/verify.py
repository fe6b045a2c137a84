"""Check a publication against its ledger: offline, with Python 3.9 or later and nothing installed.

    python verify.py [FOLDER] [--head HASH] [--json]

FOLDER is the folder that holds ledger.jsonl; without it, the one this file lies in. The first line it
prints says how many entries hold and files are as published, or names the first thing that does not;
where all holds, more lines say what it cannot know. Exit code 0 or 6.

This file stands alone, so that a reader can go through it and run it anywhere; a copy is in every
publication. It reads, and never writes. What a path or a line of the folder says is never trusted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, cast

LEDGER, MANIFEST, PACK = "ledger.jsonl", "manifest.json", "offline-pack.zip"
NOTHING = "0" * 64
"""What the first line names as the line before it, and the head where no figure was published."""
LONGEST_LINE = 16 * 1024 * 1024
LONGEST_MANIFEST = 256 * 1024 * 1024
CHUNK = 1024 * 1024
FAILED = 6

NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")
HASH = re.compile(r"[0-9a-f]{64}")
FOOT = re.compile(rb'data-ledger-head="([^"]{0,100})"')
FOOT_OVERLAP = 256
"""Longer than any match of FOOT, so that one across two chunks is found."""
MOUNT_POINT = 0xA0000003
"""Windows' junctions, which are links by another name."""

CANNOT_KNOW = """\
What this cannot know: whether the whole folder, ledger included, was written anew or put back to an earlier
publication. To rule that out, compare with a head kept elsewhere: the foot of a page saved or printed
earlier, an e-mail, minutes.
    python verify.py FOLDER --head HASH
says whether that head is part of this ledger. Use a copy of verify.py from somewhere you trust. Nor can
it know whether the figures are right: it shows which inputs, rules and code they were made from."""


class Kind(Enum):
    """What kind of thing does not hold."""

    ENTRY = "a line of the ledger is not a canonical entry"
    CHAIN = "the chain of entries is broken"
    TAIL = "the ledger does not end as a publication does"
    MISSING = "a file is missing"
    ADDED = "a file was added"
    CHANGED = "a file was changed"
    ODD = "something is no plain file"
    DATA = "a data file and its entry differ"
    FOOT = "a page shows another head"
    HEAD = "the head kept elsewhere is not in the ledger, or is no head"
    UNREADABLE = "something cannot be read"


class Mismatch(Exception):
    """The first thing that does not hold: its kind, where it is, and why."""

    def __init__(self, kind: Kind, where: str, why: str, *, entries: int = 0) -> None:
        self.kind, self.where, self.why, self.entries = kind, plain(where), plain(why), entries
        super().__init__(f"{self.where}: {self.why}")


@dataclass(frozen=True)
class Report:
    """What was found. `line` says it; where all holds, `kind` is None and `where` is empty."""

    holds: bool
    line: str
    entries: int
    """Entries that hold: all, or those before the first that does not."""
    files: int
    head: str
    """Hash of the last figure's line: what every page shows at its foot."""
    checkpoint: str
    """Hash of the ledger's last line, which covers every file: by the manifest, and the pack by itself."""
    kind: Kind | None = None
    where: str = ""


# --- entries: pure -------------------------------------------------------------------------------


def canonical(fields: dict[str, Any]) -> bytes:
    """The one way to write a line: sorted keys, no spaces, UTF-8, no line end. Raises ValueError."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(content: bytes) -> str:
    """SHA-256 of bytes, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def line_hash(fields: dict[str, Any]) -> str:
    """SHA-256 over the canonical line without its own hash."""
    return digest(canonical({name: value for name, value in fields.items() if name != "hash"}))


def earlier_name(measure: str, released: str) -> str:
    """Where a superseded release is kept, so that its entry can still be checked."""
    return f"data/earlier/{measure}-{released[:12]}.csv"


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


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


LINE = {"entry": _text, "number": _number, "previous": _hash, "hash": _hash, "made_on": _day, "maker": _text}
KINDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "figure": {
        **LINE,
        "measure": _name,
        "title": _text,
        "area_level": _text,
        "area_code": _text,
        "police_forces": _texts,
        "period_from": _day_or_none,
        "period_to": _day_or_none,
        "released": _hash,
        "json": _hash,
        "inputs": _inputs,
        "rules": _texts,
        "definition": _text,
        "code": _text,
    },
    "publication": {**LINE, "head_of_figures": _hash, "manifest": _hash},
    "pack": {**LINE, "file": _pack_name, "sha256": _hash, "size": _number},
}
"""The fields of each kind of line, and what each must be."""


def read_line(line: bytes, number: int, previous: str) -> dict[str, Any]:
    """The fields of line `number` (its end included), which must follow `previous`. Raises Mismatch."""
    where = f"{LEDGER}, entry {number}"
    if not line.endswith(b"\n"):
        raise Mismatch(Kind.ENTRY, where, "the line is cut off or far too long")
    fields = _parse(line[:-1], where)
    _check_fields(fields, where)
    if fields["number"] != number:
        found = f"an entry is missing, added or moved: this line is numbered {fields['number']}"
        raise Mismatch(Kind.CHAIN, where, found)
    if fields["previous"] != previous:
        raise Mismatch(Kind.CHAIN, where, "it does not follow the line before it: one of the two was changed")
    if fields["hash"] != line_hash(fields):
        raise Mismatch(Kind.CHAIN, where, "its hash is not the hash of what it says")
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
        raise Mismatch(Kind.ENTRY, where, "the line is neither a figure, a publication nor a pack")
    for name in sorted(wanted):
        if not wanted[name](fields[name]):
            raise Mismatch(Kind.ENTRY, where, f"its {name} is not what that field holds")


def read_ledger(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """Every line's fields, chain checked. Raises Mismatch at the first that does not hold."""
    entries: list[dict[str, Any]] = []
    previous = head = NOTHING
    for line in lines:
        number = len(entries) + 1
        try:
            fields = read_line(line, number, previous)
            _check_place(fields, head, entries[-1]["entry"] if entries else "")
        except Mismatch as mismatch:
            mismatch.entries = number - 1
            raise
        previous = fields["hash"]
        head = previous if fields["entry"] == "figure" else head
        entries.append(fields)
    return entries


def _check_place(fields: dict[str, Any], head: str, before: str) -> None:
    """A publication names the figure before it as head; a pack follows its publication."""
    where = f"{LEDGER}, entry {fields['number']}"
    if fields["entry"] == "publication" and fields["head_of_figures"] != head:
        raise Mismatch(Kind.CHAIN, where, "its head is not the figure before it")
    if fields["entry"] == "pack" and before != "publication":
        raise Mismatch(Kind.CHAIN, where, "no publication is before this pack")


# --- the folder ----------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Text as one line of printable ASCII, whatever it holds, cut where it is very long."""
    shown = ascii(text)[1:-1].replace("\\\\", "\\")
    return shown if len(shown) <= 300 else shown[:300] + "..."


def _open_lines(folder: Path) -> Iterator[bytes]:
    with (folder / LEDGER).open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line


def _kind_of(found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == MOUNT_POINT:
        return "is a symbolic link, which a publication never holds"
    if stat.S_ISREG(found.st_mode):
        return "file"
    return "folder" if stat.S_ISDIR(found.st_mode) else "is neither a file nor a folder"


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Everything below the folder: relative path with '/' to what it is and its size. Follows no link."""
    found: dict[str, tuple[str, int]] = {}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for place in (folder / below).iterdir():
            path = f"{below}/{place.name}" if below else place.name
            details = place.lstat()
            kind = _kind_of(details)
            found[path] = (kind, details.st_size)
            if kind == "folder":
                waiting.append(path)
    return found


def hash_file(path: Path) -> tuple[str, set[bytes]]:
    """SHA-256 of a file, and every ledger head that it shows as a page does."""
    running, tail = hashlib.sha256(), b""
    heads: set[bytes] = set()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            running.update(chunk)
            heads.update(FOOT.findall(tail + chunk))
            tail = (tail + chunk)[-FOOT_OVERLAP:]
    return running.hexdigest(), heads


def read_manifest(content: bytes) -> dict[str, tuple[str, int]]:
    """Path to hash and size of every file. Raises Mismatch if it is not a manifest in order."""
    try:
        rows = json.loads(content.decode("utf-8"))["files"]
        files = {str(row["path"]): (str(row["sha256"]), int(row["size"])) for row in rows}
        ordered = [row["path"] for row in rows] == sorted(files)
    except (ValueError, TypeError, KeyError, RecursionError):
        files, ordered = {}, False
    if not ordered:
        raise Mismatch(Kind.ENTRY, MANIFEST, "it is not a list of files in order")
    return files


def _check_kinds(found: dict[str, tuple[str, int]], listed: set[str]) -> None:
    folders = {path[:at] for path in listed for at, letter in enumerate(path) if letter == "/"}
    for path in sorted(set(found) | listed):
        kind = found[path][0] if path in found else ""
        if not kind:
            raise Mismatch(Kind.MISSING, path, "this file was published and is missing")
        if path in listed and kind == "folder":
            raise Mismatch(Kind.ODD, path, "is a folder where a file was published")
        if kind not in {"file", "folder"}:
            raise Mismatch(Kind.ODD, path, kind)
        if path not in (folders if kind == "folder" else listed):
            raise Mismatch(Kind.ADDED, path, f"this {kind} was added: the ledger knows nothing of it")


def _check_manifest(folder: Path, size: int, entry: dict[str, Any]) -> dict[str, tuple[str, int]]:
    path = folder / MANIFEST
    if size > LONGEST_MANIFEST or hash_file(path)[0] != entry["manifest"]:
        why = f"this file was changed: it is not the one that entry {entry['number']} names"
        raise Mismatch(Kind.CHANGED, MANIFEST, why)
    with path.open("rb") as file:
        return read_manifest(file.read(LONGEST_MANIFEST))


def _check_file(folder: Path, path: str, size: int, wanted: tuple[str, int], head: str) -> None:
    if size != wanted[1]:
        raise Mismatch(Kind.CHANGED, path, f"this file was changed: {size} bytes, published with {wanted[1]}")
    found, heads = hash_file(folder / path)
    if found != wanted[0]:
        raise Mismatch(Kind.CHANGED, path, "this file was changed: its hash is not the one published")
    if path.lower().endswith((".html", ".htm")) and heads != {head.encode()}:
        why = (
            "the page shows no head of the ledger"
            if not heads
            else "the page shows another head than the ledger's"
        )
        raise Mismatch(Kind.FOOT, path, why)


def _check_data(files: dict[str, tuple[str, int]], figures: list[dict[str, Any]]) -> None:
    """Every figure's bytes are there, current or earlier; no data file is without its entry."""
    hashes = {path: found[0] for path, found in files.items()}
    latest = {figure["measure"]: figure for figure in figures}
    known: dict[str, str] = {}
    for figure in figures:
        current, kept = f"data/{figure['measure']}.csv", earlier_name(figure["measure"], figure["released"])
        known[kept] = figure["released"]
        if figure["released"] not in {hashes.get(current), hashes.get(kept)}:
            where = f"{LEDGER}, entry {figure['number']}"
            raise Mismatch(Kind.DATA, where, f"neither {current} nor {kept} is what it released")
    for name, figure in latest.items():
        known.update({f"data/{name}.csv": figure["released"], f"data/{name}.json": figure["json"]})
    for path in sorted(hashes):
        if path.startswith("data/") and known.get(path) != hashes[path]:
            raise Mismatch(Kind.DATA, path, "no entry of the ledger released this data file as it is")


def _tail(entries: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
    """The publication that seals the folder, and its pack beside it: none inside the pack itself."""
    ends = entries[-1:]
    packs = {entry["file"]: (entry["sha256"], entry["size"]) for entry in ends if entry["entry"] == "pack"}
    ends = entries[-2:-1] if packs else ends
    if not ends or ends[0]["entry"] != "publication":
        why = "no publication seals its last entry: the end was cut off, or publishing was never finished"
        where = f"{LEDGER}, entry {len(entries)}" if entries else LEDGER
        raise Mismatch(Kind.TAIL, where, why, entries=len(entries))
    return ends[0], packs


def _plain_size(folder: Path, name: str) -> int:
    if not os.path.lexists(folder / name):
        raise Mismatch(Kind.MISSING, name, "this file was published and is missing")
    details = (folder / name).lstat()
    if _kind_of(details) != "file":
        raise Mismatch(Kind.ODD, name, "is not a plain file")
    return details.st_size


def _check(folder: Path) -> tuple[list[dict[str, Any]], int]:
    """All checks in order. Returns the entries and the number of files. Raises Mismatch."""
    sizes = {name: _plain_size(folder, name) for name in (LEDGER, MANIFEST)}
    entries = read_ledger(_open_lines(folder))
    try:
        sealed, packs = _tail(entries)
        found = tree(folder)
        files = {**_check_manifest(folder, sizes[MANIFEST], sealed), **packs}
        _check_kinds(found, {*files, LEDGER, MANIFEST})
        for path, wanted in files.items():
            _check_file(folder, path, found[path][1], wanted, sealed["head_of_figures"])
        _check_data(files, [entry for entry in entries if entry["entry"] == "figure"])
    except Mismatch as mismatch:
        mismatch.entries = len(entries)
        raise
    return entries, len(files)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _kept(entries: list[dict[str, Any]], kept: str) -> str:
    """A sentence on a head kept elsewhere. Raises Mismatch when it is none of this ledger's."""
    wanted = kept.strip().lower()
    if not _hash(wanted):
        why = (
            f"a head is 64 digits from 0-9 and a-f, and this is not ({len(wanted)} characters): copy it whole"
        )
        raise Mismatch(Kind.HEAD, "the head you kept", why, entries=len(entries))
    numbers = [entry["number"] for entry in entries if entry["hash"] == wanted]
    if not numbers:
        why = f"the head you kept ({kept}) is not in this ledger: it was written anew, or is another's"
        raise Mismatch(Kind.HEAD, LEDGER, why, entries=len(entries))
    return f"; the head you kept is entry {numbers[0]}: it and all before it stand"


def _holds(entries: list[dict[str, Any]], files: int, kept: str) -> Report:
    last, head = entries[-1], _tail(entries)[0]["head_of_figures"]
    held, shown = _count(len(entries), "entry holds", "entries hold"), _count(files, "file", "files")
    line = f"{held}; {shown} as published; head {head}"
    line += _kept(entries, kept) if kept else ""
    return Report(True, line, len(entries), files, head, last["hash"])


def _trouble(error: OSError, folder: Path) -> Mismatch:
    path = os.path.relpath(str(error.filename or folder), folder).replace(os.sep, "/")
    kind = Kind.MISSING if isinstance(error, FileNotFoundError) else Kind.UNREADABLE
    return Mismatch(kind, path, f"cannot be read ({error.strerror})")


def verify(folder: str | os.PathLike[str], kept: str = "") -> Report:
    """What holds of the publication in that folder. Never raises for what the folder may hold.

    `kept` is a head kept elsewhere, which must then be one of this ledger's hashes.
    """
    place = Path(folder)
    try:
        if not place.is_dir():
            raise Mismatch(Kind.MISSING, str(place), "there is no such folder")
        return _holds(*_check(place), kept)
    except Mismatch as mismatch:
        found = mismatch
    except OSError as error:
        found = _trouble(error, place)
    except (ValueError, RecursionError, MemoryError) as error:
        found = Mismatch(Kind.UNREADABLE, str(place), f"cannot be read ({type(error).__name__})")
    held = _count(found.entries, "entry holds", "entries hold")
    line = f"{found}; without it, {held}" if found.kind is Kind.HEAD else f"{found}; {held} before that"
    return Report(False, line, found.entries, 0, "", "", found.kind, found.where)


# --- the command ---------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """The report as one JSON object, ASCII, with the kind of trouble in lower case or null."""
    fields = {**vars(report), "kind": report.kind.name.lower() if report.kind else None}
    return json.dumps(fields, sort_keys=True)


def main(arguments: list[str] | None = None) -> int:
    """Run as a command: prints, and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Check a publication against its ledger, offline. Exit code 0 if all holds, 6 if not.",
        epilog=CANNOT_KNOW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    here = Path(__file__).resolve().parent
    parser.add_argument("folder", nargs="?", default=here, help="the folder that holds ledger.jsonl")
    parser.add_argument("--head", default="", metavar="HASH", help="a head kept elsewhere, to compare with")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    chosen = parser.parse_args(arguments)
    report = verify(chosen.folder, chosen.head)
    words = f"{report.line}\n{CANNOT_KNOW}" if report.holds else report.line
    print(as_json(report) if chosen.json else words)
    return 0 if report.holds else FAILED


if __name__ == "__main__":
    sys.exit(main())
