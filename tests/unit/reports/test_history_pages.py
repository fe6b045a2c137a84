"""What a site says of its own history: what changed, the ledger, the definition, the pack to take away."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evenhand.reports.about import ChangeNote, DefinitionNote, LargestNote, LineNote, NoticeNote, TableChange
from evenhand.reports.pages.method import said
from evenhand.reports.site import last_page, pages


def text_of(page: bytes) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def note(**changed: Any) -> ChangeNote:
    """What the publication of two tables changed: one moved, one could not be compared."""
    moved = TableChange(
        measure="recorded_violence",
        title="Recorded violence",
        entry=11,
        entry_before=1,
        table_before="data/earlier/recorded_violence-0123456789ab.csv",
        compared=1200,
        moved=3,
        largest=LargestNote("incidents", "1310", "1312", "Eastham", "year", date(2023, 2, 28)),
    )
    other = TableChange(
        "violence_rate", "Violence rate", 12, 2, "data/earlier/violence_rate-0123456789ab.csv",
        uncompared="the definition changed",
    )  # fmt: skip
    said: dict[str, Any] = {
        "published_on": date(2023, 7, 4),
        "months": (date(2023, 1, 1), date(2023, 2, 1)),
        "months_added": (date(2023, 2, 1),),
        "months_gone": (),
        "supplied_again": ("Exampleshire Police 2023-01 was supplied again: 12 rows, 10 before.",),
        "files_added": ("street.csv",),
        "files_gone": (),
        "reasons": ("The definition is now violence 2 (b); it was violence 1 (a).",),
        "tables": (moved, other),
    }
    return ChangeNote(**(said | changed))


def test_the_first_page_says_shortly_what_changed_and_links_to_all_of_it(publication):
    page = pages(*publication(changes=(note(),)))["index.html"]

    assert (
        "What changed 4 July 2023: February 2023 was added. Exampleshire Police 2023-01 was supplied again: "
        "12 rows, 10 before. Older figures moved in 1 table. Not compared: 1 table, because the definition "
        "changed." in text_of(page)
    )
    assert b'href="how-we-know/changes.html"' in page


def test_what_changed_says_which_figures_moved_how_far_and_where_the_earlier_ones_are(publication):
    first = note(first=True, published_on=date(2023, 6, 1), months_added=(), supplied_again=(), reasons=())
    page = pages(*publication(changes=(note(), first)))["how-we-know/changes.html"]
    words = text_of(page)

    assert words.index("4 July 2023 ") < words.index("1 June 2023 ")
    assert "3 of 1,200 older figures moved. The largest difference: incidents in Eastham, the year to February 2023: 1,312, before 1,310." in words  # fmt: skip  # noqa: E501
    assert "Not compared: 1 table, because the definition changed." in words
    assert "The first publication, with January 2023 and February 2023." in words
    assert b'href="../../data/earlier/recorded_violence-0123456789ab.csv"' in page
    assert b'href="ledger.html#entry-11"' in page


def test_two_publications_of_one_day_are_told_apart(publication):
    second = note(tables=(replace(note().tables[0], entry=21),))
    site = pages(*publication(changes=(second, note())))
    words = text_of(site["how-we-know/changes.html"])

    for number in (1, 2):
        assert words.count(f"Tables that changed: 4 July 2023, publication {number} of that day") == 1
    assert "4 July 2023, publication 2 of that day: February 2023 was added." in text_of(site["index.html"])


def test_a_column_without_words_is_named_by_its_meaning(publication):
    table = replace(note().tables[0], largest=LargestNote(
        "new_column", "1", "2", "Eastham", "month", date(2023, 2, 28), "Calls for help; null where none"
    ))  # fmt: skip
    page = pages(*publication(changes=(note(tables=(table,)),)))["how-we-know/changes.html"]

    assert "calls for help in Eastham, February 2023: 2, before 1" in text_of(page)
    assert "new column" not in text_of(page)


def test_a_table_that_stayed_the_same_is_not_listed_among_the_new(publication):
    same = TableChange("coverage", "What was supplied", 13, 3, "data/coverage.csv", same=True)

    some = text_of(
        pages(*publication(changes=(note(tables=(*note().tables, same)),)))["how-we-know/changes.html"]
    )
    none = text_of(pages(*publication(changes=(note(tables=(same,)),)))["how-we-know/changes.html"])

    assert "No older figure moved in 1 other table." in some
    assert "CSV of entry 1 Entry 11" in some
    assert "CSV of entry 3" not in some
    assert "Tables that changed" not in none
    assert "No older figure moved." in none


def test_the_ledger_lists_every_entry_and_says_which_cannot_be_on_it(publication):
    day = date(2023, 6, 1)
    lines = (
        LineNote(1, "figure", "11" * 32, day, "coverage", "Old", "data/earlier/coverage-0123456789ab.csv"),
        LineNote(2, "publication", "22" * 32, day),
        LineNote(3, "pack", "33" * 32, day),
        LineNote(4, "figure", "44" * 32, day, "coverage", "New", "data/coverage.csv", current=True),
    )
    page = pages(*publication(lines=lines))["how-we-know/ledger.html"]

    assert [f'id="entry-{number}"' in page.decode() for number in (1, 2, 3)] == [True, True, True]
    assert b'href="../../data/earlier/coverage-0123456789ab.csv"' in page
    assert "Those after entry 4 are the last lines of the ledger ." in text_of(page)
    assert "44" * 32 not in text_of(page), "the current entries have a list of their own"


def test_the_ledger_page_says_how_to_check_what_is_hidden_where_anything_is(publication):
    page = pages(*publication(checker_file="../check_hidden.py"))["how-we-know/ledger.html"]
    assert "python3 check_hidden.py" in text_of(page)
    assert b'href="../../check_hidden.py"' in page
    assert b"check_hidden" not in pages(*publication())["how-we-know/ledger.html"]


def test_the_words_of_the_definition_are_beside_what_is_counted(publication):
    said = DefinitionNote("violence", "1", "violence 1 (abc)", ("Robbery",), "Theft.", ("Burglary", "Drugs"))
    page = pages(*publication(definition=said))["how-we-know/index.html"]

    assert "In words Theft. What is counted Robbery What is not Burglary; Drugs" in text_of(page)


def test_a_measure_that_counts_every_type_names_no_definition(publication):
    releases, shapes, about = publication()
    notes = tuple(replace(each, by_definition=each.name != "coverage") for each in about.measures)

    site = pages(releases, shapes, replace(about, measures=notes))

    assert "none: it counts every crime type" in text_of(site["how-we-know/methods/coverage.html"])
    assert "violence 1 (abc)" in text_of(site["how-we-know/methods/violence-rate.html"])


@pytest.mark.parametrize(
    ("size", "words"), [(4_319_781, "about 4.3 MB"), (900, "about 0.1 MB"), (61e6, "about 61.0 MB")]
)
def test_the_page_of_downloads_links_the_pack_with_its_size(publication, size: int, words: str):
    releases, _, about = publication()

    path, page = last_page(releases, about, size)

    assert path == "downloads/index.html"
    assert f"The offline pack (zip, {words})" in text_of(page)
    assert b'href="../../offline-pack.zip"' in page


@pytest.mark.parametrize(
    ("same", "expected"),
    [
        (
            False,
            "Corrected on 3 February 2026: Put right. The figure before it, as entry 2 released it. Entry 5.",
        ),
        (
            True,
            "Released again on 3 February 2026: Put right. It is the figure that was withdrawn, as entry 2 ",
        ),
    ],
)
def test_a_figure_that_comes_back_as_it_was_is_not_called_corrected(same, expected):
    notice = NoticeNote(
        5, False, "coverage", "Coverage", "Put right.", date(2026, 2, 3), 2, "data/x.csv", 4, same=same
    )
    line = "".join(part if isinstance(part, str) else part.text for part in said(notice))
    assert line.startswith(expected)
