"""A whole publication of the synthetic partnership, and a browser to read it with."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from evenhand.actions import ingest, init, publish
from evenhand.engine.workspace import Workspace
from evenhand.synthetic import county, partnership

PHONE, DESKTOP = {"width": 375, "height": 740}, {"width": 1280, "height": 900}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
Opened = Callable[..., Page]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run({exclude: ['svg[role=img] > g']}, {runOnly: tags})"
"""A picture is one thing to a reader: its role and words are judged, not its thousand paths."""


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Exampleshire, small, as the publishers' files, ingested and published."""
    made = Workspace(tmp_path_factory.mktemp("exampleshire"))
    partnership.write(made.incoming, 1, lsoas=60)
    about = init.NewPartnership(
        name="Exampleshire Violence Reduction Partnership",
        area=county.FORCE_AREA[0],
        police_forces=(county.FORCE,),
        synthetic=True,
    )
    init.init(made.root, about)
    with warnings.catch_warnings():
        # Ibis 12 calls DuckDB and pandas by names that they are about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        ingest.ingest(made)
        publish.publish(made, date(2026, 1, 31))
    return made


@pytest.fixture(scope="session")
def site(workspace: Workspace) -> Path:
    """The folder of the public site."""
    return workspace.published / "site"


@pytest.fixture(scope="session")
def html_files(site: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(site.rglob("*.html"))


def _found(root: Path) -> str | None:
    """The browser EVENHAND_BROWSER names, the set-up brought, or is installed; None: Playwright's own."""
    named = os.environ.get("EVENHAND_BROWSER", "")
    note = root / ".venv" / "browser"
    brought = note.read_text().strip() if note.is_file() else ""
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    return named or brought or installed


@pytest.fixture(scope="session")
def browser(root: Path) -> Iterator[Browser]:
    """A browser. Where there is none the journeys are skipped; under CI that is a failure."""
    path = _found(root)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        except Error as error:
            reason = f"no browser starts ({path or 'Playwright has none'}): run make test, which brings one"
            if os.environ.get("CI") == "true" or os.environ.get("EVENHAND_BROWSER"):
                pytest.fail(f"{reason}; {error}")
            pytest.skip(reason)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens a page from the disk. The test fails where anything is asked of a network."""
    contexts, asked = [], []

    def open_file(path: Path, viewport: dict[str, int] = DESKTOP, javascript: bool = True) -> Page:
        context = browser.new_context(viewport=viewport, java_script_enabled=javascript, offline=True)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    """A small screen, and a large one."""
    return request.param


@pytest.fixture(scope="session")
def faults(root: Path) -> Callable[[Page], list[tuple[str, list[str]]]]:
    """Finds what axe-core, as npm brought it, holds against the page that is open: each rule and where."""
    file = root / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    assert file.is_file(), "axe-core is not there: run python frontend/build.py"
    script = file.read_text(encoding="utf-8")

    def found(page: Page) -> list[tuple[str, list[str]]]:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(script)
        judged = page.evaluate(RUN, TAGS)
        assert judged["passes"], f"axe judged nothing on {page.url}"
        return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in judged["violations"]]

    return found
