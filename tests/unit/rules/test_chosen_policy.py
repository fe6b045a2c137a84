"""What `evenhand.toml` may say of policies, for all sources and for single ones."""

import pytest

from evenhand.errors import BadConfig


def test_a_source_may_have_a_policy_of_its_own(saying):
    found = saying(
        """
        policy = "open-data"
        reason = "Police forces publish it under the Open Government Licence"
        [disclosure.sources.nhs_ecds]
        policy = "nhs-subnational"
        """
    )
    assert found.policy_of("nhs_ecds").label == "nhs-subnational 1"
    assert found.policy_of("police_uk_street").label == "open-data 1"
    assert found.usual_policy.label == "open-data 1"


def test_zeros_and_groups_are_hidden_where_asked(saying):
    found = saying('policy = "counts"\nthreshold = 5\nhide_zeros = true\ngroup = true')
    assert (found.policy.hide_from, found.policy.group) == (0, True)


def test_counts_are_rounded_together_where_asked(saying):
    found = saying('policy = "counts"\nthreshold = 0\nrounding = 5\ncontrolled = true\nleeway = 2')
    assert (found.policy.controlled, found.policy.leeway) == (True, 2)


def test_zeros_are_shown_where_acro_is_told_to(saying):
    assert saying('policy = "acro"\nhide_zeros = false').policy.hide_from == 1


@pytest.mark.parametrize(
    ("disclosure", "where", "words"),
    [
        ('policy = "ons-3"\nsources = 3', "[disclosure]", "sources is a value"),
        ('policy = "ons-3"\n[disclosure.sources]\nx = "ons-5"', "[disclosure.sources]", "x is a value"),
        (
            'policy = "ons-3"\n[disclosure.sources.x]\npolicy = 3',
            "[disclosure.sources.x]",
            "policy is missing",
        ),
        (
            'policy = "ons-3"\n[disclosure.sources.x]\npolicy = "ons-5"\nsource = 1',
            *("[disclosure.sources.x]", "source is no key of it"),
        ),
        ('policy = "ons-3"\nthreshhold = 3', "[disclosure]", "threshhold is no key of it"),
    ],
)
def test_what_is_no_policy_of_a_source_is_refused_in_one_line(saying, disclosure, where, words):
    with pytest.raises(BadConfig, match=words) as refusal:
        saying(disclosure)
    assert refusal.value.where == f"evenhand.toml {where}"
    assert "\n" not in str(refusal.value)


def test_a_parameter_that_the_policy_does_not_take_is_refused(saying):
    said = r"evenhand\.toml \[disclosure\]: ons-3 takes no parameter threshold; it takes: reason"
    with pytest.raises(BadConfig, match=said):
        saying('policy = "ons-3"\nthreshold = 3')
