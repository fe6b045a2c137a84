"""Sources: one published format, one file: who publishes it, and how its rows become a table."""

from evenhand.sources.boundary import BOUNDARIES
from evenhand.sources.deprivation import DEPRIVATION_INDICES
from evenhand.sources.ons_lookup import ONS_LOOKUP
from evenhand.sources.ons_population import ONS_POPULATION
from evenhand.sources.police_uk_outcomes import OUTCOMES
from evenhand.sources.police_uk_stop_search import STOPS
from evenhand.sources.police_uk_street import STREET
from evenhand.sources.source import Head, Layout, Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (STREET, OUTCOMES, STOPS, ONS_POPULATION, DEPRIVATION_INDICES, BOUNDARIES, ONS_LOOKUP)
}
"""Every source, by name, the most telling formats first."""


def recognise(head: Head) -> Layout | None:
    """The layout of a file with that head, or None for a file of no known format."""
    for source in SOURCES.values():
        layout = source.recognise(head)
        if layout is not None:
            return layout
    return None
