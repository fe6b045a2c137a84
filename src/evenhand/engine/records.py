"""The records of a CSV, one at a time, each with its text and the line it starts on.

The engine's own reader is fast and tells neither; a row kept aside must be named to the line and kept
to the letter, so this reads what that one must not or cannot.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evenhand.errors import BadData

LONGEST_RECORD = 32 << 20
"""The outline of an area in full detail is the longest text there is in a published table."""

csv.field_size_limit(LONGEST_RECORD)


@dataclass(frozen=True)
class Record:
    """One record as supplied: where it starts, its text, its fields."""

    line: int
    text: str
    fields: list[str]
    is_broken: bool = False
    """No CSV: a carriage return outside quotes, or a field that has no end."""


class Lines:
    """The lines of a text file, decoded one at a time and remembered until the record is read."""

    def __init__(self, path: Path, label: str) -> None:
        self._file = path.open("rb")
        self._label = label
        self.seen: list[str] = []
        self.as_windows_1252 = 0
        self.undecodable = False
        self.ended = False
        """Has the last line been read? A record that is still open then has a quote never closed."""
        start = self._file.read(3)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.close()
            raise BadData(
                "is UTF-16 text",
                where=label,
                next_step="save it as CSV UTF-8, or send the file as first published",
            )
        self._file.seek(3 if start == b"\xef\xbb\xbf" else 0)

    def __iter__(self) -> Iterator[str]:
        """Each line as text, its end as supplied."""
        while line := self._file.readline(LONGEST_RECORD):
            if len(line) == LONGEST_RECORD:
                raise BadData(
                    f"holds a line of more than {LONGEST_RECORD >> 20} MB, so it is no table",
                    where=self._label,
                    next_step="check what was sent",
                )
            text = self._decoded(line)
            self.seen.append(text)
            yield text
        self.ended = True

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            try:
                text = line.decode("windows-1252")
            except UnicodeDecodeError:
                self.undecodable = True
                return line.decode("utf-8", "replace")
            self.as_windows_1252 += 1
            return text

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def records(lines: Lines) -> Iterator[Record]:
    """The records of a CSV, blank lines left out, quotes read as RFC 4180 has them."""
    reader = csv.reader(lines)
    line = 1
    while True:
        try:
            fields, is_broken = next(reader), False
        except StopIteration:
            return
        except csv.Error:
            fields, is_broken = [], True
        text = "".join(lines.seen).rstrip("\r\n")
        lines.seen.clear()
        if fields or is_broken:
            yield Record(line, text, fields, is_broken)
        lines.undecodable = False
        line = reader.line_num + 1


def header(path: Path, label: str) -> tuple[str, ...]:
    """The first record of a text file, blanks around names removed. Raises BadData for a bad one."""
    lines = Lines(path, label)
    try:
        first = next(records(lines), None)
    finally:
        lines.close()
    if first and first.is_broken:
        raise BadData(
            "is no CSV: it has a carriage return in its header",
            where=f"{label} line 1",
            next_step="save it with line ends of Windows or Unix",
        )
    if first is None:
        raise BadData("is empty", where=label, next_step="ask the sender for the file again")
    return tuple(name.strip() for name in first.fields)
