"""Check a certificate: would other figures have looked exactly the same, and hide every hidden count?

Beside a publication whose policy hides or rounds counts lies data/certificate.json. It gives other worlds:
counts for all that is hidden or rounded. This program, which shares no code with the gate that made
them, puts every world to the published tables: each sum of areas, periods and kinds must hold, each count
must be one that the policy would hide or round to what is shown. Where every hidden count differs between
two worlds by the policy's protection at least, nobody can work it out from the tables: they cannot know
which of the worlds is the true one, if any. Tables that were published earlier, in data/earlier, are still
known, and are put to the worlds as well. What the certificate says of itself is held against what lies
beside it: the ledger, the tables' JSON files and the calendar. What cannot be is said. Python alone, offline.
"""

from __future__ import annotations

import calendar
import csv
import hashlib
import io
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CERTIFICATE = "certificate.json"
UNBOUNDED = 1_000_000_000
FAILED = 6
NOTHING = (0, UNBOUNDED)
"""What is known of a count of which nothing was shown."""
PASSES = 3
"""A count in no table can be the sum of others, and a part of one: so often sums are looked for again."""
PARTS = {"every": 600, "over all": 600, "none": UNBOUNDED}
"""Which parts in no table are looked for: the first that are not more than so many."""
MOST_UNKNOWN = 10_000
"""Counts in no table, beyond which sums of such alone are left out."""

Cell = tuple[str | None, ...]
"""A place on each dimension; None is everything."""
Range = tuple[int, int]
"""The smallest and largest count."""
Place = tuple[tuple[str, ...], Cell]
"""Some dimensions, and a place on each."""
Whole = tuple[str, Cell, str]
"""A measure, the count over all kinds, and the category that they are of."""


class Unsafe(Exception):
    """The first thing that does not hold, in words."""


@dataclass
class Book:
    """All counts of a publication: what is shown of each, and what adds up to what."""

    dimensions: list[str]
    policy: dict[str, Any]
    shown: dict[Cell, str] = field(default_factory=dict[Cell, str])
    kinds: dict[tuple[int, Cell], bool] = field(default_factory=dict[tuple[int, Cell], bool])
    """Places of which some kind is in a table: the number of the dimension, and the place over all kinds."""
    sums: list[list[Cell]] = field(default_factory=list[list[Cell]])
    """Each the whole and its parts."""
    wholes: dict[Whole, dict[Cell, None]] = field(default_factory=dict[Whole, dict[Cell, None]])
    """The parts of each whole over the kinds of one measure."""
    before: dict[Cell, Range] = field(default_factory=dict[Cell, "Range"])
    """What earlier tables leave of each count that they have."""
    gone: dict[Cell, Range] = field(default_factory=dict[Cell, "Range"])
    """What counts were that are said to be revised."""
    kept: set[Cell] = field(default_factory=set[Cell])
    """Counts that no table has today, and that earlier ones hid."""
    levels: dict[str, str] = field(default_factory=dict[str, str])
    """The level of each area in today's tables."""
    filled: dict[Place, int] = field(default_factory=dict[Place, int])
    """Of how many small areas a table says that a place is made up."""

    def add(self, cell: Cell, text: str) -> None:
        """Take in a count. Raises Unsafe where another table shows it otherwise."""
        held = self.shown.get(cell, "[x]")
        if held == "[x]":
            self.shown[cell] = text
        elif text not in ("[x]", held):
            raise Unsafe(f"{name_of(cell)} is {self.shown[cell]} in one table and {text} in another")
        self.has_kinds(cell)

    def has_kinds(self, cell: Cell) -> None:
        """Keep in mind that there is a count of some kind at this place."""
        for over_all in _over_kinds(cell):
            self.kinds[over_all] = True

    def told_now(self, cell: Cell) -> bool:
        """Whether today's tables tell anything of the count."""
        return self.shown.get(cell, "[x]") != "[x]"

    def none_by_now(self, cell: Cell) -> bool:
        """Whether a count that no table has is 0: tables have other kinds of the same place."""
        return any(over_all in self.kinds for over_all in _over_kinds(cell))

    def as_shown(self, cell: Cell) -> Range:
        """The smallest and largest count that the cell may have for all that today's tables show of it."""
        text = self.shown.get(cell)
        if text == "[c]":
            return (self.policy["hide_from"] or 0, UNBOUNDED)
        if text is None or text == "[x]":
            none = text is None and cell not in self.before and self.none_by_now(cell)
            return (0, 0) if none else (0, UNBOUNDED)
        return _behind(int(text), self.policy)

    def known(self, cell: Cell) -> Range:
        """The smallest and largest count that the cell may have for all that was ever shown of it."""
        low, high = _both(self.as_shown(cell), self.before.get(cell, NOTHING))
        if self.shown.get(cell) == "[c]" and cell in self.gone:
            # That it is not what it was may be known. Either side of that has counts enough.
            least, most = self.gone[cell]
            if least - 1 - low >= protection_of(self.policy):
                return low, min(high, least - 1)
            return max(low, most + 1), high
        return low, high

    def guarded(self, cell: Cell) -> bool:
        """Whether the policy promises that the count cannot be worked out."""
        low, high = self.as_shown(cell)
        rounded = self.told_now(cell) and low < high < small_below(self.policy)
        return self.shown.get(cell) == "[c]" or rounded or cell in self.kept

    @property
    def to_prove(self) -> list[Cell]:
        """All guarded counts."""
        return [
            cell for cell in dict.fromkeys([*self.shown, *sorted(self.kept, key=str)]) if self.guarded(cell)
        ]


