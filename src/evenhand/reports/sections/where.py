"""Where is the violence that the police recorded?"""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.blocks import Aside, Block, Heading, Line, Link, Map, Paragraph, Table
from evenhand.reports.classes import legend
from evenhand.reports.figures import Row
from evenhand.reports.maps import Label, Name, Place, closer, panel
from evenhand.reports.material import Area, Material
from evenhand.reports.outlines import Geometry, Grid, bounds, middle
from evenhand.reports.sections.amount import compared_note

WHOLE, ONE = 900, 900
"""Steps of the grid from west to east."""
CLOSER = 2600
"""The same where a second panel shows a part of the map much nearer."""
MUCH_SMALLER = 0.25
"""An authority this much smaller than the largest (in height) is drawn again, nearer."""
MOVED = (
    "The publisher moves each incident to a nearby map point. Town centres look high because many "
    "people visit them and few live there."
)
SIMPLIFIED = (
    "The outlines are simplified: they show about where an area is, not which side of a street or river it "
    "ends on, and the lines of local authorities can cut across small areas."
)
OF_SMALL_AREAS = ": it is worked out from small areas, and not all of their figures are shown"
NAMELESS = "Where we were given no name for an area, its code stands in its place."


def concentration_sentence(row: Row | None) -> str:
    """How few small areas hold at least half of the incidents."""
    if row is None or not words.known(row, "lsoas_holding_half"):
        said = f"How far it is gathered in a few places {words.is_absent(row, 'lsoas_holding_half')}"
        return f"{said}{OF_SMALL_AREAS if words.withheld(row, 'lsoas_holding_half') else ''}."
    return (
        f"At least half of the incidents in {words.period(row)} were in "
        f"{words.cell(row, 'lsoas_holding_half')} of the {words.cell(row, 'lsoas')} small areas "
        f"({words.cell(row, 'share_percent', 1)}%)."
    )


def where(material: Material, area: Area) -> tuple[Block, ...]:
    """The section: a sentence, the map, and where its figures are as tables."""
    drawn_map = _map(material, area, material.at(material.smallest, area))
    outlines = any(isinstance(each, Map) for each in drawn_map)
    return (
        Heading("Where is it?", "where"),
        Paragraph((concentration_sentence(material.row("violence_concentration", area)),)),
        *drawn_map,
        Paragraph(_tables(material, area)),
        Paragraph((f"{MOVED} {SIMPLIFIED}" if outlines else MOVED,)),
        material.know("violence_rate", "violence_concentration"),
    )


def _tables(material: Material, area: Area) -> Line:
    if area in material.holders:
        return (Link("The same figures as a table, by small area", material.small_areas_of(area)), ".")
    links: list[str | Link] = []
    for authority in material.authorities:
        links += [", " if links else "", Link(authority.name, material.small_areas_of(authority))]
    return ("The same figures as tables, by small area: ", *links, ".")


def _map(material: Material, area: Area, small: list[Area]) -> tuple[Block, ...]:
    outlines = material.shapes.get(material.smallest, {})
    rows = [material.row("violence_rate", each) for each in small]
    found = material.shading
    places = [
        Place(outlines[each.code], found.mark(row, "per_1000"), f"{each.name}: {_rate(row)}")
        for each, row in zip(small, rows, strict=True)
        if each.code in outlines
    ]
    if not places:
        return (Paragraph(("No outlines were supplied, so there is no map.",)),)
    said = next((words.period(row) for row in rows if row is not None), "")
    synthetic = "Synthetic data. " if material.about.synthetic else ""
    return (
        Map(
            name="map",
            title=f"Incidents for every 1,000 people by small area, {area.name}, {said}",
            words=f"{synthetic}Map of {area.name} with "
            f"{words.plural(len(places), 'small area', 'small areas')}, shaded by rate: darker is higher. "
            "The shades mean the same on every map of this site. The figures are in the tables linked below.",
            panels=_panels(material, places, area),
            legend=legend(found, rows, "per_1000"),
        ),
    )


def _rate(row: Row | None) -> str:
    return words.NOT_KNOWN if row is None else words.cell(row, "per_1000", 1)


def _labels(material: Material, area: Area) -> list[Label]:
    outlines = material.shapes.get("LAD", {})
    drawn = material.holders if area == material.whole else [area]
    return [Label(outlines[each.code], each.name) for each in drawn if each.code in outlines]


def _panels(material: Material, places: list[Place], area: Area) -> tuple[tuple[str, str], ...]:
    """The whole map, and its small authorities again where they would be too small to read.

    A map of one authority has the names of its wards in place of its own.
    """
    labels = _labels(material, area)
    shapes: list[Geometry] = [place.geometry for place in places]
    near = _much_smaller(labels)
    if len(labels) < 2:
        grid = Grid(bounds(shapes), ONE)
        return ((area.name, panel(places, [], grid, "areas", ward_names(material, area, grid))),)
    if not near:
        return ((area.name, panel(places, labels, Grid(bounds(shapes), ONE), "areas")),)
    grid = Grid(bounds(shapes), CLOSER)
    names = {label.name for label in near}
    far = [Label(label.geometry, "" if label.name in names else label.name) for label in labels]
    return (
        (area.name, panel(places, far, grid, "areas")),
        (f"Closer: {words.listed(sorted(names))}", closer(near, grid, "areas")),
    )


