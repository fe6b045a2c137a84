"""The real files of Northumbria, ingested and published once for every test that reads them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Report
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.disclosure.release import Release
from evenhand.engine.workspace import Workspace

DAY = date(2026, 1, 31)
LOOKUPS = (
    "lookup_lsoa11_msoa11.csv.gz",
    "lookup_lsoa11_ltla21.csv.gz",
    "lookup_lsoa11_ward17.csv.gz",
    "lookup_lsoa11_lsoa21_ltla22.csv.gz",
    "lookup_lsoa11_sicbl22_icb22_ltla22.csv.gz",
    "lookup_lsoa21_ward24_ltla24.csv.gz",
    "lookup_ltla24_csp24_pfa24.csv",
)
OTHERS = (
    "police_uk/northumbria_2020_2023/northumbria_2020-05_2023-03.zip",
    "population/population20_lsoa11.csv.gz",
    "imd/imd2019_england_lsoa11.csv.gz",
    "geography/boundaries/northumbria_lsoa11.geojson",
    "geography/boundaries/northumbria_ltla24.geojson",
)


@dataclass(frozen=True)
class Northumbria:
    """A workspace with the real files, what ingest said, and what was released."""

    workspace: Workspace
    report: Report
    releases: dict[str, Release]

    def rows(self, measure: str) -> list[dict[str, Any]]:
        table: pa.Table = self.releases[measure].table
        return table.to_pylist()


def copy(open_data: Path, incoming: Path, names: tuple[str, ...]) -> None:
    for name in names:
        shutil.copyfile(open_data / name, incoming / Path(name).name)


@pytest.fixture(scope="session")
def northumbria(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Northumbria]:
    """Ingest and publish, once."""
    root = tmp_path_factory.mktemp("northumbria")
    workspace = init(root / "workspace", NewPartnership(name="Northumbria", area="E23000007"))
    copy(open_data, workspace.incoming, (*OTHERS, *(f"geography/lookups/{name}" for name in LOOKUPS)))
    report = ingest(workspace)
    yield Northumbria(workspace, report, publish(workspace, DAY).releases)
    shutil.rmtree(root)
