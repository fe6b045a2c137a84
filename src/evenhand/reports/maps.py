"""Maps, drawn as our own SVG: areas coloured by class, outlines and names of local authorities over them.

Longitude and latitude are flattened with one scale for the area's middle latitude and rounded to a
whole-number grid, so neighbours still meet and paths stay short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any

Geometry = Mapping[str, Any]
"""GeoJSON Polygon or MultiPolygon."""
Ring = list[tuple[int, int]]
Box = tuple[float, float, float, float]
"""West, south, east, north."""

MARGIN = 12


@dataclass(frozen=True)
class Place:
    """One area of a map: its outline, its mark (an attribute that fills it) and its words."""

    geometry: Geometry
    mark: str
    words: str


@dataclass(frozen=True)
class Label:
    """A local authority drawn over the map: its outline and its name."""

    geometry: Geometry
    name: str


@dataclass(frozen=True)
class Grid:
    """From degrees to whole-number positions on the picture, west and north at 0."""

    box: Box
    width: int

    @property
    def _shrink(self) -> float:
        return cos(radians((self.box[1] + self.box[3]) / 2))

    @property
    def scale(self) -> float:
        """Steps of the grid in one degree of latitude."""
        return self.width / ((self.box[2] - self.box[0]) * self._shrink)

    @property
    def height(self) -> int:
        """The picture's height, from its width and the box's shape."""
        return round((self.box[3] - self.box[1]) * self.scale)

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """The position of a point."""
        east = (longitude - self.box[0]) * self._shrink * self.scale
        return round(east), round((self.box[3] - latitude) * self.scale)


def rings(geometry: Geometry) -> Iterable[list[list[float]]]:
    """Every ring of a Polygon or MultiPolygon."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return (ring for part in parts for ring in part)


def bounds(geometries: Iterable[Geometry]) -> Box:
    """The box that holds them all."""
    points = [point for geometry in geometries for ring in rings(geometry) for point in ring]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def path(geometry: Geometry, grid: Grid) -> str:
    """The outline as path data in short relative steps; the largest ring alone where all vanish."""
    drawn = [_ring(ring, grid) for ring in rings(geometry)]
    kept = [ring for ring in drawn if len(ring) > 2] or [max(drawn, key=len)]
    return "".join(_steps(ring) for ring in kept)


def _ring(ring: list[list[float]], grid: Grid) -> Ring:
    """Positions of a ring without repeats and without points on a straight line of the grid."""
    kept: Ring = []
    for point in ring[:-1]:
        at = grid.at(point[0], point[1])
        if kept and kept[-1] == at:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], at):
            kept.pop()
        kept.append(at)
    return kept


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _steps(ring: Ring) -> str:
    first, *rest = ring
    words = [f"M{first[0]} {first[1]}"]
    before = first
    if rest:
        words.append("l")
    for at in rest:
        x, y = at[0] - before[0], at[1] - before[1]
        space = "" if words[-1] == "l" or x < 0 else " "
        words.append(f"{space}{x}{'' if y < 0 else ' '}{y}")
        before = at
    return "".join(words) + "z"


def panel(places: list[Place], labels: list[Label], grid: Grid, name: str) -> str:
    """The map as one SVG; its areas are the group `name`, so that `closer` can draw them again."""
    areas = "".join(
        f'<path {place.mark} d="{path(place.geometry, grid)}"><title>{escape(place.words)}</title></path>'
        for place in sorted(places, key=lambda place: place.words)
    )
    outlines = "".join(f'<path d="{path(label.geometry, grid)}"/>' for label in labels)
    drawn = f'<g id="{name}"><g>{areas}</g><g class="o">{outlines}</g></g>'
    return _svg((-MARGIN, -MARGIN, grid.width + 2 * MARGIN, grid.height + 2 * MARGIN), drawn, labels, grid)


def closer(labels: list[Label], grid: Grid, name: str) -> str:
    """The same areas again, as near as these local authorities allow."""
    west, south, east, north = bounds(label.geometry for label in labels)
    (left, top), (right, bottom) = grid.at(west, north), grid.at(east, south)
    margin = max(right - left, bottom - top) // 40
    view = (left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)
    return _svg(view, f'<use href="#{name}"/>', labels, grid)


def _svg(view: tuple[int, int, int, int], drawn: str, labels: list[Label], grid: Grid) -> str:
    size = round(max(view[2], view[3] * 0.8) / 26)
    texts = "".join(_text(label, grid, size) for label in labels)
    box = " ".join(str(number) for number in view)
    return (
        f'<svg viewBox="{box}">{drawn}'
        f'<g font-size="{size}" stroke-width="{max(size // 5, 1)}">{texts}</g></svg>'
    )


def _text(label: Label, grid: Grid, size: int) -> str:
    x, y = _middle(label.geometry, grid)
    words = escape(label.name).split()
    half = len(words) // 2
    lines = [" ".join(words)] if len(label.name) < 14 else [" ".join(words[:half]), " ".join(words[half:])]
    return "".join(
        f'<text x="{x}" y="{y + round((at - (len(lines) - 1) / 2) * size)}">{line}</text>'
        for at, line in enumerate(lines)
        if line
    )


def _middle(geometry: Geometry, grid: Grid) -> tuple[int, int]:
    """The centre of mass of the largest ring, on the grid."""
    largest = max(([grid.at(*point[:2]) for point in ring] for ring in rings(geometry)), key=_doubled_area)
    doubled = _doubled_area(largest) or 1
    x = y = 0.0
    signed = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(largest, largest[1:], strict=False)) or doubled
    for a, b in zip(largest, largest[1:], strict=False):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return round(x / (3 * signed)), round(y / (3 * signed))


def _doubled_area(ring: Ring) -> int:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)))


def patterns() -> str:
    """The marks that are no colour: stripes for withheld, dots for not known. Once a page."""
    return (
        '<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute"><defs>'
        '<pattern id="withheld" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff" stroke="none"/><path d="M1 0V6" stroke="#505a5f" stroke-width="2"/>'
        '</pattern><pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" fill="#fff" stroke="none"/><circle cx="3" cy="3" r="1.2" fill="#505a5f"/>'
        "</pattern></defs></svg>"
    )
