"""The review page: whole in one file, readable by anybody, asking nothing of a network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evenhand.reports.about import PolicyNote
from evenhand.reports.pages.review import review_page
from evenhand.reports.review import COLUMNS, PRIVATE, ReviewNote, WithdrawnNote
from evenhand.reports.tally import Tally
from evenhand.reports.write import private_html

pytestmark = pytest.mark.browser

PHONE = {"width": 375, "height": 740}
NOTE = ReviewNote(
    partnership="Safer <Exampleshire>",
    area_name="Exampleshire",
    synthetic=True,
    maker="A. Analyst",
    reviewed_on=date(2026, 1, 31),
    digest="d" * 64,
    certificate="c" * 64,
    policy=PolicyNote("counts 1 (1 to 4 hidden)", "Small counts are hidden."),
    needs_approval=True,
    protection=2,
    tallies=(
        Tally("recorded_violence", "Recorded violence", 1053, 795, 0, 80, 124, 54, 612, lost=0.24),
        Tally("coverage", "What was supplied", 36, 95, 0, 25, 20, 4, 0),
    ),
    reader="Knows every table of this publication.",
    worlds=14,
    guarded=2060,
    withdrawn=(WithdrawnNote("What was supplied", date(2026, 1, 9), "A file was another’s."),),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    page = review_page(NOTE, 'evenhand approve --workspace my-area --by "NAME"')
    path = tmp_path / "index.html"
    path.write_bytes(private_html(page, NOTE.partnership, (PRIVATE,)))
    return path


def test_axe_finds_no_fault_on_any_screen(opened, file: Path, faults, viewport):
    assert faults(opened(file, viewport=viewport)) == []


def test_it_is_read_without_javascript_and_looks_like_the_site(opened, file: Path):
    page = opened(file, javascript=False)
    assert page.get_by_role("heading", level=1).inner_text() == "Review before publication"
    assert page.get_by_role("region", name="Notice").inner_text().startswith("Private to the partnership.")
    cells = page.get_by_role("row", name="Recorded violence 1,053").get_by_role("cell").all_inner_texts()
    assert cells == ["1,053", "795", "0", "80", "124", "54", "612"]
    assert page.get_by_text("nothing below the protection of 2 (proved by 14 worlds; see cert").count() == 1
    said = "What was supplied: withdrawn on 9 January 2026. A file was another’s."
    assert page.get_by_text(said).count() == 1
    assert "approve --workspace my-area" in page.get_by_label("Command").last.inner_text()
    header = page.locator("header div").first
    assert header.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(18, 58, 82)"


def test_on_a_phone_its_rows_are_lists_that_fit_and_still_a_table(opened, file: Path):
    page = opened(file, viewport=PHONE)
    wide = page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.app-scroll')]"
        ".filter(each => each.scrollWidth > each.clientWidth).length"
    )
    assert wide == 0
    table = page.get_by_role("table", name="Cells of each table")
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads == ["Table", *COLUMNS]
    row = table.get_by_role("row", name="Recorded violence 1,053")
    assert row.get_by_role("rowheader").inner_text() == "Recorded violence"
    seen = "each => getComputedStyle(each, '::before').content"
    for cell, column in zip(row.get_by_role("cell").all(), COLUMNS, strict=True):
        assert f'"{column}"' in cell.evaluate(seen)


def test_every_link_of_it_stays_on_it(opened, file: Path):
    page = opened(file)
    links = page.evaluate(
        "[...document.querySelectorAll('[href], [src]')].map(each => each.getAttribute('href'))"
    )
    inside = [link for link in links if link.startswith("#")]
    assert {link for link in links if link not in inside} == {"data:,"}
    assert all(page.locator(link).count() == 1 for link in inside)
