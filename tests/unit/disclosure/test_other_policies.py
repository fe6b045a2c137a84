"""Other policies before: what one rounded or hid is guarded under a stricter one, or nothing is published.

To check by hand, each count by itself: rounded to 5, 7 is shown as 5 and stands for 3 to 7, 12 as 10 for 8 to
12. Of 31 in all three the 7 follows.
"""

from __future__ import annotations

import pytest

from evenhand.disclosure import gate
from evenhand.disclosure.check import Unsafe, check
from evenhand.errors import Refused
from evenhand.rules.policy import policy

TO_5, NHS = policy("counts", threshold=0, rounding=5), policy("nhs-subnational")
BELOW_8, BELOW_11 = policy("counts", threshold=8), policy("counts", threshold=11)
HIDDEN_THEN = (({"A": 7, "B": 12, "C": 12}, TO_5), ({"A": 7}, NHS))


@pytest.mark.parametrize("chosen", [BELOW_11, policy("acro")], ids=lambda each: each.label)
def test_what_a_policy_before_the_last_rounded_is_not_forgotten(series, chosen):
    with pytest.raises(Refused, match=r"entry [12] of the ledger .* showed this one to be 3 to 7") as refusal:
        series(*HIDDEN_THEN, ({"T": 31}, chosen))
    assert "\n" not in str(refusal.value)


def test_small_counts_that_were_rounded_are_not_told_by_a_total_under_a_stricter_policy(series):
    """2 was shown as 0 and 12 as 10: 14 together are 2 and 12."""
    with pytest.raises(Refused, match=r"1 counts were protected by less .* showed this one to be 0 to 2"):
        series(({"A": 2, "B": 12}, TO_5), ({"T": 14}, BELOW_8))


def test_a_total_that_is_hidden_itself_is_no_matter_of_what_was_rounded(series):
    judged, folder = series(({"A": 7, "B": 12, "C": 12}, TO_5), ({"A": 7, "B": 12, "C": 12}, NHS))
    assert judged.proof is not None
    assert check(folder).earlier == 1


def test_the_checker_refuses_what_a_gate_without_the_rule_publishes(series, monkeypatch):
    monkeypatch.setattr(gate, "refuse_narrow", lambda *_: None)
    _judged, folder = series(({"A": 2, "B": 12}, TO_5), ({"T": 14}, BELOW_8))
    with pytest.raises(Unsafe, match=r"another policy left of incidents A .* less open"):
        check(folder)
