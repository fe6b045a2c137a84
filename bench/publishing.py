"""Publishing: a whole force area from the store to a verified site, stage by stage; starting; the demo."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from running import Figures, figures, rotated, run

HERE = Path(__file__).parent
EVENHAND = Path(sys.executable).with_name("evenhand")
STARTS: dict[str, list[str | Path]] = {
    "evenhand --help": [EVENHAND, "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
    'python -c "import typer"': [sys.executable, "-c", "import typer"],
}


@dataclass
class Publishing:
    """A publication measured: each command, and the stages of the first publish."""

    steps: dict[str, Figures] = field(default_factory=dict)
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds and CPU seconds by what was being done."""
    site_files: int = 0


def publishing(workspace: Path) -> Publishing:
    """Ingest everything a publication needs, publish twice, verify as the command and as a stranger."""
    found = Publishing()
    ingest = [EVENHAND, "ingest", "--workspace", workspace]
    found.steps["evenhand ingest, everything"] = figures([run(ingest)])
    found.steps["evenhand ingest, nothing new"] = figures([run(ingest)])
    first = run([sys.executable, HERE / "stages.py", workspace])
    found.steps["publish"] = figures([first])
    found.stages = json.loads(first.output)["stages"]
    again = run([sys.executable, HERE / "stages.py", workspace])
    assert not json.loads(again.output)["changed"], "publishing the same twice changed something"
    found.steps["publish, nothing new"] = figures([again])
    published = workspace / "published"
    found.steps["evenhand verify"] = figures([run([EVENHAND, "verify", published])])
    found.steps["python3 verify.py"] = figures([run([sys.executable, published / "verify.py"], published)])
    found.site_files = sum(path.is_file() for path in (published / "site").rglob("*"))
    return found


def demonstration(folder: Path) -> dict[str, Figures]:
    """The demo made in an empty folder, and run again."""
    command = [EVENHAND, "demo", folder, "--no-serve"]
    return {
        "evenhand demo, first": figures([run(command)]),
        "evenhand demo, again": figures([run(command)]),
    }


def starting(repeats: int) -> dict[str, Figures]:
    """Help against a bare interpreter and one that imports the command line's library, in turn."""
    for command in STARTS.values():
        run(command)
    runs = rotated(list(STARTS), repeats, lambda name: run(STARTS[name]))
    return {name: figures(found) for name, found in runs.items()}
