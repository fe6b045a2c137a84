"""Publication: writes `published/` beside the old one, seals it with the ledger, and swaps it in whole.

The new folder is `published.new/` until everything in it is on the disk. One run at a time: the
caller holds the workspace's lock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from evenhand.engine.pack import Pack
from evenhand.engine.publication_readme import README
from evenhand.engine.published import NEW, PUBLISHED, published_log, recover, remove, swap_in, undamaged
from evenhand.engine.released import released
from evenhand.engine.signing import Signing, announced, checkpoint_file
from evenhand.engine.standalone import checker_file, verifier_file
from evenhand.errors import BadData, NotVerified
from evenhand.ledger import log as ledger
from evenhand.ledger import verify as verifier
from evenhand.ledger.entry import Correction, Origin, Publication, Withdrawal, figure, pack
from evenhand.ledger.lines import CERTIFICATE, LEDGER, PACK, digest, earlier_name

PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?<!\.)")
"""What every part of a path looks like: a name that any system can hold and any server can serve."""


@dataclass(frozen=True)
class Outcome:
    """What sealing did. `changed` is False where the folder already held exactly this."""

    changed: bool
    entries: int
    files: int
    head: str
    """Size and root of the ledger, as at the foot of every page."""
    checkpoint: str
    """Size and root of the ledger, the publication's own lines included."""
    signed_by: str
    """The verifier key that the checkpoint is signed with; empty where it is not signed."""


CHECK = "check_hidden.py"
"""The program that checks the certificate that hidden counts stay hidden."""
UNSIGNED = Signing()


@dataclass
class Draft:
    """A publication being written. Use it as a context: leaving it unsealed leaves the old one as it is."""

    root: Path
    log: ledger.Log
    before: verifier.Report | None
    """What holds of the publication that this one follows, None for the first."""
    signing: Signing = UNSIGNED
    files: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    """Path to hash and size of what was written so far."""

    _pack: Pack = field(init=False, repr=False)
    """Takes every file as it is written; open inside the context alone."""
    _announced: bool = field(default=False, init=False, repr=False)
    """Whether the key was announced in this draft."""

    def __enter__(self) -> Draft:
        """Start the pack."""
        self._pack = Pack(self.folder / PACK)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written and not sealed."""
        self._pack.close()
        remove(self.folder)

    @property
    def folder(self) -> Path:
        """Where the new publication is written."""
        return self.root / NEW

    @property
    def head(self) -> str:
        """Size and root of the ledger, for the foot of every page: read it when all is released and said."""
        return str(self.log.shown_head)

    @property
    def entries_before(self) -> int:
        """How many entries the ledger had before this draft."""
        return self.before.entries if self.before else 0

    @property
    def packed(self) -> int:
        """Bytes of the offline pack so far; sealing adds some 20 thousand."""
        return self._pack.size

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

    def certify(self, certificate: bytes) -> None:
        """Write the certificate that what is hidden in the data files stays hidden, and what checks it."""
        self._put(CERTIFICATE, certificate)
        self._put(CHECK, checker_file())

    def announce_key(self, made_on: date, maker: str) -> None:
        """Say in the ledger which key signs it from here on, if that is a new one. Raises as `announced`."""
        self.log = announced(self.log, self.signing, made_on, maker)
        self._announced = True

    def say(self, notice: Correction | Withdrawal) -> None:
        """Say in the ledger that a figure was corrected or withdrawn, and why."""
        self.log = ledger.append(self.log, notice)

    def keep_earlier(self) -> None:
        """Carry over the bytes of every entry that no current data file shows: when all are released.

        Raises NotVerified if an earlier release is lost.
        """
        for line in ledger.figures(self.log):
            kept = self.table_of(line)
            if kept not in self.files:
                self._put(kept, released(self.root, line["number"], line["measure"], line["released"]))

    def table_of(self, line: dict[str, Any]) -> str:
        """Where in the publication the table lies that a figure's line released."""
        current = f"data/{line['measure']}.csv"
        shown = self.files.get(current, ("", 0))[0]
        earlier = earlier_name(line["measure"], line["released"])
        return current if shown == line["released"] else earlier

    def table(self, line: dict[str, Any]) -> bytes:
        """The bytes that a figure's line released, once the earlier ones are kept."""
        return (self.folder / self.table_of(line)).read_bytes()

    def seal(
        self, made_on: date, maker: str, check: Callable[[Path], None] = lambda _folder: None
    ) -> Outcome:
        """Write ledger, manifest, verifier, README and pack, check all as a stranger would, and swap it in.

        Where nothing differs from what is published, that is left untouched. `check` is given the folder
        last, new or left, with all that a stranger will have, and raises where it may not be published.
        Raises NotVerified if an earlier release is lost, or a page does not show the head.
        """
        if not self._announced:
            self.announce_key(made_on, maker)
        self.keep_earlier()
        self._put("README.txt", README.encode())
        self._put("verify.py", verifier_file())
        if self.log.key:
            self._put(verifier.KEY_FILE, f"{self.log.key}\n".encode())
        manifest = _manifest(self.files)
        origin = self.log.origin or self.signing.origin
        certificate = self.files.get(CERTIFICATE, (None, 0))[0]
        said = Publication(origin, self.head, digest(manifest), maker, made_on, certificate)
        sealed = ledger.append(self.log, said)
        if self.before is not None and len(sealed.lines) == self.before.entries and ledger.is_packed(sealed):
            check(self.root / PUBLISHED)
            return _outcome(self.before, changed=False)
        self._write_pack(manifest, sealed)
        report = verifier.verify(self.folder)
        if not report.holds:
            raise NotVerified(report.line, next_step="nothing was published")
        check(self.folder)
        swap_in(self.root)
        return _outcome(report, changed=True)

    def _write_pack(self, manifest: bytes, sealed: ledger.Log) -> None:
        """End the pack with the ledger up to this publication, then name it in the ledger beside it."""
        self._pack.add(verifier.MANIFEST, manifest)
        self._pack.add(LEDGER, ledger.to_bytes(sealed))
        self._pack.add(verifier.CHECKPOINT, checkpoint_file(sealed, self.signing))
        self._pack.close()
        content = (self.folder / PACK).read_bytes()
        self.log = ledger.append(sealed, pack(content, sealed.lines[-1]))
        (self.folder / verifier.MANIFEST).write_bytes(manifest)
        (self.folder / LEDGER).write_bytes(ledger.to_bytes(self.log))
        (self.folder / verifier.CHECKPOINT).write_bytes(checkpoint_file(self.log, self.signing))

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
        self._pack.add(relative, content)
        self.files[relative] = (digest(content), len(content))


def begin(root: Path, signing: Signing = UNSIGNED) -> Draft:
    """Mend what a killed run left, check what is published, and start a draft in `published.new/`.

    Raises NotVerified if what is published does not hold, BadData if `published` is no folder.
    """
    recover(root)
    before = undamaged(root)
    log = published_log(root)
    (root / NEW).mkdir()
    return Draft(root, log, before, signing)


def _outcome(report: verifier.Report, *, changed: bool) -> Outcome:
    return Outcome(changed, report.entries, report.files, report.head, report.checkpoint, report.signed_by)


def _manifest(files: dict[str, tuple[str, int]]) -> bytes:
    rows = [{"path": path, "sha256": found[0], "size": found[1]} for path, found in sorted(files.items())]
    return (json.dumps({"files": rows}, indent=1) + "\n").encode()
