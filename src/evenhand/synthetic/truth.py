"""What is true of a synthetic partnership, recorded as it is made: what tests and a reader check against."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class BadRow:
    """A row planted for quarantine. `line` counts from 1, the header's line."""

    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Step:
    """A lasting change of one crime type in one district, from `month` on: expected counts times `factor`."""

    district_code: str
    crime_type: str
    month: str
    factor: float


@dataclass(frozen=True)
class Truth:
    """What was put into the files. Months are `YYYY-MM`, counts are of good rows only."""

    seed: int
    force: str
    months: tuple[str, ...]
    """Months supplied, in order."""
    missing_month: str
    """The month no file of any kind was written for."""
    districts: dict[str, str]
    """Name of each district by code."""
    district_of_lsoa: dict[str, str]
    hot_spots: tuple[str, ...]
    """LSOAs whose violence is expected to be `hot_spot_factor` times that of others like them."""
    hot_spot_factor: float
    violence_growth_per_year: float
    """0.08 is 8% more each year, everywhere."""
    step: Step
    deprivation_ratio: float
    """Expected violence per resident in the most deprived LSOA of England over that in the least."""
    counts: dict[str, dict[str, tuple[int, ...]]]
    """Street rows by crime type and LSOA code, one count for each of `months`."""
    street_rows: int
    """All good street rows: those in `counts`, those without LSOA and those outside the area."""
    rows_without_lsoa: int
    rows_outside_area: int
    outcome_rows: int
    stop_search_rows: int
    population: dict[str, int]
    """Residents in the middle of 2020 by LSOA (2011)."""
    changed_lsoas: dict[str, int]
    """Rows of the 2011 to 2021 lookup by ONS's change code."""
    bad_rows: tuple[BadRow, ...]

    def write(self, path: Path) -> None:
        """Write as JSON, the same bytes for the same truth."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
