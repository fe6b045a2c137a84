"""A publication of a single month: what is known is shown, and no chart is drawn of too little."""

import re
from datetime import date
from typing import Any

import pytest

from evenhand.reports.site import pages

WHOLE = {"area_level": "PFA", "area_code": "E23000099", "area_name": "Exampleshire"}
MONTH = {"period_kind": "month", "period_from": date(2020, 5, 1), "period_to": date(2020, 5, 31)}
YEAR = {"period_kind": "year", "period_from": date(2019, 6, 1), "period_to": date(2020, 5, 31)}


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


@pytest.fixture
def site(publication, made_release) -> dict[str, bytes]:
    """The small publication with its whole area's figures cut to May 2020."""
    releases, shapes, about = publication()
    known: dict[str, list[dict[str, Any]]] = {
        "recorded_violence": [
            MONTH | {"incidents": 3954, "months_supplied": 1, "months_in_period": 1},
            YEAR | {"incidents": None, "months_supplied": 1, "months_in_period": 12},
        ],
        "violence_rate": [MONTH | {"incidents": 3954}, YEAR],
        "change_on_year": [],
        "violence_control_chart": [
            MONTH | {"incidents": 3954, "mean": 3954.0, "points": 1, "limits_status": "no limits"}
        ],
        "violence_by_deprivation": [MONTH | {"incidents": 3954, "lsoas": 8, "edition": 2019}],
        "violence_concentration": [
            MONTH | {"incidents": 3954, "lsoas": 8, "lsoas_holding_half": 2, "share_percent": 25.0}
        ],
        "outcomes_recorded": [
            MONTH | {"outcome": "Local resolution", "incidents": 3954, "percent": 100.0},
            YEAR | {"outcome": "Local resolution", "incidents": None, "percent": None},
        ],
    }
    small = [row | MONTH | {"incidents": 5} for row in _small_areas(releases)]
    made = {
        name: made_release(
            name, [WHOLE | row for row in rows] + (small if name == "recorded_violence" else [])
        )
        for name, rows in known.items()
    }
    return pages(releases | made, shapes, about)


def _small_areas(releases) -> list[dict[str, Any]]:
    rows = releases["recorded_violence"].table.to_pylist()
    return [
        {name: row[name] for name in ("area_level", "area_code", "area_name")}
        for row in rows
        if row["area_code"] != WHOLE["area_code"]
    ]


def test_the_first_page_shows_the_month_that_is_known(site):
    home = text_of(site["index.html"])

    assert "The police recorded 3,954 incidents in Exampleshire in May 2020." in home
    assert "Is it going up? Too soon to say" in home
    assert "At least half in 25% of small areas" in home
    assert "These are figures of one month, the latest that we have." in home


def test_one_month_is_told_in_a_sentence_and_not_drawn_as_a_line(site):
    page = site["violence/index.html"].decode()

    assert "There are not two months that can be shown, so there is no chart" in page
    assert "Line chart" not in page
    assert "The dashed lines" not in text_of(site["violence/index.html"])
    assert "<td" in page[page.index("Incidents recorded each month") :]


def test_bars_are_not_drawn_where_no_rate_is_known_and_are_where_a_share_is(site):
    page = site["violence/index.html"].decode()

    assert "Bar chart of rates" not in page
    assert "none of the small areas here is ranked" in page
    assert "Bar chart of outcomes" in page
    assert "The most frequent outcome of incidents in May 2020 was “Local resolution”: 100.0%." in page
