"""Proofs: of one entry in the ledger's tree, and of the tree with a head that somebody kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evenhand.ledger.heads import KeptHead, heads_in, read_checkpoint
from evenhand.ledger.lines import LEDGER, Kind, Ledger, Mismatch, earlier_name
from evenhand.ledger.merkle import consistency_proof, grew, includes, inclusion_proof
from evenhand.ledger.note import VerifierKey, read_key, to_base64


@dataclass(frozen=True)
class Inclusion:
    """That an entry is in the ledger: what anyone needs to check it with nothing else of the ledger."""

    entry: int
    """As in the ledger, counted from 1."""
    index: int
    """As in the tree, counted from 0."""
    size: int
    """Entries in the ledger."""
    leaf: str
    """Hash of the entry, in Base 64 as the others."""
    proof: tuple[str, ...]
    root: str
    tlog_proof: str
    """The same in the form of c2sp.org/tlog-proof, with the checkpoint."""


@dataclass(frozen=True)
class Consistency:
    """That the ledger grew from a head somebody kept."""

    kept: str
    """The head, as it was kept."""
    size: int
    """Entries then."""
    proof: tuple[str, ...]
    """From that head to the ledger's present one, as RFC 9162 has it; none where they are the same."""


def inclusion(ledger: Ledger, asked: str, checkpoint: str) -> Inclusion:
    """The proof of an entry, asked for by its number or by a data file. Raises Mismatch."""
    number = _number_of(ledger, asked)
    leaves, head = ledger.tree.leaves, ledger.head
    proof, leaf = inclusion_proof(leaves, number - 1), leaves[number - 1]
    assert_proven(includes(leaf, number - 1, head.size, proof, head.root), asked)
    lines = tuple(to_base64(each) for each in proof)
    parts = ("c2sp.org/tlog-proof@v1", f"index {number - 1}", *lines, "", checkpoint)
    root = to_base64(head.root)
    return Inclusion(number, number - 1, head.size, to_base64(leaf), lines, root, "\n".join(parts))


def assert_proven(proven: bool, where: str) -> None:
    """Refuse a proof that does not lead where it should. Raises Mismatch."""
    if not proven:
        raise Mismatch(Kind.TREE, where, "the proof does not lead to the root")


def _number_of(ledger: Ledger, asked: str) -> int:
    if asked.isdecimal() and 0 < int(asked) <= len(ledger.entries):
        return int(asked)
    path = asked.replace("\\", "/")
    for entry in reversed(ledger.entries):
        if entry["entry"] == "figure" and any(_ends(path, file) for file in _files(entry)):
            return entry["number"]
    why = f"no entry has that number or released that file; the ledger has {len(ledger.entries)} entries"
    raise Mismatch(Kind.ABSENT, asked, why)


def _files(entry: dict[str, Any]) -> tuple[str, ...]:
    measure = entry["measure"]
    return (f"data/{measure}.csv", f"data/{measure}.json", earlier_name(measure, entry["released"]), measure)


def _ends(path: str, file: str) -> bool:
    return path == file or path.endswith(f"/{file}")


def kept_heads(ledger: Ledger, text: str, where: str) -> list[Consistency]:
    """That the ledger grew from every head in a text that was kept. Raises Mismatch."""
    heads = heads_in(text)
    if not heads:
        why = (
            "no head of a ledger is in it: a head is a number of entries and a root, as at the foot of a "
            "page or in a checkpoint"
        )
        raise Mismatch(Kind.KEPT, where, why)
    return [_grown(ledger, kept, where) for kept in heads]


def _grown(ledger: Ledger, kept: KeptHead, where: str) -> Consistency:
    signer = _signer(ledger, kept, where)
    size, head = len(ledger.entries), ledger.head
    if kept.size > size:
        why = (
            f"the head you kept is of {kept.size} entries and this ledger has {size}: its end was cut off, "
            "or this is an older copy"
        )
        raise Mismatch(Kind.CUT, where, why)
    if not kept.is_of(ledger.head_at(kept.size)):
        raise _others(kept, signer, where)
    proof = consistency_proof(ledger.tree.leaves, kept.size)
    grown = grew(kept.size, size, proof, ledger.tree.roots[kept.size], head.root)
    assert_proven(grown, where)
    return Consistency(str(kept), kept.size, tuple(to_base64(each) for each in proof))


def _others(kept: KeptHead, signer: VerifierKey | None, where: str) -> Mismatch:
    """The first entries are not what they were: one key signed both, or somebody wrote them anew."""
    if signer is not None:
        why = (
            f"the checkpoint you kept and this ledger are both signed by {signer.short} and differ within "
            f"the first {kept.size} entries: two histories, a fork"
        )
        return Mismatch(Kind.FORK, where, why)
    why = (
        f"the first {kept.size} entries are not those of the head you kept ({kept}): the history was written "
        "anew"
    )
    return Mismatch(Kind.REWRITTEN, where, why)


def _signer(ledger: Ledger, kept: KeptHead, where: str) -> VerifierKey | None:
    """The key of this ledger that signed the kept checkpoint, if one did. Raises Mismatch."""
    if kept.note is None:
        return None
    origin, ours = read_checkpoint(kept.note.text).origin, _origin_of(ledger)
    if ours not in {origin, ""}:
        raise Mismatch(Kind.OTHER, where, f"the checkpoint kept is of another ledger: {origin}, not {ours}")
    found = [(key, kept.note.is_from(key)) for key in _keys(ledger)]
    if any(holds is False for _, holds in found):
        raise Mismatch(Kind.KEPT, where, "the checkpoint you kept was changed: its signature does not hold")
    return next((key for key, holds in found if holds), None)


def _origin_of(ledger: Ledger) -> str:
    return next((entry["origin"] for entry in ledger.publications), "")


def _keys(ledger: Ledger) -> list[VerifierKey]:
    return [read_key(entry["key"]) for entry in ledger.entries if entry["entry"] == "key"]


def trusted(ledger: Ledger, key: str) -> None:
    """Refuse a ledger whose key is not that one, nor one it handed over to. Raises Mismatch."""
    where = "the key you kept"
    try:
        wanted = read_key(key.strip())
    except ValueError as error:
        raise Mismatch(Kind.KEPT, where, str(error)) from None
    numbers = [
        entry["number"] for entry in ledger.entries if entry["entry"] == "key" and entry["key"] == str(wanted)
    ]
    if not numbers:
        now = ledger.key.short if ledger.key else "no key"
        why = f"{wanted.short} never signed this ledger: it has {now}, so it was written anew or is another's"
        raise Mismatch(Kind.OTHER, where, why)
    broken = [number for number in ledger.unvouched if number > numbers[0]]
    if broken:
        why = (
            f"{wanted.short} did not hand over to the key of entry {broken[0]}: ask the publisher in another "
            "way whether it was lost, and for the new one"
        )
        raise Mismatch(Kind.OTHER, f"{LEDGER}, entry {broken[0]}", why)