def _over_kinds(cell: Cell) -> Iterator[tuple[int, Cell]]:
    """The places over all of each kind that a cell is one of, with the number of the dimension."""
    for number in range(3, len(cell)):
        if cell[number] is not None:
            yield number, (*cell[:number], None, *cell[number + 1 :])


def _both(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), min(one[1], other[1])


def _behind(shown: int, policy: dict[str, Any]) -> tuple[int, int]:
    """The counts that the policy rounds to what is shown."""
    base, start, end = policy["rounding_base"], policy["hide_from"], policy["hide_to"]
    if policy.get("controlled"):
        if start is not None or shown % base:
            raise Unsafe(f"the policy would show no count as {shown}")
        most = leeway_of(policy) * base - 1
        return max(shown - most, 0), shown + most
    hidden = range(start, end + 1) if start is not None else range(0)
    values = [
        count
        for count in range(max(shown - base, 0), shown + base + 1)
        if (count + base // 2) // base * base == shown and count not in hidden
    ]
    if not values:
        raise Unsafe(f"the policy would show no count as {shown}")
    return values[0], values[-1]


def name_of(cell: Cell) -> str:
    """A cell in words."""
    return " ".join(part for part in cell if part is not None)


# --- what the publication shows --------------------------------------------------------------------


def read(folder: Path, certificate: dict[str, Any]) -> Book:
    """The counts of all tables of the publication. Raises Unsafe for a table that is not certified."""
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
            path = folder / _name_earlier(layout)
        if not path.exists():
            raise Unsafe(f"the certificate speaks of {layout['measure']}.csv, and it is not there")
        if _hash(path) != layout.get("sha256", _hash(path)):
            raise Unsafe(f"{path.name} is not the table that the certificate speaks of")
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        _take_in(book, layout, rows)
        _check_said(book, layout, rows, path.with_suffix(".json"))
    _take_earlier(book, folder, certificate)
    for (measure, whole, kind), parts in book.wholes.items():
        if kind in layouts.get(measure, {"adds_up_over": [kind]})["adds_up_over"]:
            book.sums.append([whole, *parts])
    of_tables = book.sums
    kinds = list(_of_kinds(book, certificate))
    by_kind = {place for cell in (*book.shown, *book.before) for place in _over_kinds(cell)}
    told = len({**book.shown, **book.before})
    for parts, most in PARTS.items():
        spoken_of = _spoken_of(book, of_tables, parts)
        for _each in range(PASSES):
            book.sums = list(of_tables)
            _along(book, spoken_of, certificate["partitions"])
            for each in kinds:
                _besides(book, spoken_of, each, by_kind)
            spoken_of = _spoken_of(book, book.sums, parts)
            if len(spoken_of) - told > most:
                break
        else:
            break
    return book


def _name_earlier(layout: dict[str, Any]) -> str:
    """Where a table lies once it is withdrawn or another has taken its place."""
    return f"earlier/{layout['measure']}-{layout.get('sha256', '')[:12]}.csv"


def _spoken_of(book: Book, sums: list[list[Cell]], parts: str) -> list[Cell]:
    """All counts, and the wholes that sums speak of, or their parts too: every one, or those of no kind."""
    found = dict.fromkeys([*book.shown, *book.before])
    for whole, *its in sums:
        found[whole] = None
        if parts != "none":
            found.update((cell, None) for cell in its if parts == "every" or _of_no_kind(cell))
    return list(found)


def _of_no_kind(cell: Cell) -> bool:
    return all(kind is None for kind in cell[3:])


def _besides(
    book: Book, spoken_of: list[Cell], kinds: dict[str, Any], by_kind: set[tuple[int, Cell]]
) -> None:
    """The sums over kinds of what no table has by kind."""
    number, start = book.dimensions.index(kinds["dimensions"][1]), len(book.sums)
    _along(book, spoken_of, [kinds])
    book.sums[start:] = [row for row in book.sums[start:] if (number, row[0]) not in by_kind]


def _of_kinds(book: Book, certificate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Over all kinds of a category: so add up counts of areas and periods too that no table has by kind."""
    adds_up = {
        (count["of"], kind)
        for layout in certificate["tables"]
        for count in layout["counts"]
        for kind in layout["adds_up_over"]
    }
    for of, kind in sorted(adds_up):
        number, counted = book.dimensions.index(kind), book.dimensions.index("counted")
        cells = [cell for cell in (*book.shown, *book.before) if cell[counted] == of]
        kinds = {cell[number] for cell in cells if cell[number] is not None}
        parts = [[of, each] for each in sorted(kinds, key=str)]
        yield {"dimensions": ["counted", kind], "whole": [of, None], "parts": parts}


def _take_in(book: Book, layout: dict[str, Any], rows: list[dict[str, str]]) -> None:
    """The counts of a table, and the sums over its kinds and columns."""
    for row in rows:
        cells = {count["column"]: _cell(book, layout, count, row) for count in layout["counts"]}
        if not cells and "[c]" in row.values():
            raise Unsafe(f"{layout['measure']} hides figures, and the certificate names no count in it")
        for column, cell in cells.items():
            book.add(cell, row[column])
            _add_up(book, layout, cell)
        _add_columns(book, layout, cells)
        if "area_level" in row:
            book.levels[row["area_code"]] = row["area_level"]
        if "lsoas" in row:
            place = (row["area_code"], *(row[kind].replace("[x]", "") for kind in layout["categories"]))
            book.filled[("area_code", *layout["categories"]), place] = int(row["lsoas"])


def _add_up(book: Book, layout: dict[str, Any], cell: Cell) -> None:
    """That the cell is a part of the count over all kinds."""
    for kind in layout["categories"]:
        whole = _put(cell, (book.dimensions.index(kind),), (None,))
        book.wholes.setdefault((layout["measure"], whole, kind), {})[cell] = None


def _add_columns(book: Book, layout: dict[str, Any], cells: dict[str, Cell]) -> None:
    """The sums over the columns of a row."""
    for count in layout["counts"]:
        if count["sum_of"]:
            book.sums.append([cells[count["column"]], *(cells[name] for name in count["sum_of"])])


# --- what earlier publications showed --------------------------------------------------------------


@dataclass
class Earlier:
    """What the earlier tables so far leave of each count; they come one after the other, the latest first."""

    book: Book
    revised: dict[Cell, list[int]]
    """The entries whose figure of a count is said to hold no more; an empty list means all of them."""
    reached: set[str | None]
    """The periods that sums tie to one of today's."""
    kinds_hold: bool
    """Whether which kinds the tables have says anything of today's counts."""
    spoken_of: set[Cell] = field(default_factory=set[Cell])
    kinds: set[tuple[int, Cell]] = field(default_factory=set[tuple[int, Cell]])
    """Places of which the tables so far have some kind."""
    read: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    """The rows that say all they can."""

    def table(self, layout: dict[str, Any], rows: list[list[str]]) -> None:
        """Take in the table of one entry, the names of its columns first."""
        found: dict[Cell, Range | None] = {}
        guarded: dict[Cell, bool] = {}
        alive: list[Cell] = []
        names, *lines = rows
        said = (layout["measure"], json.dumps(layout["policy"]))
        for line in lines:
            if (*said, *line) in self.read:
                # A later table says the same.
                continue
            row = dict(zip(names, line, strict=True))
            cells = {count["column"]: _cell(self.book, layout, count, row) for count in layout["counts"]}
            mine = [cell for cell in cells.values() if self._is_alive(cell)]
            if len(mine) == len(cells):
                self.read.add((*said, *line))
            for column, cell in cells.items():
                ends = _shown_earlier(row[column], layout["policy"])
                if ends and cell in mine:
                    found[cell] = _both(ends, found.get(cell) or ends)
                    small = ends[0] < ends[1] < small_below(layout["policy"])
                    guarded.setdefault(cell, row[column] == "[c]" or small)
            if mine:
                alive += mine
                _add_columns(self.book, layout, cells)
        for cell in alive:
            self.kinds.update(_over_kinds(cell))
            self.book.before.setdefault(cell, (0, UNBOUNDED))
            if self.kinds_hold:
                self.book.has_kinds(cell)
                _add_up(self.book, layout, cell)
        for cell, ends in found.items():
            if ends:
                self._figure(cell, ends, guarded[cell], layout["entry"])

    def _is_alive(self, cell: Cell) -> bool:
        """Whether the count may be tied to one of today's. Kinds that later tables lack are 0 since."""
        known = cell in self.book.shown or cell in self.book.before
        none = self.book.none_by_now(cell) or any(place in self.kinds for place in _over_kinds(cell))
        return cell[2] in self.reached and (known or not none)

    def _figure(self, cell: Cell, ends: Range, guarded: bool, entry: int) -> None:
        """What one table shows of a count; left out where it was revised since."""
        book = self.book
        entries = self.revised.get(cell)
        if entries is not None and not entries:
            return
        if entries and entry in entries:
            if book.policy.get("controlled") and book.told_now(cell):
                book.before[cell] = _both(book.before[cell], _beside(int(book.shown[cell]), ends))
            elif ends[1] >= (book.policy["hide_from"] or 0):
                was = book.gone.get(cell, ends)
                book.gone[cell] = min(was[0], ends[0]), max(was[1], ends[1])
            return
        now, first = book.told_now(cell), cell not in self.spoken_of
        self.spoken_of.add(cell)
        low, high = _both(_both(book.as_shown(cell), book.before[cell]), ends)
        # What was hidden had not been shown before, unless it was revised in between.
        shown_before = cell in book.kept and ends[1] - ends[0] < protection_of(book.policy)
        if guarded and first and not now:
            book.kept.add(cell)
        if low <= high and not shown_before:
            book.before[cell] = _both(book.before[cell], ends)


def _beside(shown: int, was: Range) -> Range:
    """What a revised figure leaves of a count that is rounded with all others: it is not what it was."""
    return (was[1] + 1, UNBOUNDED) if sum(was) <= 2 * shown else (0, was[0] - 1)


def _shown_earlier(text: str, policy: dict[str, Any]) -> Range | None:
    """The counts that the earlier policy shows so; None where nothing is known."""
    if text == "[x]":
        return None
    return (policy["hide_from"] or 0, UNBOUNDED) if text == "[c]" else _behind(int(text), policy)


def _take_earlier(book: Book, folder: Path, certificate: dict[str, Any]) -> None:
    """What all earlier tables leave. Raises Unsafe for one that is not certified, is lost or was changed."""
    named = {each["file"] for each in (*certificate["earlier"], *certificate["counts_something_else"])}
    named |= {_name_earlier(layout) for layout in certificate["tables"]}
    for path in sorted((folder / "earlier").glob("*")):
        if f"earlier/{path.name}" not in named:
            raise Unsafe(f"earlier/{path.name} was published and the certificate does not speak of it")
    revised = {tuple(cell): list(entries) for cell, entries in certificate["revised"]}
    earlier = Earlier(book, revised, _reached(book, certificate["partitions"]), certificate["earlier_kinds"])
    for layout in sorted(certificate["earlier"], key=lambda each: -each["entry"]):
        content = _bytes_of(folder, layout)
        earlier.table(layout, list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""))))
    wide = protection_of(book.policy)
    book.kept = {cell for cell in book.kept if book.before[cell][1] - book.before[cell][0] >= wide}


