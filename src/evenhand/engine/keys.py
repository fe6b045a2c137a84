"""Keys: the private keys that sign the ledger, in the workspace's `keys/`, and signing with them.

A key is a file of one line in the form of golang.org/x/mod/sumdb/note, which other tools of
transparency logs read too. It is never written anywhere else: nothing of `keys/` is published.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.errors import BadConfig
from evenhand.ledger.heads import Checkpoint
from evenhand.ledger.note import ED25519, VerifierKey, from_base64, is_key_name, signature_line, to_base64

FOLDER = "keys"
_START = "PRIVATE+KEY+"
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True)
class Signer:
    """A private key with its public half. Printing it shows the public half alone."""

    key: VerifierKey
    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        """Never the private half."""
        return f"Signer({self.key.short})"

    def note(self, checkpoint: Checkpoint) -> str:
        """The checkpoint as a note that this key signed."""
        text = str(checkpoint)
        return f"{text}\n{signature_line(self.key, self.private.sign(text.encode()))}"


def signer(name: str, seed: bytes) -> Signer:
    """The key of that name made of 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(VerifierKey(name, private.public_key().public_bytes_raw()), private)


def path_of(root: Path, key: VerifierKey) -> Path:
    """Where the private half of a key lies in a workspace."""
    return root / FOLDER / f"{key.id.hex()}.key"


def make(root: Path, name: str, seed: bytes | None = None) -> Signer:
    """Make a key of that name and keep it in the workspace, readable by its owner alone.

    `seed` is chance, but for a demonstration. Raises BadConfig for a name that no key may have.
    """
    if not is_key_name(name):
        raise BadConfig(
            "a ledger's name has no spaces and no plus signs",
            where=repr(name),
            next_step="take an address of yours without its scheme, such as example.org/violence",
        )
    seed = secrets.token_bytes(32) if seed is None else seed
    made = signer(name, seed)
    line = f"{_START}{made.key.short}+{to_base64(ED25519 + seed)}\n"
    path = path_of(root, made.key)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return made


def held(root: Path) -> tuple[Signer, ...]:
    """Every key of the workspace, by name and id. Raises BadConfig for a file that is none or lies open."""
    found = [_read(path) for path in sorted((root / FOLDER).glob("*.key"))]
    return tuple(sorted(found, key=lambda each: each.key.short))


def _read(path: Path) -> Signer:
    where = f"{FOLDER}/{path.name}"
    if os.name != "nt" and path.stat().st_mode & _OPEN_TO_OTHERS:
        raise BadConfig("others on this machine can read it", where=where, next_step=f"chmod 600 {where}")
    try:
        line = path.read_text(encoding="utf-8").removesuffix("\n")
        name, identity, encoded = line.removeprefix(_START).split("+", 2)
        seed = from_base64(encoded)
        made = signer(name, seed[1:])
        whole = line.startswith(_START) and seed[:1] == ED25519 and made.key.id.hex() == identity
    except (ValueError, OSError):
        whole, made = False, None
    if not whole or made is None:
        step = "restore it from the copy you kept, or move it away"
        raise BadConfig("is no key of a ledger, or not a whole one", where=where, next_step=step)
    return made
