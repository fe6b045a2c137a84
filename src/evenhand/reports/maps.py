"""Maps, drawn as our own SVG: areas coloured by class, outlines and names of local authorities over them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from evenhand.reports.outlines import Geometry, Grid, bounds, middle, path

MARGIN = 12
WIDE = 0.6
"""Width of a letter of bold Arial by its height, about."""
SMALLER = 0.75
"""Size of the names of wards beside those of local authorities."""
ONE_LINE = 14
"""A name of fewer letters stands on one line."""
View = tuple[int, int, int, int]
"""Left, top, width and height of what a picture shows."""


@dataclass(frozen=True)
class Place:
    """One area of a map: its outline, its mark (an attribute that fills it) and its words."""

    geometry: Geometry
    mark: str
    words: str


@dataclass(frozen=True)
class Label:
    """A local authority drawn over the map: its outline and its name, empty where it needs none."""

    geometry: Geometry
    name: str


@dataclass(frozen=True)
class Name:
    """A name to be set at a place of the grid, where it fits."""

    words: str
    x: int
    y: int


def panel(
    places: list[Place], labels: list[Label], grid: Grid, name: str, inside: tuple[Name, ...] = ()
) -> str:
    """The map as one SVG; its areas are the group `name`, so that `closer` can draw them again.

    Of the names `inside`, those that fit without overprinting, the first ones first.
    """
    areas = "".join(
        f'<path {place.mark} d="{path(place.geometry, grid)}"><title>{escape(place.words)}</title></path>'
        for place in sorted(places, key=lambda place: place.words)
    )
    outlines = "".join(f'<path class="mo" d="{path(label.geometry, grid)}"/>' for label in labels)
    # Without labels: the areas with a broad dark line, then again over it, which leaves the outer edge.
    rim = "" if labels else f'<g class="mu"><use href="#{name}-all"/></g>'
    drawn = f'<g id="{name}">{rim}<g class="mt"><g id="{name}-all">{areas}</g></g><g>{outlines}</g></g>'
    view = (-MARGIN, -MARGIN, grid.width + 2 * MARGIN, grid.height + 2 * MARGIN)
    named = [_named(label, grid) for label in labels if label.name]
    return _svg(view, drawn, [*named, *inside], SMALLER if inside else 1)


def closer(labels: list[Label], grid: Grid, name: str) -> str:
    """The same areas again, as near as these local authorities allow."""
    west, south, east, north = bounds(label.geometry for label in labels)
    (left, top), (right, bottom) = grid.at(west, north), grid.at(east, south)
    margin = max(right - left, bottom - top) // 40
    view = (left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)
    return _svg(view, f'<use href="#{name}"/>', [_named(label, grid) for label in labels])


def _named(label: Label, grid: Grid) -> Name:
    return Name(label.name, *middle(label.geometry, grid))


def _svg(view: View, drawn: str, names: list[Name], smaller: float = 1) -> str:
    size = round(max(view[2], view[3] * 0.8) / 26 * smaller)
    texts = "".join(_text(name, size) for name in fitting(names, view, size))
    box = " ".join(str(number) for number in view)
    return (
        f'<svg viewBox="{box}">{drawn}'
        f'<g font-size="{size}" stroke-width="{max(size // 5, 1)}">{texts}</g></svg>'
    )


def fitting(names: list[Name], view: View, size: int) -> list[Name]:
    """The names that stand inside the view and over no name before them, set in text of that size."""
    kept: list[tuple[Name, tuple[float, float, float, float]]] = []
    for name in names:
        box = _box(name, size)
        inside = view[0] <= box[0] and box[2] <= view[0] + view[2]
        inside &= view[1] <= box[1] and box[3] <= view[1] + view[3]
        if inside and not any(_overlap(box, other) for _, other in kept):
            kept.append((name, box))
    return [name for name, _ in kept]


def _box(name: Name, size: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a name, generously."""
    lines = _lines(name)
    width, height = WIDE * size * max(map(len, lines)), size * (len(lines) + 0.4)
    middle_y = name.y - size * 0.3
    return name.x - width / 2, middle_y - height / 2, name.x + width / 2, middle_y + height / 2


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _lines(name: Name) -> list[str]:
    words = name.words.split()
    if len(name.words) < ONE_LINE or len(words) == 1:
        return [name.words]
    half = len(words) // 2
    return [" ".join(words[:half]), " ".join(words[half:])]


def _text(name: Name, size: int) -> str:
    lines = _lines(name)
    return "".join(
        f'<text x="{name.x}" y="{name.y + round((at - (len(lines) - 1) / 2) * size)}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )


def patterns() -> str:
    """The marks that are no colour: stripes for withheld, dots for not known, a grid for no number."""
    return (
        '<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute"><defs>'
        '<pattern id="withheld" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff" stroke="none"/>'
        '<path d="M1 0V6" stroke="#505a5f" stroke-width="2"/>'
        '</pattern><pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" fill="#fff" stroke="none"/><circle cx="3" cy="3" r="1.2" fill="#505a5f"/>'
        '</pattern><pattern id="no-number" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" fill="#fff" stroke="none"/>'
        '<path d="M0 4H8M4 0V8" stroke="#505a5f" stroke-width="0.7"/>'
        "</pattern></defs></svg>"
    )
