"""Check a publication against its ledger: offline, with Python 3.9 or later and nothing installed.

    python verify.py [FOLDER] [--against FILE] [--head HEAD] [--key KEY] [--figure FILE] [--json]

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
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evenhand.ledger.heads import Checkpoint, read_checkpoint
from evenhand.ledger.limits import ALWAYS, CANNOT_KNOW, HIDDEN, cannot_know
from evenhand.ledger.lines import (
    CERTIFICATE,
    LEDGER,
    PACK,
    Kind,
    Ledger,
    Mismatch,
    earlier_name,
    plain,
    read_ledger,
)
from evenhand.ledger.note import Note, VerifierKey, read_note
from evenhand.ledger.proofs import Consistency, Inclusion, inclusion, kept_heads, trusted

MANIFEST, CHECKPOINT, KEY_FILE = "manifest.json", "checkpoint", "ledger-key.txt"
LONGEST_LINE = 16 * 1024 * 1024
LONGEST_MANIFEST = 256 * 1024 * 1024
LONGEST_CHECKPOINT = 64 * 1024
LONGEST_SAID = 20_000
LONGEST_KEPT = 64 * 1024 * 1024
CHUNK = 1024 * 1024
FAILED = 6

FOOT = re.compile(rb'data-ledger-head="([^"]{0,100})"')
FOOT_OVERLAP = 256
"""Longer than any match of FOOT, so that one across two chunks is found."""
MOUNT_POINT = 0xA0000003
"""Windows' junctions, which are links by another name."""


@dataclass(frozen=True)
class Asked:
    """What to prove besides that the folder holds."""

    against: tuple[str, ...] = ()
    """Files with heads that were kept elsewhere."""
    head: str = ""
    """A head itself."""
    key: str = ""
    """The verifier key that a reader was given."""
    figure: str = ""
    """A data file, or the number of an entry, to prove in the ledger."""


@dataclass(frozen=True)
class Report:
    """What was found. `line` says it; where all holds, `kind` is None and `where` is empty."""

    holds: bool
    line: str
    entries: int
    """Entries that hold: all, or those before the first that does not."""
    files: int = 0
    head: str = ""
    """Size and root of the ledger that every page shows at its foot."""
    checkpoint: str = ""
    """Size and root of the whole ledger, which covers every file: by the manifest, and the pack by itself."""
    origin: str = ""
    """The ledger's name."""
    signed_by: str = ""
    """The verifier key whose signature holds; empty where the ledger is not signed."""
    remarks: tuple[str, ...] = ()
    """What a reader should know though all holds, a sentence each."""
    kept: tuple[Consistency, ...] = ()
    figure: Inclusion | None = None
    kind: Kind | None = None
    where: str = ""


# --- the folder ----------------------------------------------------------------------------------


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


def _check_data(files: dict[str, tuple[str, int]], ledger: Ledger) -> None:
    """Every figure's bytes are there, current or earlier; no data file is without its entry."""
    hashes = {path: found[0] for path, found in files.items()}
    latest: dict[str, dict[str, Any]] = {}
    known: dict[str, str] = {}
    for entry in ledger.entries:
        if entry["entry"] == "withdrawal":
            latest.pop(entry["measure"], None)
        if entry["entry"] != "figure":
            continue
        current, kept = f"data/{entry['measure']}.csv", earlier_name(entry["measure"], entry["released"])
        latest[entry["measure"]] = entry
        known[kept] = entry["released"]
        if entry["released"] not in {hashes.get(current), hashes.get(kept)}:
            where = f"{LEDGER}, entry {entry['number']}"
            raise Mismatch(Kind.DATA, where, f"neither {current} nor {kept} is what it released")
    for name, figure in latest.items():
        known.update({f"data/{name}.csv": figure["released"], f"data/{name}.json": figure["json"]})
    for path in sorted(hashes):
        if path.startswith("data/") and path != CERTIFICATE and known.get(path) != hashes[path]:
            raise Mismatch(Kind.DATA, path, "no entry of the ledger released this data file as it is")


