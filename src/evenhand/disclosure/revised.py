"""Revised: what counts were that are another now, and the sums that held among those.

Who has an earlier release has its figures. Where some of them are others now, a sum of the earlier ones still
held when they were published, and tells whatever in it was not revised. So each such sum is reckoned with
once more as it was: with the figures of that time for counts that were revised since, and today's counts for
all others. What is not known exactly may be another with them, and so may every sum that speaks of it.

Which figures belong to one time is not always told: a count that was shown in May and in July may have been
the one or the other in June. Both are tried. And a count that is not told exactly, then or today, may have
been revised although nothing shows it, or not: both are tried.

Where something was revised that nothing shows to be, such a sum may not come out. One of counts that are all
known here is let go then: who takes it to hold is wrong. Of several that do not come out together it is not
known which are wrong. So all of them are reckoned with, each with what it is off by: worlds may not differ in
that, and nobody learns anything, whichever they believe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, product
from typing import Any, Literal

import numpy as np
from scipy import sparse

from evenhand.disclosure.before import Before
from evenhand.disclosure.cells import COUNTED, Cells, Flags, Integers
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.solver import least
from evenhand.disclosure.sums import Sums, says_something
from evenhand.disclosure.system import UNBOUNDED, System, bounds, entries, linked

NEARLY = 1e-6
"""What the solver's numbers may be off by."""
Way = Literal["by", "from", "hidden by", "hidden from"]
WAYS: tuple[tuple[Way, Way], ...] = (("by", "from"), ("hidden by", "hidden from"))
"""What had been shown last by a release, or was shown first from then on: of what was revised; and of what
was hidden or rounded then too, or is today, which may have been another as well."""


def times(earlier: Iterable[Earlier]) -> Iterator[str]:
    """When a count may have been another than today."""
    every = _publications(earlier)
    for way in ("in", "hidden in", *chain(*WAYS)):
        for time in every:
            yield _named(way, time)


def _publications(earlier: Iterable[Earlier]) -> list[int]:
    """When any of them was published, the latest first."""
    return sorted({time for each in earlier for time in each.times}, reverse=True)


def _named(way: str, time: int) -> str:
    return f"{way} entry {time}"


@dataclass
class Was:
    """A range that a count had for some time, as publications after one another showed it."""

    low: int
    high: int
    guarded: bool
    table: int
    """The table that showed it last."""
    latest: int
    """The publication that it was in."""
    kind: Literal["in", "hidden in"] = "in"
    place: int = -1
    """Its position among the cells, once a sum speaks of it."""


@dataclass
class Timeline:
    """What a count was in each publication, the latest first; None where it was what it is today."""

    today: bool
    """Whether anything is known of it today: else it is what it was last."""
    shown: list[tuple[int, Was | None]] = field(default_factory=list[tuple[int, "Was | None"]])

    def take(self, time: int, was: Was | None) -> None:
        """What an earlier publication showed."""
        later = self.shown[-1][1] if self.shown else None
        if was is not None and later is not None and later.low <= was.high and was.low <= later.high:
            later.low, later.high = max(later.low, was.low), min(later.high, was.high)
            was = later
        self.shown.append((time, was))

    def at(self, time: int, way: Way) -> Was | None:
        """What it was at that time: what was shown last by then, or first from then on."""
        if way in ("by", "hidden by"):
            return next((was for each, was in self.shown if each <= time), self.shown[-1][1])
        until = [was for each, was in self.shown if each >= time]
        if until:
            return until[-1]
        return None if self.today else self.shown[0][1]


@dataclass(frozen=True)
class _Row:
    """A sum as it was: its cells, the whole first, and how often each counts."""

    cells: tuple[int, ...]
    signs: tuple[int, ...]
    why: str


@dataclass
class _Ends:
    """From what to what each count may lie where all of today's is known; those as they were come last."""

    low: list[int]
    high: list[int]
    guarded: list[bool]
    by: list[int]
    code: list[int]

    def add(self, code: int, ends: tuple[int, int], guarded: bool, by: int) -> int:
        """One more cell; its position."""
        self.code.append(code)
        self.low.append(ends[0])
        self.high.append(ends[1])
        self.guarded.append(guarded)
        self.by.append(by)
        return len(self.low) - 1


def as_they_were(
    cells: Cells, among: Sums, bound: System, before: Before, hidden: Flags
) -> tuple[Sums, Before, Flags]:
    """The sums with those that hold among what counts were, and what earlier releases leave of those.

    `bound` has all that is known of each count today, as far as it still holds, where those are `hidden`. And
    which counts these sums take for exact today: if more of them are hidden, the sums are to be made again.
    """
    lines = _timelines(bound.truth, before, before.differs)
    if not lines:
        return among, before, np.zeros(len(bound.truth), dtype=bool)
    past = _Past(cells, among, bound, before, (lines, hidden))
    for time, ways in product(_publications(before.earlier), WAYS):
        past.add(time, ways)
    past.come_out()
    return past.sums, past.before, past.exact


