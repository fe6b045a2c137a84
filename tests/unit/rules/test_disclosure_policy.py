"""Policies as data: what each hides and rounds, and that nothing unknown gets through."""

from dataclasses import replace
from datetime import date

import pytest

from evenhand.errors import Refused
from evenhand.rules.policy import policy, policy_names

REASON = "police.uk moves each incident to a point with at least 8 addresses (OGL)"
NEEDED = {"open-data": {"reason": REASON}, "counts": {"threshold": 5}, "nhs-subnational": {}}


def test_every_policy_says_who_where_and_from_when():
    assert set(policy_names()) == set(NEEDED)
    for name in policy_names():
        found = policy(name, **NEEDED[name])
        assert found.authority
        assert found.source_url.startswith("https://")
        assert found.in_force_from <= date(2023, 1, 31)
        assert found.effect.endswith(".")
        assert found.label.startswith(f"{name} 1")


def test_nhs_hides_1_to_7_and_rounds_to_5():
    nhs = policy("nhs-subnational")
    assert (nhs.hide_from, nhs.hide_to, nhs.rounding_base) == (1, 7, 5)
    assert not nhs.changes_nothing


def test_open_data_changes_nothing_and_keeps_its_reason():
    found = policy("open-data", reason=REASON)
    assert found.changes_nothing
    assert found.reason == REASON
    assert found.label == "open-data 1"


def test_a_second_person_approves_all_but_open_data():
    needed = {name: policy(name, **NEEDED[name]).needs_approval for name in policy_names()}
    assert needed == {"counts": True, "nhs-subnational": True, "open-data": False}


@pytest.mark.parametrize("reason", [None, "", "because", 3])
def test_open_data_without_a_written_reason_is_refused(reason):
    with pytest.raises(Refused, match="policy open-data: needs reason to be a sentence; "):
        policy("open-data", reason=reason)


def test_counts_hides_below_its_threshold_and_names_what_was_chosen():
    found = policy("counts", threshold=5, rounding=3)
    assert (found.hide_from, found.hide_to, found.rounding_base) == (1, 4, 3)
    assert found.label == "counts 1 (1 to 4 hidden, rounded to 3)"
    assert policy("counts", threshold=10).label == "counts 1 (1 to 9 hidden)"
    assert policy("counts", threshold=0, rounding=5).label == "counts 1 (none hidden, rounded to 5)"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "needs threshold to be a whole number"),
        ({"threshold": "5"}, "needs threshold to be a whole number"),
        ({"threshold": True}, "needs threshold to be a whole number"),
        ({"threshold": -1}, "needs threshold to be a whole number"),
        ({"threshold": 5, "base": 5}, "takes no parameter base; it takes: threshold, rounding, reason"),
        ({"threshold": 1, "rounding": 1}, "without rounding hides nothing"),
        ({"threshold": 2}, "1 to 1 is no range of two or more"),
        ({"threshold": 5, "rounding": 0}, "rounding 0 is below 1"),
        ({"threshold": 3, "rounding": 10}, "counts of 3 to 4 would round to 0"),
    ],
)
def test_counts_that_do_not_protect_are_refused(parameters, words):
    with pytest.raises(Refused, match=words):
        policy("counts", **parameters)


def test_an_unknown_policy_is_refused_with_those_there_are():
    with pytest.raises(Refused, match=r"policy nhs: .*use counts, nhs-subnational, open-data"):
        policy("nhs")


def test_a_policy_holds_from_its_day_on():
    assert policy("nhs-subnational", date(2018, 9, 13)).version == 1
    with pytest.raises(Refused, match="was not in force on 2018-09-12; it began on 2018-09-13"):
        policy("nhs-subnational", date(2018, 9, 12))


def test_a_policy_with_half_a_range_is_refused():
    with pytest.raises(Refused, match="only one end"):
        replace(policy("nhs-subnational"), hide_to=None)
