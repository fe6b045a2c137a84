"""What holds for every page: no accessibility fault that axe-core finds, no dead link, no doubled id."""

from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlparse
from urllib.request import url2pathname

import pytest

pytestmark = pytest.mark.browser


def test_axe_finds_no_fault(opened, html_files: list[Path], faults, viewport: dict[str, int]):
    found = {}
    page = opened(html_files[0], viewport=viewport)
    for file in html_files:
        page.goto(file.as_uri())
        for rule, where in faults(page):
            found[f"{file.parent.name}/{file.name}: {rule}"] = where

    assert found == {}


CUT = """
() => [...document.querySelectorAll('svg[role=img]')].flatMap(picture => {
  const edge = picture.getBoundingClientRect();
  return [...picture.querySelectorAll('text')]
    .filter(text => {
      const box = text.getBoundingClientRect();
      return edge.width && (box.left < edge.left - 1 || box.right > edge.right + 1);
    })
    .map(text => text.textContent);
})
"""
"""The words of pictures that are seen, and reach beyond their picture's left or right edge."""


def test_words_in_pictures_are_whole(opened, html_files: list[Path], viewport: dict[str, int]):
    cut = {}
    page = opened(html_files[0], viewport=viewport)
    for file in html_files:
        page.goto(file.as_uri())
        if found := page.evaluate(CUT):
            cut[file.name] = found

    assert cut == {}


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
