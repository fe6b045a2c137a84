"""Publications and downloads: every table as a file, and the whole publication to take away."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import MeasureNote
from evenhand.reports.blocks import Heading, Line, Link, Page, Paragraph, Table
from evenhand.reports.material import Material, data_file, method_page
from evenhand.reports.pages.trail import CHANGES

PATH = "downloads/index.html"


def downloads(material: Material, pack_size: int) -> Page:
    """Each measure's data files with its page, and the whole as one file of about `pack_size` bytes."""
    about = material.about
    shown = [note for note in about.measures if note.name in material.releases]
    return Page(
        PATH,
        "Publications and downloads",
        PATH,
        (
            Table(
                "Every table",
                ("What it holds, and how we know", "Data", "Rows"),
                tuple(_row(material, note) for note in shown),
                numeric=frozenset({2}),
                note=words.KEY_TO_WORDS,
            ),
            Heading("Take the whole away", "whole"),
            Paragraph(
                (
                    Link(f"The offline pack (zip, about {_megabytes(pack_size)})", about.pack_file),
                    ": these pages, every table and every earlier one, ",
                    Link("the ledger", about.ledger_file),
                    ", ",
                    Link("its checkpoint", about.checkpoint_file),
                    " and ",
                    Link("the verifier", about.verifier_file),
                    ". Unpacked, it needs no server and no network, and can still be checked. "
                    "It holds all but itself: in an unpacked pack, this first link leads nowhere.",
                )
            ),
            Paragraph((Link("What each publication changed", CHANGES), ".")),
            Paragraph(("Published on ", words.day(about.published_on), " by ", about.maker, ".")),
        ),
        lead="Take any table away and use it: the licence of each source says how.",
    )


def _megabytes(size: int) -> str:
    return f"{words.number(max(size / 1e6, 0.1), 1)} MB"


def _row(material: Material, note: MeasureNote) -> tuple[Line, ...]:
    of_it = f"of {note.title.lower()}"
    if note.name in material.withdrawn:
        return ((Link(note.title, method_page(note.name)),), (words.WITHDRAWN,), ("",))
    return (
        (Link(note.title, method_page(note.name)),),
        (
            Link("CSV", data_file(note.name, "csv"), of_it),
            " ",
            Link("JSON", data_file(note.name, "json"), of_it),
        ),
        (words.number(material.releases[note.name].table.num_rows),),
    )
