"""The workspace: the folder a partnership owns, and the one process that may write in it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from evenhand.errors import BadConfig, Busy, NotThere

CONFIG = "evenhand.toml"
_CURLY = "\u201c\u201d\u201e\u2018\u2019"


@dataclass(frozen=True)
class Workspace:
    """Where things are in a workspace."""

    root: Path

    def __post_init__(self) -> None:
        """Hold the whole path: what the engine reads it gives back whole."""
        object.__setattr__(self, "root", self.root.resolve())

    @property
    def config_file(self) -> Path:
        """What the partnership says of itself."""
        return self.root / CONFIG

    @property
    def incoming(self) -> Path:
        """Files as supplied, never changed."""
        return self.root / "incoming"

    @property
    def store(self) -> Path:
        """Conformed tables, quarantine and supplies."""
        return self.root / "store"

    @property
    def published(self) -> Path:
        """What the public sees, and its ledger."""
        return self.root / "published"

    @property
    def review(self) -> Path:
        """What would be published and whether somebody approved it: for the partnership alone."""
        return self.root / "review"

    @property
    def scratch(self) -> Path:
        """Temporary files of the running process; emptied before each use."""
        return self.store / "scratch"

    def config(self) -> dict[str, Any]:
        """`evenhand.toml` as written. Raises NotThere without one, BadConfig when it is no TOML."""
        try:
            return tomllib.loads(self.config_file.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise NotThere(
                "there is no evenhand.toml, so this is no workspace",
                where=str(self.root),
                next_step="make one with `evenhand init DIR`, or give its folder with --workspace",
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as trouble:
            raise BadConfig(
                f"cannot be read as TOML ({trouble})",
                where=str(self.config_file),
                next_step=self._mending(trouble),
            ) from None

    def _mending(self, trouble: Exception) -> str:
        """What to do about TOML that cannot be read; word processors turn quotation marks."""
        found = re.search(r"line (\d+)", str(trouble))
        if isinstance(trouble, tomllib.TOMLDecodeError) and found:
            lines = self.config_file.read_text(encoding="utf-8-sig").split("\n")
            if set(lines[int(found[1]) - 1]) & set(_CURLY):
                return 'mend that line: are the quotes straight ("), as typed in a plain text editor?'
        return "mend that line"

    def _lock(self) -> IO[str]:
        """The file that whoever writes holds locked."""
        try:
            self.store.mkdir(parents=True, exist_ok=True)
            return (self.store / "lock").open("a")
        except PermissionError:
            raise Busy(
                "this user may not write in the workspace",
                where=str(self.root),
                next_step="ask whoever owns the folder, or copy it to a place of your own",
            ) from None

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Hold the workspace for writing; gives an empty scratch folder.

        Raises NotThere, BadConfig, and Busy where another process writes or this user may not.
        """
        self.config()
        with self._lock() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Busy(
                    "another evenhand is writing in this workspace",
                    where=str(self.root),
                    next_step="wait until it has ended",
                ) from None
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir()
            try:
                yield self.scratch
            finally:
                shutil.rmtree(self.scratch, ignore_errors=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to disk, rename: readers see the old bytes or the new, never half."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
