"""Tables and the schemas they are held to."""

from evenhand.tables.area_link import AREA_LINK
from evenhand.tables.boundary import BOUNDARY
from evenhand.tables.deprivation import DEPRIVATION
from evenhand.tables.incident import INCIDENT
from evenhand.tables.outcome import OUTCOME
from evenhand.tables.population import POPULATION
from evenhand.tables.prepared import MONTH, PLACE
from evenhand.tables.schema import Schema
from evenhand.tables.stop_search import STOP_SEARCH
from evenhand.tables.supply import PART, SUPPLY

STORED: dict[str, Schema] = {
    schema.name: schema
    for schema in (AREA_LINK, BOUNDARY, DEPRIVATION, INCIDENT, OUTCOME, POPULATION, PART, STOP_SEARCH, SUPPLY)
}
"""Tables kept in the store, by name."""

PREPARED: dict[str, Schema] = {schema.name: schema for schema in (PLACE, MONTH)}
"""Tables worked out from stored ones before any measure, by name."""
