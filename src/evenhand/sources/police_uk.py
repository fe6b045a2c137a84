"""Street-level crime, outcomes, and stop and search, as police forces publish them.

Publisher: the Home Office and police forces, through data.police.uk.
Licence: Open Government Licence v3.0 (data.police.uk/about).
Address: https://data.police.uk/data/ (archive and custom download, CSV).
Cannot say: where exactly an incident was (each is moved to one of about 750,000 map points with at
least eight addresses or none); who was hurt, with what, or whether it was domestic abuse; anything
that nobody reported. "Violence and sexual offences" is one type. LSOA codes are of the publisher's
vintage at the time of publication.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.sources.source import OGL3, Head, Layout, Source, Values, absent, share_present
from evenhand.tables import INCIDENT, OUTCOME, STOP_SEARCH
from evenhand.tables.incident import CRIME_TYPES

_PUBLISHER = "Home Office and police forces (data.police.uk)"
_ADDRESS = "https://data.police.uk/data/"
_SHARED = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
)
STREET_COLUMNS = (*_SHARED, "Crime type", "Last outcome category", "Context")
OUTCOME_COLUMNS = (*_SHARED, "Outcome type")
STOP_COLUMNS = (
    "Type",
    "Date",
    "Part of a policing operation",
    "Policing operation",
    "Latitude",
    "Longitude",
    "Gender",
    "Age range",
    "Self-defined ethnicity",
    "Officer-defined ethnicity",
    "Legislation",
    "Object of search",
    "Outcome",
    "Outcome linked to object of search",
    "Removal of more than just outer clothing",
)
_MONTHS = ("2010-12", "2099-12")
"""The publisher's first month, and the last of the century: what lies beyond is a slip."""
_SEARCHES = ("2010-12-01", "2100-01-01")
_ENOUGH = 0.7
"""A file with this share of a format's columns is that format with something missing."""


def _blank(value: Values) -> Values:
    """Null where the publisher left a field empty, quoted or not."""
    return value.nullif("")


def _month() -> Values:
    """The first day of `Month`, or null where it is no month."""
    whole = (_["Month"].length() == 7) & (_["Month"].substr(4, 1) == "-") & _["Month"].between(*_MONTHS)
    return ibis.ifelse(whole, _["Month"] + "-01", None).try_cast("date")


def _is_lsoa(code: Values) -> Values:
    return code.re_search(r"^[EWS]01[0-9]{6}$")


def _is_degrees(value: Values, low: float, high: float) -> Values:
    return value.isnull() | value.try_cast("float64").between(low, high).fill_null(False)


def _shared_problems() -> list[tuple[Values, str]]:
    code = _blank(_["LSOA code"])
    return [
        (_month().isnull(), "Month|is no month since 2010-12; the publisher writes YYYY-MM"),
        (_blank(_["Reported by"]).isnull(), "Reported by|is empty; every row names its force"),
        (
            ~_is_degrees(_blank(_["Longitude"]), -9.5, 2.5),
            "Longitude|is no longitude in the United Kingdom, in degrees",
        ),
        (
            ~_is_degrees(_blank(_["Latitude"]), 49.0, 61.5),
            "Latitude|is no latitude in the United Kingdom, in degrees",
        ),
        (code.notnull() & ~_is_lsoa(code), "LSOA code|is no LSOA code, such as E01008162"),
    ]


def _first(problems: list[tuple[Values, str]]) -> Values:
    """The first problem of a row, or null."""
    return ibis.cases(
        *[(wrong.fill_null(False), ibis.literal(words)) for wrong, words in problems], else_=None
    )


def _street_problem(_raw: Table, _layout: Layout) -> Values:
    known = _["Crime type"].isin(CRIME_TYPES)
    return _first(
        [*_shared_problems(), (~known.fill_null(False), "Crime type|is none of the publisher's types")]
    )


def _outcome_problem(_raw: Table, _layout: Layout) -> Values:
    outcome = _blank(_["Outcome type"])
    return _first([*_shared_problems(), (outcome.isnull(), "Outcome type|is empty")])


def _searched_at() -> Values:
    return _["Date"].try_cast("timestamp('UTC')")


def _stop_problem(_raw: Table, _layout: Layout) -> Values:
    return _first(
        [
            (
                ~_searched_at().between(*_SEARCHES).fill_null(False),
                "Date|is no date and time, such as 2022-05-01T03:14:00+00:00",
            ),
            (_blank(_["Type"]).isnull(), "Type|is empty"),
            (~_is_degrees(_blank(_["Longitude"]), -9.5, 2.5), "Longitude|is no longitude, in degrees"),
            (~_is_degrees(_blank(_["Latitude"]), 49.0, 61.5), "Latitude|is no latitude, in degrees"),
        ]
    )


