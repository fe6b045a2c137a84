"""data.police.uk: who publishes it, the columns of its three files, and how their values are written.

Publisher: the Home Office and police forces, through data.police.uk.
Licence: Open Government Licence v3.0 (data.police.uk/about).
Address: https://data.police.uk/data/ (archive and custom download, CSV).
Each format is a source of its own: `police_uk_street`, `police_uk_outcomes`, `police_uk_stop_search`.
"""

from __future__ import annotations

import ibis
from ibis import _

from evenhand.sources.source import Values

PUBLISHER = "Home Office and police forces (data.police.uk)"
ADDRESS = "https://data.police.uk/data/"
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
STREET_ALONE = ("Crime type", "Last outcome category", "Context")
"""Columns that street-level files have, and files of outcomes have not."""
STREET_COLUMNS = (*_SHARED, *STREET_ALONE)
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
ENOUGH = 0.7
"""A file with this share of a format's columns is that format with something missing."""


def blank(value: Values) -> Values:
    """Null where the publisher left a field empty, quoted or not."""
    return value.nullif("")


def month() -> Values:
    """The first day of `Month`, or null where it is no month."""
    whole = (_["Month"].length() == 7) & (_["Month"].substr(4, 1) == "-") & _["Month"].between(*_MONTHS)
    return ibis.ifelse(whole, _["Month"] + "-01", None).try_cast("date")


def is_lsoa(code: Values) -> Values:
    """Has it the form of an LSOA code: E01, W01 or S01, and six digits?"""
    return code.re_search(r"^[EWS]01[0-9]{6}$")


def is_degrees(value: Values, low: float, high: float) -> Values:
    """Is it a number of degrees between the two, or not given?"""
    return value.isnull() | value.try_cast("float64").between(low, high).fill_null(False)


def shared_problems() -> list[tuple[Values, str]]:
    """What can be wrong in the columns that street-level crime and outcomes share, each with its words."""
    code = blank(_["LSOA code"])
    return [
        (month().isnull(), "Month|is no month since 2010-12; the publisher writes YYYY-MM"),
        (blank(_["Reported by"]).isnull(), "Reported by|is empty; every row names its force"),
        (
            ~is_degrees(blank(_["Longitude"]), -9.5, 2.5),
            "Longitude|is no longitude in the United Kingdom, in degrees",
        ),
        (
            ~is_degrees(blank(_["Latitude"]), 49.0, 61.5),
            "Latitude|is no latitude in the United Kingdom, in degrees",
        ),
        (code.notnull() & ~is_lsoa(code), "LSOA code|is no LSOA code, such as E01008162"),
    ]


def first(problems: list[tuple[Values, str]]) -> Values:
    """The first problem of a row, or null."""
    return ibis.cases(
        *[(wrong.fill_null(False), ibis.literal(words)) for wrong, words in problems], else_=None
    )


def force_month() -> Values:
    """Force and month of a row: what a later edition replaces."""
    return _["reported_by"] + " " + _["month"].strftime("%Y-%m")
