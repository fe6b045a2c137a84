"""Review: what a second person reads before they approve, the same words on the page and in the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evenhand.reports import words
from evenhand.reports.about import PolicyNote
from evenhand.reports.tally import Tally

PRIVATE = (
    "Private to the partnership. Not for publication: it says how many of the counts hidden in each table "
    "are small."
)
COLUMNS = (
    "Rows",
    "Counts shown",
    "Counts rounded",
    "Hidden because small",
    "Hidden to protect others",
    "Not known",
    "Derived, withheld",
)
"""What the numbers of a tally are, in the order of `numbers`."""
SHORT = ("rows", "shown", "rounded", "small", "others", "not known", "withheld")
"""The same where there is little room."""
KEY = (
    "Counts and derived figures are cells, and a row has several. A count that stands in several tables is a "
    "cell of each. Hidden because small: the policy hides the "
    "count by itself. Hidden to protect others: so that no small count can be worked out from sums. "
    "Withheld: a derived figure (a rate, a mean, a limit) that would give a count away. Where evenhand "
    "publish prints “hidden”, it adds these three together, and its “not known” takes in derived figures too."
)


@dataclass(frozen=True)
class WithdrawnNote:
    """A figure that is withdrawn, and may come back."""

    title: str
    made_on: date
    """The day on which it was withdrawn."""
    reason: str


@dataclass(frozen=True)
class ReviewNote:
    """What would be published, in numbers and words."""

    partnership: str
    area_name: str
    synthetic: bool
    maker: str
    reviewed_on: date
    digest: str
    """SHA-256 that names exactly what would be published: what an approval is of."""
    certificate: str
    """SHA-256 of the certificate; empty where nothing is hidden or rounded."""
    policy: PolicyNote
    needs_approval: bool
    protection: int
    tallies: tuple[Tally, ...]
    reader: str = ""
    """What somebody who tries to work out a hidden count is taken to know."""
    worlds: int = 0
    """Worlds that look the same to them and differ in every count that is guarded."""
    guarded: int = 0
    """Counts that nobody may work out."""
    told_to_ones: int = 0
    """Sums that tell somebody behind a hidden 1 another count."""
    withdrawn: tuple[WithdrawnNote, ...] = ()


def numbers(tally: Tally) -> tuple[str, ...]:
    """A tally as a row of a table."""
    counts = (
        tally.rows,
        tally.shown,
        tally.rounded,
        tally.small,
        tally.others,
        tally.not_known,
        tally.withheld,
    )
    return tuple(words.number(count) for count in counts)


def attack(note: ReviewNote) -> tuple[str, ...]:
    """What could be worked out, a sentence or two each."""
    if not note.worlds:
        return ("Nothing is hidden or rounded, so there is nothing to work out.",)
    return (
        f"We guard against a reader who {note.reader[:1].lower()}{note.reader[1:]}",
        f"What could be worked out: nothing below the protection of {words.number(note.protection)} "
        f"(proved by {words.plural(note.worlds, 'world', 'worlds')}; see certificate).",
        f"For each of the {words.plural(note.guarded, 'count', 'counts')} that nobody may work out (each "
        "once, in however many tables it stands), two of these worlds look exactly like what is published "
        "and differ in it by the protection or more.",
        "Some of this is taken on trust, since no table says it: which areas make up which, for one. Run "
        "check_hidden.py, beside the tables, and read what it names after “taken on trust”.",
        _to_ones(note.told_to_ones),
    )


def _to_ones(sums: int) -> str:
    """What somebody learns who is in the data."""
    who = "somebody who is behind a hidden 1, or several"
    if not sums:
        return f"No sum tells {who}, any other count of it. The certificate cannot prove this."
    return (
        f"{words.plural(sums, 'sum tells', 'sums tell')} {who}, another count of it, or nearly so: nothing "
        "more could be hidden there without following from what is shown."
    )


def gained(note: ReviewNote) -> tuple[str, ...]:
    """What the publication gives the public."""
    shown, rounded = (sum(getattr(each, name) for each in note.tallies) for name in ("shown", "rounded"))
    lines = [
        f"{words.plural(shown, 'count is shown as it is', 'counts are shown as they are')}, "
        "each table counted by itself."
    ]
    if rounded:
        lines.append(f"{words.plural(rounded, 'count is', 'counts are')} shown rounded.")
    if note.worlds:
        guarded = words.plural(note.guarded, "count", "counts")
        lines.append(f"{guarded} that the policy protects, in these tables or between them, stay safe.")
    return tuple(lines)


def lost(note: ReviewNote) -> tuple[str, ...]:
    """What the policy costs the reader."""
    hidden, known = (sum(getattr(each, name) for each in note.tallies) for name in ("hidden", "known"))
    withheld = sum(each.withheld for each in note.tallies)
    lines = [
        f"{words.number(hidden)} of {words.plural(known, 'known count', 'known counts')} "
        f"({share(hidden / known if known else 0)}) {'is' if hidden == 1 else 'are'} hidden, each table "
        "counted by itself, and "
        f"{words.plural(withheld, 'derived figure is', 'derived figures are')} withheld."
    ]
    headline = next((each for each in note.tallies if each.lost is not None), None)
    if headline is not None:
        lines.append(
            f"{headline.title}: {share(headline.lost)} of all that was counted stands in hidden counts of "
            "the smallest areas, and is seen only in those of larger areas."
        )
    return tuple(lines)


def withdrawn(note: ReviewNote) -> tuple[str, ...]:
    """What was withdrawn and can come back with this approval, when and why; empty where nothing is."""
    if not note.withdrawn:
        return ()
    return (
        "evenhand publish leaves these figures out. evenhand correct brings them back: an approval of this "
        "review is one of that too, where their figures are as they were or it was made with --correct.",
        *(f"{each.title}: withdrawn on {words.day(each.made_on)}. {each.reason}" for each in note.withdrawn),
    )


def share(part: float | None) -> str:
    """A share in whole per cent: `none`, `less than 1%`, `12%`; a dash where there is none to speak of."""
    if part is None:
        return "–"
    if part == 0:
        return "none"
    if part < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < part < 1 else f"{round(part * 100)}%"


def to_approve(note: ReviewNote) -> str:
    """What is to be done next, by whom."""
    if not note.needs_approval:
        return f"The policy {note.policy.name} needs nobody’s approval."
    return (
        f"Somebody other than {note.maker}, who made these figures, reads this and approves. Who finds "
        "something wrong tells the maker instead: nothing is published until somebody approves exactly this."
    )