def _timelines(
    truth: Integers, before: Before, chosen: Flags, *, hidden: bool = False
) -> dict[int, Timeline]:
    """What each of the chosen counts was; with `hidden`, what was not exact may have been another."""
    lines: dict[int, Timeline] = {}
    for time in _publications(before.earlier):
        for where, (was, agrees) in _shown_in(time, before, chosen).items():
            line = lines.setdefault(where, Timeline(bool(truth[where] >= 0 or before.told[where])))
            was.kind = "hidden in" if hidden else "in"
            same = line.today and agrees and not (hidden and was.low < was.high)
            line.take(time, None if same else was)
    return lines


def _shown_in(time: int, before: Before, chosen: Flags) -> dict[int, tuple[Was, bool]]:
    """What all tables of one publication showed of the chosen counts, and whether all of it still holds."""
    found: dict[int, tuple[Was, bool]] = {}
    for table, (cell, its, agrees) in enumerate(before.seen):
        if time not in before.earlier[table].times:
            continue
        for place in np.flatnonzero(chosen[cell]).tolist():
            low, high, guarded = int(its.low[place]), int(its.high[place]), bool(its.guarded[place])
            was, holds = found.get(int(cell[place]), (Was(low, high, guarded, table, time), True))
            was.low, was.high = max(was.low, low), min(was.high, high)
            found[int(cell[place])] = was, holds and bool(agrees[place])
    return found


@dataclass(frozen=True)
class _Unsure:
    """Counts that are not told exactly: they may have been others too, though nothing shows it."""

    open: Flags
    """Those that no table has today."""
    today: Flags
    """Those of today's tables."""
    once: Flags
    """Those that any earlier table hid or rounded."""
    as_shown: tuple[Integers, Integers]
    """From what to what each lies for all that today's tables show; not where they are rounded together."""

    def reach(self, *, further: bool) -> Flags:
        """Which may have been others in the first ways to say what counts were, or in the further ones."""
        return self.open | self.today | self.once if further else self.open


def _unsure(bound: System, before: Before, hidden: Flags) -> _Unsure:
    known, policy = bound.truth >= 0, bound.policy
    inexact = bound.low < bound.high
    once = np.zeros(len(known), dtype=bool)
    for cell, its, _agrees in before.seen:
        once[cell[its.low < its.high]] = True
    low, high = bounds(bound.shown, policy)
    as_shown = np.where(hidden, policy.hide_from or 0, low), np.where(hidden, UNBOUNDED, high)
    return _Unsure(~known & inexact & ~before.differs, known & (hidden | inexact), once, as_shown)


