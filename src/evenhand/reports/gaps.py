"""Months without figures: which were not supplied, and which were supplied and left out, and why."""

from __future__ import annotations

from datetime import date

from evenhand.reports import words
from evenhand.reports.about import About

NOT_SUPPLIED, LEFT_OUT = "not supplied", "left out"


def gap(about: About, month: date) -> str:
    """Why a month of the period has no figures, given its first day: `not supplied` or `left out`."""
    return LEFT_OUT if month in about.left_out else NOT_SUPPLIED


def gaps_between(about: About, first: date, last: date) -> str:
    """`1 month was not supplied`, `2 months were left out`, or both; empty where none is missing."""
    inside = [gap(about, month) for month in about.missing_months if first <= month <= last]
    return words.listed(
        f"{words.plural(inside.count(why), 'month was', 'months were')} {why}"
        for why in (NOT_SUPPLIED, LEFT_OUT)
        if why in inside
    )


def missing(about: About) -> str:
    """Which months of the period have no figures and why, in a sentence or two."""
    absent = [month for month in about.missing_months if gap(about, month) == NOT_SUPPLIED]
    parts = [f"Not supplied: {words.listed(map(words.month, absent))}."] if absent else []
    parts += [
        f"Left out: {words.month(month)}, since {why}." for month, why in sorted(about.left_out.items())
    ]
    if not parts:
        return "There are figures for every month of the period."
    return " ".join([*parts, "That there is no figure does not mean that there was no violence."])
