"""Find your area: local authorities, and every ward from A to Z."""

from __future__ import annotations

from evenhand.reports.blocks import Block, Heading, Items, Line, Link, Page, Paragraph
from evenhand.reports.material import Area, Material
from evenhand.reports.sections.where import drawn

PATH = "areas/index.html"


def areas(material: Material) -> Page:
    """Local authorities with what each holds, then the wards of all of them by name."""
    blocks: list[Block] = [
        Heading("Local authorities", "authorities"),
        Items(tuple(_authority(material, each) for each in material.holders)),
        *_drawn(material, "LAD"),
    ]
    wards = _wards(material)
    if wards:
        blocks += [Heading("Wards, A to Z", "wards"), Items(wards, columns=True), *_drawn(material, "WD")]
    return Page(
        PATH, "Find your area", PATH, tuple(blocks), lead="Choose a local authority, or look for your ward."
    )


def _drawn(material: Material, level: str) -> tuple[Block, ...]:
    said = drawn(material, level)
    return (Paragraph((said,), tone="source"),) if said else ()


def _authority(material: Material, area: Area) -> Line:
    return (
        Link(area.name, material.page_of(area)),
        ": ",
        Link("wards", f"{material.page_of(area)}#wards", f"of {area.name}"),
        ", ",
        Link("small areas", material.small_areas_of(area), f"of {area.name}"),
    )


def _wards(material: Material) -> tuple[Line, ...]:
    found = [(ward, holder) for holder in material.holders for ward in material.at("WD", holder)]
    return tuple(
        (Link(f"{ward.name} ({holder.name})", f"{material.page_of(holder)}#{ward.code}"),)
        for ward, holder in sorted(found, key=lambda pair: (pair[0].name, pair[0].code))
    )
