"""Publications to attack: random areas, months, kinds and counts, as tables for the gate, from a seed.

The truth is held as atoms: counts of one LSOA, month, outcome and part. Every count that a table shows is
the sum of some of them. So what adds up to what is known here without the gate.
"""

from __future__ import annotations

import calendar
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evenhand.actions.partitions import areas, tenths
from evenhand.disclosure.partition import Partition
from evenhand.measure import Measure
from evenhand.rules.policy import Policy, policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

Chance: TypeAlias = np.random.Generator
Spot: TypeAlias = tuple[str, str, tuple[date, date], str | None, Hashable]
"""What is counted, the area, the first and last day, the outcome and the tenth; ALL where over all."""

ALL = None
UNRANKED = "unranked"
"""The tenth of LSOAs that have none, which a table has as null."""
LEVELS = ("LSOA11", "MSOA11", "WD", "LAD", "PFA")
LARGER = ("LAD", "PFA")
WHOLE, PARTS = "incidents", ("incidents with a knife", "incidents without")
SMALLEST, LARGEST = 4, 420
"""Counts in a publication."""
ATOMS = 1_500
OTHER_POLICY, REVISED, DEFINED = 0.3, 0.6, 0.4
"""How likely a release has another policy, or counts that were revised; and definitions differ at all."""


@dataclass(frozen=True)
class World:
    """What publications are made of: areas, months and the true counts."""

    lsoas: tuple[str, ...]
    within: dict[tuple[str, str], tuple[int, ...]]
    """The LSOAs of each area, by position, by level and code."""
    tenth: tuple[Hashable, ...]
    months: tuple[tuple[date, date], ...]
    years: tuple[tuple[int, ...], ...]
    """The months of each year, by position."""
    supplied: tuple[bool, ...]
    outcomes: tuple[str, ...]
    counts: NDArray[np.int64]
    """By LSOA, month, outcome and part."""

    @property
    def periods(self) -> dict[tuple[date, date], tuple[int, ...]]:
        """The months of each period: months and years."""
        single = {days: (number,) for number, days in enumerate(self.months)}
        return single | {self.year(its): its for its in self.years}

    def year(self, months: tuple[int, ...]) -> tuple[date, date]:
        """The first and last day of these months."""
        return self.months[months[0]][0], self.months[months[-1]][1]

    def atoms(self, spot: Spot) -> NDArray[np.bool_]:
        """Which atoms a count is the sum of."""
        counted, area, period, outcome, tenth = spot
        inside = np.zeros(self.counts.shape, dtype=bool)
        lsoas = [number for number in self._lsoas(area) if tenth is ALL or self.tenth[number] == tenth]
        kinds = range(len(self.outcomes)) if outcome is ALL else [self.outcomes.index(outcome)]
        parts = range(self.counts.shape[3]) if counted == WHOLE else [PARTS.index(counted)]
        inside[np.ix_(lsoas, self.periods[period], kinds, parts)] = True
        return inside.ravel()

    def _lsoas(self, area: str) -> tuple[int, ...]:
        return next(its for (_level, code), its in self.within.items() if code == area)

    def known(self, spot: Spot) -> bool:
        """Whether all months of a count were supplied."""
        return all(self.supplied[month] for month in self.periods[spot[2]])


@dataclass(frozen=True)
class Table:
    """What one table shows."""

    name: str
    levels: tuple[str, ...]
    periods: tuple[tuple[date, date], ...]
    kind: str = ""
    """A category of its rows: `outcome` or `decile`."""
    columns: tuple[tuple[str, str, int], ...] = (("incidents", WHOLE, 0),)
    """Name, what is counted, and how many years before."""
    drop: float = 0.0
    """Share of rows left out; of those that are 0, where the rows have a category."""
    scope: str = WHOLE
    """What it counts that says it counts all: what the definition of the time has."""


@dataclass(frozen=True)
class Publication:
    """What is given to the gate, and the world behind it."""

    world: World
    tables: tuple[Table, ...]
    policy: Policy
    results: dict[str, pa.Table]
    measures: dict[str, Measure]
    partitions: tuple[Partition, ...]
    left_out: tuple[Spot, ...] = field(default=())
    """Counts that a reader knows to be 0, since their table has the other kinds of the same place."""
    scope: str = WHOLE
    """What its definition counts."""


