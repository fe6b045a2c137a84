"""Check a certificate, offline, with Python 3.10 or later: would other figures have looked exactly the same?

Beside a publication whose policy hides or rounds counts lies data/certificate.json. It gives other worlds:
counts for all that is hidden or rounded. This program, which shares no code with the gate that made
them, puts every world to the published tables: each sum of areas, periods and kinds must hold, each count
must be one that the policy would hide or round to what is shown. Where every hidden count differs between
two worlds by the policy's protection at least, nobody can work it out from the tables: they cannot know
which of the worlds is the true one, if any. Tables that were published earlier, in data/earlier, are still
known, and are put to the worlds as well. What the certificate says of itself is held against what lies
beside it: the ledger, the tables' JSON files and the calendar. What cannot be is said.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenhand.disclosure.checker.book import Book, name_of
from evenhand.disclosure.checker.columns import check_parts
from evenhand.disclosure.checker.earlier import take_earlier
from evenhand.disclosure.checker.held import check_said, trusted
from evenhand.disclosure.checker.ledger import CERTIFICATE
from evenhand.disclosure.checker.policies import Unsafe, protection_of
from evenhand.disclosure.checker.revised import past
from evenhand.disclosure.checker.rows import only_once, read_rows
from evenhand.disclosure.checker.sums import add_up
from evenhand.disclosure.checker.tables import hash_of, name_earlier, take_in
from evenhand.disclosure.checker.worlds import must_add_up, unproved, walk

FAILED = 6
OLDEST = 3, 10
"""An older Python does not know all that is used here, and would call sound certificates none."""
VERSION = 1
"""Of the certificates that are checked here."""


def read(folder: Path, certificate: dict[str, Any]) -> Book:
    """The counts of all tables of the publication, and the sums within them.

    Raises Unsafe for a table that is not certified, and for a certificate of another version.
    """
    version = certificate["certificate"]
    if type(version) is not int or version != VERSION:
        raise Unsafe(f"{CERTIFICATE} is of a version that this program does not check")
    book = Book(certificate["dimensions"], certificate["policy"])
    if book.dimensions[:3] != ["counted", "area_code", "period"]:
        raise Unsafe("the certificate does not begin a place with what is counted, area and period")
    layouts = {each["measure"]: each for each in certificate["tables"]}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in layouts:
            raise Unsafe(f"{path.name} is published and the certificate does not speak of it")
    for layout in layouts.values():
        path = folder / f"{layout['measure']}.csv"
        if not path.exists():
            # Withdrawn, and still known where it was published before.
            path = folder / name_earlier(layout)
        if not path.exists():
            raise Unsafe(f"the certificate speaks of {layout['measure']}.csv, and it is not there")
        if hash_of(path) != layout.get("sha256", hash_of(path)):
            raise Unsafe(f"{path.name} is not the table that the certificate speaks of")
        rows = read_rows(path.name, path.read_bytes().decode("utf-8"))
        take_in(book, layout, rows)
        check_said(book, layout, rows, path.with_suffix(".json"))
    take_earlier(book, folder, certificate)
    for (measure, whole, kind), parts in book.wholes.items():
        if kind in layouts.get(measure, {"adds_up_over": [kind]})["adds_up_over"]:
            book.sums.append([whole, *parts])
    return book


@dataclass(frozen=True)
class Checked:
    """What holds: how many counts are guarded, and in how many worlds they were tried."""

    guarded: int
    worlds: int
    sums: int
    policy: str
    earlier: int
    revised: int
    trusted: tuple[str, ...]
    """What nothing beside the certificate says."""

    @property
    def line(self) -> str:
        """The finding in a line."""
        tables = "table" if self.earlier == 1 else "tables"
        revised = f", in which {self.revised:,} figures are said to be revised since" if self.revised else ""
        earlier = f"; for readers who have {self.earlier:,} earlier {tables} too{revised}"
        return (
            f"{self.guarded:,} hidden counts proved safe, each by other figures that look the same "
            f"({self.worlds:,} tried, {self.sums:,} sums; policy {self.policy})"
            f"{earlier if self.earlier else ''}"
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The finding, and a line for each thing that it rests on besides."""
        return (self.line, *(f"taken on trust: {each}" for each in self.trusted or ("nothing",)))


NO_CERTIFICATE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    csv.Error,
)
"""What reading something else as a certificate, or as tables, comes to."""


def check(folder: Path) -> Checked:
    """Check the certificate of the tables in `folder`. Raises Unsafe at what does not hold."""
    path = folder / CERTIFICATE
    try:
        certificate = json.loads(path.read_text("utf-8"), object_pairs_hook=only_once)
        book = read(folder, certificate)
        on_trust = [*trusted(folder, book, certificate), *add_up(book, certificate)]
        check_parts(book)
        before = past(book, folder, certificate)
        found = walk(book, certificate, before)
        if before.let_go:
            on_trust.append(f"that {before.let_go:,} sums of earlier figures hold no more in what they hide")
        left = list(unproved(book, certificate, found))
        must_add_up(book)
    except NO_CERTIFICATE as error:
        raise Unsafe(f"{path.name} is no certificate of these tables ({type(error).__name__})") from None
    if protection_of(book.policy) < 1 and book.to_prove:
        raise Unsafe(f"policy {book.policy['name']} does not protect what is hidden")
    if left:
        raise Unsafe(f"{len(left):,} hidden counts are not proved safe, the first {name_of(left[0])}")
    return Checked(
        guarded=len(book.to_prove),
        worlds=len(certificate["steps"]) + 1,
        sums=len(book.sums),
        policy=book.policy["name"],
        earlier=len(certificate["earlier"]),
        revised=len(certificate["revised"]),
        trusted=tuple(on_trust),
    )


def main(arguments: list[str] | None = None) -> int:
    """Run as a command on a publication's data folder: prints what it finds, and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="check_hidden.py",
        description=__doc__,
        epilog="Exit code 0 if every hidden count is proved safe, 6 if not. Minutes for a large publication.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    here = Path(__file__).resolve().parent / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=here, help="the folder of the tables")
    folder = parser.parse_args(arguments).folder
    if sys.version_info < OLDEST:
        print(f"Not checked: this needs Python {'.'.join(map(str, OLDEST))} or later")
        return FAILED
    if not (folder / CERTIFICATE).exists():
        print(f"{folder} has no {CERTIFICATE}: nothing in it is hidden or rounded, or it was taken away")
        return FAILED
    try:
        print(*check(folder).lines, sep="\n")
    except Unsafe as trouble:
        print(f"Not proved safe: {trouble}")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
