"""Publications and downloads: every table as a file, and the whole publication to take away."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import MeasureNote
from evenhand.reports.blocks import Heading, Line, Link, Page, Paragraph, Table
from evenhand.reports.material import Material, data_file, method_page

PATH = "downloads/index.html"


def downloads(material: Material) -> Page:
    """Each measure's data files with its page, and how to keep the whole."""
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
            Heading("Keep the whole", "whole"),
            Paragraph(
                (
                    "These pages are files. They need no server and no network. Copy the whole folder, "
                    "and it still works and can still be checked. ",
                    Link("The ledger", about.ledger_file),
                    " and ",
                    Link("the verifier", about.verifier_file),
                    " are in it.",
                )
            ),
            Paragraph(("Published on ", words.day(about.published_on), " by ", about.maker, ".")),
        ),
        lead="Take any table away and use it: the licence of each source says how.",
    )


def _row(material: Material, note: MeasureNote) -> tuple[Line, ...]:
    of_it = f"of {note.title.lower()}"
    return (
        (Link(note.title, method_page(note.name)),),
        (
            Link("CSV", data_file(note.name, "csv"), of_it),
            " ",
            Link("JSON", data_file(note.name, "json"), of_it),
        ),
        (words.number(material.releases[note.name].table.num_rows),),
    )
