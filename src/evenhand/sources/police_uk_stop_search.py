"""Stop and search, as police forces publish it.

Publisher: the Home Office and police forces, through data.police.uk.
Licence: Open Government Licence v3.0 (data.police.uk/about).
Address: https://data.police.uk/data/ (archive and custom download, CSV).
Cannot say: what violence there was: it says what officers did, and is never a measure of violence.
Its rows name no force, which is in the file's name, and no LSOA.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.sources.police_uk import ADDRESS, ENOUGH, PUBLISHER, STOP_COLUMNS, blank, first, is_degrees
from evenhand.sources.source import OGL3, Head, Layout, Source, Values, absent, share_present
from evenhand.tables import STOP_SEARCH

_SEARCHES = ("2010-12-01", "2100-01-01")
"""The first day of the publisher's first month, and the end of the century: what lies beyond is a slip."""


def _recognise_stops(head: Head) -> Layout | None:
    if share_present(STOP_COLUMNS, head) < ENOUGH:
        return None
    stem = head.file.removesuffix(".csv").removesuffix("-stop-and-search")
    named = stem != head.file.removesuffix(".csv") and len(stem) > 8
    facts: dict[str, str | int] = {"force": stem[8:]} if named else {}
    note = "" if named else "the rows do not name their force, and neither does the file's name"
    return Layout(STOPS, facts, missing=absent(STOP_COLUMNS, head), note=note)


def _searched_at() -> Values:
    return _["Date"].try_cast("timestamp('UTC')")


def _stop_problem(_raw: Table, _layout: Layout) -> Values:
    return first(
        [
            (
                ~_searched_at().between(*_SEARCHES).fill_null(False),
                "Date|is no date and time, such as 2022-05-01T03:14:00+00:00",
            ),
            (blank(_["Type"]).isnull(), "Type|is empty"),
            (~is_degrees(blank(_["Longitude"]), -9.5, 2.5), "Longitude|is no longitude, in degrees"),
            (~is_degrees(blank(_["Latitude"]), 49.0, 61.5), "Latitude|is no latitude, in degrees"),
        ]
    )


def _flag(value: Values) -> Values:
    return blank(value).try_cast("boolean")


def _stops(raw: Table, layout: Layout) -> Table:
    force = layout.facts.get("force")
    return raw.select(
        supply=_["supply"],
        search_type=_["Type"],
        searched_at=_searched_at(),
        force=ibis.literal(force, "string"),
        longitude=blank(_["Longitude"]).try_cast("float64"),
        latitude=blank(_["Latitude"]).try_cast("float64"),
        gender=blank(_["Gender"]),
        age_range=blank(_["Age range"]),
        self_defined_ethnicity=blank(_["Self-defined ethnicity"]),
        officer_defined_ethnicity=blank(_["Officer-defined ethnicity"]),
        legislation=blank(_["Legislation"]),
        object_of_search=blank(_["Object of search"]),
        outcome=blank(_["Outcome"]),
        outcome_linked=_flag(_["Outcome linked to object of search"]),
        clothing_removed=_flag(_["Removal of more than just outer clothing"]),
    )


def _force_month_of_search() -> Values:
    """Files hold months of local time: half past midnight on 1 June is 23:30 UTC in May.

    Summer time covers the last hour of the months March to September and of no other, whatever the year.
    """
    at = _["searched_at"]
    local: Values = ibis.ifelse(at.month().between(3, 9), at + ibis.interval(hours=1), at)
    # Where no force is named, nobody can say that a file is another's later edition.
    return _["force"].fill_null("force not named, " + _["supply"]) + " " + local.strftime("%Y-%m")


STOPS = Source(
    name="police_uk_stop_search",
    title="Stop and search",
    publisher=PUBLISHER,
    licence=OGL3,
    address=ADDRESS,
    cannot_say=(
        "What officers did, not what violence there was: never used as a measure of violence. "
        "Rows name no force; it is in the file's name."
    ),
    table=STOP_SEARCH,
    recognise=_recognise_stops,
    problem=_stop_problem,
    conform=_stops,
    row_for_row=True,
    part=_force_month_of_search(),
)
