"""Publish twice, the second time killed at each step in turn: run by test_publication_killed.

Prints a digit a step: the publication that was found there afterwards, 1 or 2.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

# Beside this file, where a script looks first.
from test_publication_killed import beside, publish, recover, verify

STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"}


def killed_at(step: int, root: Path) -> int:
    """Publish over a first publication, killed with SIGKILL at that step; the child's exit code."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    publish(root, 1)
    child = os.fork()
    if child == 0:
        left = step

        def watch(event: str, _arguments: tuple[object, ...]) -> None:
            nonlocal left
            left -= event in STEPS
            if event in STEPS and left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        publish(root, 2)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(root: Path) -> None:
    """Kill at the first step, the second and so on, until a run ends by itself."""
    step, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        step += 1
        code = killed_at(step, root)
        recover(root)
        assert beside(root) == ["published"], (step, beside(root))
        report = verify(root / "published")
        assert report.holds, (step, report.line)
        shown = (root / "published/data/recorded_violence.csv").read_text().split()[1]
        assert report.entries == 3 * int(shown) + 1, (step, report.line)
        print(shown, end="")
    assert code == 0, code


if __name__ == "__main__":
    main(Path(sys.argv[1]))