def publication(seed: tuple[int, ...], largest: int = LARGEST) -> Publication:
    """The publication of a seed, of some `largest` counts at most."""
    return next(sequence(seed, 1, largest))


def sequence(
    seed: tuple[int, ...], length: int, largest: int = LARGEST, *, mixed: bool = False
) -> Iterator[Publication]:
    """Publications of one world, one after the other: with more months each, or other tables.

    Where they are `mixed`, the policy or the definition may be another each time, and some counts with it.
    """
    chance = np.random.default_rng(seed)
    target = float(np.exp(chance.uniform(np.log(SMALLEST), np.log(largest))))
    chosen = _policy(chance)
    made = 0
    while made < length:
        world = _world(chance, target)
        defined = mixed and world.counts.shape[3] > 1 and bool(chance.random() < DEFINED)
        for number in range(length):
            if mixed and number and chance.random() < OTHER_POLICY:
                chosen = _policy(chance)
            if mixed and number and chance.random() < REVISED:
                world = _revised(chance, world)
            scope = str(chance.choice((WHOLE, *PARTS))) if defined else WHOLE
            seen = _so_far(world, number + 1, length)
            found = _fitting(chance, seen, chosen, target, scope if defined else None)
            if found is None:
                break
            made += 1
            yield found
        if 0 < made < length:
            return


def _revised(chance: Chance, world: World) -> World:
    """The world with a few counts more or less, in one to three places."""
    counts = world.counts.copy()
    for _place in range(int(chance.integers(1, 4))):
        at = tuple(int(chance.integers(size)) for size in counts.shape)
        counts[at] = max(0, int(counts[at]) + int(chance.choice([-3, -2, -1, 1, 2, 3])))
    return replace(world, counts=counts)


def _fitting(
    chance: Chance, world: World, chosen: Policy, target: float, scope: str | None = None
) -> Publication | None:
    """A choice of tables about as large as asked for, of some that are drawn; all of one scope if given."""
    drawn = [_tables(chance, world) for _attempt in range(6)]
    if scope is not None:
        # What a definition leaves out is not in a column beside it.
        of_scope = ([table for table in tables if len(table.columns) < 1 + len(PARTS)] for tables in drawn)
        drawn = [tuple(replace(table, scope=scope) for table in its) for its in of_scope if its]
    sizes = [sum(_size(world, table) for table in tables) for tables in drawn]
    fits = [number for number, size in enumerate(sizes) if SMALLEST <= size <= LARGEST]
    if not fits:
        return None
    nearest = min(fits, key=lambda number: abs(np.log(sizes[number] / target)))
    return replace(_published(chance, world, drawn[nearest], chosen), scope=scope or WHOLE)


def _size(world: World, table: Table) -> int:
    places = [its for (level, _code), its in world.within.items() if level in table.levels]
    return sum(len(_kinds(world, table, its)) for its in places) * len(table.periods) * len(table.columns)


