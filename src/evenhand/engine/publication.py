"""Publication: writes `published/` beside the old one, seals it with the ledger, and swaps it in whole.

The new folder is `published.new/` until everything in it is on the disk. Then `published` becomes
`published.old`, `published.new` becomes `published`, and the old one goes. Whatever moment a run is
killed at, `recover` leaves the publication as it was or as it should be. One run at a time: the
caller holds the workspace's lock.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import evenhand
from evenhand.errors import BadData, Busy, NotVerified
from evenhand.ledger import log as ledger
from evenhand.ledger import verify as verifier
from evenhand.ledger.entry import Origin, Publication, figure

PUBLISHED, NEW, OLD = "published", "published.new", "published.old"
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?<!\.)")
"""What every part of a path looks like: a name that any system can hold and any server can serve."""
SOURCE = ("*.py", "*.toml", "*.csv")
"""What makes the figures: code, and rules as data."""

README = """\
This folder is a publication made with Evenhand. It needs no server and no network.

site/           the pages: open site/index.html in any browser
data/           each measure as a table, as CSV and as JSON
data/earlier/   earlier releases of the measures, kept so that their entries can still be checked
ledger.jsonl    one line for each figure ever published here, and one for each publication
manifest.json   every file with its SHA-256 and size
verify.py       checks all of the above

To check that nothing here was changed, added or removed since it was published:

    python3 verify.py

(Python 3.9 or later, nothing to install; on Windows: py verify.py.) It prints one line: how many
entries hold and how many files are as published, or the first thing that is not.

Every line of the ledger holds the hash of the line before it. The foot of every page prints the
head: the hash of the last figure's line. Whoever keeps a head elsewhere (a printed page, an e-mail,
minutes) can later check that the history up to it was not rewritten:

    python3 verify.py . --head THE-HEAD-YOU-KEPT

A line for a figure says: the measure and period, the SHA-256 of the table released, the SHA-256 of
each file it was worked out from, the rules and the local definition applied, the version of the
code, who made it and on what day. It cannot say that the files supplied were right.
"""


@dataclass(frozen=True)
class Outcome:
    """What sealing did. `changed` is False where the folder already held exactly this."""

    changed: bool
    entries: int
    files: int
    head: str
    checkpoint: str


@dataclass
class Draft:
    """A publication being written. Use it as a context: leaving it unsealed leaves the old one as it is."""

    root: Path
    log: ledger.Log
    files: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    """Path to hash and size of what was written so far."""

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written and not sealed."""
        _remove(self.folder)

    @property
    def folder(self) -> Path:
        """Where the new publication is written."""
        return self.root / NEW

    @property
    def head(self) -> str:
        """The head of the figures, for the foot of every page: read it when all are released."""
        return ledger.head_of_figures(self.log)

    def write(self, relative: str, content: bytes) -> None:
        """Write one file of the site. Raises BadData for a path that may not be published."""
        if not relative.startswith("site/"):
            raise BadData("only pages below site/ are written so", where=relative, next_step="release data")
        self._put(relative, content)

    def release(self, origin: Origin, csv: bytes, json: bytes) -> dict[str, Any]:
        """Write a measure's two data files and return its line of the ledger.

        That is a new one, or the latest where it says the same but for day and maker. Raises BadData
        if the measure was released in this draft before.
        """
        self._put(f"data/{origin.measure}.csv", csv)
        self._put(f"data/{origin.measure}.json", json)
        self.log = ledger.append(self.log, figure(origin, csv, json))
        return ledger.history(self.log, origin.measure)[-1]

    def seal(self, made_on: date, maker: str) -> Outcome:
        """Write ledger, manifest, verifier and README, check it all as a stranger would, and swap it in.

        Where nothing differs from what is published, that is left untouched. Raises NotVerified if
        an earlier release is lost, or a page does not show the head.
        """
        self._keep_earlier()
        self._put("README.txt", README.encode())
        self._put("verify.py", Path(verifier.__file__).read_bytes())
        manifest = _manifest(self.files)
        self.log = ledger.append(self.log, Publication(self.head, verifier.digest(manifest), maker, made_on))
        (self.folder / verifier.MANIFEST).write_bytes(manifest)
        (self.folder / verifier.LEDGER).write_bytes(ledger.to_bytes(self.log))
        report = verifier.verify(self.folder)
        if not report.holds:
            raise NotVerified(report.line, next_step="nothing was published")
        changed = not self._already_published()
        if changed:
            _flush(self.folder)
            _swap(self.root)
        return Outcome(changed, report.entries, report.files, report.head, report.checkpoint)

    def _put(self, relative: str, content: bytes) -> None:
        """Write a file below the draft. Raises BadData for a path that leaves it or is taken."""
        if len(relative) > 200 or not all(PART.fullmatch(part) for part in relative.split("/")):
            raise BadData(
                "no path to publish at: parts are letters, digits, '_', '-', '.'", where=repr(relative)
            )
        if relative.casefold() in {path.casefold() for path in self.files}:
            raise BadData("written twice in one publication", where=relative)
        path = self.folder / relative
        if path.is_dir() or any(folder.as_posix() in self.files for folder in Path(relative).parents):
            raise BadData("a file and a folder of one name in one publication", where=relative)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files[relative] = (verifier.digest(content), len(content))

    def _keep_earlier(self) -> None:
        """Carry over the bytes of every entry that no current data file shows."""
        for line in ledger.figures(self.log):
            measure, released = line["measure"], line["released"]
            kept = verifier.earlier_name(measure, released)
            shown = self.files.get(f"data/{measure}.csv", ("", 0))[0]
            if kept not in self.files and shown != released:
                self._put(kept, self._earlier(measure, released, line["number"]))

    def _earlier(self, measure: str, released: str, number: int) -> bytes:
        for relative in (f"data/{measure}.csv", verifier.earlier_name(measure, released)):
            path = self.root / PUBLISHED / relative
            if path.is_file():
                content = path.read_bytes()
                if verifier.digest(content) == released:
                    return content
        raise NotVerified(
            f"the table that entry {number} released is lost or was changed",
            where=f"{PUBLISHED}/data/{measure}.csv",
            next_step="restore published/ from a copy",
        )

    def _already_published(self) -> bool:
        """True if the folder holds this ledger and all its files; a damaged one is written anew."""
        old = self.root / PUBLISHED / verifier.LEDGER
        same = old.is_file() and old.read_bytes() == ledger.to_bytes(self.log)
        return same and verifier.verify(self.root / PUBLISHED).holds


