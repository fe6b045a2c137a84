"""Attack random publications of the gate: `python bench/attack.py --releases 10000 --seed 1 --jobs 2`.

Prints a line a thousand and the final count, and exits with 1 where anything hidden was worked out.
`--sequences 1000` attacks that many series of two to five releases of one world, each judged with those
before it, by readers who have them all. With `--mixed` policies, definitions and counts change between them.
`--only 123` makes the publication of that number again, or with `--sequences` that series, and says all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

import attack_readers as readers
import numpy as np
from attack_insiders import by_ones
from attack_releases import LARGEST, PARTS, WHOLE, Publication, Spot, publication, sequence
from attack_views import Released, View, primary, view

from evenhand.disclosure import check, gate
from evenhand.disclosure.earlier import Earlier, Scope
from evenhand.disclosure.release import Release
from evenhand.engine.released import as_text
from evenhand.errors import Refused
from evenhand.ledger.lines import digest, earlier_name
from evenhand.reports.data import csv_bytes

SIMPLE = {
    "differences": readers.by_difference,
    "ranges": readers.by_ranges,
    "groups": readers.by_groups,
}
DEFINITION = "attack 1"
EXACT, EYES = "exact", "eyes"


@dataclass(frozen=True)
class Leak:
    """A count that a reader came too near to."""

    reader: str
    spot: Spot
    low: int
    high: int
    truth: int
    hidden: bool
    """Whether it is hidden; it is shown rounded else."""

    @property
    def words(self) -> str:
        """The leak in a line."""
        what, area, days, *kinds = self.spot
        where = " ".join([what, area, "/".join(map(str, days)), *(str(kind) for kind in kinds if kind)])
        state = "hidden" if self.hidden else "rounded"
        return f"{self.reader}: {where} ({state}, {self.truth}) is {self.low} to {self.high}"


@dataclass
class Outcome:
    """What became of one publication."""

    number: int
    policy: str
    size: int = 0
    """Counts, each once."""
    refused: str = ""
    failed: str = ""
    primary: int = 0
    secondary: int = 0
    attacked: int = 0
    """Counts that may not be narrowed down: hidden ones, and small ones that are shown rounded."""
    leaks: list[Leak] = field(default_factory=list)
    undecided: int = 0
    only_in_whole_numbers: int = 0
    told_to_ones: int = 0
    """Counts that somebody behind the other ones of a sum comes too near to."""
    groups: tuple[int, int] = (0, 0)
    gate_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def broken(self) -> set[Spot]:
        """The counts that any reader came too near to."""
        return {leak.spot for leak in self.leaks}

    @property
    def words(self) -> str:
        """The outcome in a line."""
        if self.refused or self.failed:
            return f"release {self.number}, {self.policy}: {self.failed or self.refused}"
        return f"release {self.number}, {self.policy}, {self.size} counts: {len(self.broken)} broken"


def attacked(seed: int, number: int, largest: int = LARGEST) -> Outcome:
    """Make the publication of that number, put it through the gate, and attack what comes out."""
    return attack(publication((seed, number), largest), number)


def attacked_in_turn(
    seed: int, number: int, largest: int = LARGEST, *, blind: bool = False, mixed: bool = False
) -> list[Outcome]:
    """Make the series of that number, and attack each release with those before it.

    Where the gate is `blind`, it is not told of those. Where the series is `mixed`, policies, definitions and
    counts change.
    """
    found: list[Outcome] = []
    before: list[Released] = []
    for published in sequence((seed, number), 2 + number % 4, largest, mixed=mixed):
        found.append(attack(published, number, before, blind=blind))
    return found


def attack(
    published: Publication, number: int, before: list[Released] | None = None, *, blind: bool = False
) -> Outcome:
    """Put a publication through the gate, and attack what comes out, with what came out before it.

    What comes out is put to that.
    """
    before = [] if before is None else before
    outcome = Outcome(number, published.policy.label)
    earlier: list[Earlier] = []
    for release, one in enumerate(before, 1):
        earlier += _earlier(release, len(earlier) + 1, *one)
    measures = {name: its for one, _ in before for name, its in one.measures.items()} | published.measures
    begun = time.perf_counter()
    try:
        judged = gate.judge(
            published.results,
            measures,
            published.policy,
            published.partitions,
            f"{DEFINITION}, {published.scope}",
            () if blind else earlier,
            dict.fromkeys(measures, _scope(published)),
        )
        outcome.gate_seconds = time.perf_counter() - begun
        if not blind:
            _check(judged, before, earlier)
    except Refused as refusal:
        outcome.refused = str(refusal)
    except Exception as error:
        # Whatever it is, it is counted and shown.
        outcome.failed = f"{type(error).__name__}: {error}"
    if not (outcome.refused or outcome.failed):
        for as_of in (-1, *_revised_since([*(one for one, _ in before), published])):
            _attack(view(published, judged.releases, before, as_of), outcome)
        before.append((published, judged.releases))
    outcome.seconds = time.perf_counter() - begun
    return outcome


def _scope(published: Publication) -> Scope:
    """What a publication counts, as the gate is told of it."""
    counted = PARTS if published.scope == WHOLE else (published.scope,)
    return frozenset((each, "the force") for each in counted)


def _revised_since(every: list[Publication]) -> Iterator[int]:
    """Which of these had other counts than the last, by number."""
    last = every[-1].world.counts
    for number, one in enumerate(every[:-1]):
        if not np.array_equal(one.world.counts, last[:, : len(one.world.months)]):
            yield number


def _check(judged: gate.Judged, before: list[Released], earlier: list[Earlier]) -> None:
    """Put the certificate to the files as a stranger would. Raises Unsafe."""
    if judged.proof is None:
        return
    content = {name: csv_bytes(release) for name, release in judged.releases.items()}
    hashes = {name: digest(its) for name, its in content.items()}
    files = {f"{name}.csv": its for name, its in content.items()}
    known = (csv_bytes(release) for _, releases in before for release in releases.values())
    for each, its in zip(earlier, known, strict=True):
        if each.sha256 != hashes.get(each.measure):
            files[each.file] = its
    files[check.CERTIFICATE] = judged.proof.of_files(hashes).to_bytes()
    with TemporaryDirectory() as place:
        (Path(place) / "earlier").mkdir()
        for name, its in files.items():
            (Path(place) / name).write_bytes(its)
        check.check(Path(place))


def _earlier(
    number: int, first: int, published: Publication, releases: Mapping[str, Release]
) -> Iterator[Earlier]:
    """The tables of a publication as the gate is told of them later: by their bytes, an entry each."""
    for entry, (name, release) in enumerate(releases.items(), first):
        content = csv_bytes(release)
        named = earlier_name(name, digest(content)).removeprefix("data/")
        yield Earlier(
            entry,
            name,
            f"release {number}",
            f"{DEFINITION}, {published.scope}",
            published.policy,
            named,
            digest(content),
            as_text(content),
            _scope(published),
            published=(first + len(releases) - 1,),
        )


def _attack(seen: View, outcome: Outcome) -> None:
    """Let every reader at it."""
    small = primary(seen)
    if not outcome.size:
        outcome.size = len(seen.spots)
        outcome.primary = len(small)
        outcome.secondary = sum(seen.hidden) - sum(seen.hidden[each] for each in small)
        outcome.groups = readers.groups_in_one_kind(seen)
    outcome.attacked += sum(seen.guarded)

    def leak(reader: str, each: int, low: int, high: int) -> Leak:
        return Leak(reader, seen.spots[each], low, high, seen.truth[each], seen.hidden[each])

    shown = (each for each in small if not seen.hidden[each])
    outcome.leaks += [leak(EYES, each, seen.low[each], seen.high[each]) for each in shown]
    among = readers.sums(seen)
    for name, reader in SIMPLE.items():
        found = reader(seen, among)
        outcome.leaks += [leak(name, each, found[0][each], found[1][each]) for each in seen.broken(found)]
    exact = readers.exactly(seen)
    outcome.leaks += [leak(EXACT, each, *ends) for each, ends in exact.broken.items()]
    outcome.told_to_ones += len(seen.broken(by_ones(seen, among)))
    outcome.undecided += len(exact.undecided)
    outcome.only_in_whole_numbers += exact.only_in_whole_numbers


@dataclass
class Tally:
    """All outcomes so far."""

    begun: float
    count: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    examples: dict[str, list[str]] = field(default_factory=dict)
    readers: Counter[str] = field(default_factory=Counter)
    refused_under: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one more, and keep it as an example where something is wrong."""
        hidden = {leak.spot for leak in outcome.leaks if leak.hidden}
        self.count.update(
            releases=1,
            refused=bool(outcome.refused),
            failed=bool(outcome.failed),
            cells=outcome.size,
            primary=outcome.primary,
            secondary=outcome.secondary,
            attacked=outcome.attacked,
            broken=len(outcome.broken),
            broken_hidden=len(hidden),
            broken_releases=bool(outcome.leaks),
            undecided=outcome.undecided,
            whole=outcome.only_in_whole_numbers,
            told_to_ones=outcome.told_to_ones,
            groups=outcome.groups[0],
            one_kind=outcome.groups[1],
        )
        self.count["gate_ms"] += round(1000 * outcome.gate_seconds)
        self.slowest = max(self.slowest, (outcome.gate_seconds, outcome.number))
        self.readers.update({leak.reader for leak in outcome.leaks})
        if outcome.refused:
            self.refused_under[outcome.policy] += 1
        for kind in ("refused", "failed", "leaks", "undecided"):
            if getattr(outcome, kind):
                self.examples.setdefault(kind, []).append(outcome.words)

    @property
    def line(self) -> str:
        """Where it stands."""
        count = self.count
        return (
            f"{count['releases']:,} releases, {count['attacked']:,} hidden counts attacked, "
            f"{count['broken']:,} broken, {count['refused']:,} releases refused, {count['failed']:,} failed, "
            f"{time.perf_counter() - self.begun:,.0f} s"
        )

    def report(self) -> Iterator[str]:
        """All there is to say at the end."""
        count = self.count
        yield (
            f"counts {count['cells']:,}: {count['primary']:,} hidden by the policy, "
            f"{count['secondary']:,} with them; the gate took {count['gate_ms'] / 1000:,.0f} s, "
            f"{self.slowest[0]:.1f} s at most (release {self.slowest[1]})"
        )
        yield (
            f"broken: {count['broken_hidden']:,} hidden, {count['broken'] - count['broken_hidden']:,} small "
            f"rounded, in {count['broken_releases']:,} releases; {count['whole']:,} in whole numbers only; "
            f"found by {dict(sorted(self.readers.items()))}; {count['undecided']:,} undecided"
        )
        yield (
            "told, or nearly so, to somebody behind the other ones of a sum, not counted as broken: "
            f"{count['told_to_ones']:,}"
        )
        yield f"groups seen to be all of one kind: {count['one_kind']:,} of {count['groups']:,}"
        if self.refused_under:
            yield f"refused under {dict(self.refused_under.most_common())}"
        for kind, lines in self.examples.items():
            yield f"{kind} ({len(lines)}):"
            yield from (f"  {line}" for line in lines[:20])


