"""The whole site from a small publication: what is on it, and what is never on it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from evenhand.errors import NotThere
from evenhand.reports.site import pages


def text_of(page: bytes) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_the_same_publication_gives_the_same_bytes(publication):
    assert pages(*publication()) == pages(*publication())


def test_every_area_has_its_pages(publication):
    found = set(pages(*publication()))

    assert {"index.html", "violence/index.html", "violence/eastham.html", "violence/westham.html"} <= found
    assert {"violence/eastham-small-areas.html", "areas/index.html"} <= found
    assert {"how-we-know/methods/coverage.html", "how-we-know/coverage.html", "assets/site.css"} <= found


def test_every_page_prints_the_head_of_the_ledger(publication):
    site = pages(*publication())

    assert all(
        f'data-ledger-head="{"cd" * 32}"'.encode() in page
        for path, page in site.items()
        if path.endswith("html")
    )


def test_a_hidden_count_is_in_words_and_its_number_nowhere(publication):
    open_site, hidden_site = pages(*publication()), pages(*publication(hide_to=7))

    path = "violence/eastham-small-areas.html"
    assert "Eastham 000A 3 no clear change 2.0 (1.9 to 2.1)" in text_of(open_site[path])
    assert "Eastham 000A withheld withheld withheld" in text_of(hidden_site[path])
    assert "Eastham 000A: 2.0" in open_site["violence/eastham.html"].decode()
    for page in hidden_site.values():
        assert b"Eastham 000A: 2.0" not in page
    assert "Eastham 000A: withheld" in hidden_site["violence/eastham.html"].decode()
    assert 'fill="url(#withheld)"' in hidden_site["violence/eastham.html"].decode()


def test_what_is_supplied_by_others_is_escaped(publication):
    site = pages(*publication())

    assert b"Charged <b>" not in b"".join(site.values())
    assert b"Charged &lt;b&gt;" in site["violence/index.html"]
    assert b"Exampleshire &amp; District" in site["index.html"]
    assert b"Police &lt;forces&gt;" in site["how-we-know/sources.html"]


def test_synthetic_data_is_said_on_every_page_and_no_publisher_is_named_as_its_maker(publication):
    site = pages(*publication(synthetic=True))

    for path, page in site.items():
        if path.endswith("html"):
            assert "Synthetic data: a fictional area made to show the software" in text_of(page).replace(
                "data :", "data:"
            )
            assert b"Contains data from" not in page


@pytest.mark.parametrize(
    ("synthetic", "said"),
    [(False, "Contains data from: "), (True, "The data is made up, in the formats of: ")],
)
def test_the_foot_of_a_page_names_each_publisher_once(publication, synthetic, said):
    releases, shapes, about = publication(synthetic=synthetic)
    names = ("Statistics", "Statistics, Maps", "Ministry of Housing, Communities and Local Government")
    supplies = tuple(replace(about.supplies[0], publisher=name) for name in names)

    page = pages(releases, shapes, replace(about, supplies=supplies))["index.html"]

    assert f"{said}Maps; Ministry of Housing, Communities and Local Government; Statistics." in text_of(page)


def test_missing_months_are_named(publication):
    site = pages(*publication(missing_months=(date(2022, 1, 1), date(2022, 3, 1))))

    assert "Not supplied: January 2022 and March 2022. That there is no figure does not" in text_of(
        site["how-we-know/coverage.html"]
    )


def test_months_left_out_are_named_with_the_reason_and_not_said_to_be_not_supplied(publication):
    gone = date(2021, 3, 1)
    site = pages(*publication(missing_months=(gone,), left_out={gone: "it mixes two census years"}))

    assert "Left out: March 2021, since it mixes two census years." in text_of(
        site["how-we-know/coverage.html"]
    )
    area = site["violence/index.html"].decode()
    assert "Left out: March 2021." in area
    assert "ot supplied: March 2021" not in area
    assert "Months without figures, and why" in area


def test_the_edition_of_the_boundaries_is_said_where_areas_are_listed(publication):
    site = pages(*publication(boundaries={"WD": (2024, 2017), "LAD": (2024,)}))

    wards = text_of(site["violence/eastham.html"])
    assert "Wards are those of 2024: boundaries change from time to time." in wards
    assert "Some small areas are placed by the lookup of 2017." in wards
    assert "Local authorities are those of 2024" in text_of(site["areas/index.html"])
    assert "Small areas are those of the 2011 census" in text_of(site["violence/eastham-small-areas.html"])


def test_a_table_by_area_says_that_its_comparison_is_of_fewer_months(publication):
    said = text_of(pages(*publication())["violence/eastham-small-areas.html"])

    assert "is of only the 11 months that have figures in both years, so it may be shown where" in said


def test_files_that_no_figure_is_made_from_are_said_to_be_unused(publication):
    releases, shapes, about = publication()
    spare = replace(about.supplies[0], title="Stop and search", file="stops.csv", sha256="12" * 32)

    page = text_of(
        pages(releases, shapes, replace(about, supplies=(*about.supplies, spare)))["how-we-know/sources.html"]
    )

    assert "no figure on this site is made from them: Stop and search." in page


def test_a_map_of_one_authority_has_its_outline_and_the_names_of_its_wards(publication):
    releases, shapes, about = publication()
    wards = {f"E0109990{at}": "E05099900" for at in range(4)}

    page = pages(releases, shapes, replace(about, wards=wards))["violence/eastham.html"].decode()

    assert page.count('<g class="mu"><use href="#areas-all"/></g>') == 1
    assert re.findall(r"<text[^>]*>([^<]+)</text></g></svg></div>", page) == ["Quay"]


def test_a_local_authority_by_itself_is_the_whole_area(publication):
    site = pages(*publication(area_code="E06000091", area_name="Eastham"))

    assert "violence/eastham.html" not in site
    assert "violence/index.html" in site


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_reserved(publication):
    for path, page in pages(*publication()).items():
        assert not re.search(rb"<script|<link[^>]+https?:|<img|@import|url\(['\"]?(?:https?:)?//", page), path
        assert not re.search(rb"GDS Transport|govuk-crest|govuk-logo", page), path


@pytest.mark.parametrize("gone", ["violence_rate", "coverage"])
def test_a_site_without_one_of_its_measures_is_refused(publication, gone: str):
    releases, shapes, about = publication()
    del releases[gone]

    with pytest.raises(NotThere, match=gone):
        pages(releases, shapes, about)


def test_an_area_that_has_no_figures_is_refused(publication):
    releases, shapes, about = publication()

    with pytest.raises(NotThere, match="E99999999"):
        pages(releases, shapes, replace(about, area_code="E99999999"))


def test_without_outlines_there_are_tables_and_no_map(publication):
    releases, _, about = publication()

    site = pages(releases, {}, about)

    assert "No outlines were supplied, so there is no map." in text_of(site["violence/index.html"])
    assert "Eastham 001A" in text_of(site["violence/eastham-small-areas.html"])


def test_a_month_kept_back_is_never_said_to_be_not_supplied(publication, charted):
    releases, shapes, about = publication()
    releases["violence_control_chart"] = charted([2, 3, None, 24, 40], hide_to=5)

    page = pages(releases, shapes, about)["violence/index.html"].decode()

    assert "Not supplied: March 2021. Withheld: January 2021 and February 2021." in page
    # Once in each of the chart's two widths, as text of the picture: two months side by side say it once.
    assert (page.count(">not supplied</text>"), page.count(">withheld</text>")) == (2, 2)


def unknown(release, made_release, *columns: str):
    """The same release with nothing known in those columns."""
    rows = release.table.to_pylist()
    return made_release(release.measure, [row | dict.fromkeys(columns) for row in rows])


def test_where_no_rate_is_known_every_small_area_is_drawn_as_not_known(publication, made_release):
    releases, shapes, about = publication()
    nothing = ("incidents", "per_1000", "lower_95", "upper_95")
    releases["violence_rate"] = unknown(releases["violence_rate"], made_release, *nothing)

    page = pages(releases, shapes, about)["violence/index.html"]

    assert page.count(b'fill="url(#unknown)"') >= 8
    assert "The rate for every 1,000 people is not known." in text_of(page)


def test_where_every_count_and_rate_is_withheld_the_site_is_made_and_says_so(publication, made_release):
    releases, shapes, about = publication()
    small = {"PFA": 8, "LAD": 4, "WD": 4, "LSOA11": 1}
    for measure, counts in (
        ("recorded_violence", ("incidents",)),
        ("violence_rate", ("incidents",)),
        ("change_on_year", ("incidents_compared", "incidents_before")),
    ):
        rows = releases[measure].table.to_pylist()
        few = [row | dict.fromkeys(counts, small[row["area_level"]]) for row in rows]
        releases[measure] = made_release(measure, few, 8)

    page = pages(releases, shapes, about)["violence/index.html"]

    assert page.count(b'fill="url(#withheld)"') >= 8
    assert "The rate for every 1,000 people is withheld." in text_of(page)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((1, 1), "1 row of another force, by the name in “Reported by”, is in the files and in no figure"),
        ((None, 2), "Rows of 2 other forces, by the name in “Reported by”, are in the files"),
        ((1500, 3), "1,500 rows of 3 other forces, by the name in “Reported by”, are in the files"),
    ],
)
def test_rows_of_other_forces_are_named_beside_what_was_supplied(publication, others, said: str):
    assert said in pages(*publication(other_forces=others))["how-we-know/coverage.html"].decode()
    assert "other force" not in pages(*publication())["how-we-know/coverage.html"].decode()


def test_the_page_of_sources_says_where_outcomes_come_from_and_what_feeds_nothing(publication):
    page = pages(*publication())["how-we-know/sources.html"].decode()

    assert "the column “Last outcome category” of the street-level files" in page
    assert "feed no figure yet" in page


def test_a_rate_has_its_range_in_its_own_cell_so_that_a_phone_shows_it(publication):
    page = pages(*publication())["violence/index.html"].decode()

    assert '70.0 <span class="app-aside">(65.6 to 75.0)</span></td>' in page
    assert ">Range</th>" not in page


def test_a_map_says_that_its_outlines_are_simplified(publication):
    releases, shapes, about = publication()

    assert b"The outlines are simplified" in pages(releases, shapes, about)["violence/index.html"]
    assert b"The outlines are simplified" not in pages(releases, {}, about)["violence/index.html"]
