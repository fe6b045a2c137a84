"""What tests of ingest share: a workspace, and small files in the form their publishers give them."""

from __future__ import annotations

import csv
import io
import re
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


FIRST_REASON = re.compile(r'reason = """.*?"""\n', re.DOTALL)
COUNTS = 'policy = "counts"\nthreshold = 5'


def _under(workspace: Workspace, words: str = COUNTS) -> Workspace:
    text = workspace.config_file.read_text(encoding="utf-8")
    assert text.count('policy = "open-data"') == len(FIRST_REASON.findall(text)) == 1
    text = FIRST_REASON.sub("", text.replace('policy = "open-data"', words))
    workspace.config_file.write_text(text, encoding="utf-8")
    return workspace


@pytest.fixture(scope="session")
def under() -> Callable[..., Workspace]:
    """Puts a workspace of open data under another policy, without the reason that it begins with."""
    return _under


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
