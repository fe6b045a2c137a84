"""Scopes: which crime types, recorded by which forces, a table counts, and what two scopes tell together.

Counts under two definitions of serious violence are of the same data. Where one counts what the other does,
and robbery besides, their difference is the robberies. So what was published under another definition joins
today's tables as counts of something else, and the crime types that both have, or one alone, are their parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from evenhand.disclosure.cells import COUNTED
from evenhand.disclosure.earlier import Earlier, Scope
from evenhand.disclosure.partition import Partition
from evenhand.measure import Measure
from evenhand.tables.schema import Role, Schema


def scope(crime_types: Iterable[str], police_forces: Iterable[str]) -> Scope:
    """What is counted of those types, or of every type, recorded by those forces."""
    return frozenset(product(tuple(crime_types) or ("",), police_forces))


def of_data(earlier: Sequence[Earlier], definition: str, scopes: Mapping[str, Scope]) -> tuple[Earlier, ...]:
    """Those that count any of what today's tables do, or of what others of these count, the latest first.

    What all count less what some count is what the rest do. `scopes` are today's, by measure. A table of
    another scope says of which entry its counts are (`scope_of`: the first of that scope). Where a scope is
    not known, tables of the same definition alone are taken.
    """
    first: dict[Scope, int] = {}
    for each in sorted(earlier, key=lambda each: each.number):
        first.setdefault(each.scope, each.number)
    reached = _reached(scopes.values(), first)
    found: list[Earlier] = []
    for each in sorted(earlier, key=lambda each: each.number, reverse=True):
        mine = scopes.get(each.measure, frozenset())
        known = bool(mine and each.scope)
        if each.scope == mine if known else each.definition == definition:
            found.append(each)
        elif known and each.scope & reached:
            found.append(replace(each, scope_of=first[each.scope]))
    return tuple(found)


def _reached(today: Iterable[Scope], earlier: Iterable[Scope]) -> Scope:
    """All that is counted with any of today's, or with any of that, and so on."""
    reached, left = frozenset[tuple[str, str]]().union(*today), list(earlier)
    while more := [each for each in left if each & reached]:
        reached, left = reached.union(*more), [each for each in left if each not in more]
    return reached


def with_scopes(measures: Mapping[str, Measure], earlier: Iterable[Earlier]) -> dict[str, Measure]:
    """The measures, and those of earlier tables of another scope, whose counts are of something else."""
    others = {each.reads_as: _as_counted(measures[each.measure], each) for each in earlier if each.scope_of}
    return {**measures, **others}


def _as_counted(measure: Measure, earlier: Earlier) -> Measure:
    schema = measure.result
    columns = tuple(
        replace(column, counted=replace(column.counted, of=in_scope(column.counted.of, earlier.scope_of)))
        if column.counted is not None
        else column
        for column in schema.columns
    )
    return replace(measure, name=earlier.reads_as, result=replace(schema, columns=columns))


def in_scope(of: str, entry: int) -> str:
    """What is counted, by the scope of that entry."""
    return f"{of} as entry {entry} counts them"


def between(
    measures: Mapping[str, Measure], scopes: Mapping[str, Scope], earlier: Iterable[Earlier]
) -> tuple[tuple[Partition, ...], dict[str, Scope]]:
    """What counts of different scopes are made up of, as sums over what is counted; and the parts' scopes.

    A part is of all the crime types that the same of the scopes have.
    """
    counted: dict[str, dict[str, Scope]] = defaultdict(dict)
    for each in earlier:
        if each.scope_of:
            for of in _counted(measures[each.measure].result):
                counted[of] |= {of: scopes[each.measure], in_scope(of, each.scope_of): each.scope}
    sums: list[Partition] = []
    parts: dict[str, Scope] = {}
    for of, labels in counted.items():
        named = dict(_parts(of, labels))
        parts |= {name: scope for name, scope in named.items() if name not in labels}
        for label, scope in labels.items():
            its = tuple((name,) for name, part in named.items() if part <= scope)
            if len(its) > 1:
                sums.append(Partition((COUNTED,), (label,), its))
    return tuple(sums), parts


def _counted(schema: Schema) -> Iterator[str]:
    return iter({column.counted.of: None for column in schema.with_role(Role.COUNT) if column.counted})


def _parts(of: str, labels: Mapping[str, Scope]) -> Iterator[tuple[str, Scope]]:
    """What the scopes cut each other into, each part with a name: that of the scope which it is, if any."""
    by_scope = {scope: label for label, scope in labels.items()}
    members: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for pair in sorted(set[tuple[str, str]]().union(*labels.values())):
        members[tuple(label for label, scope in labels.items() if pair in scope)].append(pair)
    for pairs in members.values():
        scope = frozenset(pairs)
        more = f" and {len(pairs) - 1} more" if len(pairs) > 1 else ""
        yield by_scope.get(scope, f"{of} of {' of '.join(filter(None, pairs[0]))}{more}"), scope


def listed(scopes: Mapping[str, Scope]) -> dict[str, list[list[str]]]:
    """Scopes as a certificate writes them: crime types with their forces, in order."""
    return {name: [list(pair) for pair in sorted(scope)] for name, scope in scopes.items()}
