"""Divide a fictional piece of land into small cells, and draw the outline of any group of them.

Everything above (LSOAs, districts) is a group of cells, so boundaries fit together exactly.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.spatial import KDTree, Voronoi

Array = np.ndarray[Any, Any]
Ring = list[tuple[float, float]]

SEA = -1
CENTRE = (0.6, 55.0)
"""Longitude and latitude of the middle of the land: open water in the North Sea."""
KM_PER_DEGREE = (63.85, 111.32)
"""East-west and north-south, at 55 degrees north."""
TOWNS = np.array([[-4.0, -3.0], [19.0, 15.0], [-22.0, 14.0], [10.0, -23.0]])
"""Middles of the four towns, kilometres east and north of the centre; the first is the city."""
SPREAD_KM = np.array([4.0, 2.2, 1.8, 2.0])
SHARE = np.array([0.38, 0.14, 0.10, 0.12])
"""Share of the cells in each town; the rest is country."""


@dataclass(frozen=True)
class Cells:
    """Small cells of land and sea. `points` and `vertices` are longitude and latitude in degrees."""

    points: Array
    land: Array
    vertices: Array
    sides: Array
    """Two cells, one row an edge."""
    edges: Array
    """The two vertices of each edge."""


def cells(rng: Generator, size: int) -> Cells:
    """About `size` cells of land in a sea, dense in four towns and sparse between them."""
    towns = [
        rng.normal(town, spread, (int(size * share), 2))
        for town, spread, share in zip(TOWNS, SPREAD_KM, SHARE, strict=True)
    ]
    country = rng.uniform(-60, 60, (int(size * 0.5), 2))
    points = np.concatenate([*towns, country])
    land = _inside_coast(points, rng)
    diagram = Voronoi(points)
    edges = np.array(diagram.ridge_vertices)
    finite = (edges >= 0).all(axis=1)
    # Cells at the rim of the sea have no end; land never reaches the rim.
    return Cells(
        _degrees(points),
        land,
        _degrees(diagram.vertices),
        np.array(diagram.ridge_points)[finite],
        edges[finite],
    )


def _inside_coast(points: Array, rng: Generator) -> Array:
    """True for points within an irregular coast about 38 km from the middle."""
    angle = np.arctan2(points[:, 1], points[:, 0])
    waves = np.arange(2, 9)
    turn = rng.uniform(0, 2 * np.pi, waves.size)
    height = rng.uniform(0.04, 0.2, waves.size) / np.sqrt(waves)
    coast = 38 * (1 + (height * np.cos(np.outer(angle, waves) + turn)).sum(axis=1))
    return np.hypot(points[:, 0], points[:, 1]) < np.clip(coast, 24, 52)


def _degrees(kilometres: Array) -> Array:
    return np.round(np.asarray(kilometres) / KM_PER_DEGREE + CENTRE, 6)


def kilometres(degrees: Array) -> Array:
    """Kilometres east and north of the centre, from longitude and latitude."""
    return (degrees - CENTRE) * KM_PER_DEGREE


def groups(points: Array, number: int, rounds: int = 6) -> Array:
    """Group points into `number` compact groups of like size; returns each point's group."""
    centres = np.array([points[part].mean(axis=0) for part in bisected(points, number)])
    for _ in range(rounds):
        nearest = KDTree(centres).query(points)[1]
        size = np.bincount(nearest, minlength=number)
        total = np.stack([np.bincount(nearest, points[:, i], number) for i in (0, 1)], axis=1)
        centres = np.where(size[:, None] > 0, total / np.maximum(size, 1)[:, None], centres)
    return np.asarray(KDTree(centres).query(points)[1])


def bisected(points: Array, number: int) -> list[Array]:
    """Indices of points in `number` parts, cut again and again across the longer side."""
    return _cut(points, np.arange(len(points)), number)


def _cut(points: Array, index: Array, number: int) -> list[Array]:
    if number == 1:
        return [index]
    axis = int(np.argmax(np.ptp(points[index], axis=0)))
    ordered = index[np.argsort(points[index, axis], kind="stable")]
    left = number // 2
    at = len(index) * left // number
    return _cut(points, ordered[:at], left) + _cut(points, ordered[at:], number - left)


def outlines(cells: Cells, group: Array) -> dict[int, list[list[Ring]]]:
    """Polygons of each group (`group` is each cell's, SEA for none): outer ring first, then holes."""
    return {key: _polygons(rings) for key, rings in sorted(_rings(cells, group).items())}


def _rings(cells: Cells, group: Array) -> dict[int, list[Ring]]:
    after: dict[int, dict[int, int]] = defaultdict(dict)
    one, other = group[cells.sides[:, 0]], group[cells.sides[:, 1]]
    border = one != other
    start, end = cells.vertices[cells.edges[:, 0]], cells.vertices[cells.edges[:, 1]]
    inner = cells.points[cells.sides[:, 0]] - start
    along = end - start
    left = along[:, 0] * inner[:, 1] - along[:, 1] * inner[:, 0] > 0
    # An edge runs with its own group on the left, so outer rings go anticlockwise (RFC 7946).
    for a, b, (u, v), on_left in zip(
        one[border].tolist(), other[border].tolist(), cells.edges[border].tolist(), left[border], strict=True
    ):
        head, tail = (u, v) if on_left else (v, u)
        after[a][head] = tail
        after[b][tail] = head
    after.pop(SEA, None)
    return {key: [[_place(cells, i) for i in ring] for ring in _walk(step)] for key, step in after.items()}


def _place(cells: Cells, vertex: int) -> tuple[float, float]:
    return (round(float(cells.vertices[vertex, 0]), 5), round(float(cells.vertices[vertex, 1]), 5))


def _walk(step: dict[int, int]) -> list[list[int]]:
    """Closed walks through `step` (from vertex to next vertex), each ending where it began."""
    found: list[list[int]] = []
    while step:
        first = min(step)
        walk = [first]
        while (follows := step.pop(walk[-1], None)) is not None:
            walk.append(follows)
        found.append(walk)
    return found


def _polygons(rings: list[Ring]) -> list[list[Ring]]:
    outer = [[ring] for ring in rings if _area(ring) > 0]
    for hole in (ring for ring in rings if _area(ring) <= 0):
        holder = next((polygon for polygon in outer if _within(hole[0], polygon[0])), outer[0])
        holder.append(hole)
    return outer


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _within(point: tuple[float, float], ring: Ring) -> bool:
    x, y = point
    crossings = (
        (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
        for a, b in pairwise(ring)
    )
    return sum(crossings) % 2 == 1
