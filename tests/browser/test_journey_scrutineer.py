"""J6: a scrutineer takes the publication away as one zip, opens it from the disk and checks it."""

import csv
import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def taken_away(workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline pack that the page of downloads links to, carried elsewhere and unpacked."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    page = workspace.published / "site" / "downloads" / "index.html"
    link = re.search(r'href="([^"]+\.zip)"', page.read_text(encoding="utf-8"))
    assert link is not None
    with zipfile.ZipFile(page.parent / link[1]) as archive:
        archive.extractall(elsewhere)
    (unpacked,) = elsewhere.iterdir()
    return unpacked


def test_a_figure_leads_to_its_entry_and_to_the_hash_of_the_file_it_came_from(
    opened, taken_away: Path, workspace
):
    page = opened(taken_away / "site" / "index.html")

    page.locator(".app-card").first.get_by_role("link", name="How do we know?").click()
    page.locator("#table-files-behind-recorded-violence").wait_for(state="attached")
    rows = page.locator("table[aria-labelledby='table-files-behind-recorded-violence'] tbody tr")
    files = {row.locator("th").text_content(): row.locator("td").text_content() for row in rows.all()}
    loose = {name: sha256 for name, sha256 in files.items() if name and "!" not in name}
    page.get_by_role("link", name="Entry").click()

    assert loose, "some file is not inside an archive"
    for name, sha256 in loose.items():
        assert hashlib.sha256((workspace.incoming / name).read_bytes()).hexdigest() == sha256
    assert page.locator("h1").inner_text() == "Ledger"
    assert page.evaluate("location.hash").startswith("#entry-")


def test_the_hash_on_the_page_is_the_hash_of_the_data_file_it_links_to(opened, taken_away: Path):
    page = opened(taken_away / "site" / "how-we-know" / "methods" / "recorded-violence.html")

    link = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    found = hashlib.sha256(
        (taken_away / "site" / "how-we-know" / "methods" / str(link)).read_bytes()
    ).hexdigest()

    assert page.get_by_text(found).count() == 1


def test_a_figure_on_a_page_is_the_figure_in_the_data_file(opened, taken_away: Path):
    page = opened(taken_away / "site" / "violence" / "index.html")
    shown = {
        row.locator("th").inner_text(): row.locator("td").first.inner_text().replace(",", "")
        for row in page.locator("section, main")
        .first.locator("table")
        .filter(has_text="Compared")
        .locator("tbody tr")
        .all()
    }

    with (taken_away / "data" / "recorded_violence.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [
            line
            for line in csv.DictReader(file)
            if line["area_level"] == "LAD" and line["period_kind"] == "year"
        ]
    last = max(line["period_from"] for line in lines)

    assert shown == {line["area_name"]: line["incidents"] for line in lines if line["period_from"] == last}


def test_the_verifier_that_came_with_it_says_that_the_entries_hold(taken_away: Path):
    found = subprocess.run(
        [sys.executable, taken_away / "verify.py"], capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert "entries hold" in found.stdout
