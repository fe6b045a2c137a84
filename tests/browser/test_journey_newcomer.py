"""J1: a newcomer opens the site that the first command made."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

QUESTIONS = ["How much violence was recorded?", "Is it going up?", "Is it the same everywhere?"]


def test_home_gives_three_answers_each_linked_to_its_figures_and_its_method(opened, site: Path):
    page = opened(site / "index.html")

    cards = page.locator(".app-card")
    assert cards.locator("h2").all_inner_texts() == QUESTIONS
    for at in range(3):
        card = cards.nth(at)
        assert card.locator(".app-figure").inner_text() not in ("", "not known")
        for words, heading in (("See the figures", "Violence in"), ("How do we know?", None)):
            card.get_by_role("link", name=words).click()
            title = page.locator("h1").inner_text()
            assert title.startswith(heading) if heading else page.get_by_text("How it is worked out").count()
            page.go_back()


def test_every_page_says_that_the_data_is_synthetic_and_prints_the_head(
    opened, html_files: list[Path], workspace
):
    head = (workspace.published / "ledger.jsonl").read_text()
    page = opened(html_files[0], javascript=False)
    for file in html_files:
        page.goto(file.as_uri())

        assert "a fictional area made to show the software" in page.locator("body").inner_text(), file
        assert page.locator("[data-ledger-head]").get_attribute("data-ledger-head") in head, file
        words = page.locator("svg[role=img] > title").all_text_contents()
        assert [said for said in words if not said.startswith("Synthetic data")] == [], file


def test_home_is_light_enough_for_a_slow_line(site: Path):
    # 1.6 Mbit/s carries 200 kB in a second; nothing is compressed on a disk or a plain server.
    weight = (site / "index.html").stat().st_size + (site / "assets" / "site.css").stat().st_size

    assert weight < 100_000
