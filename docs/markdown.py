"""Markdown, as the reference pages use it."""

from __future__ import annotations

from collections.abc import Iterable

NOTE = "<!-- Written by `make docs` from {source}: edit that. -->\n"
"""What the foot of every written page says."""


def grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(names: Iterable[str]) -> str:
    """Names in code style, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def demoted(text: str) -> str:
    """Markdown with its headings one level further down."""
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines())


def page(parts: tuple[str, ...]) -> str:
    """A page from its note and its parts."""
    note, *rest = parts
    # The note comes last, so that a page opens with its title.
    return "\n\n".join([*rest, note.strip()]) + "\n"
