"""Sections say withheld, not known or cannot be worked out, as it is, and never one for another."""

from datetime import date

import pytest

from evenhand.reports.figures import Figures
from evenhand.reports.sections.deprivation import deprivation_sentence
from evenhand.reports.sections.outcomes import outcomes_sentence
from evenhand.reports.sections.trend import shows, trend_sentence
from evenhand.reports.sections.where import concentration_sentence
from evenhand.reports.site import pages

AREA = {"area_level": "LAD", "area_code": "E06000091", "area_name": "Eastham"}
STATES = [(3, 7, "is withheld."), (None, None, "is not known."), (0, None, "cannot be worked out.")]


@pytest.fixture
def rows_of(made_release):
    def rows(measure: str, hide_to: int | None, *values: dict):
        base = AREA | {"period_kind": "year", "period_from": date(2022, 3, 1), "period_to": date(2023, 2, 28)}
        return list(Figures(made_release(measure, [base | one for one in values], hide_to)).rows())

    return rows


@pytest.mark.parametrize(("count", "hide_to", "said"), STATES)
def test_concentration_says_why_it_has_no_number(rows_of, count, hide_to, said):
    (row,) = rows_of("violence_concentration", hide_to, {"incidents": count, "lsoas": 4})

    if said == "is withheld.":
        said = "is withheld: it is worked out from small areas, and not all of their figures are shown."
    assert concentration_sentence(row) == f"How far it is gathered in a few places {said}"


@pytest.mark.parametrize(("count", "hide_to", "said"), STATES)
def test_outcomes_say_why_they_have_no_share(rows_of, count, hide_to, said):
    rows = rows_of("outcomes_recorded", hide_to, {"incidents": count, "outcome": "Charged"})

    assert outcomes_sentence(rows) == f"What happened next {said}"


@pytest.mark.parametrize(("count", "hide_to", "said"), STATES)
def test_deprivation_says_why_there_is_nothing_to_compare(rows_of, count, hide_to, said):
    tenths = [{"incidents": count, "population": 0, "decile": at} for at in (1, 2)]
    rows = rows_of("violence_by_deprivation", hide_to, *tenths)

    assert deprivation_sentence(rows) == f"How it differs with deprivation {said}"


def test_areas_of_one_tenth_or_of_none_have_nothing_to_compare(rows_of):
    one = rows_of("violence_by_deprivation", None, {"incidents": 3, "population": 1500, "decile": 4})
    none = rows_of("violence_by_deprivation", None, {"incidents": 3, "population": 1500, "decile": None})

    assert deprivation_sentence(one).endswith(
        "ranked 4 of 10 (1 is the most deprived): there is nothing to compare."
    )
    assert deprivation_sentence(none).endswith("none of the small areas here is ranked.")


def test_where_no_small_area_is_ranked_there_is_no_chart_and_no_word_of_ranks(publication, made_release):
    releases, shapes, said = publication()
    place = AREA | {"period_kind": "year", "period_from": date(2022, 3, 1), "period_to": date(2023, 2, 28)}
    row = place | {"incidents": 30, "population": 1500, "per_1000": 20.0, "lower_95": 15.0, "upper_95": 25.0}
    unranked = made_release("violence_by_deprivation", [row | {"decile": None, "lsoas": 4}])

    path = "violence/eastham.html"
    ranked = pages(releases, shapes, said)[path].decode()
    none = pages(releases | {"violence_by_deprivation": unranked}, shapes, said)[path].decode()

    for words in ("ranked against all of England", "by tenth of deprivation in Eastham"):
        assert words in ranked
        assert words not in none
    assert "none of the small areas here is ranked" in none
    assert "Incidents are counted where they happened" in none


def test_months_kept_back_are_withheld_and_not_said_to_be_too_few(charted):
    rows = Figures(charted([2, 3], hide_to=5)).of("PFA", "E23000099", "month")
    later = Figures(charted([2, 90], hide_to=5)).of("PFA", "E23000099", "month")

    assert trend_sentence(rows) == "How it changes from month to month is withheld."
    assert shows(later, 1) == "the usual range is withheld"


def test_a_series_too_short_for_limits_says_so(charted):
    rows = Figures(charted([90], limits_status="no limits", mean=90.0)).of("PFA", "E23000099", "month")

    assert shows(rows, 0) == "the usual range cannot be worked out"
