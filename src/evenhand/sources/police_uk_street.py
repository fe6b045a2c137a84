"""Street-level crime, as police forces publish it.

Publisher: the Home Office and police forces, through data.police.uk.
Licence: Open Government Licence v3.0 (data.police.uk/about).
Address: https://data.police.uk/data/ (archive and custom download, CSV).
Cannot say: where exactly an incident was (each is moved to one of about 750,000 map points with at
least eight addresses or none); who was hurt, with what, or whether it was domestic abuse; anything
that nobody reported. "Violence and sexual offences" is one type. LSOA codes are of the publisher's
vintage at the time of publication.
"""

from __future__ import annotations

from ibis import _
from ibis.expr.types import Table

from evenhand.sources import police_uk
from evenhand.sources.source import OGL3, Head, Layout, Source, Values, absent, share_present
from evenhand.tables import INCIDENT
from evenhand.tables.incident import CRIME_TYPES


def _recognise_street(head: Head) -> Layout | None:
    own = share_present(police_uk.STREET_ALONE, head)
    if own == 0 or share_present(police_uk.STREET_COLUMNS, head) < police_uk.ENOUGH:
        return None
    return Layout(STREET, missing=absent(police_uk.STREET_COLUMNS, head))


def _street_problem(_raw: Table, _layout: Layout) -> Values:
    known = _["Crime type"].isin(CRIME_TYPES)
    return police_uk.first(
        [
            *police_uk.shared_problems(),
            (~known.fill_null(False), "Crime type|is none of the publisher's types"),
        ]
    )


def _street(raw: Table, _layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        crime_id=police_uk.blank(_["Crime ID"]),
        month=police_uk.month(),
        reported_by=_["Reported by"],
        longitude=police_uk.blank(_["Longitude"]).try_cast("float64"),
        latitude=police_uk.blank(_["Latitude"]).try_cast("float64"),
        location=police_uk.blank(_["Location"]),
        lsoa_code=police_uk.blank(_["LSOA code"]),
        crime_type=_["Crime type"],
        last_outcome=police_uk.blank(_["Last outcome category"]),
    )


STREET = Source(
    name="police_uk_street",
    title="Street-level crime",
    publisher=police_uk.PUBLISHER,
    licence=OGL3,
    address=police_uk.ADDRESS,
    cannot_say=(
        "Only what was reported to the police and recorded. Points are moved to a nearby map point. "
        "One type holds all violence and sexual offences. Nothing of victims, weapons or domestic abuse."
    ),
    table=INCIDENT,
    recognise=_recognise_street,
    problem=_street_problem,
    conform=_street,
    row_for_row=True,
    part=police_uk.force_month(),
)