class _Past:
    """Sums as they were, put together with today's, one time after the other."""

    def __init__(
        self, cells: Cells, among: Sums, bound: System, before: Before, of: tuple[dict[int, Timeline], Flags]
    ) -> None:
        """Begin with today's sums alone."""
        self._cells, self._among, self._policy = cells, among, bound.policy
        self._begun, self._count = before, len(bound.truth)
        known, (lines, hidden) = bound.truth >= 0, of
        self._unsure = _unsure(bound, before, hidden)
        inexact = _timelines(bound.truth, before, self._unsure.once, hidden=True)
        self._lines = {False: lines, True: lines | inexact}
        last, self._exact, self._stay = np.zeros((3, self._count), dtype=bool)
        for cell, its, _agrees in reversed(before.seen):
            last[cell] = its.guarded
        # Beside what was revised, what was hidden last stays so: else it would tell what others were.
        self._last_hidden = last & known
        low, high = (np.where(known, bound.truth, ends).tolist() for ends in (bound.low, bound.high))
        code = among.codes(cells).tolist()
        self._ends = _Ends(low, high, [], [], code)
        # These may be hidden, so that something would be told of them.
        self._today = known.tolist()
        self._narrow: list[int] = []
        self._done: set[tuple[Any, ...]] = set()
        signs = among.sign.astype(np.int64)
        self._rows: Any = sparse.csr_array((signs, (among.number, among.cell)), (len(among.why), self._count))
        self._columns = self._rows.tocsc()
        self._counted = list(cells.axes[COUNTED].places)
        self._kept: dict[tuple[tuple[int, ...], tuple[int, ...]], _Row] = {}

    @property
    def sums(self) -> Sums:
        """Today's sums, and those as they were."""
        among, kept = self._among, list(self._kept.values())
        sizes = [len(row.cells) for row in kept]
        return replace(
            among,
            number=np.r_[among.number, len(among.why) + np.repeat(np.arange(len(kept)), sizes)],
            cell=np.r_[among.cell, [cell for row in kept for cell in row.cells]].astype(np.int64),
            sign=np.r_[among.sign, [sign for row in kept for sign in row.signs]].astype(np.int64),
            why=(*among.why, *(row.why for row in kept)),
            absent=np.array(self._ends.code[len(self._cells.code) :], dtype=np.int64),
        )

    @property
    def exact(self) -> Flags:
        """The counts that are taken for what is shown of them today, and for exact."""
        return np.pad(self._exact & ~self._unsure.today, (0, len(self._ends.low) - self._count))

    @property
    def before(self) -> Before:
        """What earlier releases leave of each count, those as they were last."""
        ends, found, then = self._ends, self._begun.padded(len(self._ends.low)), slice(self._count, None)
        found.low[then], found.high[then] = ends.low[then], ends.high[then]
        found.guarded[then], found.by[then] = ends.guarded, ends.by
        found.narrow[self._narrow], found.kept[np.flatnonzero(self._stay)] = True, True
        return found

    def add(self, time: int, ways: tuple[Way, Way]) -> None:
        """The sums as they were at that time, as far as they come out."""
        further = ways == WAYS[1]
        rows = self._affected(time, self._unsure.reach(further=further))
        its = np.unique(entries(self._rows, np.array(rows, dtype=np.int64)))
        self._stay[its] |= self._last_hidden[its]
        last, first = ({cell: self._was(cell, time, way) for cell in its.tolist()} for way in ways)
        inexact = further and bool(self._unsure.today[its].any())
        if further:
            self._exact[its] = True
            were = (*last.values(), *first.values())
            if not inexact and not any(was and was.kind == "hidden in" for was in were):
                # Nothing in them may have been another that was not said in the other ways.
                return
        what = ways, tuple(rows), tuple(map(id, last.values())), tuple(map(id, first.values()))
        if what in self._done:
            # All was as it was at a time that came after: the sums are the same but for their names.
            return
        self._done.add(what)
        self._add(rows, last, ways[0], time)
        if inexact or any(first[cell] is not was for cell, was in last.items()):
            self._add(rows, first, ways[1], time)

    def _affected(self, time: int, reach: Flags) -> list[int]:
        """The sums that speak of what was another then, or of what may have been and is in `reach`."""
        chosen = np.zeros(self._count, dtype=bool)
        # Whatever of it was shown then, and whatever of it still holds: a publication is a time of its own.
        chosen[
            [cell for cell in self._lines[False] if any(self._was(cell, time, way) for way in WAYS[0])]
        ] = True
        rows = np.zeros(0, dtype=np.int64)
        while True:
            before = len(rows)
            rows = np.unique(entries(self._columns, np.flatnonzero(chosen)))
            if len(rows) == before:
                return rows.tolist()
            its = entries(self._rows, rows)
            chosen[its[reach[its]]] = True

    def _was(self, cell: int, time: int, way: Way) -> Was | None:
        """What a count was then; None where it was what it is today."""
        lines = self._lines[way in WAYS[1]]
        return lines[cell].at(time, way) if cell in lines else None

    def _add(self, rows: list[int], was: Mapping[int, Was | None], way: Way, time: int) -> None:
        """Those sums, with what their counts were."""
        placed = {cell: self._placed(cell, its, way, time) for cell, its in was.items()}
        made: list[_Row] = []
        for number in rows:
            its = slice(*self._rows.indptr[number : number + 2])
            today, signs = self._rows.indices[its].tolist(), tuple(self._rows.data[its].tolist())
            row = _Row(tuple(placed[cell] for cell in today), signs, f"{self._among.why[number]}, as it was")
            if (row.cells, row.signs) not in self._kept and row.cells != tuple(today) and self._tells(row):
                made.append(row)
        for row in self._saying_something(made):
            self._kept[row.cells, row.signs] = row

    def _placed(self, cell: int, was: Was | None, way: Way, time: int) -> int:
        """The position of what a count was: its own where it was what it is today."""
        code, begun = self._ends.code[cell], self._begun
        if was is None and self._unsure.open[cell]:
            ends, name = (self._ends.low[cell], self._ends.high[cell]), self._renamed(code, way, time)
            return self._ends.add(name, ends, bool(begun.guarded[cell]), int(begun.by[cell]))
        if was is None and way in WAYS[1] and self._unsure.today[cell]:
            # Then nothing was told of it, or it looked as it does today. How what is rounded with all others
            # will look is not known yet.
            low, high = self._unsure.as_shown
            nothing = way == WAYS[1][0] or self._policy.controlled
            ends = (0, UNBOUNDED) if nothing else (int(low[cell]), int(high[cell]))
            name = self._renamed(code, way, time)
            return self._ends.add(name, ends, guarded=False, by=-1 if nothing else 0)
        if was is None:
            return cell
        if was.place < 0:
            enough = was.high - was.low >= self._policy.protection
            name = self._renamed(code, was.kind, was.latest)
            was.place = self._ends.add(name, (was.low, was.high), was.guarded and enough, was.table)
            under = begun.earlier[was.table].policy.label
            if was.guarded and not enough and under != self._policy.label:
                self._narrow.append(was.place)
        return was.place

    def _renamed(self, code: int, way: str, time: int) -> int:
        """The code of what a count was."""
        number = int(self._cells.digit(COUNTED, np.array([code]))[0])
        name = f"{self._counted[number]} {_named(way, time)}"
        there = self._cells.axes[COUNTED].places[name]
        return code + (there - number) * self._cells.strides[COUNTED]

    def _tells(self, row: _Row) -> bool:
        """Whether it tells anything of what is not told exactly, or of what today's tables may hide."""
        low, high = self._ends.low, self._ends.high
        return any((cell < self._count and self._today[cell]) or low[cell] < high[cell] for cell in row.cells)

    def _saying_something(self, rows: list[_Row]) -> list[_Row]:
        number, cell, sign = _flat(rows)
        known = np.array([*self._begun.by.tolist(), *self._ends.by])[cell] >= 0
        flags = np.ones(len(cell), dtype=bool), known | (cell < self._count)
        keeps = says_something(number, cell, sign, flags, len(rows))
        return [row for row, kept in zip(rows, keeps.tolist(), strict=True) if kept]

    def come_out(self) -> None:
        """Let go of sums as they were that are wrong, and put into others what they are off by."""
        kept, size, first = list(self._kept.values()), len(self._ends.low), len(self._among.why)
        today: Any = sparse.csr_array((self._rows.data, self._rows.indices, self._rows.indptr), (first, size))
        number, cell, sign = _flat(kept)
        past = sparse.csr_array((sign, (number, cell)), (len(kept), size))
        matrix: Any = sparse.vstack([today, past]).tocsr()
        low, high = np.array(self._ends.low), np.array(self._ends.high)
        loose = np.flatnonzero(low < high)
        columns = matrix[:, loose]
        left = -(matrix @ np.where(low < high, 0, low))
        wrong = (left != 0) & (np.diff(columns.indptr) == 0)
        for row in (np.flatnonzero(wrong[first:])).tolist():
            del self._kept[kept[row].cells, kept[row].signs]
        of_sums, of_cells = linked(columns)
        for part in np.unique(of_sums[first:][~wrong[first:]]):
            its, mine = np.flatnonzero(of_sums == part), loose[of_cells == part]
            if len(mine):
                new = its >= first
                off = _off(matrix[its][:, mine], (low[mine], high[mine]), left[its], new)
                for row, by in zip((its[new] - first).tolist(), off.tolist(), strict=True):
                    if by:
                        self._put(kept[row], by)

    def _put(self, row: _Row, by: int) -> None:
        """Put into a sum what it is off by, as a count that everybody knows."""
        off = self._ends.add(self._ends.code[row.cells[0]], (abs(by), abs(by)), guarded=False, by=0)
        signs = (*row.signs, 1 if by > 0 else -1)
        self._kept[row.cells, row.signs] = _Row((*row.cells, off), signs, row.why)


