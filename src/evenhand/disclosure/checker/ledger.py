"""The ledger beside the tables: what each entry released, under which policy, and of which scope."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from evenhand.disclosure.checker.policies import Unsafe
from evenhand.disclosure.checker.rows import only_once
from evenhand.disclosure.checker.scopes import Scope, check_scopes, scope_of, take_scope
from evenhand.disclosure.checker.tables import hash_of, name_earlier

CERTIFICATE = "certificate.json"
KINDS = ("csv", "json")


def check_ledger(folder: Path, certificate: dict[str, Any]) -> Iterator[str]:
    """That the ledger's entries released these tables under these policies; what is not known without it."""
    path, policy = folder.parent / "ledger.jsonl", certificate["policy"]["name"]
    _check_times(certificate["earlier"])
    if not path.exists():
        yield "policy and tables: no ledger is beside them"
        if certificate["earlier"]:
            yield "which earlier tables came out together"
        return
    entries = [
        json.loads(line, object_pairs_hook=only_once) for line in path.read_text("utf-8").split("\n") if line
    ]
    numbered = {entry["number"]: entry for entry in entries}
    latest = {entry["measure"]: entry for entry in entries if entry["entry"] == "figure"}
    today = [latest[path.stem] for path in sorted(folder.glob("*.csv"))]
    said = [
        (each, policy, *(hash_of(folder / f"{each['measure']}.{kind}") for kind in KINDS)) for each in today
    ]
    released = {entry["released"]: entry for entry in entries if entry["entry"] == "figure"}
    scopes: dict[str, Scope] = {}
    reckoned: set[tuple[str, Scope, str]] = set()
    for layout in certificate["tables"]:
        now, withdrawn = folder / f"{layout['measure']}.csv", folder / name_earlier(layout)
        entry = latest[layout["measure"]] if now.exists() else released[hash_of(withdrawn)]
        take_scope(scopes, layout, scope_of(entry))
        reckoned.add((*_counted(entry), policy))
    for each in certificate["earlier"]:
        entry = numbered[each["entry"]]
        said.append((entry, each["policy"]["name"], each["sha256"], entry["json"]))
        take_scope(scopes, each, scope_of(entry))
        reckoned.add((*_counted(entry), each["policy"]["name"]))
    check_scopes(certificate, scopes)
    for entry, label, *hashes in said:
        if [entry["released"], entry["json"]] != hashes:
            raise Unsafe(f"{entry['measure']} is not as entry {entry['number']} of the ledger released it")
        if label not in entry["rules"]:
            raise Unsafe(f"entry {entry['number']} of the ledger is not under policy {label}")
    times = _times(entries)
    for each in certificate["earlier"]:
        if each["published"] != times[_what(numbered[each["entry"]])]:
            raise Unsafe(f"entry {each['entry']} of the ledger was in other publications than is said")
    aside = {_counted(numbered[each["entry"]]) for each in certificate["counts_something_else"]}
    figures = [each for each in entries if each["entry"] == "figure"]
    reached = _counted_with(today, figures)
    for entry in figures:
        set_aside = _counted(entry) in aside
        if set_aside and any(_counts_the_same(entry, each, reached) for each in today):
            raise Unsafe(f"the certificate sets aside entry {entry['number']}, which counts some of the same")
        if not set_aside and reckoned.isdisjoint((*_counted(entry), rule) for rule in entry["rules"]):
            raise Unsafe(f"the certificate does not speak of entry {entry['number']} of the ledger")
    sealed = [entry["certificate"] for entry in entries if entry["entry"] == "publication"]
    if sealed[-1:] != [hash_of(folder / CERTIFICATE)]:
        raise Unsafe(f"{CERTIFICATE} is not the one that the ledger names")


def _check_times(earlier: list[dict[str, Any]]) -> None:
    """That each earlier table was in publications, each after the one before. Raises Unsafe."""
    for each in earlier:
        times = each["published"]
        if {*map(type, times)} != {int} or any(late <= early for early, late in pairwise([0, *times])):
            raise Unsafe(f"the certificate does not say in which publications entry {each['entry']} was")


def _times(entries: list[dict[str, Any]]) -> dict[Any, list[int]]:
    """The entries of the publications that each table was in, before there was the latest certificate."""
    made = [entry for entry in entries if entry["entry"] == "publication"]
    others = [entry["number"] for entry in made if entry["certificate"] != made[-1]["certificate"]]
    found, standing = defaultdict[Any, "list[int]"](list), dict[str, dict[str, Any]]()
    for entry in entries:
        if entry["number"] > max(others, default=0):
            break
        if entry["entry"] == "figure":
            standing[entry["measure"]] = entry
        elif entry["entry"] == "withdrawal":
            standing.pop(entry["measure"], None)
        elif entry["entry"] == "publication":
            for each in standing.values():
                found[_what(each)].append(entry["number"])
    return found


def _what(entry: dict[str, Any]) -> tuple[str, Scope, tuple[str, ...]]:
    """Which table an entry released, and under which rules: it may be published again."""
    return (*_counted(entry), tuple(entry["rules"]))


def _counted(entry: dict[str, Any]) -> tuple[str, Scope]:
    """Which table an entry released, and of what: one table may be of several scopes."""
    return entry["released"], scope_of(entry)


def _counted_with(today: list[dict[str, Any]], figures: list[dict[str, Any]]) -> Scope:
    """All that is counted with any of what today's tables count, or with any of that, and so on."""
    reached, before = Scope().union(*map(scope_of, today)), None
    while reached != before:
        before = reached
        reached = reached.union(*(its for its in map(scope_of, figures) if its & reached))
    return reached


def _counts_the_same(entry: dict[str, Any], other: dict[str, Any], reached: Scope) -> bool:
    """Whether two entries count any of the same; by their definition where one does not say what."""
    scope, its = scope_of(entry), scope_of(other)
    return bool(scope & reached) if scope and its else entry["definition"] == other["definition"]
