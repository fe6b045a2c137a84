"""Stages: `python stages.py WORKSPACE` publishes, and prints as JSON the seconds and CPU of each stage."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path

MADE_ON = date(2026, 1, 31)
"""A fixed day, so that a second publication has nothing new to say."""


class Stages:
    """Called with the words of each stage as it begins; keeps what the one before took."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[float, float]] = {}
        self._words, self._at = "importing", self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def __call__(self, words: str) -> None:
        """Another stage begins."""
        now = self._now()
        self.taken[self._words] = (now[0] - self._at[0], now[1] - self._at[1])
        self._words, self._at = words, now


def _main(root: Path) -> None:
    stages = Stages()
    from evenhand.actions.publish import publish
    from evenhand.engine.workspace import Workspace

    made = publish(Workspace(root), MADE_ON, stages)
    stages("")
    print(json.dumps({"changed": made.outcome.changed, "stages": stages.taken}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