def _check_certificate(files: dict[str, tuple[str, int]], sealed: dict[str, Any]) -> None:
    """The certificate is the one that the publication's line names, or neither is there. Raises Mismatch."""
    found, number = files.get(CERTIFICATE, (None, 0))[0], sealed["number"]
    if found != sealed["certificate"]:
        why = (
            f"it is not what entry {number} names" if sealed["certificate"] else f"entry {number} names none"
        )
        raise Mismatch(Kind.DATA, CERTIFICATE, why)


def _tail(ledger: Ledger) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
    """The publication that seals the folder, and its pack beside it: none inside the pack itself."""
    ends = ledger.entries[-1:]
    packs = {entry["file"]: (entry["sha256"], entry["size"]) for entry in ends if entry["entry"] == "pack"}
    ends = ledger.entries[-2:-1] if packs else ends
    if not ends or ends[0]["entry"] != "publication":
        size = len(ledger.entries)
        why = "no publication seals its last entry: the end was cut off, or publishing was never finished"
        raise Mismatch(Kind.TAIL, f"{LEDGER}, entry {size}" if size else LEDGER, why)
    return ends[0], packs


# --- the checkpoint --------------------------------------------------------------------------------


def _read_text(path: Path, longest: int) -> str:
    """A file as text. Raises ValueError where it is too long or not UTF-8."""
    with path.open("rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise ValueError("is far too long")
    return content.decode("utf-8")


def _checkpoint(folder: Path) -> tuple[Checkpoint, Note | None]:
    """The checkpoint beside the ledger, and the note that it is if it is signed. Raises Mismatch."""
    try:
        text = _read_text(folder / CHECKPOINT, LONGEST_CHECKPOINT)
        note = read_note(text) if "\n\n" in text else None
        return read_checkpoint(note.text if note else text), note
    except ValueError as error:
        raise Mismatch(Kind.SIGNATURE, CHECKPOINT, f"this file was changed: it {error}") from None


def _check_signed(ledger: Ledger, key: VerifierKey, found: Checkpoint, note: Note | None) -> None:
    """The key in force signed the checkpoint, and the ledger is what it signed. Raises Mismatch."""
    holds = note.is_from(key) if note else None
    if holds is None:
        raise Mismatch(Kind.SIGNATURE, CHECKPOINT, f"it is not signed by {key.short}, the ledger's key")
    if not holds:
        why = f"this file was changed, or forged: the signature of {key.short} does not hold"
        raise Mismatch(Kind.SIGNATURE, CHECKPOINT, why)
    if found.head != ledger.head:
        raise _not_what_it_was(ledger, found)


def _not_what_it_was(ledger: Ledger, found: Checkpoint) -> Mismatch:
    """How the ledger differs from a checkpoint that is right."""
    size, here = found.head.size, len(ledger.entries)
    if size > here:
        why = f"the checkpoint is of {size} entries and {here} are here: the end was cut off"
        return Mismatch(Kind.TAIL, LEDGER, why)
    if size < here and ledger.head_at(size) == found.head:
        why = f"the checkpoint is of {size} entries: this one was added, or the checkpoint is an older one"
        return Mismatch(Kind.TAIL, f"{LEDGER}, entry {size + 1}", why)
    return Mismatch(Kind.TREE, LEDGER, f"it was changed: the checkpoint is of {size} other entries")


def _check_unsigned(folder: Path, ledger: Ledger, found: Checkpoint, note: Note | None) -> None:
    """An unsigned checkpoint is what the ledger comes to. Raises Mismatch, naming which was changed."""
    sealed, packs = _tail(ledger)
    if note is not None:
        raise Mismatch(Kind.SIGNATURE, CHECKPOINT, "this file was changed: no key of the ledger signed it")
    if found == Checkpoint(sealed["origin"], ledger.head):
        return
    # Nobody signed either, so the files tell: a ledger that they fit is the right one of the two.
    size_of = {name: (folder / name).stat().st_size for name in (MANIFEST, PACK) if (folder / name).is_file()}
    there = {name: (hash_file(folder / name)[0], size) for name, size in size_of.items()}
    if there == {MANIFEST: (sealed["manifest"], size_of[MANIFEST]), **packs}:
        size = found.head.size
        if not (size < len(ledger.entries) and ledger.head_at(size) == found.head):
            why = "this file was changed: it is not the name, size and root of this ledger"
            raise Mismatch(Kind.TREE, CHECKPOINT, why)
    raise _not_what_it_was(ledger, found)


def _check_key_file(folder: Path, ledger: Ledger, files: dict[str, tuple[str, int]]) -> None:
    wanted = f"{ledger.key}\n" if ledger.key else None
    found = _read_text(folder / KEY_FILE, LONGEST_CHECKPOINT) if KEY_FILE in files else None
    if found != wanted:
        raise Mismatch(Kind.SIGNATURE, KEY_FILE, "it is not the key that the ledger names")


# --- all of it -------------------------------------------------------------------------------------


def _plain_size(folder: Path, name: str) -> int:
    if not os.path.lexists(folder / name):
        raise Mismatch(Kind.MISSING, name, "this file was published and is missing")
    details = (folder / name).lstat()
    if _kind_of(details) != "file":
        raise Mismatch(Kind.ODD, name, "is not a plain file")
    return details.st_size


@dataclass
class _Found:
    """A publication as far as it was read."""

    ledger: Ledger = field(default_factory=Ledger)
    files: int = 0
    checkpoint: str = ""


def _check(folder: Path, found: _Found) -> None:
    """All checks in order. Raises Mismatch."""
    sizes = {name: _plain_size(folder, name) for name in (LEDGER, CHECKPOINT, MANIFEST)}
    ledger = found.ledger = read_ledger(_open_lines(folder))
    checkpoint, note = _checkpoint(folder)
    if ledger.key:
        _check_signed(ledger, ledger.key, checkpoint, note)
    else:
        _check_unsigned(folder, ledger, checkpoint, note)
    sealed, packs = _tail(ledger)
    there = tree(folder)
    files = {**_check_manifest(folder, sizes[MANIFEST], sealed), **packs}
    _check_kinds(there, {*files, *sizes})
    for path, wanted in files.items():
        _check_file(folder, path, there[path][1], wanted, sealed["head"])
    _check_data(files, ledger)
    _check_certificate(files, sealed)
    _check_key_file(folder, ledger, files)
    found.files = len(files)
    found.checkpoint = _read_text(folder / CHECKPOINT, LONGEST_CHECKPOINT)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _kept(ledger: Ledger, asked: Asked) -> list[Consistency]:
    """That the ledger grew from everything that was kept. Raises Mismatch."""
    found: list[Consistency] = []
    for name in asked.against:
        found += kept_heads(ledger, _kept_text(Path(name)), name)
    if asked.head:
        found += kept_heads(ledger, asked.head, "the head you kept")
    if asked.key:
        trusted(ledger, asked.key)
    return found


def _kept_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_KEPT).decode("utf-8", "replace")
    except OSError as error:
        raise Mismatch(Kind.KEPT, str(path), f"cannot be read ({error.strerror})") from None