def _street(raw: Table, _layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        crime_id=_blank(_["Crime ID"]),
        month=_month(),
        reported_by=_["Reported by"],
        longitude=_blank(_["Longitude"]).try_cast("float64"),
        latitude=_blank(_["Latitude"]).try_cast("float64"),
        location=_blank(_["Location"]),
        lsoa_code=_blank(_["LSOA code"]),
        crime_type=_["Crime type"],
        last_outcome=_blank(_["Last outcome category"]),
    )


def _outcomes(raw: Table, _layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        crime_id=_blank(_["Crime ID"]),
        month=_month(),
        reported_by=_["Reported by"],
        lsoa_code=_blank(_["LSOA code"]),
        outcome_type=_["Outcome type"],
    )


def _flag(value: Values) -> Values:
    return _blank(value).try_cast("boolean")


def _stops(raw: Table, layout: Layout) -> Table:
    force = layout.facts.get("force")
    return raw.select(
        supply=_["supply"],
        search_type=_["Type"],
        searched_at=_searched_at(),
        force=ibis.literal(force, "string"),
        longitude=_blank(_["Longitude"]).try_cast("float64"),
        latitude=_blank(_["Latitude"]).try_cast("float64"),
        gender=_blank(_["Gender"]),
        age_range=_blank(_["Age range"]),
        self_defined_ethnicity=_blank(_["Self-defined ethnicity"]),
        officer_defined_ethnicity=_blank(_["Officer-defined ethnicity"]),
        legislation=_blank(_["Legislation"]),
        object_of_search=_blank(_["Object of search"]),
        outcome=_blank(_["Outcome"]),
        outcome_linked=_flag(_["Outcome linked to object of search"]),
        clothing_removed=_flag(_["Removal of more than just outer clothing"]),
    )


def _force_month() -> Values:
    return _["reported_by"] + " " + _["month"].strftime("%Y-%m")


def _force_month_of_search() -> Values:
    """Files hold months of local time: half past midnight on 1 June is 23:30 UTC in May.

    Summer time covers the last hour of the months March to September and of no other, whatever the year.
    """
    at = _["searched_at"]
    local: Values = ibis.ifelse(at.month().between(3, 9), at + ibis.interval(hours=1), at)
    # Where no force is named, nobody can say that a file is another's later edition.
    return _["force"].fill_null("force not named, " + _["supply"]) + " " + local.strftime("%Y-%m")


def _recognise_street(head: Head) -> Layout | None:
    own = share_present(("Crime type", "Last outcome category", "Context"), head)
    if own == 0 or share_present(STREET_COLUMNS, head) < _ENOUGH:
        return None
    return Layout(STREET, missing=absent(STREET_COLUMNS, head))


def _recognise_outcomes(head: Head) -> Layout | None:
    streets = share_present(("Crime type", "Last outcome category", "Context"), head)
    if streets > 0 or share_present(OUTCOME_COLUMNS, head) < _ENOUGH:
        return None
    return Layout(OUTCOMES, missing=absent(OUTCOME_COLUMNS, head))


def _recognise_stops(head: Head) -> Layout | None:
    if share_present(STOP_COLUMNS, head) < _ENOUGH:
        return None
    stem = head.file.removesuffix(".csv").removesuffix("-stop-and-search")
    named = stem != head.file.removesuffix(".csv") and len(stem) > 8
    facts: dict[str, str | int] = {"force": stem[8:]} if named else {}
    note = "" if named else "the rows do not name their force, and neither does the file's name"
    return Layout(STOPS, facts, missing=absent(STOP_COLUMNS, head), note=note)


STREET = Source(
    name="police_uk_street",
    title="Street-level crime",
    publisher=_PUBLISHER,
    licence=OGL3,
    address=_ADDRESS,
    cannot_say=(
        "Only what was reported to the police and recorded. Points are moved to a nearby map point. "
        "One type holds all violence and sexual offences. Nothing of victims, weapons or domestic abuse."
    ),
    table=INCIDENT,
    recognise=_recognise_street,
    problem=_street_problem,
    conform=_street,
    row_for_row=True,
    part=_force_month(),
)

OUTCOMES = Source(
    name="police_uk_outcomes",
    title="Outcomes of recorded crime",
    publisher=_PUBLISHER,
    licence=OGL3,
    address=_ADDRESS,
    cannot_say=(
        "The month is the outcome's, not the crime's. Anti-social behaviour has no outcomes. "
        "Outcomes change; each month's file holds what was given in that month."
    ),
    table=OUTCOME,
    recognise=_recognise_outcomes,
    problem=_outcome_problem,
    conform=_outcomes,
    row_for_row=True,
    part=_force_month(),
)

STOPS = Source(
    name="police_uk_stop_search",
    title="Stop and search",
    publisher=_PUBLISHER,
    licence=OGL3,
    address=_ADDRESS,
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
