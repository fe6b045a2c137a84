"""What a column of a table holds, in words that the public reads: never the column's name."""

from __future__ import annotations

COLUMNS = {
    "incidents": "incidents",
    "months_supplied": "months supplied",
    "months_in_period": "months in the period",
    "population": "people",
    "population_year": "year of the number of people",
    "per_1000": "incidents for every 1,000 people",
    "lower_95": "lower end of the range for every 1,000 people",
    "upper_95": "upper end of the range for every 1,000 people",
    "incidents_compared": "incidents in the months compared",
    "incidents_before": "incidents in the same months a year before",
    "months_compared": "months that have figures in both years",
    "change_percent": "change on the year before, in per cent",
    "lower_percent": "lower end of the range of the change, in per cent",
    "upper_percent": "upper end of the range of the change, in per cent",
    "lsoas": "small areas",
    "edition": "edition of the indices of deprivation",
    "lsoas_holding_half": "small areas that hold half of the incidents",
    "share_percent": "share of small areas that hold half, in per cent",
    "percent": "share of incidents, in per cent",
    "supplied": "was the month supplied",
    "incidents_supplied": "rows supplied",
    "in_area": "rows in the area",
    "outside_area": "rows outside the area",
    "no_location": "rows without a place",
}
"""By column. Those worked out from all months are never named one by one."""


def column_words(name: str, meaning: str) -> str:
    """The words for a column; for one that this list has not, what its table says it means."""
    return COLUMNS.get(name) or meaning.partition(";")[0].lower()


KEYS = {"decile": "tenth of deprivation", "outcome": "outcome"}
"""Columns of a key apart from place and time, before their value."""


def key_words(name: str) -> str:
    """The words for a column of a key."""
    return KEYS.get(name) or name.replace("_", " ")
