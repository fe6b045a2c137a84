"""Signatures, notes, keys and heads: against the published vectors of each, and found again in any text."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.engine.keys import Signer, signer
from evenhand.ledger.ed25519 import signature_holds
from evenhand.ledger.heads import Checkpoint, Head, heads_in, read_checkpoint, read_head
from evenhand.ledger.note import VerifierKey, read_key, read_note, signature_line

# RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("_seed", "public", "message", "signature"), RFC_8032)
def test_signatures_of_rfc_8032_hold_and_no_bit_less(_seed: str, public: str, message: str, signature: str):
    key, said, signed = (bytes.fromhex(each) for each in (public, message, signature))
    assert signature_holds(key, said, signed)
    assert not signature_holds(key, said + b"x", signed)
    for at in range(64):
        assert not signature_holds(key, said, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])


def test_a_scalar_past_the_order_is_refused_though_it_comes_to_the_same():
    key, said, signed = (bytes.fromhex(RFC_8032[1][at]) for at in (1, 2, 3))
    order = 2**252 + 27742317777372353535851937790883648493
    more = int.from_bytes(signed[32:], "little") + order
    assert not signature_holds(key, said, signed[:32] + more.to_bytes(32, "little"))


@pytest.mark.parametrize("public", [b"", b"\x00" * 31, b"\xff" * 32, b"\x02" + b"\x00" * 31, b"\x01" * 33])
def test_what_is_no_key_signs_nothing(public: bytes):
    assert not signature_holds(public, b"", bytes.fromhex(RFC_8032[0][3]))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 63), st.integers(1, 255))
@settings(max_examples=40, deadline=None)
def test_signatures_of_the_library_hold_and_others_do_not(seed: bytes, message: bytes, at: int, flip: int):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signed = private.public_key().public_bytes_raw(), private.sign(message)
    assert signature_holds(public, message, signed)
    assert not signature_holds(public, message, signed[:at] + bytes([signed[at] ^ flip]) + signed[at + 1 :])


# The key and note of golang.org/x/mod/sumdb/note, note_test.go: Ed25519 always gives one signature, so a
# note of ours with the same bytes is one that every verifier and witness of that family accepts.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETERS_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETERS_NOTE = (
    f"{PETERS_TEXT}\n\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_note_is_read_holds_and_is_written_byte_for_byte():
    key, made = read_key(PETER), signer("PeterNeumann", PETERS_SEED)
    assert (str(key), key.id.hex(), key) == (PETER, "c74f20a3", made.key)
    note = read_note(PETERS_NOTE)
    assert (note.text, note.is_from(key)) == (PETERS_TEXT, True)
    signed = made.private.sign(PETERS_TEXT.encode())
    assert f"{PETERS_TEXT}\n{signature_line(key, signed)}" == PETERS_NOTE


# The checkpoint that c2sp.org/tlog-checkpoint gives as its example, and the one of the Go checksum database
# that it was taken from: the signature is of sum.golang.org, by its published key.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = EXAMPLE.replace("\u2014 example.com/behind-the-sofa", "\u2014 sum.golang.org").replace(
    "example.com/behind-the-sofa", "go.sum database tree"
)


def test_the_published_checkpoint_is_read_and_its_signature_holds():
    example = read_checkpoint(read_note(EXAMPLE).text)
    assert (example.origin, example.head.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(example) == read_note(EXAMPLE).text
    note = read_note(GO_CHECKPOINT)
    assert note.is_from(read_key(GO_KEY)) is True
    assert read_note(GO_CHECKPOINT.replace("20852163", "20852164")).is_from(read_key(GO_KEY)) is False
    assert note.is_from(read_key(PETER)) is None


@pytest.mark.parametrize("first", ["the sound one", "the other"])
def test_of_two_signatures_of_one_key_both_have_to_hold(first: str):
    ours = signer("example.org/log", b"1" * 32)
    text = str(Checkpoint("example.org/log", Head(1, bytes(32))))
    sound, other = (
        signature_line(ours.key, ours.private.sign(each.encode())) for each in (text, "something else\n")
    )
    lines = sound + other if first == "the sound one" else other + sound
    assert read_note(f"{text}\n{sound}").is_from(ours.key) is True
    assert read_note(f"{text}\n{lines}").is_from(ours.key) is False


def test_a_witness_may_sign_besides_and_unknown_keys_are_passed_over():
    ours, witness = signer("example.org/log", b"1" * 32), signer("witness.example", b"2" * 32)
    text = ours.note(Checkpoint("example.org/log", Head(3, b"r" * 32)))
    both = text + signature_line(witness.key, witness.private.sign(b"other"))
    assert read_note(both).is_from(ours.key) is True
    assert read_note(both).is_from(witness.key) is False
    assert len(read_note(both).signatures) == 2


@pytest.mark.parametrize(
    "broken",
    [
        "",
        PETERS_TEXT,
        PETERS_NOTE[:-1],
        PETERS_NOTE.replace("\u2014", "-"),
        PETERS_NOTE.replace("AM=\n", "AN=\n"),
        PETERS_NOTE.replace("AM=\n", "AM\n"),
        PETERS_NOTE.replace("If", "\x07If"),
        PETERS_NOTE.replace("\u2014 PeterNeumann", "\u2014 Peter Neumann"),
        PETERS_NOTE + "\n",
        PETERS_NOTE + PETERS_NOTE.rpartition("\n\n")[2] * 64,
    ],
)
def test_what_is_no_note_is_refused(broken: str):
    with pytest.raises(ValueError, match=r"is no signed note|is not Base 64|has characters"):
        read_note(broken)


@pytest.mark.parametrize("at", range(0, len(PETER), 3))
def test_a_key_with_a_letter_wrong_is_refused(at: int):
    with pytest.raises(ValueError, match=r"verifier key|copy it whole|Base 64"):
        read_key(PETER[:at] + chr(ord(PETER[at]) + 1) + PETER[at + 1 :])


ROOT = "A" * 43 + "="


@pytest.mark.parametrize("text", ["", "1", f"01 {ROOT}", f"1  {ROOT}", f"1 {ROOT[:-2]}B="])
def test_what_is_no_head_is_refused(text: str):
    with pytest.raises(ValueError, match=r"is no head|Base 64"):
        read_head(text)


HEAD = Head(12, bytes(range(32)))
KEPT_AS = {
    "itself": str(HEAD),
    "short": HEAD.short,
    "short in capitals": HEAD.short.upper(),
    "a checkpoint": str(Checkpoint("example.org/log", HEAD)),
    "a foot": f'<p>Ledger head: <span data-ledger-head="{HEAD}">{HEAD}</span></a> (short: {HEAD.short})</p>',
    "minutes": f"Item 7. The head was {HEAD}. Agreed.",
    "an e-mail": "> From the site:\r\n> 12\r\n> " + str(HEAD).split()[1] + "\r\n",
}


@pytest.mark.parametrize("form", KEPT_AS)
def test_a_head_is_found_once_however_it_was_kept(form: str):
    (kept,) = heads_in(KEPT_AS[form])
    assert kept.is_of(HEAD)
    assert not kept.is_of(Head(13, HEAD.root))
    assert not kept.is_of(Head(12, bytes(32)))
    assert str(kept) in {str(HEAD), HEAD.short}


@pytest.mark.parametrize(
    "text", ["", "12", "A" * 43 + "=", "f" * 64, "12-3f9a", "12-3f9a-04c1-b2d4-e5f6", "x" * 100, "2026-11-23"]
)
def test_other_text_holds_no_head(text: str):
    assert heads_in(text) == []


@given(st.integers(0, 10**9), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_a_signed_checkpoint_is_found_in_a_letter_with_its_signature(size: int, root: bytes, seed: bytes):
    made: Signer = signer("example.org/log", seed)
    (kept,) = heads_in(f"Dear all,\n\n{made.note(Checkpoint('example.org/log', Head(size, root)))}\nYours")
    assert kept.is_of(Head(size, root))
    assert kept.note is not None
    assert kept.note.is_from(made.key) is True


@given(st.text(min_size=1, max_size=30), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_it_was_written_or_its_name_is_refused(name: str, public: bytes):
    key = VerifierKey(name, public)
    try:
        assert read_key(str(key)) == key
    except ValueError:
        assert any(letter.isspace() or letter == "+" or not letter.isprintable() for letter in name)
