"""The little Markdown that measures use for method and limits: paragraphs, lists, `code` and links."""

from __future__ import annotations

import re

from evenhand.reports.blocks import Block, Code, Items, Line, Link, Paragraph, Text

_INLINE = re.compile(r"`([^`]+)`|\[([^\]]+)\]\((https?://[^)\s]+)\)|\*\*([^*]+)\*\*")


def prose(markdown: str) -> tuple[Block, ...]:
    """Blocks of a text: a blank line parts paragraphs, `- ` at the start of each line makes a list."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", markdown.strip()):
        lines = [line.strip() for line in part.splitlines()]
        if lines and lines[0].startswith("- "):
            items = " ".join(lines)[2:].split(" - ")
            blocks.append(Items(tuple(inline(item) for item in items)))
        elif any(lines):
            blocks.append(Paragraph(inline(" ".join(lines))))
    return tuple(blocks)


def inline(text: str) -> Line:
    """A text with its code and links; bold is kept as plain words."""
    parts: list[Text] = []
    at = 0
    for found in _INLINE.finditer(text):
        parts.append(text[at : found.start()])
        code, words, address, bold = found.groups()
        parts.append(Code(code) if code else Link(words, address) if address else bold)
        at = found.end()
    return tuple(part for part in (*parts, text[at:]) if part != "")
