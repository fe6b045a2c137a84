"""J5: a member of the public, on a phone, with the keyboard alone, without JavaScript."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

PHONE = {"width": 375, "height": 740}
TABS = 60
"""More than enough to reach a link of the first page."""


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_two_clicks_lead_to_the_figures_of_a_ward(opened, site: Path, javascript: bool):
    page = opened(site / "index.html", viewport=PHONE, javascript=javascript)

    page.get_by_role("navigation", name="Main pages").get_by_role("link", name="Find your area").click()
    ward = page.locator(".app-columns a").first
    name, code = ward.inner_text(), (ward.get_attribute("href") or "").rpartition("#")[2]
    ward.click()

    row = page.locator(f"tr[id='{code}']")
    cells = row.locator("td").all_inner_texts()
    assert row.locator("th").inner_text() in name
    assert cells[0].replace(",", "").isdigit()
    assert row.is_visible()


def test_one_click_leads_to_an_authority_with_its_answer_trend_map_and_table(opened, site: Path):
    page = opened(site / "index.html", viewport=PHONE, javascript=False)

    page.locator(".app-columns a").first.click()

    assert "The police recorded" in page.locator("main").inner_text()
    trend = page.get_by_role("img", name="Line chart of incidents each month")
    assert [chart.is_visible() for chart in trend.all()] == [True], "one of the two widths shows"
    assert page.get_by_role("img", name="Map of").is_visible()
    page.locator("summary").first.click()
    table = page.get_by_role("table").first
    assert "not supplied" in page.locator("svg:visible text").all_text_contents()
    assert "Not known" in table.inner_text()
    page.get_by_role("link", name="The same figures as a table, by small area").click()
    assert page.get_by_role("table").locator("tbody tr").count() > 5


def test_an_area_is_reached_by_keyboard_alone_and_where_one_is_always_shows(opened, site: Path):
    page = opened(site / "index.html", viewport=PHONE)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    wanted = page.locator(".app-columns a").first.inner_text()
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.textContent").strip()
        outline = page.evaluate(
            "(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
            "(getComputedStyle(document.activeElement))"
        )
        assert outline, f"nothing shows that {focused!r} has the focus"
        if focused == wanted:
            break
    page.keyboard.press("Enter")

    page.wait_for_url("**/violence/*.html")
    assert page.locator("h1").inner_text() == wanted


def test_no_page_scrolls_sideways_on_a_phone(opened, html_files: list[Path]):
    wide = {}
    page = opened(html_files[0], viewport=PHONE)
    for file in html_files:
        page.goto(file.as_uri())
        # Folded tables too.
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[file.name] = over

    assert wide == {}


def test_areas_are_in_order_of_their_names_never_of_their_figures(opened, html_files: list[Path]):
    page = opened(html_files[0])
    for file in html_files:
        page.goto(file.as_uri())
        for table in page.get_by_role("table").all():
            if table.locator("thead th").first.inner_text() == "Area":
                names = table.locator("tbody th").all_inner_texts()
                assert names == sorted(names), file
