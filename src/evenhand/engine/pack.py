"""Pack: a publication as one zip to take away, written while the publication is.

The pack cannot hold itself, nor the ledger's line that names it. Everything else is in it, with the
ledger up to that line, so that it checks as a publication of its own. Its bytes depend on what is in
it alone: no clock, no owner, files in the order in which they were written.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FOLDER = "offline-pack"
"""What unpacking makes: one folder, whatever the zip is called by then."""
NO_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can write."""
FROM_UNIX, PLAIN_FILE = 3, 0o100644 << 16


class Pack:
    """A zip being written. Raises FileExistsError where there is one."""

    def __init__(self, path: Path) -> None:
        """Start the zip at that path."""
        self._file = path.open("xb")
        self._zip = ZipFile(self._file, "w", ZIP_DEFLATED, strict_timestamps=True)

    @property
    def size(self) -> int:
        """Bytes so far: all but the list of members at the zip's end."""
        return self._file.tell()

    def add(self, relative: str, content: bytes) -> None:
        """Add one file of the publication."""
        member = ZipInfo(f"{FOLDER}/{relative}", NO_DAY)
        member.compress_type = ZIP_DEFLATED
        member.create_system, member.external_attr = FROM_UNIX, PLAIN_FILE
        self._zip.writestr(member, content)

    def close(self) -> None:
        """End the zip; a second time does nothing."""
        self._zip.close()
        self._file.close()
