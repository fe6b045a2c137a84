"""Scopes: which crime types, by whose records, tables count; what two scopes tell by their difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from evenhand.disclosure.checker.policies import Unsafe

Scope = frozenset[tuple[str, str]]


def scope_of(entry: dict[str, Any]) -> Scope:
    """What an entry of the ledger counts, as crime types with their forces; an empty type is every one."""
    return frozenset(
        (each, force) for each in entry["crime_types"] or [""] for force in entry["police_forces"]
    )


def without_scope(label: str) -> str:
    """What is counted, whatever its scope."""
    return label.partition(" as entry ")[0]


def take_scope(scopes: dict[str, Scope], layout: dict[str, Any], scope: Scope) -> None:
    """Keep of what scope the counts of a table are. Raises Unsafe where others of that name are not."""
    for each in layout["counts"]:
        if scopes.setdefault(each["of"], scope) != scope:
            raise Unsafe(f"{each['of']} of {layout['measure']} are not what others of that name count")


def check_scopes(certificate: dict[str, Any], scopes: dict[str, Scope]) -> None:
    """That counts of scopes that overlap are made up of what both have, and each alone. Raises Unsafe.

    `scopes` are those of the tables, by what is counted, as the ledger says.
    """
    given = {name: frozenset((each, by) for each, by in its) for name, its in certificate["scopes"].items()}
    if given.keys() & scopes.keys():
        raise Unsafe("the certificate calls a part of what is counted as a table calls all of it")
    named: dict[str, Scope] = given | scopes
    made = {label: {label} for label in scopes} | dict(_made_up(certificate, named))
    for label, other in permutations(scopes, 2):
        if without_scope(label) == without_scope(other) and scopes[label] & scopes[other]:
            shared = {part for part in made[label] if named[part] & scopes[other]}
            within = all(named[part] <= scopes[other] for part in shared)
            if scopes[label] == scopes[other] or not (within and shared <= made[other]):
                raise Unsafe(f"the certificate does not say what {label} and {other} have in common")


def _made_up(certificate: dict[str, Any], named: dict[str, Scope]) -> Iterator[tuple[str, set[str]]]:
    """The parts of what is counted, by the name of the whole. Raises Unsafe where they are other than all."""
    for each in certificate["partitions"]:
        if each["dimensions"] == ["counted"]:
            (whole,), parts = each["whole"], [part for (part,) in each["parts"]]
            its = [named.get(part, frozenset()) for part in parts]
            scope = named.get(whole, frozenset())
            if sum(map(len, its)) != len(scope) or scope != scope.union(*its):
                raise Unsafe(f"the certificate makes up {whole} of other than its crime types")
            yield whole, set(parts)
