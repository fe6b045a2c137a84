"""Maps, drawn as our own SVG: areas coloured by class, outlines and names of local authorities over them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from evenhand.reports.outlines import Geometry, Grid, bounds, middle, path

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


def panel(places: list[Place], labels: list[Label], grid: Grid, name: str) -> str:
    """The map as one SVG; its areas are the group `name`, so that `closer` can draw them again."""
    areas = "".join(
        f'<path {place.mark} d="{path(place.geometry, grid)}"><title>{escape(place.words)}</title></path>'
        for place in sorted(places, key=lambda place: place.words)
    )
    outlines = "".join(f'<path class="mo" d="{path(label.geometry, grid)}"/>' for label in labels)
    drawn = f'<g id="{name}"><g>{areas}</g><g>{outlines}</g></g>'
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
    x, y = middle(label.geometry, grid)
    words = escape(label.name).split()
    half = len(words) // 2
    lines = [" ".join(words)] if len(label.name) < 14 else [" ".join(words[:half]), " ".join(words[half:])]
    return "".join(
        f'<text x="{x}" y="{y + round((at - (len(lines) - 1) / 2) * size)}">{line}</text>'
        for at, line in enumerate(lines)
        if line
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
