"""What the tests of actions share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evenhand.engine.workspace import Workspace
from evenhand.synthetic import partnership

MONTHS = {"2022-10", "2022-11", "2022-12"}


@pytest.fixture
def of_three_months() -> Callable[..., None]:
    """Puts a county's files into the incoming folder, of three months alone."""

    def written(workspace: Workspace, **size: int) -> None:
        partnership.write(workspace.incoming, **size)
        (workspace.incoming / "police-uk-synthetic.zip").unlink()
        for path in workspace.incoming.glob("*/*-exampleshire-*.csv"):
            if path.parent.name not in MONTHS:
                path.unlink()

    return written
