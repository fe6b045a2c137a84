"""The strictest policy keeps what each of several promises."""

from dataclasses import replace
from itertools import combinations

import pytest

from evenhand.errors import Refused
from evenhand.rules.policy import policy, policy_names
from evenhand.rules.strictest import strictest

OPEN = policy("open-data", reason="Police forces publish it under the Open Government Licence")
NHS = policy("nhs-subnational")
ALL = {name: policy(name) for name in policy_names() if name not in ("counts", "open-data")} | {
    "open-data": OPEN,
    "counts": policy("counts", threshold=8, rounding=3),
    "rounded": policy("counts", threshold=0, rounding=5),
}


def _steps(found):
    """Which counts up to 100 look alike under a policy: what a reader cannot tell apart."""
    base = found.rounding_base
    hides = found.hide_to is not None
    return [
        "[c]" if hides and found.hide_from <= count <= found.hide_to else (count + base // 2) // base
        for count in range(100)
    ]


def test_one_that_does_all_that_the_others_do_is_taken_as_it_is():
    assert strictest([OPEN]) is OPEN
    assert strictest([OPEN, NHS, policy("ons-5")]) is NHS
    assert strictest([NHS, policy("opensafely")]) is NHS


def test_what_none_of_them_does_alone_is_put_together():
    found = strictest([OPEN, NHS, policy("acro")])
    assert (found.hide_from, found.hide_to, found.rounding_base) == (0, 9, 5)
    assert (found.dominance_n, found.dominance_percent, found.p_percent) == (2, 90, 10)
    assert found.needs_approval
    assert found.label == "strictest 1 (0 to 9 hidden, rounded to 5)"
    assert found.effect == (
        "Counts from 0 to 9 are hidden, and others from which those could be worked out; "
        "the rest are rounded to the nearest 5. A sum, as of money, is "
        "hidden where its two largest parts are more than 90% of it, or what is left beyond its two largest "
        "parts is less than 10% of the largest. "
        "This is the strictest of open-data 1, nhs-subnational 1 and acro 1 (0 to 9 hidden)."
    )
    assert found.reason == ""
    assert NHS.authority in found.authority


def test_roundings_to_3_and_5_become_15_which_tells_no_more_than_either():
    found = strictest([NHS, policy("counts", threshold=3, rounding=3)])
    assert (found.hide_to, found.rounding_base) == (7, 15)


@pytest.mark.parametrize("pair", list(combinations(sorted(ALL), 2)), ids=" and ".join)
def test_counts_that_look_alike_under_either_look_alike_under_the_strictest(pair):
    policies = [ALL[name] for name in pair]
    found = strictest(policies)
    assert strictest(policies[::-1]).label == found.label or found in policies
    assert found.needs_approval == any(each.needs_approval for each in policies)
    for each in policies:
        alike = zip(_steps(each), _steps(each)[1:], _steps(found), _steps(found)[1:], strict=False)
        # A hidden count may border on one shown rounded: what lies below the range is not told from it.
        assert all(
            after == next_after
            for before, next_before, after, next_after in alike
            if before == next_before and "[c]" not in (after, next_after)
        )


def test_roundings_that_no_third_can_stand_for_are_refused_in_one_line():
    with pytest.raises(Refused, match="rounding to 5 and 10 cannot both be kept") as refusal:
        strictest([NHS, policy("counts", threshold=8, rounding=10)])
    assert "\n" not in str(refusal.value)


def test_rounding_to_15_needs_what_would_round_to_0_to_be_hidden():
    with pytest.raises(Refused, match="would round to 0"):
        strictest([policy("counts", threshold=3, rounding=3), policy("counts", threshold=5, rounding=5)])


def test_groups_and_zeros_stay_hidden_where_one_asks_for_it():
    found = strictest([NHS, policy("counts", threshold=3, hide_zeros=True, group=True)])
    assert (found.hide_from, found.hide_to, found.group) == (0, 7, True)
    assert found.label == "strictest 1 (0 to 7 hidden, groups of one kind too, rounded to 5)"


def test_the_order_of_the_same_policies_does_not_matter_to_what_is_done():
    first, second = (strictest(each) for each in ([NHS, policy("acro")], [policy("acro"), NHS]))
    assert replace(first, effect="", title="", authority="", source_url="") == replace(
        second, effect="", title="", authority="", source_url=""
    )


def test_controlled_rounding_stands_with_nothing_but_itself_and_open_data():
    controlled = policy("counts", threshold=0, rounding=5, controlled=True)
    assert strictest([OPEN, controlled]) is controlled
    again = replace(controlled, reason="The hospital agreed to it in writing")
    assert strictest([controlled, again]) is controlled
    for other in (NHS, policy("counts", threshold=0, rounding=5), replace(controlled, leeway=2)):
        with pytest.raises(Refused, match="controlled rounding and another policy cannot both be kept"):
            strictest([controlled, other])


def test_controlled_rounding_that_needs_approval_says_so_in_words():
    controlled = policy("counts", threshold=0, rounding=5, controlled=True)
    found = strictest([replace(controlled, needs_approval=False), replace(OPEN, needs_approval=True)])
    assert "rounded together to multiples of 5" in found.effect
    assert found.controlled
