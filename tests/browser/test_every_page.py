"""What holds for every page: no accessibility fault that axe-core finds, no dead link, no doubled id."""

from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlparse
from urllib.request import url2pathname

import pytest

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run({exclude: ['svg[role=img] > g']}, {runOnly: tags})"
"""A picture is one thing to a reader: its role and words are judged, not its thousand paths."""
VIEWPORTS = [{"width": 375, "height": 740}, {"width": 1280, "height": 900}]


@pytest.fixture(scope="module")
def axe(root: Path) -> str:
    """axe-core's script, as npm brought it for the tests."""
    script = root / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    assert script.is_file(), "axe-core is not there: run python frontend/build.py"
    return script.read_text(encoding="utf-8")


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=["phone", "desktop"])
def test_axe_finds_no_fault(opened, html_files: list[Path], axe: str, viewport: dict[str, int]):
    faults = {}
    page = opened(html_files[0], viewport=viewport)
    for file in html_files:
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(axe)
        found = page.evaluate(RUN, TAGS)
        assert found["passes"], f"axe judged nothing on {file}"
        for fault in found["violations"]:
            faults[f"{file.parent.name}/{file.name}: {fault['id']}"] = [
                node["target"] for node in fault["nodes"]
            ][:3]

    assert faults == {}


def test_every_link_of_the_site_leads_somewhere(opened, html_files: list[Path]):
    page = opened(html_files[0], javascript=True)
    ids: dict[str, set[str]] = {}
    links: dict[str, list[str]] = {}
    for file in html_files:
        page.goto(file.as_uri())
        names = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert [name for name, times in Counter(names).items() if times > 1] == [], file
        ids[file.as_uri()] = set(names)
        links[file.as_uri()] = page.evaluate(
            "[...document.querySelectorAll('[href], [src]')]"
            ".map(each => each.getAttribute('href') || each.getAttribute('src'))"
        )

    dead = {
        (Path(urlparse(here).path).name, link)
        for here, there in links.items()
        for link in there
        if not link.startswith(("http:", "https:", "mailto:", "data:"))
        and not _leads(urljoin(here, link), ids)
    }
    assert dead == set()


def _leads(address: str, ids: dict[str, set[str]]) -> bool:
    """Is there such a file, and such a place in it?"""
    file, anchor = urldefrag(address)
    path = Path(url2pathname(unquote(urlparse(file).path)))
    return path.is_file() and (not anchor or anchor in ids.get(path.as_uri(), set()))


def test_every_page_has_one_first_heading_a_title_of_its_own_and_links_to_how_we_know(
    opened, html_files: list[Path]
):
    page = opened(html_files[0])
    titles = []
    for file in html_files:
        page.goto(file.as_uri())
        assert page.locator("h1").count() == 1, file
        assert page.locator("script").count() == 0, file
        titles.append(page.title())
        if file.parent.name == "violence":
            assert page.get_by_text("How do we know?").count() > 0, file

    assert len(set(titles)) == len(titles)
