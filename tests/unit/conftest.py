"""What tests of ingest share: a workspace, and small files in the form their publishers give them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from evenhand.actions.init import NewPartnership, init
from evenhand.engine.workspace import Workspace
from evenhand.sources.police_uk import STREET_COLUMNS

Rows = Iterable[Iterable[object]]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return init(tmp_path / "workspace", NewPartnership(area="E23000007"))


def csv_text(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def street_row(number: int = 1, month: str = "2020-05", **changes: object) -> list[object]:
    row: dict[str, object] = {
        "Crime ID": f"{number:064x}",
        "Month": month,
        "Reported by": "Northumbria Police",
        "Falls within": "Northumbria Police",
        "Longitude": "-1.616721",
        "Latitude": "54.974644",
        "Location": "On or near Grey Street",
        "LSOA code": "E01008162",
        "LSOA name": "Gateshead 027A",
        "Crime type": "Violence and sexual offences",
        "Last outcome category": "Under investigation",
        "Context": "",
    }
    unknown = changes.keys() - row.keys()
    assert not unknown
    return list((row | changes).values())


@pytest.fixture
def street() -> Callable[..., str]:
    """Text of a street file: `street(3)` has three good rows, `street(rows=[…])` the rows given."""

    def text(number: int = 2, month: str = "2020-05", rows: Rows | None = None) -> str:
        body = rows if rows is not None else [street_row(at, month) for at in range(number)]
        return csv_text([STREET_COLUMNS, *body])

    return text


@pytest.fixture
def row() -> Callable[..., list[object]]:
    """One good street row, changed as said: `row(7, Month="2020-13")`."""

    def changed(number: int = 1, month: str = "2020-05", **changes: object) -> list[object]:
        return street_row(number, month, **changes)

    return changed
