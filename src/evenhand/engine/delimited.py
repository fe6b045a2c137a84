"""CSV made plain: rows that are rows of the header written out, torn ones kept aside with the reason.

Some supplied CSV is no clean CSV: another encoding, NUL bytes, a quote never closed, a field too many.
One such row must cost that row and not the file, and none may go missing in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evenhand.engine.plain import Plain, write
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.records import Lines, Record, records
from evenhand.errors import BadData

LONGEST_ROW = 1 << 20
"""No row of a CSV is near it; a longer one is many rows, run together by a quote that was never closed."""
MOST_ASIDE = 64 << 20
"""Characters of torn rows kept of one file: beyond, it is the file that is wrong, not its rows."""


def from_csv(path: Path, label: str, target: Path) -> Plain:
    """A clean copy of a CSV that the fast reader may not have; torn rows are kept aside."""
    lines = Lines(path, label)
    try:
        found = records(lines)
        columns = tuple(name.strip() for name in next(found).fields)
        plain = Plain(target, columns, is_csv=True)
        write(plain, _sound(found, lines, plain, label))
    finally:
        lines.close()
    if lines.as_windows_1252:
        plain.note = f"{lines.as_windows_1252} lines are not UTF-8 and were read as Windows-1252"
    return plain


def _sound(
    found: Iterator[Record], lines: Lines, plain: Plain, label: str
) -> Iterator[tuple[int, list[str]]]:
    width, aside = len(plain.columns), 0
    for record in found:
        plain.rows += 1
        trouble = _torn(record, width, lines)
        if trouble:
            aside += len(record.text)
            plain.torn.append(Quarantined(label, record.line, "row", trouble, record.text))
        else:
            yield record.line, record.fields
        if aside > MOST_ASIDE:
            raise BadData(
                f"is torn: {len(plain.torn):,} of its first {plain.rows:,} rows are no rows of its header",
                where=label,
                next_step="check what was sent",
            )


def _torn(record: Record, width: int, lines: Lines) -> str | None:
    if lines.undecodable:
        return "holds bytes that are neither UTF-8 nor Windows-1252"
    if record.is_broken:
        return "holds a carriage return, or a field without end"
    if lines.ended:
        return "opens a quote that is never closed"
    if "\0" in record.text:
        return "holds a NUL byte"
    if len(record.fields) != width:
        return f"has {len(record.fields)} fields, the header has {width}"
    if len(record.text) > LONGEST_ROW:
        return f"is longer than {LONGEST_ROW:,} characters"
    return None
