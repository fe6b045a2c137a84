"""What lies beside the certificate: JSON files, calendar and tables, which may say otherwise."""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evenhand.disclosure.checker.book import NOTHING, Book, Cell, name_of
from evenhand.disclosure.checker.columns import check_magnitudes
from evenhand.disclosure.checker.ledger import check_ledger
from evenhand.disclosure.checker.pieces import check_pieces
from evenhand.disclosure.checker.policies import Unsafe, check_policy
from evenhand.disclosure.checker.rows import only_once, without_apostrophe
from evenhand.disclosure.checker.scopes import without_scope

LAYOUT = ("key", "area", "period", "categories", "adds_up_over", "counts", "magnitudes", "derived")
COLUMNS = {"counts": "counted", "magnitudes": "summed", "derived": "worked_out"}
"""What the certificate and a table's JSON file call the same columns."""


def trusted(folder: Path, book: Book, certificate: dict[str, Any]) -> Iterator[str]:
    """What is taken on trust. Raises Unsafe where something beside the certificate says otherwise."""
    for each in (book.policy, *(layout["policy"] for layout in certificate["earlier"])):
        check_policy(each)
    _check_partitions(certificate["partitions"])
    yield from _check_kinds(book, certificate)
    yield from _check_months(book, certificate["partitions"])
    yield from check_pieces(book, certificate)
    yield from _check_areas(book, certificate["partitions"])
    today = {layout["measure"]: layout for layout in certificate["tables"]}
    for each in certificate["earlier"]:
        now = today.setdefault(each["measure"], each)
        if any(_of_any_scope(each)[name] != _of_any_scope(now)[name] for name in LAYOUT):
            raise Unsafe(f"the certificate reads {each['file']} otherwise than {each['measure']} is read")
    unsaid = [measure for measure in today if not (folder / f"{measure}.json").exists()]
    if unsaid:
        yield f"what is counted in {' and '.join(sorted(unsaid))}"
    if not certificate["earlier_kinds"]:
        yield "that the kinds of earlier tables say nothing of today's counts"
    others = [cell for cell in book.gone if book.shown[cell] == "[c]"]
    if others:
        yield f"that {len(others):,} hidden counts that were shown before are others now"
    if book.unsaid:
        yield f"that {len(book.unsaid):,} columns come from no count ({', '.join(sorted(book.unsaid))})"
    if book.derived:
        yield f"from which counts {len(book.derived):,} columns are worked out"
    yield from check_magnitudes(book)
    yield from check_ledger(folder, certificate)


def _of_any_scope(layout: dict[str, Any]) -> dict[str, Any]:
    """The layout as a table of today's scope would have it."""
    return layout | {
        name: [each | {"of": without_scope(each["of"])} for each in layout[name]]
        for name in ("counts", "magnitudes")
    }


def check_said(book: Book, layout: dict[str, Any], rows: list[dict[str, str]], path: Path) -> None:
    """That the JSON file of a table says the same of it and shows the same. Raises Unsafe."""
    if not path.exists():
        return
    said = json.loads(path.read_text("utf-8"), parse_int=str, parse_float=str, object_pairs_hook=only_once)
    if said["policy"] != book.policy["name"]:
        raise Unsafe(f"{path.name} is under policy {said['policy']}, the certificate {book.policy['name']}")
    columns = said["columns"]
    if layout["key"] != said["key"]:
        raise Unsafe(f"the certificate does not name the keys that {path.name} does")
    for name, role in COLUMNS.items():
        its = [{"column": each["name"], **each[role]} for each in columns if role in each]
        # Numbers of the JSON file are read as text.
        held = [{n: str(v) if n == "years_before" else v for n, v in each.items()} for each in layout[name]]
        if held != its:
            what = role.replace("_", " ")
            raise Unsafe(f"the certificate says otherwise than {path.name} which columns are {what}")
    as_text = [{n: without_apostrophe(text) for n, text in row.items()} for row in rows]
    if [_texts(each) for each in said["records"]] != as_text:
        raise Unsafe(f"{path.name} does not show the same as the CSV file")


def _texts(row: dict[str, Any]) -> dict[str, str]:
    """A row of the JSON file, as text."""
    return {n: v if isinstance(v, str) else json.dumps(v) for n, v in row.items()}


