"""Outlines on a whole-number grid: short paths that are the same wherever they are drawn.

Longitude and latitude are flattened with one scale for the area's middle latitude and rounded to the
grid, so neighbours still meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

Geometry = Mapping[str, Any]
"""GeoJSON Polygon or MultiPolygon."""
Ring = list[tuple[int, int]]
Box = tuple[float, float, float, float]
"""West, south, east, north."""


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


def middle(geometry: Geometry, grid: Grid) -> tuple[int, int]:
    """The centre of mass of the largest ring, on the grid."""
    largest = max(([grid.at(*point[:2]) for point in ring] for ring in rings(geometry)), key=_doubled_area)
    doubled = _doubled_area(largest) or 1
    x = y = 0.0
    signed = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(largest)) or doubled
    for a, b in pairwise(largest):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return round(x / (3 * signed)), round(y / (3 * signed))


def _doubled_area(ring: Ring) -> int:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)))
