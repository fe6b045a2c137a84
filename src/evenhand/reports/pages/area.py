"""The page about an area: the same sections in the same words for every one."""

from __future__ import annotations

from collections.abc import Callable

from evenhand.reports.blocks import Block, Heading, Link, Page, Paragraph
from evenhand.reports.material import Area, Material, data_file
from evenhand.reports.sections.amount import amount
from evenhand.reports.sections.deprivation import deprivation
from evenhand.reports.sections.outcomes import outcomes
from evenhand.reports.sections.trend import trend
from evenhand.reports.sections.where import by_area, where

SECTION = "violence/index.html"
HERE = Link("Violence here", SECTION)


def area_pages(material: Material) -> list[Page]:
    """The page of the whole area and of each local authority, and of the small areas of each."""
    areas = [_page(material, area) for area in (material.whole, *material.authorities)]
    return areas + [_small_areas(material, holder) for holder in material.holders]


def _page(material: Material, area: Area) -> Page:
    whole = area == material.whole
    return Page(
        path=material.page_of(area),
        title=f"Violence in {area.name}" if whole else area.name,
        section=SECTION,
        trail=() if whole else (HERE,),
        blocks=(
            *amount(material, area),
            *_shown(material, area, trend, "violence_control_chart"),
            *_shown(material, area, where, "violence_rate", "violence_concentration"),
            *_inside(material, area),
            *_shown(material, area, deprivation, "violence_by_deprivation"),
            *_shown(material, area, outcomes, "outcomes_recorded"),
            *_downloads(material),
        ),
        lead="Violence that the police recorded: how much, when, where, and what happened next.",
    )


def _shown(
    material: Material, area: Area, section: Callable[[Material, Area], tuple[Block, ...]], *measures: str
) -> tuple[Block, ...]:
    """A section; where its figures were withdrawn, its question with the day and the reason alone."""
    blocks = section(material, area)
    if not blocks or not material.withdrawn.intersection(measures):
        return blocks
    return (blocks[0], Paragraph(("The figures of this section were withdrawn.",)), material.know(*measures))


def _inside(material: Material, area: Area) -> tuple[Block, ...]:
    """The areas one step smaller: local authorities of the whole, wards of an authority."""
    if area not in material.holders:
        caption = f"Local authorities in {area.name}, by name"
        table = by_area(material, material.authorities, caption, links=True)
        heading = Heading("By local authority", "authorities")
    else:
        table = by_area(material, material.at("WD", area), f"Wards of {area.name}, by name")
        heading = Heading("By ward", "wards")
    if not table.rows:
        return ()
    return (heading, table, material.know("recorded_violence", "violence_rate", "change_on_year"))


def _small_areas(material: Material, authority: Area) -> Page:
    caption = f"Small areas of {authority.name}, by name"
    blocks: tuple[Block, ...] = (
        Paragraph(
            (
                "A small area here is a lower layer super output area: a few streets with about "
                "1,500 people. With so few people, a figure can move a lot by chance. Look at the range.",
            )
        ),
        by_area(material, material.at(material.smallest, authority), caption),
        material.know("recorded_violence", "violence_rate", "change_on_year"),
    )
    return Page(
        path=material.small_areas_of(authority),
        title=f"{authority.name}: small areas",
        section=SECTION,
        trail=(HERE, Link(authority.name, material.page_of(authority))),
        blocks=blocks,
    )


def _downloads(material: Material) -> tuple[Block, ...]:
    files = (
        ("Counts", "recorded_violence"),
        ("rates", "violence_rate"),
        ("months", "violence_control_chart"),
    )
    links: list[str | Link] = []
    for text, measure in files:
        if measure in material.withdrawn:
            continue
        links += [", " if links else "", Link(f"{text} (CSV)", data_file(measure, "csv"))]
    return (
        Heading("Take the figures away", "downloads"),
        Paragraph((*links, ". " if links else "", Link("All data files", "downloads/index.html"), ".")),
    )