def _check_kinds(book: Book, certificate: dict[str, Any]) -> Iterator[str]:
    """That the kinds of each table add up, unless it shows that they do not; what is on trust.

    Raises Unsafe where counts over all kinds are told, and the certificate does not add up to them.
    """
    layouts = (*certificate["tables"], *certificate["earlier"])
    named = {(each["measure"], kind) for each in layouts for kind in each["adds_up_over"]}
    left = {(measure, kind) for measure, _whole, kind in book.wholes} - named
    untold = set(left)
    for (measure, whole, kind), parts in book.wholes.items() if left else ():
        low, high = (sum(ends) for ends in zip(*map(book.as_shown, parts), strict=True))
        least, most = book.as_shown(whole)
        if book.told_now(whole) or book.before.get(whole, NOTHING) != NOTHING:
            untold.discard((measure, kind))
        if book.told_now(whole) and (low > most or high < least):
            left.discard((measure, kind))
    for measure, kind in sorted(left - untold):
        raise Unsafe(f"the certificate does not add up {measure} over every {kind}")
    for measure, kind in sorted(untold):
        yield f"that {measure} does not add up over every {kind}"


def _check_partitions(partitions: list[dict[str, Any]]) -> None:
    """That no whole has a part twice or is its own, and that periods are of their months. Raises Unsafe."""
    for each in partitions:
        whole, parts = tuple(each["whole"]), [tuple(part) for part in each["parts"]]
        if len({whole, *parts}) <= len(parts):
            raise Unsafe(f"the certificate adds up {name_of(whole)} of a part twice, or of itself")
        if each["dimensions"] == ["period"]:
            first, last, *counted = whole[0].split("/")
            months = _months(first, last)
            number = int(counted[0]) if counted else len(months)
            if len(parts) != number or not {part[0] for part in parts} <= months:
                raise Unsafe(f"the certificate adds up {whole[0]} of other than its months")


def _check_months(book: Book, partitions: list[dict[str, Any]]) -> Iterator[str]:
    """That each period is added up by its months, where tables have shorter ones in it; what is on trust."""
    added = {each["whole"][0]: each["parts"] for each in partitions if each["dimensions"] == ["period"]}
    told = {cell[2] for cell in book.shown if book.told_now(cell)}
    told |= {cell[2] for cell, ends in book.before.items() if ends != NOTHING}
    # Of an earlier period of some of its months, which those were is not known: it says nothing of others.
    told |= {period for period in book.periods if period and period.count("/") == 1}
    periods = sorted(each for each in told if each)
    for period in periods:
        first, last, *counted = period.split("/")
        within = [p for p in periods if p[:21] != period[:21] and first <= p[:10] and p[11:21] <= last]
        if within and period not in added:
            raise Unsafe(f"the certificate does not add up the months of {period}")
        if within and counted:
            months = {part[0] for part in added[period]}
            if not months <= told:
                raise Unsafe(f"the certificate adds up {period} of months that no table has")
            if len(_months(first, last) & told) > len(months):
                yield f"which months {period} counts"


def _months(first: str, last: str) -> set[str]:
    """The months from one day to another."""
    numbers = range(int(first[:4]) * 12 + int(first[5:7]) - 1, int(last[:4]) * 12 + int(last[5:7]))
    months = ((f"{n // 12:04}-{n % 12 + 1:02}", calendar.monthrange(n // 12, n % 12 + 1)[1]) for n in numbers)
    return {f"{month}-01/{month}-{days}" for month, days in months}


def _check_areas(book: Book, partitions: list[dict[str, Any]]) -> Iterator[str]:
    """That areas are made up of the smallest, all of them, as far as tables tell; what is left to trust."""
    made: dict[tuple[tuple[str, ...], Cell], list[set[str]]] = defaultdict(list)
    for each in partitions:
        if each["dimensions"][0] == "area_code" and not each.get("of_pieces"):
            parts = {part[0] for part in each["parts"]}
            made[tuple(each["dimensions"]), tuple(each["whole"])].append(parts)
    if made:
        sums = sum(map(len, made.values()))
        yield f"which areas make up which ({sums:,} {'sum' if sums == 1 else 'sums'})"
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
