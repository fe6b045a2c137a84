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

from evenhand.sources.police_uk import (
    ADDRESS,
    ENOUGH,
    OUTCOME_COLUMNS,
    PUBLISHER,
    STREET_ALONE,
    blank,
    first,
    force_month,
    month,
    shared_problems,
)
from evenhand.sources.source import OGL3, Head, Layout, Source, Values, absent, share_present
from evenhand.tables import OUTCOME


def _recognise_outcomes(head: Head) -> Layout | None:
    streets = share_present(STREET_ALONE, head)
    if streets > 0 or share_present(OUTCOME_COLUMNS, head) < ENOUGH:
        return None
    return Layout(OUTCOMES, missing=absent(OUTCOME_COLUMNS, head))


def _outcome_problem(_raw: Table, _layout: Layout) -> Values:
    outcome = blank(_["Outcome type"])
    return first([*shared_problems(), (outcome.isnull(), "Outcome type|is empty")])


def _outcomes(raw: Table, _layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        crime_id=blank(_["Crime ID"]),
        month=month(),
        reported_by=_["Reported by"],
        lsoa_code=blank(_["LSOA code"]),
        outcome_type=_["Outcome type"],
    )


OUTCOMES = Source(
    name="police_uk_outcomes",
    title="Outcomes of recorded crime",
    publisher=PUBLISHER,
    licence=OGL3,
    address=ADDRESS,
    cannot_say=(
        "The month is the outcome's, not the crime's. Anti-social behaviour has no outcomes. "
        "Outcomes change; each month's file holds what was given in that month."
    ),
    table=OUTCOME,
    recognise=_recognise_outcomes,
    problem=_outcome_problem,
    conform=_outcomes,
    row_for_row=True,
    part=force_month(),
)
