"""Numbers, names and little texts in words."""

import pytest

from evenhand.reports import words
from evenhand.reports.blocks import Code, Items, Link, Paragraph
from evenhand.reports.prose import prose
from evenhand.reports.write import from_here, unwritten


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(1234567, 0, "1,234,567"), (12.345, 1, "12.3"), (-4.25, 1, "−4.2"), (0, 0, "0"), (0.0, 1, "0")],
)
def test_number_is_written_as_people_write_it(value: float, places: int, expected: str):
    assert words.number(value, places) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.04, 1, "less than 0.1"),
        (-0.04, 1, "above −0.1"),
        (0.4, 0, "less than 1"),
        (0.0004, 3, "less than 0.001"),
    ],
)
def test_what_is_not_0_is_never_written_as_0(value: float, places: int, expected: str):
    assert words.number(value, places) == expected


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed_joins_as_in_a_sentence(items: list[str], expected: str):
    assert words.listed(items) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Newcastle upon Tyne", "newcastle-upon-tyne"),
        ("King's Lynn & West", "kings-lynn-west"),
        ("Ynys Môn", "ynys-mon"),
        ("???", "area"),
    ],
)
def test_slug_is_safe_in_an_address(name: str, expected: str):
    assert words.slug(name) == expected


@pytest.mark.parametrize(
    ("address", "path", "expected"),
    [
        ("index.html", "index.html", "index.html"),
        ("index.html", "a/b/c.html", "../../index.html"),
        ("a/x.html#y", "a/b.html", "x.html#y"),
        ("../data/x.csv", "a/b.html", "../../data/x.csv"),
        ("https://example.org/", "a/b.html", "https://example.org/"),
    ],
)
def test_addresses_are_relative_to_the_page_they_are_on(address: str, path: str, expected: str):
    assert from_here(address, path) == expected


def test_prose_knows_paragraphs_lists_code_and_links():
    found = prose("One\ntwo `x`.\n\n- a\n- b\n\nSee [ONS](https://ons.gov.uk).")

    assert found == (
        Paragraph(("One two ", Code("x"), ".")),
        Items((("a",), ("b",))),
        Paragraph(("See ", Link("ONS", "https://ons.gov.uk"), ".")),
    )


def test_prose_leaves_markup_as_words_and_makes_no_link_to_a_script():
    assert prose("[x](javascript:alert(1)) <b>") == (Paragraph(("[x](javascript:alert(1)) <b>",)),)


def test_a_block_that_no_template_writes_is_refused():
    with pytest.raises(TypeError, match="int"):
        unwritten(3)
