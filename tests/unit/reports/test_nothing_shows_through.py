"""What is drawn and said is made of what a release shows: no hidden count shows through.

Two publications whose hidden counts differ, and whose releases are the same, must be the same to the
byte. And where something is ordered, classed, drawn to scale or called the highest, figures that are
withheld must not have had a say in it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.release import Cell
from evenhand.disclosure.states import HIDDEN, SHOWN, derived_states
from evenhand.reports.classes import NO_CLASS
from evenhand.reports.material import Material
from evenhand.reports.sections.outcomes import outcomes_sentence
from evenhand.reports.site import pages
from evenhand.reports.words import known
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

WHOLE = ("PFA", "E23000099", "Exampleshire")
PLACE = dict(zip(("area_level", "area_code", "area_name"), WHOLE, strict=True)) | {
    "period_kind": "year",
    "period_from": date(2022, 3, 1),
    "period_to": date(2023, 2, 28),
}


def test_where_a_cell_is_hidden_a_release_has_no_value(publication):
    releases, _shapes, _about = publication(hide_to=7)
    hidden = 0
    for release in releases.values():
        for column, states in release.cells.items():
            values = release.table[column].to_pylist()
            for state, value in zip(states.to_pylist(), values, strict=True):
                hidden += state == Cell.HIDDEN.value
                assert value is None or state not in (Cell.HIDDEN.value, Cell.NOT_KNOWN.value)
    assert hidden > 10


@pytest.mark.parametrize(("one", "other"), [((3, 2), (2, 3)), ((5, 4), (4, 5))])
def test_publications_that_differ_in_hidden_counts_alone_are_the_same_to_the_byte(
    one, other, publication, made_release
):
    """Two small areas of one authority change places: their sum, and all that is shown, stay as they were."""
    first = publication(hide_to=7)
    releases = dict(first[0])
    for name in ("recorded_violence", "violence_rate", "change_on_year"):
        rows = [dict(row) for row in _truth(name, publication)]
        for row in rows:
            for column in ("incidents", "incidents_compared", "incidents_before"):
                if row.get(column) in one:
                    row[column] = other[one.index(row[column])]
            if "per_1000" in row:
                row |= (
                    {"per_1000": row["incidents"] / 1.5, "lower_95": 0.1, "upper_95": 9.9}
                    if row["incidents"] in (*one, *other)
                    else {}
                )
        releases[name] = made_release(name, rows, 7)
        assert releases[name].table == first[0][name].table
    assert pages(releases, *first[1:]) == pages(*first)


def _truth(name, publication):
    """The rows behind a release, as they are where nothing is hidden."""
    return publication()[0][name].table.to_pylist()


def _material(publication, hide_to, **releases) -> Material:
    made, shapes, about = publication(hide_to)
    return Material({**made, **releases}, shapes, about)


def test_classes_of_a_map_are_made_of_shown_rates_alone(publication):
    everything, some = _material(publication, None), _material(publication, 7)
    rows = [some.row("violence_rate", area) for area in some.at(some.smallest)]
    shown = [row["per_1000"] for row in rows if known(row, "per_1000")]
    assert 0 < len(shown) < len(rows)
    ends = {end for band in some.shading.ranges for end in band}
    assert ends <= {round(rate, 1) for rate in shown}
    assert some.shading != everything.shading
    for row in rows:
        if not known(row, "per_1000"):
            assert some.shading.mark(row, "per_1000") == NO_CLASS[Cell.HIDDEN]


def test_a_bar_of_a_hidden_share_has_no_length_and_no_say_in_the_scale_or_order(publication, made_release):
    rows = [
        PLACE | {"outcome": outcome, "incidents": count, "percent": share}
        for outcome, count, share in (("Zebra", 96, 96.0), ("Apple", 3, 3.0), ("Mango", 1, 1.0))
    ]
    release = made_release("outcomes_recorded", rows, 7)
    site = pages(*_with(publication, outcomes_recorded=release))
    page = site["violence/index.html"].decode()
    assert "96.0%" not in page
    assert "3.0%" not in page
    # By name, as nothing is known of how many there were.
    told = re.findall("Apple|Mango|Zebra", page[page.index('id="outcomes"') :])
    assert told[:3] == ["Apple", "Mango", "Zebra"]
    material = _material(publication, 7, outcomes_recorded=release)
    assert outcomes_sentence(material.rows("outcomes_recorded", material.whole)) == (
        "What happened next is withheld."
    )


def _with(publication, **releases):
    made, shapes, about = publication(hide_to=7)
    return {**made, **releases}, shapes, about


def test_an_order_by_value_is_one_of_shown_values(publication, made_release):
    rows = [
        PLACE | {"outcome": outcome, "incidents": count, "percent": float(count)}
        for outcome, count in (("Apple", 20), ("Mango", 50), ("Zebra", 30))
    ]
    page = pages(*_with(publication, outcomes_recorded=made_release("outcomes_recorded", rows, 7)))[
        "violence/index.html"
    ].decode()
    told = dict.fromkeys(re.findall("Apple|Mango|Zebra", page[page.index('id="outcomes"') :]))
    assert list(told) == ["Mango", "Zebra", "Apple"]


def test_lists_of_areas_are_by_name(publication):
    for hide_to in (None, 7):
        page = pages(*publication(hide_to))["violence/eastham-small-areas.html"].decode()
        names = re.findall(r"Eastham 00\dA", page)
        assert all(before <= after for before, after in pairwise(dict.fromkeys(names)))


def test_a_month_that_is_hidden_is_on_no_side_of_an_average(charted, publication):
    release = charted([10, 11, 3, 12, 20], hide_to=7, mean=11.2)
    assert release.cells["mean"].to_pylist() == [Cell.HIDDEN.value] * 5
    assert release.table["side"].null_count == release.table["signal"].null_count == 5
    page = pages(*_with(publication, violence_control_chart=release))["violence/index.html"].decode()
    assert "March 2021 withheld withheld" in " ".join(re.sub(r"<[^>]+>", " ", page).split()).lower().replace(
        "march", "March"
    )
    assert "11.2" not in page


RANK = Column(
    *("rank", Kind.INTEGER, "Place in line, by incidents", Handling.GROUPED),
    role=Role.DERIVED,
    derived_from=("n",),
    derived_over=("area_code",),
)
SCHEMA = Schema(
    "ranked",
    "",
    (
        Column("area_code", Kind.TEXT, "area", Handling.OPEN, role=Role.DIMENSION),
        Column("n", Kind.INTEGER, "n", Handling.OPEN, role=Role.COUNT),
        RANK,
    ),
    ("area_code",),
)


@pytest.mark.parametrize(("state", "found"), [(HIDDEN, HIDDEN), (SHOWN, SHOWN)])
def test_ranks_are_withheld_for_all_where_one_of_the_counts_is_hidden(state, found):
    """Of four areas, ranks 1, 2 and 4 beside their counts would say between which two the hidden one lies."""
    table = pa.table({"area_code": list("ABCD"), "n": [40, 30, 3, 20], "rank": [1, 2, 4, 3]})
    states = {"n": np.array([SHOWN, SHOWN, state, SHOWN], dtype=np.int8)}
    beneath = {"n": np.zeros(4, dtype=bool)}
    below_5 = policy("counts", threshold=5)
    assert derived_states(RANK, table, SCHEMA, (states, beneath), below_5).tolist() == [found] * 4


def test_a_rank_by_row_alone_is_withheld_in_its_row():
    table = pa.table({"area_code": list("AB"), "n": [40, 3], "rank": [1, 2]})
    states = {"n": np.array([SHOWN, HIDDEN], dtype=np.int8)}
    alone = replace(RANK, derived_over=())
    found = derived_states(alone, table, SCHEMA, (states, {"n": np.zeros(2, bool)}), policy("ons-5"))
    assert found.tolist() == [SHOWN, HIDDEN]


def test_how_many_rows_a_file_has_is_withheld_where_counts_are(publication):
    """The rows of a force's month are a count in the table of what was supplied, and may be hidden there."""
    releases, shapes, about = publication()
    before = pages(releases, shapes, about)["how-we-know/sources.html"].decode()
    kept = tuple(replace(each, rows_read=None, accepted=None, quarantined=None) for each in about.supplies)
    after = pages(releases, shapes, replace(about, supplies=kept))["how-we-know/sources.html"].decode()
    assert re.findall(r">(30|29|1)</td>", before) == ["30", "29", "1"]
    assert re.findall(r">(30|29|1)</td>", after) == []
    assert after.count("withheld") == 3
