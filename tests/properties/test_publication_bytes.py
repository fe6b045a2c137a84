"""Whatever byte of a publication is changed, cut out or put in, the verifier names that file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.engine.publication import begin
from evenhand.ledger.entry import Input, Origin
from evenhand.ledger.log import parse, to_bytes
from evenhand.ledger.verify import verify

DAY = date(2026, 11, 23)
FILES = (
    "README.txt",
    "checkpoint",
    "data/earlier/recorded_violence-8f5e3b2a1c0d.csv",
    "data/recorded_violence.csv",
    "data/recorded_violence.json",
    "ledger.jsonl",
    "manifest.json",
    "offline-pack.zip",
    "site/index.html",
    "verify.py",
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("workspace")
    for count in (1, 2):
        with begin(root) as draft:
            inputs = (Input("police_uk", "street – 2020.csv", "a" * 64),)
            origin = Origin(
                "recorded_violence",
                "Violence – “all”",
                "PFA",
                "E23000007",
                ("Northumbria Police",),
                ("Violence – “all”",),
                DAY,
                DAY,
                inputs,
                ("open-data 1",),
                "v 1",
                "0.1.0",
                "A",
                DAY,
            )
            draft.release(origin, f"n\n{count}\n".encode(), b"[]\n")
            draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">'.encode())
            draft.seal(DAY, "A")
    yield root / "published"
    assert verify(root / "published").holds


def paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def named(folder: Path, path: Path, content: bytes) -> None:
    """Assert that, with this content in the file, the verifier names the file; then restore it."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        report = verify(folder)
    finally:
        path.write_bytes(before)
    assert not report.holds
    assert report.where.split(",")[0] == path.relative_to(folder).as_posix(), report.line


def test_the_publication_has_every_kind_of_file(published: Path):
    found = {path.relative_to(published).as_posix() for path in paths(published)}
    assert {Path(path).parent for path in FILES} == {Path(path).parent for path in found}
    assert len(FILES) == len(found)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_one_byte_changed_anywhere_is_named(published: Path, data: st.DataObject):
    path = data.draw(st.sampled_from(paths(published)))
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    named(published, path, content[:at] + bytes([other]) + content[at + 1 :])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_bytes_cut_out_or_put_in_anywhere_are_named(published: Path, data: st.DataObject):
    path = data.draw(st.sampled_from(paths(published)))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    stop = data.draw(st.integers(start, len(content)))
    put_in = data.draw(st.binary(max_size=20))
    edited = content[:start] + put_in + content[stop:]
    if edited != content and not cut_back(path, content, edited):
        named(published, path, edited)


def cut_back(path: Path, content: bytes, edited: bytes) -> bool:
    """True if whole lines were cut off the ledger's end: it then names the manifest or the new last entry."""
    return path.name == "ledger.jsonl" and content.startswith(edited) and edited.endswith(b"\n")


def test_every_byte_of_the_ledger_is_held(published: Path):
    content = (published / "ledger.jsonl").read_bytes()
    for at in range(len(content)):
        edited = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        named(published, published / "ledger.jsonl", edited)


@given(junk=st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_junk_in_place_of_the_ledger_is_named(published: Path, junk: bytes):
    named(published, published / "ledger.jsonl", junk)


def test_what_is_parsed_is_written_back(published: Path):
    content = (published / "ledger.jsonl").read_bytes()
    assert content == to_bytes(parse(content))