def _remarks(ledger: Ledger) -> tuple[str, ...]:
    """What a reader should know of the ledger's keys."""
    unsigned = () if ledger.key else ("NOT SIGNED: this ledger has no key, so nothing shows who wrote it",)
    replaced = tuple(
        f"the key of entry {number} took the place of one that was lost, which did not sign for it: ask the "
        "publisher in another way whether it is theirs"
        for number in ledger.unvouched
    )
    return unsigned + replaced


def _holds(found: _Found, asked: Asked) -> Report:
    """The report on what holds, with what was asked for. Raises Mismatch."""
    ledger, kept = found.ledger, tuple(_kept(found.ledger, asked))
    figure = inclusion(ledger, asked.figure, found.checkpoint) if asked.figure else None
    entries, remarks = len(ledger.entries), _remarks(ledger)
    held, shown = _count(entries, "entry holds", "entries hold"), _count(found.files, "file", "files")
    parts = [held, f"{shown} as published", f"head {ledger.shown_head} at the foot of its pages"]
    parts += [f"signed by {ledger.key.short}"] if ledger.key else []
    parts += [f"the head you kept is of {_count(each.size, 'entry', 'entries')}: all stand" for each in kept]
    return Report(
        holds=True,
        line=plain("; ".join([*parts, *remarks]), LONGEST_SAID),
        entries=entries,
        files=found.files,
        head=str(ledger.shown_head),
        checkpoint=str(ledger.head),
        origin=ledger.publications[-1]["origin"],
        signed_by=str(ledger.key) if ledger.key else "",
        remarks=remarks,
        kept=kept,
        figure=figure,
    )


