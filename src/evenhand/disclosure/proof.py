"""Proof: what a certificate says, so that a stranger can check that hidden counts stay hidden.

Everything in it is public or follows from what is: the layout of the tables, what adds up to what, and
worlds drawn from what any reader knows. Nothing in it depends on a hidden count.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from evenhand.disclosure.cells import Cells, Integers
from evenhand.disclosure.layout import layout
from evenhand.disclosure.loops import Step
from evenhand.disclosure.partition import ALL, Partition
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.worlds import Walk
from evenhand.measure import Measure
from evenhand.rules.policy import Policy

VERSION = 1
READER = (
    "Knows every table of this publication and all earlier ones, which areas, periods and kinds add up to "
    "which, that counts are whole numbers from 0, the policy, and so the range of every count that is hidden "
    "or rounded."
)


@dataclass(frozen=True)
class Proof:
    """The certificate as plain values, and how many counts it proves safe."""

    fields: dict[str, Any]
    guarded: int
    hidden: int

    def after(self, more: dict[str, Any]) -> Proof:
        """The proof that says this of earlier releases besides."""
        return replace(self, fields=self.fields | more)

    def of_files(self, hashes: Mapping[str, str]) -> Proof:
        """The proof that names the tables' files, by measure, by the SHA-256 of their bytes.

        Where the bytes of all earlier tables are those of today's, they say nothing besides, unless they
        count something else, or another policy leaves another range behind what they show.
        """
        tables = [each | {"sha256": hashes[each["measure"]]} for each in self.fields["tables"]]
        earlier, policy = self.fields["earlier"], self.fields["policy"]["name"]
        more = any(
            "scope_of" in each
            or each["sha256"] != hashes.get(each["measure"])
            or each["policy"]["name"] != policy
            for each in earlier
        )
        return self.after({"tables": tables, "earlier": earlier if more else []})

    def to_bytes(self) -> bytes:
        """The certificate as JSON, a line for each cell and step."""
        lines = [f"{json.dumps(name)}: {_value(value)}" for name, value in self.fields.items()]
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _value(value: Any) -> str:
    """A list of lists or texts goes over lines, so that two certificates can be compared."""
    if isinstance(value, list) and value and isinstance(value[0], list | str | dict):
        return "[\n" + ",\n".join(_short(each) for each in value) + "\n]"
    return _short(value)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


Publication = tuple[Mapping[str, pa.Table], Mapping[str, Measure], tuple[Partition, ...], Policy]


def proof(cells: Cells, among: Sums, worlds: tuple[Integers, Walk], publication: Publication) -> Proof:
    """The certificate of a publication: tables, measures, partitions, policy; a walk without unsafe cells.

    `worlds` are the first as a count for each cell, and the walk from there.
    """
    first, walk = worlds
    reader = walk.reader
    tables, measures, partitions, policy = publication
    in_sums = np.zeros(len(reader.low), dtype=bool)
    in_sums[among.cell] = True
    given = np.flatnonzero(reader.loose & (in_sums | reader.guarded))
    place = np.full(len(reader.low), -1, dtype=np.int64)
    place[given] = np.arange(len(given))
    fields = {
        "certificate": VERSION,
        "reader": READER,
        "policy": effect(policy) | {"protection": policy.protection},
        "dimensions": list(cells.axes),
        "tables": [layout(name, measures[name]) for name in tables],
        "partitions": [_partition(partition) for partition in partitions],
        "cells": places(cells, among.codes(cells)[given]),
        "first": first[given].tolist(),
        "steps": [_step(step, place) for step in walk.steps],
    }
    widest = 2 * policy.leeway * policy.rounding_base
    hidden = reader.guarded & (reader.high - reader.low > widest)
    return Proof(fields, int(reader.guarded.sum()), int(hidden.sum()))


def effect(policy: Policy) -> dict[str, Any]:
    """What a policy hides and rounds."""
    controlled = {"controlled": True, "leeway": policy.leeway} if policy.controlled else {}
    return {
        "name": policy.label,
        "hide_from": policy.hide_from,
        "hide_to": policy.hide_to,
        "rounding_base": policy.rounding_base,
        **controlled,
    }


def _step(step: Step, place: Integers) -> list[list[int]]:
    """The step over the cells that the certificate gives: others are in no sum and not guarded."""
    given = place[step.cells] >= 0
    return [place[step.cells[given]].tolist(), step.change[given].tolist()]


def _partition(partition: Partition) -> dict[str, Any]:
    of_pieces = {"of_pieces": True} if partition.of_pieces else {}
    return of_pieces | {
        "dimensions": list(partition.dimensions),
        "whole": [_text(value) for value in partition.whole],
        "parts": [[_text(value) for value in part] for part in partition.parts],
    }


def _text(value: Hashable) -> str | None:
    """A place as a certificate writes it: a period as its days; null for everything, empty for no value."""
    if value is ALL:
        return None
    if isinstance(value, tuple):
        return "/".join(str(each) for each in value)
    return "" if value is None else str(value)


def places(cells: Cells, codes: Integers) -> list[list[str | None]]:
    """Where each cell is: a place on each dimension."""
    columns = []
    for name, axis in cells.axes.items():
        words = [_text(value) for value in axis.places]
        columns.append([words[number] for number in cells.digit(name, codes)])
    return [list(row) for row in zip(*columns, strict=True)]