def _bytes_of(folder: Path, layout: dict[str, Any]) -> bytes:
    """The bytes of an earlier table, by their hash: it may be published again since."""
    name = layout["file"]
    if not name.startswith("earlier/") or "/" in name[8:]:
        raise Unsafe(f"{name} is no place for an earlier table")
    for path in (folder / name, folder / f"{layout['measure']}.csv"):
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == layout["sha256"]:
                return content
    raise Unsafe(f"{name}, which the certificate reckons with, is not there as it was published")


def _reached(book: Book, partitions: list[dict[str, Any]]) -> set[str | None]:
    """The periods that any sum over periods ties to one of today's."""
    reached = {cell[2] for cell in book.shown}
    groups = [
        {place[each["dimensions"].index("period")] for place in (each["whole"], *each["parts"])}
        for each in partitions
        if "period" in each["dimensions"]
    ]
    before = -1
    while len(reached) > before:
        before = len(reached)
        for group in groups:
            if group & reached:
                reached |= group
    return reached


def _cell(book: Book, layout: dict[str, Any], count: dict[str, Any], row: dict[str, str]) -> Cell:
    place: dict[str, str | None] = {"counted": count["of"]}
    if layout["area"]:
        place["area_code"] = row["area_code"]
    if layout["period"]:
        ago = count["years_before"]
        days = [_years_before(row["period_from"], ago), _years_before(row["period_to"], ago)]
        if count["months"] and row[count["months"]] != row["months_in_period"]:
            days.append(row[count["months"]])
        place["period"] = "/".join(days)
    for kind in layout["categories"]:
        place[kind] = "" if row[kind] == "[x]" else _without_apostrophe(row[kind])
    return tuple(place.get(name) for name in book.dimensions)