def _trouble(error: OSError, folder: Path) -> Mismatch:
    path = os.path.relpath(str(error.filename or folder), folder).replace(os.sep, "/")
    kind = Kind.MISSING if isinstance(error, FileNotFoundError) else Kind.UNREADABLE
    return Mismatch(kind, path, f"cannot be read ({error.strerror})")


OF_WHAT_WAS_KEPT = {Kind.KEPT, Kind.CUT, Kind.REWRITTEN, Kind.FORK, Kind.OTHER, Kind.ABSENT}
"""Kinds of trouble that a publication has only beside something else: by itself it holds."""


def verify(folder: str | os.PathLike[str], asked: Asked = Asked()) -> Report:
    """What holds of the publication in that folder. Never raises for what the folder may hold."""
    place, read = Path(folder), _Found()
    try:
        if not place.is_dir():
            raise Mismatch(Kind.MISSING, str(place), "there is no such folder")
        _check(place, read)
        return _holds(read, asked)
    except Mismatch as mismatch:
        found = mismatch
    except OSError as error:
        found = _trouble(error, place)
    except (ValueError, RecursionError, MemoryError) as error:
        found = Mismatch(Kind.UNREADABLE, str(place), f"cannot be read ({type(error).__name__})")
    entries = len(read.ledger.entries) or found.entries
    held = _count(entries, "entry holds", "entries hold")
    alone = found.kind in OF_WHAT_WAS_KEPT
    line = f"{found}; without it, {held}" if alone else f"{found}; up to there, {held}"
    return Report(False, line, entries, kind=found.kind, where=found.where)


# --- the command ---------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """The report as one JSON object, ASCII, with the kind of trouble in lower case or null."""
    fields = {**asdict(report), "kind": report.kind.name.lower() if report.kind else None}
    return json.dumps(fields, sort_keys=True)


def as_text(report: Report) -> str:
    """The report in words: its line, and the proof that was asked for."""
    if report.figure is None:
        return report.line
    found = report.figure
    said = f"entry {found.entry} is leaf {found.index} of a tree of {found.size}; its proof:"
    return f"{report.line}\n{said}\n\n{found.tlog_proof}".rstrip("\n")


def arguments_of(parser: argparse.ArgumentParser, given: list[str] | None) -> argparse.Namespace:
    """What the command was given."""
    here = Path(__file__).resolve().parent
    parser.add_argument("folder", nargs="?", default=here, help="the folder that holds ledger.jsonl")
    kept = "a file that was kept elsewhere, with a checkpoint or the foot of a page in it; may be repeated"
    parser.add_argument("--against", action="append", default=[], metavar="FILE", help=kept)
    parser.add_argument("--head", default="", metavar="HEAD", help="a head kept elsewhere, long or short")
    parser.add_argument("--key", default="", metavar="KEY", help="the publisher's key, as you were given it")
    parser.add_argument("--figure", default="", metavar="FILE", help="prove a data file or entry number")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    return parser.parse_args(given)


def main(arguments: list[str] | None = None) -> int:
    """Run as a command: prints, and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Check a publication against its ledger, offline. Exit code 0 if all holds, 6 if not.",
        epilog="\n".join((CANNOT_KNOW, ALWAYS, HIDDEN)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = arguments_of(parser, arguments)
    report = verify(given.folder, Asked(tuple(given.against), given.head, given.key, given.figure))
    words = (
        f"{as_text(report)}\n\n{cannot_know(compared=bool(report.kept))}\n{HIDDEN}"
        if report.holds
        else report.line
    )
    # A checkpoint has a dash that not every terminal's alphabet has; what is piped on must be whole.
    sys.stdout.buffer.write((as_json(report) if given.json else words).encode("utf-8") + b"\n")
    return 0 if report.holds else FAILED


if __name__ == "__main__":
    sys.exit(main())
