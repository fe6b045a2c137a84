"""What a measure is: a question in words, and a pure function from tables to a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from evenhand.tables.schema import Schema

Expression = Callable[..., Any]
"""Ibis tables and plain values in, by name; one Ibis table out. Runs nothing."""

Statistics = Callable[[pa.Table], pa.Table]
"""The counted table in, as arrays; the same rows with columns added out."""


def unchanged(counted: pa.Table) -> pa.Table:
    """The counted table as it is: for measures that are counts and nothing more."""
    return counted


@dataclass(frozen=True)
class Measure:
    """One measure: its file holds one of these, called MEASURE.

    `expression` is called with keyword arguments only: a table for each name in `inputs` (a table
    of `evenhand.tables` or the result of another measure, by name) and a plain value for each name
    in `settings`. What it returns is executed by the engine, sorted by the result's key, and given
    to `statistics`. The outcome has exactly the columns of `result`, in their order.
    """

    name: str
    title: str
    question: str
    method: str
    """How it is worked out, with the source of each formula. Markdown, shown on the site."""
    limits: str
    """What it cannot say. Markdown, shown on the site."""
    inputs: tuple[str, ...]
    settings: tuple[str, ...]
    result: Schema
    expression: Expression
    statistics: Statistics = unchanged
    sums_over: tuple[str, ...] = ()
    """Dimensions along which the counts add up to a total that is in the table or could be made:
    of `area_code` and `period_from`, and any category column. The gate needs them."""
