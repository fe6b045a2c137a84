"""Outcomes of recorded crime, as police forces publish them.

Publisher: the Home Office and police forces, through data.police.uk.
Licence: Open Government Licence v3.0 (data.police.uk/about).
Address: https://data.police.uk/data/ (archive and custom download, CSV).
Cannot say: what came of anti-social behaviour, which has no outcomes; the month of the crime, for the
month is the outcome's. Outcomes change: each month's file holds what was given in that month.
"""

from __future__ import annotations

from ibis import _
from ibis.expr.types import Table

from evenhand.sources import police_uk
from evenhand.sources.source import OGL3, Head, Layout, Source, Values, absent, share_present
from evenhand.tables import OUTCOME


def _recognise_outcomes(head: Head) -> Layout | None:
    streets = share_present(police_uk.STREET_ALONE, head)
    if streets > 0 or share_present(police_uk.OUTCOME_COLUMNS, head) < police_uk.ENOUGH:
        return None
    return Layout(OUTCOMES, missing=absent(police_uk.OUTCOME_COLUMNS, head))


def _outcome_problem(_raw: Table, _layout: Layout) -> Values:
    outcome = police_uk.blank(_["Outcome type"])
    return police_uk.first([*police_uk.shared_problems(), (outcome.isnull(), "Outcome type|is empty")])


def _outcomes(raw: Table, _layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        crime_id=police_uk.blank(_["Crime ID"]),
        month=police_uk.month(),
        reported_by=_["Reported by"],
        lsoa_code=police_uk.blank(_["LSOA code"]),
        outcome_type=_["Outcome type"],
    )


OUTCOMES = Source(
    name="police_uk_outcomes",
    title="Outcomes of recorded crime",
    publisher=police_uk.PUBLISHER,
    licence=OGL3,
    address=police_uk.ADDRESS,
    cannot_say=(
        "The month is the outcome's, not the crime's. Anti-social behaviour has no outcomes. "
        "Outcomes change; each month's file holds what was given in that month."
    ),
    table=OUTCOME,
    recognise=_recognise_outcomes,
    problem=_outcome_problem,
    conform=_outcomes,
    row_for_row=True,
    part=police_uk.force_month(),
)
