"""What the pages of one publication are composed from: its figures, outlines and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from evenhand.disclosure.release import Cell, Release
from evenhand.errors import NotThere
from evenhand.reports.about import About, MeasureNote, NoticeNote
from evenhand.reports.blocks import Line, Link, Paragraph
from evenhand.reports.classes import Classes, classes
from evenhand.reports.figures import Figures, Row
from evenhand.reports.pages.trail import LEDGER
from evenhand.reports.words import day, known, slug

NEEDED = (
    "recorded_violence",
    "violence_rate",
    "change_on_year",
    "violence_control_chart",
    "violence_by_deprivation",
    "violence_concentration",
    "outcomes_recorded",
    "coverage",
)
SMALLEST = ("LSOA21", "LSOA11")
"""Levels of small areas, the newest edition first: the site shows the first that has figures."""


@dataclass(frozen=True)
class Area:
    """One area with figures."""

    level: str
    code: str
    name: str


@dataclass(frozen=True)
class Material:
    """Releases by measure, outlines by level and code, and what the publication says of itself."""

    releases: Mapping[str, Release]
    shapes: Mapping[str, Mapping[str, Mapping[str, Any]]]
    about: About

    def __post_init__(self) -> None:
        """Refuse to compose a site without its measures. Raises NotThere."""
        missing = [name for name in NEEDED if name not in self.releases]
        if missing:
            raise NotThere(f"no release of {', '.join(missing)}", next_step="publish every measure")

    @cached_property
    def figures(self) -> dict[str, Figures]:
        """The figures of each measure."""
        return {
            name: Figures(release, withdrawn=name in self.withdrawn)
            for name, release in self.releases.items()
        }

    @cached_property
    def withdrawn(self) -> set[str]:
        """The measures whose figures were taken back: nothing of them is shown, nor written as a file."""
        return {notice.measure for notice in self.about.notices if notice.stands}

    def notice(self, measure: str) -> NoticeNote | None:
        """The latest correction or withdrawal of a measure."""
        return next((notice for notice in self.about.notices if notice.measure == measure), None)

    @cached_property
    def whole(self) -> Area:
        """The whole area. Raises NotThere where the releases have no figures under its code."""
        code = self.about.area_code
        level = self.figures["recorded_violence"].level_of(code)
        if level is None:
            raise NotThere(
                f"no figures for {self.about.area_name} ({code})",
                where="evenhand.toml, area",
                next_step="check the area's code",
            )
        return Area(level, code, self.about.area_name)

    @cached_property
    def authorities(self) -> list[Area]:
        """The local authorities inside the whole area, by name: none where it is one itself."""
        return [area for area in self.at("LAD") if area.code != self.whole.code]

    @property
    def holders(self) -> list[Area]:
        """The areas whose wards and small areas have pages: local authorities, else the whole area."""
        return self.authorities or [self.whole]

    @cached_property
    def smallest(self) -> str:
        """The level of small areas that has figures. Raises NotThere where there is none."""
        levels = self.figures["recorded_violence"].levels()
        for level in SMALLEST:
            if level in levels:
                return level
        raise NotThere("no figures by small area", next_step="publish with a lookup of LSOAs")

    def at(self, level: str, within: Area | None = None) -> list[Area]:
        """The areas of a level by name, those of one local authority where `within` is one."""
        figures = self.figures["recorded_violence"]
        codes = figures.codes(level)
        if within is not None and within != self.whole:
            codes = [code for code in codes if self.about.within.get(code) == within.code]
        return [Area(level, code, figures.names[level, code]) for code in codes]

    def _of_whole(self, kind: str) -> list[Row]:
        """The rows of the whole area's counts by year or by month, oldest first."""
        return self.figures["recorded_violence"].of(self.whole.level, self.whole.code, kind)

    @cached_property
    def period(self) -> tuple[str, date] | None:
        """Kind and first day of the period that every page speaks of.

        The latest year in which the count is known; where none is, the latest month in which it is. One
        period for all, so that no sentence joins two. Months are supplied for the whole area at once, so
        what is known for the whole is known for its parts. Where nothing is known, the latest year.
        """
        rows = [row for kind in ("month", "year") for row in self._of_whole(kind)]
        found = [row for row in rows if row.cell("incidents") is not Cell.NOT_KNOWN] or rows
        years = [row for row in found if row["period_kind"] == "year"]
        latest = (years or found)[-1:]
        return (latest[0]["period_kind"], latest[0]["period_from"]) if latest else None

    @property
    def by_month(self) -> bool:
        """Do the pages speak of a month, since no year is known?"""
        return self.period is not None and self.period[0] == "month"

    @property
    def later_years(self) -> list[Row]:
        """The whole area's rows of years after the one the pages speak of: not known, or it would be them."""
        if self.period is None or self.by_month:
            return []
        return [row for row in self._of_whole("year") if row["period_from"] > self.period[1]]

    def row(self, measure: str, area: Area) -> Row | None:
        """The area's row of the period that the pages speak of, where the measure has one."""
        rows = self.rows(measure, area)
        return rows[0] if rows else None

    def rows(self, measure: str, area: Area) -> list[Row]:
        """The area's rows of that period: one a category."""
        if self.period is None:
            return []
        kind, first = self.period
        found = self.figures[measure].of(area.level, area.code, kind)
        return [row for row in found if row["period_from"] == first]

    @cached_property
    def shading(self) -> Classes:
        """Classes of all small areas' rates, so that a shade means the same on every map."""
        rows = [self.row("violence_rate", area) for area in self.at(self.smallest)]
        return classes([row["per_1000"] for row in rows if row is not None and known(row, "per_1000")])

    @cached_property
    def slugs(self) -> dict[str, str]:
        """The part of its address for each local authority, by code; with the code where names are equal."""
        names = [slug(area.name) for area in self.authorities]
        return {
            area.code: name if names.count(name) == 1 else f"{name}-{area.code.lower()}"
            for area, name in zip(self.authorities, names, strict=True)
        }

    def page_of(self, area: Area) -> str:
        """Address of the page about an area."""
        return "violence/index.html" if area == self.whole else f"violence/{self.slugs[area.code]}.html"

    def small_areas_of(self, area: Area) -> str:
        """Address of the page with the small areas of an area in `holders`."""
        if area == self.whole:
            return "violence/small-areas.html"
        return f"violence/{self.slugs[area.code]}-small-areas.html"

    def note(self, measure: str) -> MeasureNote:
        """What is said of a measure. Raises NotThere where `about` says nothing."""
        for note in self.about.measures:
            if note.name == measure:
                return note
        raise NotThere(f"nothing is said about the measure {measure}", next_step="give it a MeasureNote")

    def know(self, *measures: str, before: Line = ()) -> Paragraph:
        """The line under a figure that says how it is known."""
        links: list[str | Link] = []
        for measure in measures:
            links += [", " if links else "", Link(self.note(measure).title.lower(), method_page(measure))]
        said = [part for measure in measures for part in self._said_of(measure)]
        return Paragraph((*before, *said, "How do we know? ", *links), tone="source")

    def _said_of(self, measure: str) -> Line:
        """That a measure was corrected or withdrawn, and why: at each of its figures."""
        notice = self.notice(measure)
        if notice is None:
            return ()
        where = Link(f"entry {notice.number}", f"{LEDGER}#entry-{notice.number}")
        reason = notice.reason.strip().rstrip(".")
        said = f"{notice.what} on {day(notice.made_on)} ({notice.title.lower()}): {reason} ("
        return (said, where, "). ")


def method_page(measure: str) -> str:
    """Address of the page about a measure."""
    return f"how-we-know/methods/{measure.replace('_', '-')}.html"


def data_file(measure: str, kind: str) -> str:
    """Address of a measure's data file, beside the site's folder."""
    return f"../data/{measure}.{kind}"
