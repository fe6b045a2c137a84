"""Which policy holds for a publication: the strictest of its sources'."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from types import SimpleNamespace

import pytest

from evenhand.actions import publishable
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.policies import policy_for
from evenhand.actions.prepare import prepare
from evenhand.engine.store import Catalogue, Supply
from evenhand.errors import BadConfig, Refused
from evenhand.rules.partnership import Partnership
from evenhand.rules.partnership import partnership as read
from evenhand.sources.source import OPEN_GATEWAY
from evenhand.synthetic import county, partnership

OPEN = """
policy = "open-data"
reason = "Police forces publish it under the Open Government Licence"
"""
OWN = """
[disclosure.sources.police_uk_outcomes]
policy = "ons-5"
"""


def _mine(disclosure: str) -> Partnership:
    return read(
        tomllib.loads(
            '[partnership]\nname = "x"\n[area]\ncode = "E23000099"\n[definition]\nname = "violence"\n'
            f'version = "1"\ncrime_types = ["Robbery"]\nwords = "Robbery."\n[disclosure]\n{disclosure}'
        )
    )


def _supply(source: str, gateway: str = OPEN_GATEWAY) -> Supply:
    return Supply(
        supply=source,
        number=1,
        source=source,
        file=f"{source}.csv",
        **{name: None for name in Supply.__dataclass_fields__ if name not in _GIVEN},
        gateway=gateway,
    )


_GIVEN = ("supply", "number", "source", "file", "gateway")


def _held(*sources: str) -> Catalogue:
    return Catalogue(supplies=[_supply(source) for source in sources])


def test_without_files_of_a_source_its_policy_does_not_hold():
    assert policy_for(_mine(OPEN + OWN), _held("police_uk_street")).label == "open-data 1"


def test_with_a_file_of_it_it_holds_for_all():
    found = policy_for(_mine(OPEN + OWN), _held("police_uk_street", "police_uk_outcomes"))
    assert found.label == "ons-5 1"
    assert found.needs_approval


def test_a_laxer_policy_of_a_source_changes_nothing():
    laxer = OWN.replace("ons-5", "ons-3")
    mine = _mine('policy = "nhs-subnational"' + laxer)
    assert policy_for(mine, _held("police_uk_outcomes")).label == "nhs-subnational 1"


def test_a_source_that_does_not_exist_is_refused_with_the_one_that_may_be_meant():
    mine = _mine(OPEN + OWN.replace("police_uk_outcomes", "police_uk_outcome"))
    with pytest.raises(BadConfig, match="no source police_uk_outcome; did you mean 'police_uk_outcomes'"):
        policy_for(mine, _held())


def test_a_closed_file_needs_a_policy_of_its_own_source_or_of_all():
    mine = _mine(OPEN + OWN)
    catalogue = Catalogue(supplies=[_supply("police_uk_outcomes"), _supply("police_uk_street", "s.16")])
    prepared = SimpleNamespace(
        partnership=replace(mine, policy=policy_for(mine, catalogue)), catalogue=catalogue
    )
    with pytest.raises(Refused, match=r"open-data 1 is for open data, and police_uk_street\.csv is not"):
        publishable.refuse_closed(prepared)
    catalogue.supplies.reverse()
    catalogue.supplies[0].gateway = OPEN_GATEWAY
    catalogue.supplies[1].gateway = "s.16"
    publishable.refuse_closed(prepared)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")
def test_it_is_the_policy_of_what_is_prepared(tmp_path):
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path / "area", about)
    partnership.write(workspace.incoming, lsoas=10)
    ingest(workspace)
    own = '[disclosure.sources.police_uk_street]\npolicy = "nhs-subnational"\n[site]'
    text = workspace.config_file.read_text(encoding="utf-8")
    workspace.config_file.write_text(text.replace("[site]", own), encoding="utf-8")
    with workspace.writing() as scratch:
        prepared = prepare(workspace, scratch)
        assert prepared.partnership.policy.label == "nhs-subnational 1"
        assert prepared.partnership.policy_of("ons_population").label == "open-data 1"
