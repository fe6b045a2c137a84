"""The first page: three answers in three sentences, and the way to every area."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.blocks import Block, Card, Cards, Heading, Items, Link, Page, Paragraph
from evenhand.reports.figures import Row
from evenhand.reports.material import Area, Material, method_page
from evenhand.reports.pages.trail import CHANGES
from evenhand.reports.sections.amount import (
    NOT_ALL,
    a_month_only,
    amount_sentence,
    change_sentence,
    rate_sentence,
)
from evenhand.reports.sections.trend import trend_sentence
from evenhand.reports.sections.where import concentration_sentence
from evenhand.reports.what_changed import headlines, named

HOME = "index.html"
NOT_YET = "Too soon to say"


def home(material: Material) -> Page:
    """Three answers about the whole area, its local authorities, and what changed since last time."""
    about, area = material.about, material.whole
    blocks: tuple[Block, ...] = (
        Cards((_how_much(material, area), _going_up(material, area), _where(material, area))),
        *a_month_only(material),
        Paragraph(
            (
                f"{NOT_ALL} Here, violence means what they record as {_types(about)}. ",
                Link("What counts, and why", "how-we-know/index.html#definition"),
                ".",
            ),
            tone="inset",
        ),
        Heading("Find your area", "areas"),
        Items(tuple((Link(each.name, material.page_of(each)),) for each in material.holders), columns=True),
        Paragraph((Link("All areas and wards, A to Z", "areas/index.html"), ".")),
        *what_changed(material),
    )
    return Page(HOME, f"Violence in {area.name}", HOME, blocks, lead=_lead(material))


def _types(about: About) -> str:
    return words.listed(f"“{kind}”" for kind in about.definition.crime_types)


def _lead(material: Material) -> str:
    about = material.about
    return (
        f"{about.partnership} publishes what is known about violence in {about.area_name}. "
        "Every figure shows how it was worked out. Anyone can check it."
    )


def _how_much(material: Material, area: Area) -> Card:
    count = material.row("recorded_violence", area)
    rate = material.row("violence_rate", area)
    shown = words.cell(count, "incidents") if count is not None else words.NOT_KNOWN
    sentence = f"{amount_sentence(count, area, material.about)} {rate_sentence(rate)}"
    return _card("How much violence was recorded?", shown, sentence, "how-much", "recorded_violence")


def _going_up(material: Material, area: Area) -> Card:
    row = material.row("change_on_year", area)
    months = material.figures["violence_control_chart"].of(area.level, area.code, "month")
    sentence = f"{change_sentence(row)} {trend_sentence(months)}"
    shown = words.change(row) if row is not None else NOT_YET if material.by_month else words.NOT_KNOWN
    return _card("Is it going up?", shown, sentence, "trend", "change_on_year")


def _where(material: Material, area: Area) -> Card:
    row = material.row("violence_concentration", area)
    return _card(
        "Is it the same everywhere?",
        _holding(row),
        concentration_sentence(row),
        "where",
        "violence_concentration",
    )


def _holding(row: Row | None) -> str:
    if row is None or not words.known(row, "share_percent"):
        return words.absent(row, "share_percent")
    return f"At least half in {words.cell(row, 'share_percent')}% of small areas"


def _card(question: str, figure: str, sentence: str, anchor: str, measure: str) -> Card:
    links = (
        Link("See the figures", f"violence/index.html#{anchor}"),
        Link("How do we know?", method_page(measure)),
    )
    return Card(question, figure, (sentence,), links)


def what_changed(material: Material) -> tuple[Block, ...]:
    """What the latest publication changed, in one paragraph, and the way to all of it."""
    if not material.about.changes:
        return ()
    latest = material.about.changes[0]
    return (
        Heading("What changed", "what-changed"),
        Paragraph(
            (
                f"{named(material.about.changes, 0)}: {' '.join(headlines(latest))} ",
                Link("All changes, publication by publication", CHANGES),
                ".",
            )
        ),
    )