def _so_far(world: World, number: int, length: int) -> World:
    """The world when only the first of its years are known."""
    if length == 1:
        return world
    last = max(1, len(world.months) * (length + number) // (2 * length))
    years = tuple(its for its in world.years if its[-1] < last)
    return replace(
        world,
        months=world.months[:last],
        years=years,
        supplied=world.supplied[:last],
        counts=world.counts[:, :last],
    )


# --- the world --------------------------------------------------------------------------------------


def _policy(chance: Chance) -> Policy:
    def counts(threshold: int, rounding: int) -> Policy:
        return policy("counts", threshold=threshold, rounding=rounding)

    match chance.choice(["plain", "both", "rounded", "nhs"], p=[0.45, 0.25, 0.15, 0.15]):
        case "plain":
            return counts(int(chance.choice([3, 5, 8, 11])), 1)
        case "both":
            return counts(int(chance.choice([3, 5, 8, 11])), int(chance.choice([3, 5])))
        case "rounded":
            which = int(chance.integers(4))
            return policy("counts", threshold=0, rounding=(3, 5)[which % 2], controlled=which > 1)
        case _:
            return policy("nhs-subnational")


def _world(chance: Chance, target: float) -> World:
    lsoas = int(np.clip(round(target ** chance.uniform(0.3, 0.7)), 2, 40))
    years, length = int(chance.choice([1, 1, 2])), int(chance.choice([1, 2, 2, 3, 4, 12]))
    if lsoas * years * length > max(target, 12):
        length = int(chance.choice([1, 2]))
    outcomes = int(chance.choice([1, 2, 3, 4])) if target > 10 else int(chance.choice([1, 2]))
    parts = int(chance.choice([1, 1, 2]))
    while lsoas * years * length * outcomes * parts > ATOMS:
        outcomes, parts, length = max(outcomes - 1, 1), 1, min(length, 4)
    within = _areas(chance, lsoas)
    months = tuple(_month(year, number) for year in range(years) for number in range(length))
    lost = chance.random() < 0.1
    return World(
        lsoas=tuple(code for level, code in within if level == LEVELS[0]),
        within=within,
        tenth=_tenths(chance, lsoas),
        months=months,
        years=tuple(tuple(range(year * length, (year + 1) * length)) for year in range(years) if length > 1),
        supplied=tuple(not (lost and chance.random() < 0.2) for _ in months),
        outcomes=tuple(f"outcome {number + 1}" for number in range(outcomes)),
        counts=_counts(chance, (lsoas, len(months), outcomes, parts)),
    )


def _month(year: int, number: int) -> tuple[date, date]:
    """Months from May of each year, so that a year before is a year before however few months it has."""
    first = date(2022 + year + (4 + number) // 12, (4 + number) % 12 + 1, 1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _areas(chance: Chance, lsoas: int) -> dict[tuple[str, str], tuple[int, ...]]:
    """LSOAs in middle-layer areas and, across those, in wards; both in districts; these in one force."""
    within = {(LEVELS[0], f"E01{number:06}"): (number,) for number in range(lsoas)}
    districts = _cut(chance, range(lsoas), max(2, -(-lsoas // int(chance.integers(1, 4)))))
    for number, district in enumerate(districts):
        within[("LAD", f"E08{number:06}")] = tuple(district)
        for level, code in (("MSOA11", "E02"), ("WD", "E05")):
            order = district if level == "MSOA11" else chance.permutation(district).tolist()
            for part in _cut(chance, order, int(chance.integers(2, 5))):
                within[(level, f"{code}{number:03}{part[0]:03}")] = tuple(sorted(part))
    within[("PFA", "E23000001")] = tuple(range(lsoas))
    return within


def _cut(chance: Chance, order: Any, size: int) -> list[list[int]]:
    """Into pieces of about that size."""
    held, pieces = list(order), []
    while held:
        take = max(1, size + int(chance.integers(-1, 2)))
        pieces.append(held[:take])
        held = held[take:]
    return pieces


def _tenths(chance: Chance, lsoas: int) -> tuple[Hashable, ...]:
    few = chance.choice(10, size=int(chance.integers(2, 5)), replace=False) + 1
    lot = [int(chance.choice(few)) for _ in range(lsoas)]
    unranked = chance.random() < 0.15
    return tuple(UNRANKED if unranked and chance.random() < 0.2 else each for each in lot)


def _counts(chance: Chance, shape: tuple[int, int, int, int]) -> NDArray[np.int64]:
    """From very sparse to large, evenly or not."""
    mean = float(chance.choice([0.15, 0.5, 1.5, 4, 10, 40, 250]))
    spread = float(chance.choice([0.1, 0.5, 1.2, 2.0]))
    by_area = np.exp(chance.normal(0, spread, shape[0]))[:, None, None, None]
    by_kind = chance.dirichlet(np.full(shape[2], float(chance.choice([0.3, 1, 5]))))[None, None, :, None]
    by_part = chance.dirichlet(np.full(shape[3], 2.0))[None, None, None, :]
    return chance.poisson(np.minimum(mean * by_area * by_kind * by_part * np.ones(shape), 1e5)).astype(
        np.int64
    )


# --- the tables -------------------------------------------------------------------------------------


def _tables(chance: Chance, world: World) -> tuple[Table, ...]:
    """One to five tables that show some of the same counts."""
    drop = float(chance.choice([0, 0, 0, 0, 0.1, 0.3]))

    def likely(share: float) -> bool:
        return bool(chance.random() < share)

    def table(name: str, levels: tuple[str, ...] = LEVELS, **more: Any) -> Table:
        chosen = tuple(each for each in levels if likely(0.6)) or (str(chance.choice(levels)),)
        return Table(name, chosen, _periods(chance, world), drop=drop, **more)

    made = [table("recorded")] if likely(0.85) else []
    if likely(0.3):
        made.append(table("rate"))
    if len(world.outcomes) > 1 and likely(0.75):
        levels = LARGER if likely(0.6) else LEVELS
        made.append(table("outcomes", levels, kind="outcome"))
    if likely(0.3):
        made.append(table("tenths", LARGER, kind="decile"))
    if world.counts.shape[3] > 1 and likely(0.8):
        columns = (("incidents", WHOLE, 0), ("with_knife", PARTS[0], 0), ("without", PARTS[1], 0))
        made.append(table("parts", columns=columns))
    found = [*made, table("recorded")][: max(len(made), 1)]
    before = _with_a_year_before(world)
    if before and likely(0.3):
        columns = (("incidents", WHOLE, 0), ("incidents_before", WHOLE, 1))
        found.append(replace(table("change", columns=columns), periods=before))
    return tuple(found)


def _periods(chance: Chance, world: World) -> tuple[tuple[date, date], ...]:
    years = tuple(world.year(its) for its in world.years)
    match chance.choice(["months", "years", "both"], p=[0.25, 0.25, 0.5]):
        case "months":
            return world.months
        case "years" if years:
            return years
        case _:
            return (*world.months, *years)


def _with_a_year_before(world: World) -> tuple[tuple[date, date], ...]:
    return tuple(days for days in world.periods if before(days, 1) in world.periods)


def before(days: tuple[date, date], years: int) -> tuple[date, date]:
    """The same months some years before."""
    if not years:
        return days
    first, last = (day.replace(year=day.year - years, day=1) for day in days)
    return first, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _published(chance: Chance, world: World, tables: tuple[Table, ...], chosen: Policy) -> Publication:
    results: dict[str, pa.Table] = {}
    measures: dict[str, Measure] = {}
    left_out: list[Spot] = []
    for table in tables:
        rows = list(_rows(world, table))
        kept = [row for row in rows if not _dropped(chance, table, row)] or rows[:1]
        if table.kind:
            held = {row[:4] for row in kept}
            gone = [row for row in rows if row not in kept and row[:4] in held]
            left_out += [spot for row in gone for spot, _column in spots(table, row_of(table, row))]
        results[table.name], measures[table.name] = _as_table(table, kept)
    return Publication(world, tables, chosen, results, measures, _partitions(world), tuple(left_out))


Row: TypeAlias = tuple[Any, ...]
"""Level, code, first and last day, kind, and a count for each column."""


def _rows(world: World, table: Table) -> Iterator[Row]:
    places = [(level, code) for level, code in world.within if level in table.levels]
    for (level, code), days in product(places, table.periods):
        for kind in _kinds(world, table, world.within[(level, code)]):
            row = (level, code, *days, kind)
            yield (*row, *(_count(world, spot) for spot, _column in spots(table, row_of(table, row))))


def _kinds(world: World, table: Table, lsoas: tuple[int, ...]) -> tuple[Hashable, ...]:
    """The rows of an area and period."""
    if table.kind == "outcome":
        return world.outcomes
    return tuple(sorted({world.tenth[number] for number in lsoas}, key=str)) if table.kind else (ALL,)


def _count(world: World, spot: Spot) -> int | None:
    return int(world.counts.ravel()[world.atoms(spot)].sum()) if world.known(spot) else None


def _dropped(chance: Chance, table: Table, row: Row) -> bool:
    out = bool(chance.random() < table.drop)
    return out and (not table.kind or all(count == 0 for count in row[5:]))


def row_of(table: Table, row: Row) -> dict[str, Any]:
    """The key of a row by its columns."""
    named = {"area_code": row[1], "period_from": row[2], "period_to": row[3]}
    return named | ({table.kind: row[4]} if table.kind else {})


def spots(table: Table, row: dict[str, Any]) -> Iterator[tuple[Spot, str]]:
    """What each count column of a row is the count of, and the column."""
    tenth = row.get("decile", ALL)
    if table.kind == "decile" and tenth is None:
        tenth = UNRANKED
    for column, counted, years in table.columns:
        days = before((row["period_from"], row["period_to"]), years)
        counted = table.scope if counted == WHOLE else counted
        yield (counted, row["area_code"], days, row.get("outcome", ALL), tenth), column


def _as_table(table: Table, rows: list[Row]) -> tuple[pa.Table, Measure]:
    dimension = {"handling": Handling.OPEN, "role": Role.DIMENSION}
    columns = [
        Column("area_level", Kind.TEXT, "The kind of area", **dimension),
        Column("area_code", Kind.TEXT, "ONS code of the area", **dimension),
        Column("period_kind", Kind.TEXT, "Month or year", **dimension),
        Column("period_from", Kind.DATE, "First day", **dimension),
        Column("period_to", Kind.DATE, "Last day", **dimension),
    ]
    types = [pa.string(), pa.string(), pa.string(), pa.date32(), pa.date32()]
    if table.kind:
        kind = Kind.TEXT if table.kind == "outcome" else Kind.INTEGER
        columns.append(Column(table.kind, kind, "The kind", nullable=True, **dimension))
        types.append(pa.string() if table.kind == "outcome" else pa.int64())
    columns += [_count_column(table, number) for number in range(len(table.columns))]
    types += [pa.int64()] * len(table.columns)
    values = zip(*(_values(table, row) for row in rows), strict=True)
    names = [column.name for column in columns]
    arrays = [pa.array(column, kind) for column, kind in zip(values, types, strict=True)]
    key = ("area_level", "area_code", "period_kind", "period_from", *((table.kind,) if table.kind else ()))
    schema = Schema(table.name, "One area and period.", tuple(columns), key)
    return pa.table(dict(zip(names, arrays, strict=True))), _measure(table, schema)


def _values(table: Table, row: Row) -> Row:
    level, code, first, last, kind, *counts = row
    one_month = (first.year, first.month) == (last.year, last.month)
    kinds = (None if kind == UNRANKED else kind,) if table.kind else ()
    return (level, code, "month" if one_month else "year", first, last, *kinds, *counts)


def _count_column(table: Table, number: int) -> Column:
    name, counted, years = table.columns[number]
    whole = number == 0 and len(table.columns) == 1 + len(PARTS)
    return Column(
        name,
        Kind.INTEGER,
        "Incidents",
        Handling.GROUPED,
        nullable=True,
        role=Role.COUNT,
        counted=Counted(counted, years),
        sum_of=tuple(each for each, _counted, _years in table.columns[1:]) if whole else (),
    )


def _measure(table: Table, schema: Schema) -> Measure:
    words = {"title": table.name, "question": "How many?", "method": "Counted.", "limits": "None."}
    return Measure(
        name=table.name,
        **words,
        inputs=(),
        settings=(),
        result=schema,
        expression=lambda: None,
        sums_over=("area_code", "period_from", *((table.kind,) if table.kind else ())),
    )


def _partitions(world: World) -> tuple[Partition, ...]:
    """As the product gives them to the gate: of areas and tenths by its own code, of these short years."""
    rows = [
        {"area_level": level, "area_code": code, "lsoa_code": world.lsoas[number]}
        for (level, code), its in world.within.items()
        for number in its
    ]
    ranks: dict[str, Any] = {
        code: None if tenth == UNRANKED else tenth
        for code, tenth in zip(world.lsoas, world.tenth, strict=True)
    }
    years = (
        Partition(("period",), (world.year(its),), tuple((world.months[month],) for month in its))
        for its in world.years
    )
    return (*areas(rows, LEVELS[0]), *tenths(rows, ranks), *years)
