"""Note: text signed by one or more keys, in the form that transparency logs share. Pure.

c2sp.org/signed-note: the text, a blank line, and a line for each signature. The keys are in the form
of golang.org/x/mod/sumdb/note, which existing verifiers and witnesses take.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from evenhand.ledger.ed25519 import signature_holds

ED25519 = b"\x01"
"""The kind of signature, as c2sp.org/signed-note numbers them."""
_KEY_NAME = r"[^\s+\x00-\x1f\x7f]{1,200}"
_KEY = re.compile(rf"({_KEY_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})")
_SIGNATURE = re.compile(rf"\u2014 ({_KEY_NAME}) ([A-Za-z0-9+/]+={{0,2}})")
MOST_SIGNATURES = 64


def to_base64(content: bytes) -> str:
    """Standard Base 64, with padding (RFC 4648, section 4)."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of the one Base 64 text that stands for them. Raises ValueError for any other text."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        content = b""
    if to_base64(content) != text:
        raise ValueError("is not Base 64")
    return content


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under: what anyone needs to check a signature."""

    name: str
    public: bytes
    """32 bytes, as RFC 8032 encodes them."""

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; too few to be a proof of anything."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """`name+id+key`, as a reader is given it."""
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.public)}"

    @property
    def short(self) -> str:
        """`name+id`, to speak of it."""
        return f"{self.name}+{self.id.hex()}"


def is_key_name(name: str) -> bool:
    """May a key be called that: not empty, without spaces and plus signs?"""
    return re.fullmatch(_KEY_NAME, name) is not None


def read_key(text: str) -> VerifierKey:
    """The key that `name+id+key` stands for. Raises ValueError where it is none, or its id another's."""
    found = _KEY.fullmatch(text)
    content = from_base64(found[3]) if found else b""
    if found is None or content[:1] != ED25519:
        raise ValueError("is no verifier key: name+id+key")
    key = VerifierKey(found[1], content[1:])
    if key.id.hex() != found[2]:
        raise ValueError("its id is not the id of that name and key: copy it whole")
    return key


@dataclass(frozen=True)
class Signature:
    """One signature of a note."""

    name: str
    id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A text and its signatures. None of it is to be believed before a known key's holds."""

    text: str
    """With its line end."""
    signatures: tuple[Signature, ...]

    def is_from(self, key: VerifierKey) -> bool | None:
        """Does that key's signature hold? None where there is none of it; one that does not hold says no."""
        mine = [each for each in self.signatures if (each.name, each.id) == (key.name, key.id)]
        if not mine:
            return None
        return all(signature_holds(key.public, self.text.encode(), each.signature) for each in mine)


def read_note(content: str) -> Note:
    """The note that a whole file is. Raises ValueError where it is not written as one."""
    text, blank, lines = content.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in lines.split("\n")[:-1]]
    if not blank or not lines.endswith("\n") or not 0 < len(found) <= MOST_SIGNATURES or None in found:
        raise ValueError("is no signed note")
    if any(letter < " " and letter != "\n" for letter in content):
        raise ValueError("has characters that no signed note holds")
    parts = [(each[1], from_base64(each[2])) for each in found if each]
    return Note(f"{text}\n", tuple(Signature(name, part[:4], part[4:]) for name, part in parts))


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """The line that a signature is in a note."""
    return f"\u2014 {key.name} {to_base64(key.id + signature)}\n"
