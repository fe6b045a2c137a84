"""A report is a list of blocks. Pages of the site are written from them, and documents can be.

Addresses are paths from the site's first page (`violence/index.html`) or whole web addresses; the
writer makes them relative to the page they are on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A link inside a text. `more` is read out after it, where its text alone would not say enough."""

    text: str
    address: str
    more: str = ""


@dataclass(frozen=True)
class Code:
    """A hash, a code or a command inside a text."""

    text: str


@dataclass(frozen=True)
class Aside:
    """What belongs to the figure before it, set smaller: on a line of its own where there is little room."""

    text: str


Text = str | Link | Code | Aside
Line = tuple[Text, ...]
"""Text with links in it."""


@dataclass(frozen=True)
class Heading:
    """A heading; `anchor` is where links to it land."""

    text: str
    anchor: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `tone` is `body`, `lead`, `source` (small, grey) or `inset`."""

    line: Line
    tone: str = "body"


@dataclass(frozen=True)
class Items:
    """A list; `columns` sets short items side by side where there is room."""

    lines: tuple[Line, ...]
    columns: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and what they hold, as pairs."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True)
class Command:
    """Something to type."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table; the first column heads its row. `closed` folds it under its caption.

    `stacked` sets each row on a phone as a list, every value beside the name of its column: for many columns.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: frozenset[int] = frozenset()
    closed: bool = False
    note: str = ""
    anchors: tuple[str, ...] = ()
    """Where links to each row land; empty where none is linked to."""
    stacked: bool = False


@dataclass(frozen=True)
class Key:
    """One mark of a chart: its outline as SVG path data in a box of 16 by 16, its colour and its words."""

    outline: str
    colour: str
    words: str


@dataclass(frozen=True)
class Chart:
    """A picture in two widths, with its words. Its table follows it as a block of its own."""

    name: str
    title: str
    words: str
    wide: str
    narrow: str
    key: tuple[Key, ...] = ()
    note: str = ""
    """What a reader must know of its scale, under the picture."""


@dataclass(frozen=True)
class Band:
    """One class of a map: its mark, its range in words and how many areas are in it."""

    mark: str
    words: str
    areas: int


@dataclass(frozen=True)
class Map:
    """One or two panels of SVG with one legend."""

    name: str
    title: str
    words: str
    panels: tuple[tuple[str, str], ...]
    """What each panel shows, and its SVG."""
    legend: tuple[Band, ...]


@dataclass(frozen=True)
class Card:
    """One answer: its question, its figure (or words for it), a sentence and links."""

    question: str
    figure: str
    sentence: Line
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Cards:
    """Answers side by side."""

    cards: tuple[Card, ...]


Block = Heading | Paragraph | Items | Facts | Command | Table | Chart | Map | Cards


@dataclass(frozen=True)
class Page:
    """One page: where it is, its trail of pages above it, and its blocks."""

    path: str
    title: str
    section: str
    """Which item of the navigation it belongs to: its address."""
    blocks: tuple[Block, ...]
    trail: tuple[Link, ...] = ()
    lead: str = ""
