"""Months absent between the first and the last: whose they are is said by the force's name."""

from __future__ import annotations

from evenhand.actions.months_missing import absent_elsewhere, months_missing
from evenhand.engine.store import Catalogue, Part, Supply


def held(source: str, force: str, *months: str) -> Catalogue:
    file = Supply("a" * 16, 1, "a" * 64, "x.csv", 1, source, "", "", "", None, None, 9, 9, 0, "")
    parts = [Part("a" * 16, f"{force} {month}", at, 9) for at, month in enumerate(months, 1)]
    return Catalogue([file], parts)


def test_a_force_known_by_its_short_name_is_said_by_its_name():
    found = absent_elsewhere(held("police_uk_stop_search", "northumbria", "2021-12", "2022-02"))
    assert found == [
        "Absent from files that no figure takes yet: Stop and search, Northumbria Police: 2022-01."
    ]


def test_a_force_that_no_list_has_is_said_as_the_file_says_it():
    assert months_missing(held("police_uk_street", "Exampleshire Police", "2020-05", "2020-08")) == [
        "Street-level crime, Exampleshire Police: 2020-06, 2020-07 not supplied"
    ]
