"""Heads: the size and root of the ledger's tree, how they are written, and finding them in any text. Pure.

A head is printed at the foot of every page; a checkpoint (c2sp.org/tlog-checkpoint) is a head with the
ledger's name, usually signed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from evenhand.ledger.note import Note, from_base64, read_note, to_base64

_SHORT = 20
"""Hexadecimal digits of the root in a short head: 80 bits, few enough to be typed from paper."""
_SIZE = r"(0|[1-9][0-9]{0,14})"
_HEAD = re.compile(rf"(?<![\w+/.-]){_SIZE}[\s>]+([A-Za-z0-9+/]{{43}}=)(?![\w+/=])")
_SHORT_HEAD = re.compile(rf"(?<![\w.-]){_SIZE}((?:-[0-9a-f]{{4}}){{{_SHORT // 4}}})(?![\w-])", re.IGNORECASE)
_NOTE = re.compile(r"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n\n(?:\u2014 [^\n]+\n)+")
_CHECKPOINT = re.compile(rf"([^\n]+)\n{_SIZE}\n([A-Za-z0-9+/]{{43}}=)\n")


@dataclass(frozen=True)
class Head:
    """How many entries a ledger has, and the root over them."""

    size: int
    root: bytes

    def __str__(self) -> str:
        """`12 jc07c0EZ...=`: the size, and the root in Base 64, as checkpoints write them."""
        return f"{self.size} {to_base64(self.root)}"

    @property
    def short(self) -> str:
        """`12-8dcd-3b73-4119-7a32-ae01`: the size, and the start of the root, to type from paper."""
        digits = self.root.hex()[:_SHORT]
        return "-".join([str(self.size), *(digits[at : at + 4] for at in range(0, _SHORT, 4))])


def read_head(text: str) -> Head:
    """The head that the whole text is. Raises ValueError."""
    found = _HEAD.fullmatch(text)
    head = Head(int(found[1]), from_base64(found[2])) if found else None
    if head is None or str(head) != text:
        raise ValueError("is no head: a size and a root")
    return head


@dataclass(frozen=True)
class Checkpoint:
    """A head, and the name of the ledger it is of."""

    origin: str
    head: Head

    def __str__(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.head.size}\n{to_base64(self.head.root)}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text is, signatures apart. Raises ValueError where it is not written as one."""
    found = _CHECKPOINT.fullmatch(text)
    if found is None:
        raise ValueError("is no checkpoint: a name, a size and a root, a line each")
    return Checkpoint(found[1], Head(int(found[2]), from_base64(found[3])))


@dataclass(frozen=True)
class KeptHead:
    """A head somebody kept: all of it, or as much of the root as they wrote down."""

    size: int
    root_starts: str
    """In hexadecimal: 64 digits, or the first of them."""
    note: Note | None = None
    """The checkpoint it came in, where it came in a signed one."""

    def __str__(self) -> str:
        """The head as it was kept."""
        if len(self.root_starts) == 64:
            return str(Head(self.size, bytes.fromhex(self.root_starts)))
        return Head(self.size, bytes.fromhex(self.root_starts.ljust(64, "0"))).short

    def is_of(self, head: Head) -> bool:
        """Is it that head?"""
        return self.size == head.size and head.root.hex().startswith(self.root_starts)


def heads_in(text: str) -> list[KeptHead]:
    """Every head in a text, once each: of checkpoints, feet of pages, short ones typed from paper."""
    text = text.replace("\r\n", "\n")
    notes: list[KeptHead] = []
    for match in _NOTE.finditer(text):
        try:
            note = read_note(match[0])
            head = read_checkpoint(note.text).head
        except ValueError:
            continue
        notes.append(KeptHead(head.size, head.root.hex(), note))
    plain = [KeptHead(int(size), base64.b64decode(root).hex()) for size, root in _HEAD.findall(text)]
    short = [KeptHead(int(size), rest.replace("-", "").lower()) for size, rest in _SHORT_HEAD.findall(text)]
    found: list[KeptHead] = []
    for kept in (*notes, *plain, *short):
        if not any(kept.size == one.size and one.root_starts.startswith(kept.root_starts) for one in found):
            found.append(kept)
    return found
