"""Certificates after another definition was published: the ledger says what each table counts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.actions.earlier import earlier_releases
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.scopes import scope
from evenhand.rules.policy import policy

AREAS = Partition(("area_code",), ("T",), (("A",), ("B",), ("C",)))
BELOW_5 = policy("counts", threshold=5)
FORCE = ("Northumbria Police",)
Fields = dict[str, Any]
BOTH, VIOLENCE = ("Robbery", "Violence"), ("Violence",)
UNDER_FIRST = "incidents as entry 1 counts them"
ROBBERY = "incidents of Robbery of Northumbria Police"


@pytest.fixture
def of_two_definitions(rows_of, judged_rows, sealed, tmp_path) -> Path:
    """Violence and robbery by area, published as open data; then violence alone, counts below 5 hidden."""

    def judged(counts, chosen, crime_types, earlier=()) -> Judged:
        name = "recorded_violence"
        rows = [row for level, its in counts.items() for row in rows_of(its, level)]
        months = [row for row in rows if row["period_kind"] == "month"]
        scopes = {name: scope(crime_types, FORCE)}
        return judged_rows(name, months, chosen, (AREAS,), earlier, "+".join(crime_types), scopes)

    open_data = policy("open-data", reason="The publisher has published these counts already.")
    whole = {"LSOA11": {"A": (9, 19), "B": (20, 30), "C": (30, 40)}, "LAD": {"T": (59, 89)}}
    sealed(tmp_path, judged(whole, open_data, BOTH), crime_types=BOTH)
    less = {"LSOA11": {"A": (7, 9), "B": (12, 20), "C": (22, 30)}, "LAD": {"T": (41, 59)}}
    return sealed(tmp_path, judged(less, BELOW_5, VIOLENCE, earlier_releases(tmp_path)), "", VIOLENCE)


def test_what_another_definition_published_is_reckoned_with_and_accepted(of_two_definitions):
    found = check(of_two_definitions / "data")
    assert found.earlier == 1
    table = as_table(of_two_definitions / "data/recorded_violence.csv")
    # A has 9 of both in May: with 7 shown, its robberies would be 2. In June they are 10.
    assert (table["A", "2022-05-01"], table["A", "2022-06-01"]) == ("[c]", "9")


def as_table(path: Path) -> dict[tuple[str, str], str]:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return {(row["area_code"], row["period_from"]): row["incidents"] for row in rows}


def _without_sums(fields: Fields) -> None:
    fields["partitions"] = [each for each in fields["partitions"] if each["dimensions"] != ["counted"]]


def _aside(fields: Fields) -> None:
    (before,) = fields["earlier"]
    fields["earlier"], fields["scopes"] = [], {}
    _without_sums(fields)
    fields["counts_something_else"] = [{"entry": 1, "file": before["file"], "definition": "other"}]


def _as_today(fields: Fields) -> None:
    del fields["earlier"][0]["scope_of"]
    fields["earlier"][0]["counts"][0]["of"] = "incidents"


SCOPES: dict[str, tuple[Callable[[Fields], object], str]] = {
    "set aside": (_aside, "the certificate sets aside entry 1, which counts some of the same"),
    "no sums": (
        _without_sums,
        f"the certificate does not say what incidents and {UNDER_FIRST} have in common",
    ),
    "as today": (_as_today, "incidents of recorded_violence are not what others of that name count"),
    "another part": (
        lambda fields: fields["scopes"].update({ROBBERY: [["Weapons", *FORCE]]}),
        f"the certificate makes up {UNDER_FIRST} of other than its crime types",
    ),
    "a part too few": (
        lambda fields: fields["partitions"][-1].update(parts=[["incidents"]]),
        f"the certificate makes up {UNDER_FIRST} of other than its crime types",
    ),
    "a part called as all": (
        lambda fields: fields["scopes"].update({"incidents": [["Robbery", *FORCE]]}),
        "the certificate calls a part of what is counted as a table calls all of it",
    ),
}


@pytest.mark.parametrize("case", SCOPES)
def test_a_certificate_that_keeps_two_definitions_apart_is_refused(of_two_definitions, case):
    forge, said = SCOPES[case]
    path = of_two_definitions / "data" / CERTIFICATE
    fields = json.loads(path.read_text("utf-8"))
    forge(fields)
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(Unsafe) as refusal:
        check(of_two_definitions / "data")
    assert str(refusal.value) == said
