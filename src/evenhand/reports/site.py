"""The public site: every page and file of it, as bytes. Its figures come from releases alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.disclosure.release import Release
from evenhand.reports.about import About
from evenhand.reports.assets_built import stylesheet
from evenhand.reports.material import Material
from evenhand.reports.pages.area import area_pages
from evenhand.reports.pages.areas import areas
from evenhand.reports.pages.downloads import downloads
from evenhand.reports.pages.home import home
from evenhand.reports.pages.how_we_know import how_we_know
from evenhand.reports.write import html


def pages(
    releases: Mapping[str, Release], shapes: Mapping[str, Mapping[str, Mapping[str, Any]]], about: About
) -> dict[str, bytes]:
    """The site but for its last page, by path below `site/`; the same input gives the same bytes.

    `releases` are by measure name, `shapes` GeoJSON outlines by area level and code (an area without
    one is left off the maps and stays in the tables). Data files, the ledger and the verifier are
    linked beside `site/`, not made here. Raises NotSetUp without the stylesheet, NotThere without a
    measure or figures for the whole area.
    """
    material = Material(releases, shapes, about)
    composed = [
        home(material),
        *area_pages(material),
        areas(material),
        *how_we_know(material),
    ]
    _each_once([page.path for page in composed])
    files = {page.path: html(page, about) for page in composed}
    return {**files, "assets/site.css": stylesheet()}


def last_page(releases: Mapping[str, Release], about: About, pack_size: int) -> tuple[str, bytes]:
    """Path and bytes of the page of downloads, which says how large a pack the rest makes, in bytes."""
    page = downloads(Material(releases, {}, about), pack_size)
    return page.path, html(page, about)


def _each_once(paths: list[str]) -> None:
    """Refuse two pages with one address: the second would take the place of the first."""
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise ValueError(f"two pages at {', '.join(twice)}")