def _one(numbers: tuple[int, int, int]) -> list[Outcome]:
    return [attacked(*numbers)]


def _series(numbers: tuple[int, int, int]) -> list[Outcome]:
    return attacked_in_turn(*numbers)


def _mixed(numbers: tuple[int, int, int]) -> list[Outcome]:
    return attacked_in_turn(*numbers, mixed=True)


def main(arguments: list[str]) -> int:
    """Run as a command; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first release")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, help="attack the release of this number and say all")
    parser.add_argument(
        "--largest", type=int, default=LARGEST, help="counts of a publication, about, at most"
    )
    parser.add_argument("--sequences", type=int, help="attack so many series of releases instead")
    parser.add_argument("--mixed", action="store_true", help="with other policies and counts in between")
    given = parser.parse_args(arguments)
    of_series = _mixed if given.mixed else _series
    how = _one if given.sequences is None else of_series
    if given.only is not None:
        outcomes = how((given.seed, given.only, given.largest))
        for outcome in outcomes:
            print(outcome.words, *(leak.words for leak in outcome.leaks), sep="\n  ")
        return int(any(outcome.leaks or outcome.failed for outcome in outcomes))
    tally = Tally(time.perf_counter())
    last = given.first + (given.sequences or given.releases)
    numbers = [(given.seed, number, given.largest) for number in range(given.first, last)]
    with Pool(given.jobs) as pool:
        for outcomes in pool.imap(how, numbers, chunksize=4):
            for outcome in outcomes:
                tally.add(outcome)
                if outcome.leaks or outcome.failed:
                    print(outcome.words, flush=True)
                if tally.count["releases"] % 1_000 == 0:
                    print(tally.line, flush=True)
    print(*tally.report(), tally.line, sep="\n")
    return int(bool(tally.count["broken"] or tally.count["failed"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
