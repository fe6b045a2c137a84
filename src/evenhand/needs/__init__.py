"""Needs: what violence there is, where, how it changes. One measure, one file."""

from evenhand.measure import Measure
from evenhand.needs import (
    change_on_year,
    coverage,
    outcomes_recorded,
    recorded_violence,
    violence_by_deprivation,
    violence_concentration,
    violence_control_chart,
    violence_rate,
)

MEASURES: dict[str, Measure] = {
    module.MEASURE.name: module.MEASURE
    for module in (
        recorded_violence,
        violence_rate,
        change_on_year,
        violence_control_chart,
        violence_by_deprivation,
        violence_concentration,
        outcomes_recorded,
        coverage,
    )
}
"""Every measure of this subject, by name; a measure comes after those whose results it takes."""


def by_definition(measure: Measure) -> bool:
    """Does the measure count by the local definition, itself or through a measure that it takes?"""
    return "crime_types" in measure.settings or any(
        by_definition(MEASURES[name]) for name in measure.inputs if name in MEASURES
    )
