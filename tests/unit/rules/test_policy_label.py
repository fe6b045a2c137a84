"""Labels: the policy of an earlier release is worked out from the words of its ledger line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenhand.errors import Refused
from evenhand.rules.policy import policy
from evenhand.rules.policy_label import labelled, policy_among

REASON = "police.uk publishes the same points (OGL)"
POLICIES = (
    policy("open-data", reason=REASON),
    policy("nhs-subnational"),
    policy("acro"),
    policy("acro", hide_zeros=False),
    policy("opensafely"),
    policy("ons-3"),
    policy("ons-5"),
    policy("counts", threshold=5),
    policy("counts", threshold=11, rounding=5),
    policy("counts", threshold=0, rounding=5),
    policy("counts", threshold=0, rounding=3, controlled=True),
    policy("counts", threshold=0, rounding=5, controlled=True, leeway=2),
)


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
def test_a_label_says_what_was_hidden_and_rounded(chosen):
    assert labelled(chosen.label) == replace(chosen, reason="")


@pytest.mark.parametrize(
    "label",
    [
        "",
        "counts",
        "counts 1",
        "counts 2 (1 to 4 hidden)",
        "secret 1",
        "counts 1 (4 hidden)",
        "nhs-subnational 1 (x)",
        "counts 1 (1 to 4 hidden, controlled rounding to 5)",
        "counts 1 (none hidden, controlled rounding to 5 by less than 15)",
        "counts 1 (none hidden, controlled rounding to 0)",
    ],
)
def test_a_label_that_no_policy_has_is_refused(label):
    with pytest.raises(Refused):
        labelled(label)


def test_the_policy_is_found_among_the_rules_of_a_line():
    assert policy_among(["nhs-subnational 1", "police-force 1"]) == policy("nhs-subnational")
    with pytest.raises(Refused, match="0 disclosure policies are named, not one"):
        policy_among(["police-force 1"])
    with pytest.raises(Refused, match="2 disclosure policies are named, not one"):
        policy_among(["nhs-subnational 1", "open-data 1"])
