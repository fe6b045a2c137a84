"""Merkle: the tree over the ledger's lines, and its proofs, as RFC 6962 and RFC 9162 define them. Pure.

A leaf is a line of the ledger without its line end. Everything here is 32 bytes of SHA-256; entry 1
of the ledger is leaf 0 of the tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

NO_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, section 2.1)."""


def leaf_hash(line: bytes) -> bytes:
    """The hash of one leaf. The byte before it keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by a leaf at a time and knows its root at every size, the present one last."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Start with these leaf hashes."""
        self.leaves: list[bytes] = []
        self.roots = [NO_ROOT]
        self._peaks: list[tuple[int, bytes]] = []
        for leaf in leaves:
            self.add(leaf)

    def copy(self) -> Tree:
        """The same tree, to grow apart from this one."""
        made = Tree()
        made.leaves, made.roots, made._peaks = list(self.leaves), list(self.roots), list(self._peaks)
        return made

    def add(self, leaf: bytes) -> None:
        """Add a leaf hash: two whole trees of one height become one, as a carry does in adding."""
        self.leaves.append(leaf)
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))
        found = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            found = node_hash(peak, found)
        self.roots.append(found)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    return Tree(leaves).roots[-1]


def _split(size: int) -> int:
    """The largest power of two smaller than a size of 2 or more: how many leaves are on the left."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` up to the root, lowest first (RFC 9162, 2.1.3.1)."""
    if len(leaves) < 2:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], of_root: bytes) -> bool:
    """Does the proof lead from leaf `index` to the root of a tree of that size (RFC 9162, 2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node_hash(other, found)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, other)
        first, last = first >> 1, last >> 1
    return last == 0 and found == of_root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The hashes that show the first `earlier` leaves to be a tree that these grew from (2.1.4.1)."""
    return _subproof(leaves, earlier, whole=True) if 0 < earlier < len(leaves) else []


def _subproof(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if earlier <= split:
        return [*_subproof(leaves[:split], earlier, whole=whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], earlier - split, whole=False), root(leaves[:split])]


def grew(earlier: int, size: int, proof: Sequence[bytes], earlier_root: bytes, of_root: bytes) -> bool:
    """Does the proof show the tree to have grown from the earlier one (RFC 9162, 2.1.4.2)?"""
    if earlier == size or earlier == 0:
        wanted = of_root if earlier == size else NO_ROOT
        return not proof and earlier_root == wanted
    if not 0 < earlier < size or not proof:
        return False
    hashes = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    first, last = earlier - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, other)
        first, last = first >> 1, last >> 1
    return last == 0 and before == earlier_root and after == of_root