def _flat(rows: list[_Row]) -> tuple[Integers, Integers, Integers]:
    """The number of the sum, the cell and the sign of each entry."""
    number = np.repeat(np.arange(len(rows)), [len(row.cells) for row in rows])
    cell = np.array([cell for row in rows for cell in row.cells], dtype=np.int64)
    sign = np.array([sign for row in rows for sign in row.signs], dtype=np.int64)
    return number, cell, sign


def _off(matrix: Any, ends: tuple[Integers, Integers], left: Integers, new: Flags) -> Integers:
    """What has to be added to the new sums so that all come to what is left: as little as can be."""
    rows, columns = matrix.shape
    further = int(new.sum())
    at: Any = sparse.csr_array((np.ones(further), (np.flatnonzero(new), np.arange(further))), (rows, further))
    programme = (
        np.r_[np.zeros(columns), np.ones(2 * further)],
        np.r_[ends[0], np.zeros(2 * further)].astype(float),
        np.r_[ends[1], np.full(2 * further, UNBOUNDED)].astype(float),
        sparse.hstack([matrix, at, -at]),
        left.astype(float),
    )
    found = least(*programme)
    if found is not None and np.abs(found - np.rint(found)).max(initial=0) > NEARLY:
        found = least(*programme, whole=True)
    if found is None:
        raise AssertionError("today's sums contradict each other")
    up, down = np.rint(found[columns:]).astype(np.int64).reshape(2, further)
    return up - down
