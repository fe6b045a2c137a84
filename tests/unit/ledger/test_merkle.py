"""The tree: against published vectors, and against the plainest reading of RFC 6962."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.merkle import (
    NO_ROOT,
    Tree,
    consistency_proof,
    grew,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

# The leaves, roots and proofs of github.com/transparency-dev/merkle, proof/verify_test.go: the vectors of
# Certificate Transparency's own implementation, which later ones are tested against.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
# Leaf (from 0), size, proof; earlier size, size, proof.
INCLUSION = [(0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[3]]), (2, 3, [ROOTS[1]]), (1, 5, [ROOTS[0], B, D])]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[3]]),
    (2, 5, [B, D]),
    (6, 7, [F, G, ROOTS[3]]),
]

HASHES = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]


def test_roots_are_those_published():
    assert hashlib.sha256(b"").digest() == NO_ROOT == root([])
    assert [found.hex() for found in Tree(HASHES).roots[1:]] == ROOTS
    assert [root(HASHES[:size]).hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_those_published(index: int, size: int, proof: list[str]):
    found = inclusion_proof(HASHES[:size], index)
    assert [each.hex() for each in found] == proof
    assert includes(HASHES[index], index, size, found, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("earlier", "size", "proof"), CONSISTENCY)
def test_consistency_proofs_are_those_published(earlier: int, size: int, proof: list[str]):
    found = consistency_proof(HASHES[:size], earlier)
    assert [each.hex() for each in found] == proof
    assert grew(earlier, size, found, *(bytes.fromhex(ROOTS[at - 1]) for at in (earlier, size)))


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: split at the largest power of two, hash both sides."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


LINES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@given(LINES)
def test_every_root_is_the_plain_twins(lines: list[bytes]):
    tree = Tree(map(leaf_hash, lines))
    assert [plain_root(lines[:size]) for size in range(len(lines) + 1)] == tree.roots


@given(LINES, st.data())
def test_a_proof_of_inclusion_is_of_that_leaf_there_and_no_other(lines: list[bytes], data: st.DataObject):
    leaves = [leaf_hash(line) for line in lines]
    index, size = data.draw(st.integers(0, len(lines) - 1)), len(lines)
    proof, of_root = inclusion_proof(leaves, index), plain_root(lines)
    assert includes(leaves[index], index, size, proof, of_root)
    assert not includes(leaf_hash(lines[index] + b"x"), index, size, proof, of_root)
    assert not includes(leaves[index], index, size, [*proof, of_root], of_root)
    assert not includes(leaves[index], index, size, proof[:-1], of_root) or not proof
    for other in {index - 1, index + 1, size} - {index}:
        assert not includes(leaves[index], other, size, proof, of_root) or lines[other] == lines[index]
    for at, each in enumerate(proof):
        changed = [*proof[:at], bytes([each[0] ^ 8]) + each[1:], *proof[at + 1 :]]
        assert not includes(leaves[index], index, size, changed, of_root)


@given(LINES, st.data())
def test_a_proof_of_consistency_is_of_those_two_trees_alone(lines: list[bytes], data: st.DataObject):
    leaves = [leaf_hash(line) for line in lines]
    earlier, size = data.draw(st.integers(0, len(lines))), len(lines)
    before, after = plain_root(lines[:earlier]), plain_root(lines)
    proof = consistency_proof(leaves, earlier)
    assert grew(earlier, size, proof, before, after)
    assert not grew(earlier, size, [*proof, after], before, after)
    # From nothing anything may grow.
    assert not grew(earlier, size, proof, before, node_hash(after, after)) or earlier == 0
    assert not grew(earlier, size, proof, node_hash(before, before), after)
    assert not grew(size + 1, size, proof, before, after)
    for at, each in enumerate(proof):
        changed = [*proof[:at], bytes([each[0] ^ 16]) + each[1:], *proof[at + 1 :]]
        assert not grew(earlier, size, changed, before, after)


@given(LINES, st.data())
def test_a_line_changed_under_a_kept_root_has_no_proof(lines: list[bytes], data: st.DataObject):
    earlier = data.draw(st.integers(1, len(lines)))
    at = data.draw(st.integers(0, earlier - 1))
    changed = [*lines[:at], lines[at] + b"x", *lines[at + 1 :]]
    leaves = [leaf_hash(line) for line in changed]
    proof = consistency_proof(leaves, earlier)
    assert not grew(earlier, len(lines), proof, plain_root(lines[:earlier]), plain_root(changed))


def test_a_copy_grows_apart():
    tree = Tree(HASHES[:3])
    other = tree.copy()
    other.add(HASHES[3])
    assert (len(tree.leaves), tree.roots[-1].hex()) == (3, ROOTS[2])
    assert other.roots[-1].hex() == ROOTS[3]