def ward_names(material: Material, area: Area, grid: Grid) -> tuple[Name, ...]:
    """The wards' names, each in the middle of its small areas, the ward of the largest extent first."""
    outlines, of_ward = material.shapes.get(material.smallest, {}), material.about.wards
    inside: dict[str, list[Geometry]] = {}
    for small in material.at(material.smallest, area):
        if small.code in outlines and small.code in of_ward:
            inside.setdefault(of_ward[small.code], []).append(outlines[small.code])
    found = [(inside[ward.code], ward.name) for ward in material.at("WD", area) if ward.code in inside]
    found.sort(key=lambda pair: (-_extent(pair[0]), pair[1]))
    return tuple(Name(name, *_middle_of(shapes, grid)) for shapes, name in found)


def _extent(shapes: list[Geometry]) -> float:
    west, south, east, north = bounds(shapes)
    return (east - west) * (north - south)


def _middle_of(shapes: list[Geometry], grid: Grid) -> tuple[int, int]:
    """The middle of the shape nearest to the middle of them all: always inside one of them or near."""
    west, south, east, north = bounds(shapes)
    x, y = grid.at((west + east) / 2, (south + north) / 2)
    middles = [middle(shape, grid) for shape in shapes]
    if len(middles) == 1:
        return middles[0]
    return min(middles, key=lambda at: ((at[0] - x) ** 2 + (at[1] - y) ** 2, at))


def _much_smaller(labels: list[Label]) -> list[Label]:
    """The authorities far smaller than the largest: empty where all are of a size."""
    heights = {label.name: _height(label) for label in labels}
    largest = max(heights.values(), default=0)
    return [label for label in labels if heights[label.name] < MUCH_SMALLER * largest]


def _height(label: Label) -> float:
    box = bounds([label.geometry])
    return box[3] - box[1]


KINDS = {"WD": "Wards", "LAD": "Local authorities"}


def drawn(material: Material, level: str) -> str:
    """Which edition of boundaries the areas of a level are of, in a sentence; empty where nobody says."""
    if level.startswith("LSOA"):
        return f"Small areas are those of the {2000 + int(level[4:])} census."
    years = material.about.boundaries.get(level, ())
    if not years or level not in KINDS:
        return ""
    first, *others = map(str, years)
    but = f" Some small areas are placed by the lookup of {words.listed(others)}." if others else ""
    return f"{KINDS[level]} are those of {first}: boundaries change from time to time.{but}"


def by_area(material: Material, areas: list[Area], caption: str, links: bool = False) -> Table:
    """A table of areas by name: incidents, rate, range and change on the year before."""
    counts = (material.row("recorded_violence", area) for area in areas)
    period = next((f": {words.period(row)}" for row in counts if row is not None), "")
    return Table(
        caption=caption + period,
        head=("Area", "Incidents", "Compared with the year before", "For every 1,000 people (range)"),
        rows=tuple(_area_row(material, area, links) for area in areas),
        numeric=frozenset({1, 3}),
        note=" ".join(part for part in _notes(material, areas) if part),
        anchors=tuple(area.code for area in areas),
    )


def _notes(material: Material, areas: list[Area]) -> tuple[str, ...]:
    """What stands under a table by area, each empty where there is nothing to say."""
    compared = compared_note([material.row("change_on_year", area) for area in areas])
    return (words.KEY_TO_WORDS, compared, _nameless(areas), _drawn(material, areas))


def _nameless(areas: list[Area]) -> str:
    return NAMELESS if any(area.name == area.code for area in areas) else ""


def _drawn(material: Material, areas: list[Area]) -> str:
    return drawn(material, areas[0].level) if areas else ""


def _area_row(material: Material, area: Area, links: bool) -> tuple[Line, ...]:
    count = material.row("recorded_violence", area)
    rate = material.row("violence_rate", area)
    change = material.row("change_on_year", area)
    return (
        (Link(area.name, material.page_of(area)),) if links else (area.name,),
        (words.NOT_KNOWN if count is None else words.cell(count, "incidents"),),
        (words.NOT_KNOWN if change is None else words.change(change),),
        with_range(rate),
    )


def with_range(rate: Row | None) -> Line:
    """The rate with its range beside it, or why there is no rate."""
    if rate is None or not words.known(rate, "per_1000", "lower_95", "upper_95"):
        return (_rate(rate),)
    said = words.cell(rate, "per_1000", words.places_of(rate, "lower_95", "upper_95"))
    return (said, Aside(f"({words.limits(rate, 'lower_95', 'upper_95')})"))
