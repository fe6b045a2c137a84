"""A small publication with a superseded release: seven entries, ten files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from evenhand.engine.publication import begin
from evenhand.ledger.entry import Input, Origin

INPUTS = (
    Input("police_uk", "2020-05-northumbria-street.csv", "a" * 64),
    Input("area_link", "lookup.csv", "b" * 64),
)


def origin(measure: str) -> Origin:
    return Origin(
        measure=measure,
        title="Recorded violence – counts",
        area_level="PFA",
        area_code="E23000007",
        police_forces=("Northumbria Police",),
        crime_types=(),
        period_from=date(2020, 5, 1),
        period_to=date(2023, 2, 28),
        inputs=INPUTS,
        rules=("open-data 1",),
        definition="violence 1 (3f2a91c04b7d)",
        code="0.1.0 (5d41402abc4b)",
        maker="A. Analyst",
        made_on=date(2026, 11, 23),
    )


def publish(root: Path, count: int) -> None:
    with begin(root) as draft:
        for measure in ("recorded_violence", "coverage"):
            shown = count if measure == "recorded_violence" else 1
            draft.release(origin(measure), f"area,n\nE1,{shown}\n".encode(), f'[{{"n": {shown}}}]\n'.encode())
        page = f'<!doctype html><p>{count}</p><footer data-ledger-head="{draft.head}">{draft.head}</footer>\n'
        draft.write("site/index.html", page.encode())
        draft.write("site/map.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>\n")
        draft.seal(date(2026, 11, 23), "A. Analyst")


@pytest.fixture(name="publish")
def publish_fixture() -> Callable[[Path, int], None]:
    return publish


@pytest.fixture
def published(tmp_path: Path) -> Path:
    publish(tmp_path, 1)
    publish(tmp_path, 2)
    return tmp_path / "published"