def _without_apostrophe(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from running it."""
    runs = text[:1] == "'" and (text[1:].lstrip()[:1] or text[1:2]) in (*"=+-@\t\r＝＋－＠",)
    return text[1:] if runs else text


def _years_before(day: str, years: int) -> str:
    if not years:
        return day
    year, month = int(day[:4]) - years, day[5:7]
    last = str(calendar.monthrange(year, 2)[1]) if month == "02" and int(day[8:]) >= 28 else day[8:]
    return f"{year:04}-{month}-{last}"


def _along(book: Book, cells: list[Cell], partitions: list[dict[str, Any]]) -> None:
    """The sums of each partition, for every combination of the other dimensions that any table has."""
    held: dict[tuple[int, ...], dict[Cell, list[Cell]]] = {}
    for each in partitions:
        numbers = tuple(book.dimensions.index(name) for name in each["dimensions"])
        if numbers not in held:
            by_place: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in cells:
                rest = _put(cell, numbers, (None,) * len(numbers))
                by_place[tuple(cell[number] for number in numbers)].append(rest)
            held[numbers] = by_place
        places = [tuple(each["whole"]), *(tuple(part) for part in each["parts"])]
        rests = dict.fromkeys(rest for place in places for rest in held[numbers].get(place, ()))
        book.sums += [[_put(rest, numbers, place) for place in places] for rest in rests]


def _put(cell: Cell, numbers: tuple[int, ...], place: Cell) -> Cell:
    changed = list(cell)
    for number, value in zip(numbers, place, strict=True):
        changed[number] = value
    return tuple(changed)


# --- what else says so -----------------------------------------------------------------------------

POLICIES = {"acro 1": (0, 9, 1), "nhs-subnational 1": (1, 7, 5), "ons-3 1": (1, 2, 1)} | {
    "ons-5 1": (1, 4, 1),
    "open-data 1": (None, None, 1),
    "opensafely 1": (1, 7, 5),
}
"""What policies hide, from and to, and round to. Where a partnership chose that, the label says it."""
CHOSEN = re.compile(
    r"[a-z0-9-]+ \d+ \((?:none|(\d+) to (\d+)) hidden[a-z ,]*?"
    r"(?:, (?:rounded|(controlled) rounding) to (\d+)(?: by less than (\d+))?)?\)"
)
LAYOUT = ("area", "period", "categories", "adds_up_over", "counts")
KINDS = ("csv", "json")
COMPANIONS = ("area_level", "area_code", "area_name", "period_kind", "period_from", "period_to")


def check_policy(policy: dict[str, Any]) -> None:
    """That the policy hides and rounds as its label says. Raises Unsafe."""
    words = CHOSEN.fullmatch(policy["name"])
    says: tuple[int | str | None, ...] | None = POLICIES.get(policy["name"])
    if words:
        start, end, base = (each and int(each) for each in words.group(1, 2, 4))
        says = (start, end, base or 1)
        if words[3]:
            says = (start, end, base, int(words[5] or words[4]) // int(words[4]))
    leeway = (leeway_of(policy),) if policy.get("controlled") else ()
    if (policy["hide_from"], policy["hide_to"], policy["rounding_base"], *leeway) != says:
        raise Unsafe(f"policy {policy['name']} does not hide and round as the certificate says")


def _check_said(book: Book, layout: dict[str, Any], rows: list[dict[str, str]], path: Path) -> None:
    """That the JSON file of a table says the same of it and shows the same. Raises Unsafe."""
    if not path.exists():
        return
    said = json.loads(path.read_text("utf-8"), parse_int=str, parse_float=str)
    if said["policy"] != book.policy["name"]:
        raise Unsafe(f"{path.name} is under policy {said['policy']}, the certificate {book.policy['name']}")
    key, columns = said["key"], said["columns"]
    counts = [{"column": each["name"], **each["counted"]} for each in columns if "counted" in each]
    counts = [{**each, "years_before": int(each["years_before"])} for each in counts]
    kinds = [name for name in key if name not in COMPANIONS]
    held = [layout[name] for name in ("area", "period", "categories", "counts")]
    if held != ["area_code" in key, "period_from" in key, kinds, counts]:
        raise Unsafe(f"the certificate does not name the keys and counts that {path.name} does")
    if [_texts(each) for each in said["records"]] != [_texts(row) for row in rows]:
        raise Unsafe(f"{path.name} does not show the same as the CSV file")


def _texts(row: dict[str, Any]) -> dict[str, str]:
    """A row of either file, as text."""
    return {n: _without_apostrophe(v if isinstance(v, str) else json.dumps(v)) for n, v in row.items()}


def _check_ledger(folder: Path, certificate: dict[str, Any]) -> Iterator[str]:
    """That the ledger's entries released these tables under these policies; what is not known without it."""
    path, policy = folder.parent / "ledger.jsonl", certificate["policy"]["name"]
    if not path.exists():
        yield "policy and tables: no ledger is beside them"
        return
    entries = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    latest = {entry["measure"]: entry for entry in entries if entry["entry"] == "figure"}
    today = [latest[path.stem] for path in sorted(folder.glob("*.csv"))]
    said = [
        (each, policy, *(_hash(folder / f"{each['measure']}.{kind}") for kind in KINDS)) for each in today
    ]
    for each in certificate["earlier"]:
        entry = entries[each["entry"] - 1]
        said.append((entry, each["policy"]["name"], each["sha256"], entry["json"]))
    for entry, label, *hashes in said:
        if [entry["released"], entry["json"]] != hashes:
            raise Unsafe(f"{entry['measure']} is not as entry {entry['number']} of the ledger released it")
        if label not in entry["rules"]:
            raise Unsafe(f"entry {entry['number']} of the ledger is not under policy {label}")
    reckoned = {hashes[0] for _entry, _label, *hashes in said}
    # Withdrawn tables too, where they were read.
    reckoned |= {_hash(folder / _name_earlier(layout)) for layout in certificate["tables"]}
    definitions = {entry["definition"] for entry in today}
    aside = {each["file"][-16:-4] for each in certificate["counts_something_else"]}
    for entry in entries:
        if entry.get("released", "")[:12] in aside and entry["definition"] in definitions:
            raise Unsafe(f"the certificate sets aside entry {entry['number']}, which counts the same")
        if entry["entry"] == "figure" and not (
            entry["released"] in reckoned or entry["released"][:12] in aside
        ):
            raise Unsafe(f"the certificate does not speak of entry {entry['number']} of the ledger")
    sealed = [entry["certificate"] for entry in entries if entry["entry"] == "publication"]
    if sealed[-1:] != [_hash(folder / CERTIFICATE)]:
        raise Unsafe(f"{CERTIFICATE} is not the one that the ledger names")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _check_kinds(book: Book, certificate: dict[str, Any]) -> None:
    """That the kinds of each table add up, unless it shows that they do not. Raises Unsafe."""
    layouts = (*certificate["tables"], *certificate["earlier"])
    named = {(each["measure"], kind) for each in layouts for kind in each["adds_up_over"]}
    left = {(measure, kind) for measure, _whole, kind in book.wholes} - named
    for (measure, whole, kind), parts in book.wholes.items() if left else ():
        low, high = (sum(ends) for ends in zip(*map(book.as_shown, parts), strict=True))
        least, most = book.as_shown(whole)
        if book.told_now(whole) and (low > most or high < least):
            left.discard((measure, kind))
    for measure, kind in sorted(left):
        raise Unsafe(f"the certificate does not add up {measure} over every {kind}")


def _check_months(book: Book, partitions: list[dict[str, Any]]) -> None:
    """That each period is added up by its months, where tables have shorter ones in it. Raises Unsafe."""
    added = [(each["whole"][0], each["parts"]) for each in partitions if each["dimensions"] == ["period"]]
    told = {cell[2] for cell in book.shown if book.told_now(cell)}
    told |= {cell[2] for cell, ends in book.before.items() if ends != NOTHING}
    periods = sorted(each for each in told if each)
    for period in periods:
        first, last, *counted = period.split("/")
        months = _months(first, last)
        shorter = [p for p in periods if p[:21] != period[:21] and first <= p[:10] and p[11:21] <= last]
        number = int(counted[0]) if counted else len(months)
        parts = [{part[0] for part in parts} for whole, parts in added if whole == period]
        if shorter and not any(each <= months and len(each) == number for each in parts):
            raise Unsafe(f"the certificate does not add up the months of {period}")


def _months(first: str, last: str) -> set[str]:
    """The months from one day to another."""
    numbers = range(int(first[:4]) * 12 + int(first[5:7]) - 1, int(last[:4]) * 12 + int(last[5:7]))
    months = ((f"{n // 12:04}-{n % 12 + 1:02}", calendar.monthrange(n // 12, n % 12 + 1)[1]) for n in numbers)
    return {f"{month}-01/{month}-{days}" for month, days in months}


def _check_areas(book: Book, partitions: list[dict[str, Any]]) -> Iterator[str]:
    """That areas are made up of the smallest, all of them, as far as tables tell; what is left to trust."""
    made: dict[tuple[tuple[str, ...], Cell], list[set[str]]] = defaultdict(list)
    for each in partitions:
        if each["dimensions"][0] == "area_code":
            parts = {part[0] for part in each["parts"]}
            made[tuple(each["dimensions"]), tuple(each["whole"])].append(parts)
    if made:
        yield f"which areas make up which ({sum(map(len, made.values())):,} sums)"
    for (dimensions, place), number in book.filled.items():
        if number not in map(len, made[dimensions, place]):
            raise Unsafe(f"the certificate does not add up the {number} small areas of {name_of(place)}")
    wholes = {place[0] for dimensions, place in made if dimensions == ("area_code",)}
    small = {code for code in book.levels if code not in wholes}
    smallest = {book.levels[code] for code in small}
    if len(smallest) > 1:
        raise Unsafe(f"the certificate makes up no {' and no '.join(sorted(smallest))} of smaller areas")
    inside: dict[str, list[str]] = defaultdict(list)
    for code in book.levels:
        if code in wholes:
            parts = [each for each in made[("area_code",), (code,)] if not each & wholes]
            if not parts:
                raise Unsafe(f"the certificate does not make up {code} of the smallest areas")
            if book.levels[code] not in smallest:
                inside[book.levels[code]] += parts[0]
    # Its larger area may be in no table of today.
    within = set[str]().union(*(parts for (of, _), its in made.items() if len(of) == 1 for parts in its))
    for code in sorted(small - within if inside else ()):
        raise Unsafe(f"the certificate has {code} in no larger area")
    for level, parts in inside.items():
        if len(set(parts)) < len(parts):
            raise Unsafe(f"the certificate has an area in two of level {level}")
        if small - set(parts):
            yield f"that {len(small - set(parts)):,} areas are in none of level {level}"


# --- the worlds ------------------------------------------------------------------------------------


def binding(book: Book) -> tuple[list[list[Cell]], int]:
    """The sums that say something, less parts that must be 0; and how many are left out for being too many.

    A sum says nothing where counts that nobody knows and that stand in no other take up any difference:
    its whole, or all its parts. Where very many counts are unknown, sums of such alone are left out.
    """
    unknown: dict[Cell, bool] = {}
    rows: list[list[Cell]] = []
    for whole, *parts in {(each[0], frozenset(each[1:])): each for each in book.sums}.values():
        for cell in (whole, *parts):
            if cell not in unknown:
                told = book.told_now(cell) or book.before.get(cell, NOTHING) != NOTHING
                unknown[cell] = not told and book.known(cell)[1] > 0
        rows.append([whole, *(part for part in parts if unknown[part] or book.known(part)[1] > 0)])
    among = {cell for row in rows for cell in row if unknown[cell]}
    every = len(rows)
    if len(among) > MOST_UNKNOWN:
        rows = _grounded(rows, among)
    left_out = every - len(rows)
    uses = Counter(cell for row in rows for cell in row if cell in among)
    before = -1
    while len(rows) != before:
        before, kept = len(rows), []
        for whole, *parts in rows:
            alone = bool(parts) and all(uses[part] == 1 for part in parts)
            if uses[whole] == 1 or alone:
                uses.subtract(cell for cell in (whole, *parts) if cell in among)
            else:
                kept.append([whole, *parts])
        rows = kept
    return rows, left_out


def _grounded(rows: list[list[Cell]], unknown: set[Cell]) -> list[list[Cell]]:
    """The sums of which a part is known, or is in another such sum."""
    found: list[list[Cell]] = []
    told: set[Cell] = set()
    more = rows
    while more:
        more, left = [], []
        for row in rows:
            of_it = any(part not in unknown or part in told for part in row[1:])
            (more if of_it else left).append(row)
        found += more
        told.update(*more)
        rows = left
    return found


@dataclass
class Rows:
    """The sums over the cells of which the certificate gives counts."""

    book: Book
    place: dict[Cell, int]
    """The number of each cell in the certificate."""
    of_cell: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each cell the sums that it is in, and how often."""
    left: list[int] = field(default_factory=list[int])
    """What the known counts of each sum leave for the others, which must come to 0."""
    left_out: int = 0

    def build(self) -> None:
        """Write every sum with the certificate's cells alone. Raises Unsafe for a count that is not given."""
        rows, self.left_out = binding(self.book)
        for number, (whole, *parts) in enumerate(rows):
            terms: dict[int, int] = defaultdict(int)
            self.left.append(sum(self.put(part, 1, terms) for part in parts) + self.put(whole, -1, terms))
            for cell, times in terms.items():
                if times:
                    self.of_cell[cell].append((number, times))

    def put(self, cell: Cell, times: int, terms: dict[int, int]) -> int:
        """Add a cell to a sum; what it adds by itself. Raises Unsafe for a count that is not given."""
        if cell in self.place:
            terms[self.place[cell]] += times
            return 0
        low, high = self.book.known(cell)
        if low < high:
            raise Unsafe(f"the certificate gives no count for {name_of(cell)}")
        return times * low


@dataclass
class Walk:
    """Where the worlds have been: the smallest and largest count of each cell."""

    now: list[int]
    lowest: list[int]
    highest: list[int]
    left_out: int
    """Sums of counts that no table has, which no world was held against."""


def walk(book: Book, certificate: dict[str, Any]) -> Walk:
    """Go through all worlds. Raises Unsafe at the first that the publication rules out."""
    cells: list[Cell] = [tuple(each) for each in certificate["cells"]]
    place = {cell: number for number, cell in enumerate(cells)}
    if len(place) < len(cells) or len(certificate["first"]) != len(cells):
        raise Unsafe("the certificate does not give one count for each of its cells")
    rows = Rows(book, place)
    rows.build()
    ranges = [book.known(cell) for cell in cells]
    totals = list(rows.left)
    first: list[int] = certificate["first"]
    for number, value in enumerate(first):
        _inside(value, ranges[number], cells[number], "the first world")
        for row, times in rows.of_cell[number]:
            totals[row] += times * value
    if any(totals):
        raise Unsafe("the first world does not add up")
    found = Walk(list(first), list(first), list(first), rows.left_out)
    for number, (changed, by) in enumerate(certificate["steps"], 1):
        where = f"world {number + 1}"
        moved: dict[int, int] = defaultdict(int)
        if not all(type(cell) is int and 0 <= cell < len(cells) for cell in changed):
            raise Unsafe(f"{where} has a count for a cell that the certificate does not name")
        for cell, change in zip(changed, by, strict=True):
            found.now[cell] += change
            for row, times in rows.of_cell[cell]:
                moved[row] += times * change
        if any(moved.values()):
            raise Unsafe(f"{where} does not add up")
        for cell in changed:
            value = found.now[cell]
            _inside(value, ranges[cell], cells[cell], where)
            found.lowest[cell] = min(found.lowest[cell], value)
            found.highest[cell] = max(found.highest[cell], value)
    return found


def _inside(value: Any, ends: tuple[int, int], cell: Cell, where: str) -> None:
    if type(value) is not int or not ends[0] <= value <= ends[1]:
        raise Unsafe(f"{where} has {value} for {name_of(cell)}, which would not have looked as published")


def unproved(book: Book, certificate: dict[str, Any], found: Walk) -> Iterator[Cell]:
    """The guarded counts that no two worlds have far enough apart."""
    place = {tuple(each): number for number, each in enumerate(certificate["cells"])}
    protection = protection_of(book.policy)
    for cell in book.to_prove:
        number = place.get(cell)
        if number is None or found.highest[number] - found.lowest[number] < protection:
            yield cell
    largest = largest_small(book.policy)
    for number, (lowest, highest) in enumerate(zip(found.lowest, found.highest, strict=True)):
        # A count that no table has is not small where it is 0 in every world, or larger than small ones are.
        cell = tuple(certificate["cells"][number])
        unseen = book.shown.get(cell, "[x]") == "[x]" and cell not in book.before
        if unseen and highest - lowest < protection and highest > 0 and lowest <= largest:
            yield cell


def must_add_up(book: Book) -> None:
    """Raise Unsafe where counts are rounded together, and a sum of which all is shown does not hold."""
    if not book.policy.get("controlled"):
        return
    for whole, *parts in book.sums:
        shown = [_number(book, cell) for cell in (whole, *parts)]
        if None not in shown and shown[0] != sum(each for each in shown[1:] if each):
            raise Unsafe(
                f"{name_of(whole)} is shown as {shown[0]}, and what it is the sum of adds up to another"
            )


def _number(book: Book, cell: Cell) -> int | None:
    """What is shown of a count, 0 where it can only be that; None where there is no number."""
    if book.told_now(cell):
        return int(book.shown[cell])
    return 0 if book.as_shown(cell) == (0, 0) else None


def largest_small(policy: dict[str, Any]) -> int:
    """The largest count that must not be worked out: hidden ones, or those that may stand behind a 0."""
    if policy["hide_to"] is not None:
        return policy["hide_to"]
    return int(small_below(policy) - 0.5)


def small_below(policy: dict[str, Any]) -> float:
    """Below which all counts are that are shown as 0 or the first multiple."""
    return policy["rounding_base"] * (leeway_of(policy) + 1 if policy.get("controlled") else 1.5)


def leeway_of(policy: dict[str, Any]) -> int:
    """By less than how many multiples controlled rounding moves a count. Raises Unsafe where not 1 or 2."""
    if policy.get("leeway") not in (1, 2):
        raise Unsafe(f"a leeway of {policy.get('leeway')} is none that a policy has")
    return policy["leeway"]


def protection_of(policy: dict[str, Any]) -> int:
    """How far apart two worlds must have a count: half the hidden range, or what rounds to 0."""
    if policy.get("controlled"):
        return policy["rounding_base"] - 1
    if policy["hide_from"] is None:
        return (policy["rounding_base"] - 1) // 2
    return (policy["hide_to"] - policy["hide_from"] + 1) // 2


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
        """The finding in a line, with what it rests on."""
        tables = "table" if self.earlier == 1 else "tables"
        revised = f", in which {self.revised:,} figures are said to be revised since" if self.revised else ""
        earlier = f"; for readers who have {self.earlier:,} earlier {tables} too{revised}"
        return (
            f"{self.guarded:,} hidden counts proved safe, each by other figures that look the same "
            f"({self.worlds:,} tried, {self.sums:,} sums; policy {self.policy})"
            f"{earlier if self.earlier else ''}; taken on trust: {', '.join(self.trusted) or 'nothing'}"
        )


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
        certificate = json.loads(path.read_text("utf-8"))
        book = read(folder, certificate)
        trusted = list(_trusted(folder, book, certificate))
        found = walk(book, certificate)
        if found.left_out:
            trusted.append(f"that {found.left_out:,} sums among counts in no table can come out")
        left = list(unproved(book, certificate, found))
        must_add_up(book)
    except NO_CERTIFICATE as error:
        raise Unsafe(f"{path.name} is no certificate of these tables ({type(error).__name__})") from None
    if left:
        raise Unsafe(f"{len(left):,} hidden counts are not proved safe, the first {name_of(left[0])}")
    return Checked(
        guarded=len(book.to_prove),
        worlds=len(certificate["steps"]) + 1,
        sums=len(book.sums),
        policy=book.policy["name"],
        earlier=len(certificate["earlier"]),
        revised=len(certificate["revised"]),
        trusted=tuple(trusted),
    )


def _trusted(folder: Path, book: Book, certificate: dict[str, Any]) -> Iterator[str]:
    """What is taken on trust. Raises Unsafe where something beside the certificate says otherwise."""
    for each in (book.policy, *(layout["policy"] for layout in certificate["earlier"])):
        check_policy(each)
    _check_kinds(book, certificate)
    _check_months(book, certificate["partitions"])
    yield from _check_areas(book, certificate["partitions"])
    today = {layout["measure"]: layout for layout in certificate["tables"]}
    for each in certificate["earlier"]:
        now = today.setdefault(each["measure"], each)
        if any(each[name] != now[name] for name in LAYOUT):
            raise Unsafe(f"the certificate reads {each['file']} otherwise than {each['measure']} is read")
    unsaid = [measure for measure in today if not (folder / f"{measure}.json").exists()]
    if unsaid:
        yield f"what is counted in {' and '.join(sorted(unsaid))}"
    if not certificate["earlier_kinds"]:
        yield "that the kinds of earlier tables say nothing of today's counts"
    yield from _check_ledger(folder, certificate)


def main(arguments: list[str]) -> int:
    """Run as a command on a publication's data folder: prints a line, and returns the exit code."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent / "data"
    if not (folder / CERTIFICATE).exists():
        print(f"{folder} has no {CERTIFICATE}: nothing in it is hidden or rounded, or it was taken away")
        return FAILED
    try:
        print(check(folder).line)
    except Unsafe as trouble:
        print(f"Not proved safe: {trouble}")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
