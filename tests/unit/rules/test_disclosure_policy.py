"""Policies as data: what each hides and rounds, and that nothing unknown gets through."""

from dataclasses import replace
from datetime import date

import pytest

from evenhand.errors import Refused
from evenhand.rules.policy import policy, policy_names

REASON = "police.uk moves each incident to a point with at least 8 addresses (OGL)"
PRESETS = {
    "acro": (0, 9, 1),
    "nhs-subnational": (1, 7, 5),
    "ons-3": (1, 2, 1),
    "ons-5": (1, 4, 1),
    "opensafely": (1, 7, 5),
}
"""Hidden from, to, and rounded to, as the authority of each says."""
NEEDED = {"open-data": {"reason": REASON}, "counts": {"threshold": 5}} | {name: {} for name in PRESETS}


def test_every_policy_says_who_where_and_from_when():
    assert set(policy_names()) == set(NEEDED)
    for name in policy_names():
        found = policy(name, **NEEDED[name])
        assert found.authority
        assert found.source_url.startswith("https://")
        assert found.in_force_from <= date(2023, 1, 31)
        assert found.effect.endswith(".")
        assert found.label.startswith(f"{name} 1")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_hides_and_rounds_as_its_authority_says(name):
    found = policy(name)
    assert (found.hide_from, found.hide_to, found.rounding_base) == PRESETS[name]
    assert not found.changes_nothing


@pytest.mark.parametrize("name", ["acro", "ons-3", "ons-5", "opensafely"])
def test_a_preset_says_what_of_it_could_not_be_verified_or_needs_care(name):
    assert len(policy(name).note) > 100


def test_acro_says_what_it_hides_in_its_label_and_may_show_zeros():
    assert policy("acro").label == "acro 1 (0 to 9 hidden)"
    assert policy("acro", hide_zeros=False).label == "acro 1 (1 to 9 hidden)"
    assert (policy("acro").dominance_n, policy("acro").dominance_percent, policy("acro").p_percent) == (
        *(2, 90),
        10,
    )


def test_counts_hides_zeros_and_groups_where_asked():
    found = policy("counts", threshold=5, hide_zeros=True, group=True, rounding=5)
    assert (found.hide_from, found.hide_to, found.group) == (0, 4, True)
    assert found.label == "counts 1 (0 to 4 hidden, groups of one kind too, rounded to 5)"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"threshold": 5},
            "Counts from 1 to 4 are hidden, and others from which those could be worked out; "
            "the rest are shown as they are.",
        ),
        (
            {"threshold": 5, "rounding": 5},
            "Counts from 1 to 4 are hidden, and others from which those could be worked out; "
            "the rest are rounded to the nearest 5.",
        ),
        ({"threshold": 0, "rounding": 3}, "No count is hidden; all are rounded to the nearest 3."),
        (
            {"threshold": 0, "rounding": 5, "controlled": True},
            "No count is hidden; all are rounded together to multiples of 5, less than 5 away.",
        ),
        (
            {"threshold": 5, "hide_zeros": True, "group": True},
            "Counts from 0 to 4 are hidden, and others from which those could be worked out; "
            "the rest are shown as they are. "
            "That all of a group are of one kind is hidden too.",
        ),
    ],
)
def test_what_a_partnership_chose_is_said_as_it_is(given, words):
    assert policy("counts", **given).effect == words


def test_open_data_changes_nothing_and_keeps_its_reason():
    found = policy("open-data", reason=REASON)
    assert found.changes_nothing
    assert found.reason == REASON
    assert found.label == "open-data 1"


def test_a_second_person_approves_all_but_open_data():
    needed = {name: policy(name, **NEEDED[name]).needs_approval for name in policy_names()}
    assert needed == {name: name != "open-data" for name in NEEDED}


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
        (
            {"threshold": 5, "base": 5},
            "takes no parameter base; it takes: threshold, rounding, controlled, leeway, hide_zeros, group",
        ),
        ({"threshold": 1, "rounding": 1}, "without rounding hides nothing"),
        ({"threshold": 2}, "1 to 1 is no range of two or more"),
        ({"threshold": 5, "rounding": 0}, "rounding 0 is below 1"),
        ({"threshold": 3, "rounding": 10}, "counts of 3 to 4 would round to 0"),
        ({"threshold": 5, "group": True}, "cannot be prevented where zeros are shown; set hide_zeros"),
        ({"threshold": 5, "hide_zeros": "yes"}, "needs hide_zeros to be true or false"),
        ({"threshold": 0, "rounding": 5, "hide_zeros": True}, "without a threshold hides no zeros"),
        ({"threshold": 1, "rounding": 5, "hide_zeros": True}, "without a threshold hides no zeros"),
        ({"threshold": 5, "rounding": 5, "controlled": True}, "hides nothing, so that it cannot hide small"),
        ({"threshold": 0, "rounding": 2, "controlled": True}, "controlled rounding to 2 protects nothing"),
        ({"threshold": 0, "rounding": 5, "controlled": True, "leeway": 3}, "leeway 3 is neither 1 nor 2"),
        ({"threshold": 0, "rounding": 5, "leeway": 2}, "leeway says nothing without controlled rounding"),
    ],
)
def test_counts_that_do_not_protect_are_refused(parameters, words):
    with pytest.raises(Refused, match=words):
        policy("counts", **parameters)


@pytest.mark.parametrize(
    ("rounding", "leeway", "protection", "largest_small", "words"),
    [(3, 1, 2, 5, "to 3"), (5, 1, 4, 9, "to 5"), (5, 2, 4, 14, "to 5 by less than 10")],
)
def test_controlled_rounding_says_how_far_it_moves_a_count(
    rounding, leeway, protection, largest_small, words
):
    chosen = policy("counts", threshold=0, rounding=rounding, controlled=True, leeway=leeway)
    assert (chosen.protection, chosen.largest_small) == (protection, largest_small)
    assert chosen.label == f"counts 1 (none hidden, controlled rounding {words})"


def test_an_unknown_policy_is_refused_with_those_there_are():
    with pytest.raises(
        Refused, match=r"policy nhs: .*use acro, counts, nhs-subnational, ons-3, ons-5, open-data, opensafely"
    ):
        policy("nhs")


def test_a_policy_holds_from_its_day_on():
    assert policy("nhs-subnational", date(2018, 9, 13)).version == 1
    with pytest.raises(Refused, match="was not in force on 2018-09-12; it began on 2018-09-13"):
        policy("nhs-subnational", date(2018, 9, 12))


def test_a_policy_with_half_a_range_is_refused():
    with pytest.raises(Refused, match="only one end"):
        replace(policy("nhs-subnational"), hide_to=None)


def test_half_of_a_dominance_rule_is_refused():
    with pytest.raises(Refused, match="only half of the dominance rule"):
        replace(policy("acro"), dominance_n=None)