def begin(root: Path) -> Draft:
    """Mend what a killed run left, read the ledger, and start a draft in `published.new/`.

    Raises NotVerified if the ledger there is does not hold, BadData if `published` is no folder.
    """
    recover(root)
    log = published_log(root)
    (root / NEW).mkdir()
    return Draft(root, log)


def recover(root: Path) -> None:
    """Leave `published/` as it was or as it should be, and nothing beside it."""
    published, new, old = root / PUBLISHED, root / NEW, root / OLD
    for place in (published, new, old):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise BadData(
                "is a link or a file where a folder belongs", where=place.name, next_step="move it away"
            )
    if old.exists() and not published.exists():
        # Killed between the two renames: the new folder was whole and on the disk by then.
        (new if verifier.verify(new).holds else old).rename(published)
    _remove(new)
    _remove(old)


def code_identity() -> str:
    """Version of Evenhand and the first 12 digits of the SHA-256 over its source: paths and contents."""
    package = Path(evenhand.__file__).parent
    paths = {path for pattern in SOURCE for path in package.rglob(pattern)}
    listing = "".join(
        f"{path.relative_to(package).as_posix()} {verifier.digest(path.read_bytes())}\n"
        for path in sorted(paths)
    )
    return f"{evenhand.__version__} ({verifier.digest(listing.encode())[:12]})"


def published_log(root: Path) -> ledger.Log:
    """The ledger of what is published, empty where nothing is. Raises NotVerified if it does not hold."""
    published = root / PUBLISHED
    path = published / verifier.LEDGER
    if path.is_symlink() or not path.is_file():
        if published.exists() and any(published.iterdir()):
            step = "restore it from a copy, or move published/ away to start a new ledger"
            raise NotVerified("published/ has files and no ledger", where=verifier.LEDGER, next_step=step)
        return ledger.Log()
    return ledger.parse(path.read_bytes())


def _manifest(files: dict[str, tuple[str, int]]) -> bytes:
    rows = [{"path": path, "sha256": found[0], "size": found[1]} for path, found in sorted(files.items())]
    return (json.dumps({"files": rows}, indent=1) + "\n").encode()


def _flush(folder: Path) -> None:
    """Wait until every file and folder below is on the disk."""
    for place, _, names in os.walk(folder):
        for name in names:
            _sync(Path(place) / name, os.O_RDWR)
        _sync_folder(Path(place))


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":  # Windows opens no folder, and writes its names through.
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, how: int) -> None:
    opened = os.open(path, how)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _swap(root: Path) -> None:
    published, old = root / PUBLISHED, root / OLD
    try:
        if published.exists():
            published.rename(old)
        (root / NEW).rename(published)
    except PermissionError as error:
        if old.exists() and not published.exists():
            old.rename(published)
        step = "close what has it open and publish again"
        raise Busy("the published folder is in use", where=PUBLISHED, next_step=step) from error
    _sync_folder(root)
    _remove(old)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
