"""A page speaks of one year: where a month of the latest is missing, of the year before, and says so."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.synthetic import county, partnership

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The area's page as text, of a partnership whose latest year lacks November 2022."""
    root: Path = tmp_path_factory.mktemp("late")
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(root / "late", about)
    partnership.write(workspace.incoming, lsoas=60)
    shutil.rmtree(workspace.incoming / "2022-11")
    ingest(workspace)
    publish(workspace, date(2026, 1, 31))
    page = (workspace.published / "site" / "violence" / "index.html").read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_count_and_change_are_of_one_year(words):
    assert "incidents in Exampleshire (synthetic) in the year to December 2020" in words
    assert "How it compares with the year before is not known." in words
    assert "higher than the year before" not in words


def test_later_year_is_said_to_be_not_known(words):
    assert "The year to December 2022 is not known: a month of it has no figures." in words


def test_tables_of_areas_name_their_period(words):
    assert "Local authorities in Exampleshire (synthetic), by name: the year to December 2020" in words
