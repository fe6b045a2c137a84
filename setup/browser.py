"""A browser for the tests: one that is installed, else Playwright's own, else Debian's."""

from __future__ import annotations

import shutil
from pathlib import Path

from process import CannotSetUp, apt_install, may_install, output, say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def works(program: str | None) -> bool:
    """Whether a browser starts: one that lacks a system library is there and does not."""
    return bool(program) and bool(output(str(program), "--version"))


def installed() -> str | None:
    """A Chromium or Chrome of this machine."""
    return next((found for name in NAMES if works(found := shutil.which(name))), None)


def playwrights(venv: Path) -> str | None:
    """The Chromium that Playwright keeps for this person, where it has one."""
    found = output(venv / "bin" / "python", "-c", ASK_PLAYWRIGHT)
    return found if works(found) else None


def bring(venv: Path) -> None:
    """Write the browser's path to `.venv/browser`, having brought one if need be. Raises CannotSetUp."""
    note = venv / "browser"
    if note.exists() and works(note.read_text().strip()):
        return
    found = installed() or playwrights(venv) or _downloaded(venv) or _debians()
    if found is None:
        raise CannotSetUp("the tests need a browser; as root: apt-get install chromium")
    say(f"The tests use the browser {found}")
    note.write_text(found)


def _downloaded(venv: Path) -> str | None:
    say("No browser here: asking Playwright for one")
    # Its failure is no failure of ours: Debian's browser is next.
    output("timeout", "300", venv / "bin" / "playwright", "install", "chromium")
    return playwrights(venv)


def _debians() -> str | None:
    if not may_install():
        return None
    say("Installing Debian's chromium")
    apt_install("chromium")
    return installed()
