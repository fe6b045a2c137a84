"""Demo: a fictional police force area, made, read, published and verified as a real one would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evenhand.actions.ingest import Progress, ingest
from evenhand.actions.ingest_report import Report
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.actions.verify import verify
from evenhand.engine.publication import Outcome
from evenhand.engine.workspace import Workspace
from evenhand.synthetic import county, partnership

DEMO_DAY = date(2026, 1, 31)
"""A fixed day, so that everybody's demo is the same to the byte."""


@dataclass(frozen=True)
class Demonstrated:
    """What was published, and what the verifier says of it."""

    outcome: Outcome
    verified: str
    """The verifier's line."""
    site: Path
    """The first page."""


def make(folder: Path, seed: int) -> bool:
    """Draw the fictional area into a workspace; gives whether it was made now, or was there already."""
    workspace = Workspace(folder)
    if workspace.config_file.exists():
        return False
    partnership.write(workspace.incoming, seed, truth_file=folder / "truth.json")
    about = NewPartnership(
        name="Exampleshire Violence Reduction Partnership",
        area=county.FORCE_AREA[0],
        police_forces=(county.FORCE,),
        synthetic=True,
        demonstration=True,
    )
    init(folder, about)
    return True


def read(folder: Path, progress: Progress) -> Report:
    """Ingest what `make` wrote. Raises as `ingest` does."""
    return ingest(Workspace(folder), progress=progress)


def publish_and_verify(folder: Path, progress: Callable[[str], None]) -> Demonstrated:
    """Publish on the demonstration's day, and verify what was published. Raises as those do."""
    workspace = Workspace(folder)
    published = publish(workspace, DEMO_DAY, progress)
    report = verify(workspace.published)
    return Demonstrated(published.outcome, report.line, workspace.published / "site" / "index.html")
