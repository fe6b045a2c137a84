"""The verifier on what people, accidents and attackers do: it names the first thing that differs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.engine.standalone import verifier_file
from evenhand.ledger import verify as module
from evenhand.ledger.heads import Checkpoint, Head
from evenhand.ledger.lines import Kind, Mismatch, canonical, digest, read_line
from evenhand.ledger.merkle import leaf_hash, root
from evenhand.ledger.verify import main, verify

Tamper = Callable[[Path], None]
Publish = Callable[[Path, int], None]


def edit(relative: str, old: bytes, new: bytes) -> Tamper:
    def apply(folder: Path) -> None:
        content = (folder / relative).read_bytes()
        assert old in content
        (folder / relative).write_bytes(content.replace(old, new, 1))

    return apply


def lines_kept(*order: int) -> Tamper:
    """The ledger with only these lines, in this order, counted from 1."""

    def apply(folder: Path) -> None:
        lines = (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)
        (folder / "ledger.jsonl").write_bytes(b"".join(lines[number - 1] for number in order))

    return apply


def whole_ledger(content: bytes) -> Tamper:
    return lambda folder: (folder / "ledger.jsonl").write_bytes(content) and None


def appended(content: bytes) -> Tamper:
    return lambda folder: whole_ledger((folder / "ledger.jsonl").read_bytes() + content)(folder)


def cut_by(count: int) -> Tamper:
    return lambda folder: whole_ledger((folder / "ledger.jsonl").read_bytes()[:-count])(folder)


def removed(relative: str) -> Tamper:
    return lambda folder: (folder / relative).unlink()


def added(relative: str) -> Tamper:
    return lambda folder: (folder / relative).write_bytes(b"x") and None


def renamed(old: str, new: str) -> Tamper:
    return lambda folder: (folder / old).rename(folder / new) and None


def linked(relative: str) -> Tamper:
    """The very same content, but reached through a link out of the folder."""

    def apply(folder: Path) -> None:
        away = folder.parent / "away"
        (folder / relative).rename(away)
        (folder / relative).symlink_to(away)

    return apply


def made_folder(relative: str) -> Tamper:
    def apply(folder: Path) -> None:
        (folder / relative).unlink(missing_ok=True)
        (folder / relative).mkdir()

    return apply


def piped(folder: Path) -> None:
    (folder / "data/coverage.csv").unlink()
    os.mkfifo(folder / "data/coverage.csv")


def checkpoint(content: bytes) -> Tamper:
    return lambda folder: (folder / "checkpoint").write_bytes(content) and None


def appended_to_checkpoint(folder: Path) -> None:
    line = f"\n\u2014 example.org/log {'A' * 90}==\n"
    checkpoint((folder / "checkpoint").read_bytes() + line.encode())(folder)


def last_day(folder: Path) -> None:
    lines = (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b"2026-11-23", b"2026-11-22")
    (folder / "ledger.jsonl").write_bytes(b"".join(lines))


LEDGER = "ledger.jsonl, entry "

CASES: dict[str, tuple[Tamper, Kind, str]] = {
    "a number in a table": (edit("data/coverage.csv", b"E1,1", b"E1,7"), Kind.CHANGED, "data/coverage.csv"),
    "a row more": (edit("data/coverage.csv", b"E1,1", b"E1,1\nE2,1"), Kind.CHANGED, "data/coverage.csv"),
    "a number on a page": (edit("site/index.html", b">2<", b">3<"), Kind.CHANGED, "site/index.html"),
    "a foot": (edit("site/index.html", b'head="', b'head=" '), Kind.CHANGED, "site/index.html"),
    "the verifier": (edit("verify.py", b"FAILED = 6", b"FAILED = 0"), Kind.CHANGED, "verify.py"),
    "the manifest": (edit("manifest.json", b'"size": ', b'"size":  '), Kind.CHANGED, "manifest.json"),
    "what an entry says": (
        edit("ledger.jsonl", b"open-data 1", b"open-data 2"), Kind.TREE, LEDGER + "3"),
    "the day of an entry": (
        edit("ledger.jsonl", b"2026-11-23", b"2026-11-22"), Kind.TREE, LEDGER + "3"),
    "the day of the last entry": (last_day, Kind.TREE, LEDGER + "7"),
    "a space in a line": (edit("ledger.jsonl", b'","', b'", "'), Kind.ENTRY, LEDGER + "1"),
    "line ends of Windows": (edit("ledger.jsonl", b"\n", b"\r\n"), Kind.ENTRY, LEDGER + "1"),
    "first entry dropped": (lines_kept(2, 3, 4, 5, 6, 7), Kind.TREE, LEDGER + "1"),
    "an entry dropped": (lines_kept(1, 3, 4, 5, 6, 7), Kind.TREE, LEDGER + "2"),
    "two entries swapped": (lines_kept(1, 2, 4, 3, 5, 6, 7), Kind.TREE, LEDGER + "3"),
    "an entry twice": (lines_kept(1, 2, 2, 3, 4, 5, 6, 7), Kind.TREE, LEDGER + "3"),
    "last pack cut off": (lines_kept(1, 2, 3, 4, 5, 6), Kind.TAIL, "ledger.jsonl"),
    "last publication cut off": (lines_kept(1, 2, 3, 4, 5), Kind.TAIL, LEDGER + "5"),
    "publication before its pack dropped": (lines_kept(1, 2, 3, 4, 5, 7), Kind.TREE, LEDGER + "6"),
    "cut back to the publication before": (lines_kept(1, 2, 3, 4), Kind.TAIL, "ledger.jsonl"),
    "a root in the checkpoint": (
        edit("checkpoint", b"=\n", b"A=\n"), Kind.SIGNATURE, "checkpoint"),
    "the name in the checkpoint": (edit("checkpoint", b"even", b"odd"), Kind.TREE, "checkpoint"),
    "the size in the checkpoint": (edit("checkpoint", b"\n7\n", b"\n6\n"), Kind.TREE, "checkpoint"),
    "binary junk for a checkpoint": (checkpoint(b"\xff" * 9), Kind.SIGNATURE, "checkpoint"),
    "a checkpoint past reason": (checkpoint(b"x" * 70_000), Kind.SIGNATURE, "checkpoint"),
    "a signature of nobody's": (appended_to_checkpoint, Kind.SIGNATURE, "checkpoint"),
    "checkpoint removed": (removed("checkpoint"), Kind.MISSING, "checkpoint"),
    "a key file added": (added("ledger-key.txt"), Kind.ADDED, "ledger-key.txt"),
    "the pack": (edit("offline-pack.zip", b"PK", b"pk"), Kind.CHANGED, "offline-pack.zip"),
    "pack removed": (removed("offline-pack.zip"), Kind.MISSING, "offline-pack.zip"),
    "no line left": (whole_ledger(b""), Kind.TAIL, "ledger.jsonl"),
    "last line end cut off": (cut_by(1), Kind.ENTRY, LEDGER + "7"),
    "cut in the middle of a line": (cut_by(40), Kind.ENTRY, LEDGER + "7"),
    "an empty line more": (appended(b"\n"), Kind.ENTRY, LEDGER + "8"),
    "binary junk": (appended(b"\xff\x00\x80" * 9 + b"\n"), Kind.ENTRY, LEDGER + "8"),
    "a list": (appended(b"[]\n"), Kind.ENTRY, LEDGER + "8"),
    "no number": (appended(b"NaN\n"), Kind.ENTRY, LEDGER + "8"),
    "nested past reason": (appended(b"[" * 200_000 + b"]" * 200_000 + b"\n"), Kind.ENTRY, LEDGER + "8"),
    "half a character": (appended(b'{"entry":"\\ud800"}\n'), Kind.ENTRY, LEDGER + "8"),
    "another kind": (appended(b'{"entry":"figment"}\n'), Kind.ENTRY, LEDGER + "8"),
    "kind is a list": (appended(b'{"entry":[]}\n'), Kind.ENTRY, LEDGER + "8"),
    "a file removed": (removed("site/map.svg"), Kind.MISSING, "site/map.svg"),
    "ledger removed": (removed("ledger.jsonl"), Kind.MISSING, "ledger.jsonl"),
    "manifest removed": (removed("manifest.json"), Kind.MISSING, "manifest.json"),
    "a file added": (added("site/zz.html"), Kind.ADDED, "site/zz.html"),
    "an odd name added": (added("site/zz\n\u202e\u00e9"), Kind.ADDED, "site/zz\\n\\u202e\\xe9"),
    "a folder added": (made_folder("site/zz"), Kind.ADDED, "site/zz"),
    "a file renamed": (renamed("site/map.svg", "site/a.svg"), Kind.ADDED, "site/a.svg"),
    "a table becomes a link": (linked("data/coverage.csv"), Kind.ODD, "data/coverage.csv"),
    "ledger becomes a link": (linked("ledger.jsonl"), Kind.ODD, "ledger.jsonl"),
    "a folder becomes a link": (linked("site"), Kind.ODD, "site"),
    "a table becomes a folder": (made_folder("data/coverage.csv"), Kind.ODD, "data/coverage.csv"),
    "ledger becomes a folder": (made_folder("ledger.jsonl"), Kind.ODD, "ledger.jsonl"),
    "manifest becomes a folder": (made_folder("manifest.json"), Kind.ODD, "manifest.json"),
    "a table becomes a pipe": (piped, Kind.ODD, "data/coverage.csv"),
}  # fmt: skip


def test_an_untouched_publication_holds(published: Path):
    report = verify(published)
    said = f"7 entries hold; 10 files as published; head {report.head} at the foot of its pages"
    assert f"{said}; NOT SIGNED: this ledger has no key, so nothing shows who wrote it" == report.line
    assert (report.holds, report.entries, report.files, report.kind, report.where) == (True, 7, 10, None, "")
    assert f'data-ledger-head="{report.head}"' in (published / "site/index.html").read_text()


@pytest.mark.parametrize("case", CASES)
def test_what_was_done_is_named(published: Path, case: str):
    tamper, kind, where = CASES[case]
    tamper(published)
    report = verify(published)
    assert (False, kind, where) == (report.holds, report.kind, report.where)
    assert report.line.startswith(f"{where}: ")
    assert report.line.isascii()
    assert report.line.isprintable()


def test_every_kind_of_trouble_has_a_case():
    elsewhere = {Kind.DATA, Kind.FOOT, Kind.UNREADABLE, *module.OF_WHAT_WAS_KEPT}
    assert set(Kind) - elsewhere == {kind for _, kind, _ in CASES.values()}


def test_a_line_longer_than_any_is_refused_without_reading_it_all(
    published: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LONGEST_LINE", 2000)
    whole_ledger(b"x" * 10_000)(published)
    assert "ledger.jsonl, entry 1: the line is cut off or far too long" in verify(published).line


def write_anew(folder: Path, lines: list[dict[str, object]]) -> None:
    """What an attacker with the code does: write the lines, and a checkpoint that is true to them."""
    written = [canonical(line) for line in lines]
    (folder / "ledger.jsonl").write_bytes(b"".join(line + b"\n" for line in written))
    head = Head(len(written), root([leaf_hash(line) for line in written]))
    origin = next(line["origin"] for line in lines if line["entry"] == "publication")
    (folder / "checkpoint").write_bytes(str(Checkpoint(str(origin), head)).encode())


def seal_manifest(folder: Path, content: bytes, **changes: str | None) -> None:
    """The same, with another manifest in the last publication."""
    lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]
    lines[-2] |= {"manifest": digest(content), **changes}
    (folder / "manifest.json").write_bytes(content)
    write_anew(folder, lines)


def reseal(folder: Path, **changes: str | None) -> None:
    """The same, with a manifest true to the files as they are now."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    rows = [
        {"path": name, "sha256": digest(path.read_bytes()), "size": path.stat().st_size}
        for name, path in sorted(paths.items())
        if name not in {"ledger.jsonl", "checkpoint", "manifest.json", "offline-pack.zip"}
    ]
    seal_manifest(folder, json.dumps({"files": rows}).encode(), **changes)


def test_resealing_alone_leaves_a_publication_that_holds(published: Path):
    reseal(published)
    assert verify(published).holds


@pytest.mark.parametrize("relative", ["data/recorded_violence.csv", "data/coverage.json"])
def test_a_table_changed_under_a_new_manifest_does_not_match_its_entry(published: Path, relative: str):
    (published / relative).write_bytes(b"area,n\nE1,0\n")
    reseal(published)
    report = verify(published)
    assert Kind.DATA is report.kind
    assert relative in report.line


def test_a_table_that_no_entry_released_is_named(published: Path):
    (published / "data/extra.csv").write_bytes(b"n\n1\n")
    reseal(published)
    assert (verify(published).kind, verify(published).where) == (Kind.DATA, "data/extra.csv")


CERTIFICATE = "data/certificate.json"


@pytest.fixture
def certified(published: Path) -> Path:
    """The publication with a certificate, which its line of the ledger names."""
    (published / CERTIFICATE).write_bytes(b"{}")
    reseal(published, certificate=digest(b"{}"))
    assert verify(published).holds
    return published


SWAPPED: dict[str, Tamper] = {
    "swapped for another": lambda folder: (folder / CERTIFICATE).write_bytes(b"[]") and None,
    "emptied": lambda folder: (folder / CERTIFICATE).write_bytes(b"") and None,
    "removed": removed(CERTIFICATE),
    "renamed": renamed(CERTIFICATE, "data/certificate.old.json"),
}


@pytest.mark.parametrize("case", SWAPPED)
def test_a_certificate_tampered_with_is_named(certified: Path, case: str):
    SWAPPED[case](certified)
    kind = Kind.MISSING if case in ("removed", "renamed") else Kind.CHANGED
    assert (verify(certified).kind, verify(certified).where) == (kind, CERTIFICATE)


@pytest.mark.parametrize("case", ["swapped for another", "emptied", "removed"])
def test_a_certificate_tampered_with_under_a_new_manifest_is_not_what_the_entry_names(
    certified: Path, case: str
):
    SWAPPED[case](certified)
    reseal(certified)
    report = verify(certified)
    assert (report.kind, report.where) == (Kind.DATA, CERTIFICATE)
    assert "it is not what entry 6 names" in report.line


def test_a_certificate_that_the_entry_does_not_name_is_named(certified: Path):
    reseal(certified, certificate=None)
    assert "data/certificate.json: entry 6 names none" in verify(certified).line


def test_an_earlier_release_removed_under_a_new_manifest_names_its_entry(published: Path):
    next((published / "data/earlier").iterdir()).unlink()
    (published / "data/earlier").rmdir()
    reseal(published)
    assert (verify(published).kind, verify(published).where) == (Kind.DATA, "ledger.jsonl, entry 1")


@pytest.mark.parametrize("page", [b"<p>no foot</p>", b'<p data-ledger-head="' + b"a" * 64 + b'">', b""])
def test_a_page_with_another_head_or_none_is_named(published: Path, page: bytes):
    (published / "site/index.html").write_bytes(page)
    reseal(published)
    assert (verify(published).kind, verify(published).where) == (Kind.FOOT, "site/index.html")


def test_a_foot_across_two_chunks_is_found(published: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CHUNK", 7)
    assert verify(published).holds


def test_a_publication_of_another_head_is_named(published: Path):
    reseal(published, head=f"5 {'A' * 43}=")
    assert (verify(published).kind, verify(published).where) == (Kind.TREE, "ledger.jsonl, entry 6")


def test_a_path_out_of_the_folder_in_the_manifest_opens_nothing(published: Path):
    (published.parent / "secret").write_bytes(b"x")
    rows = json.loads((published / "manifest.json").read_text())["files"]
    rows.insert(0, {"path": "../secret", "sha256": digest(b"x"), "size": 1})
    content = json.dumps({"files": rows}).encode()
    seal_manifest(published, content)
    assert (verify(published).kind, verify(published).where) == (Kind.MISSING, "../secret")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"files":[1]}', b'{"files":[{"path":1}]}', b"\xff"])
def test_a_manifest_that_is_none_is_named(published: Path, content: bytes):
    seal_manifest(published, content)
    assert (verify(published).kind, verify(published).where) == (Kind.ENTRY, "manifest.json")


def test_a_file_that_cannot_be_read_is_named(published: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path) -> tuple[str, set[bytes]]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(module, "hash_file", refuse)
    assert (verify(published).kind, verify(published).where) == (Kind.UNREADABLE, "manifest.json")


FIELDS_THAT_NO_LINE_HOLDS = {
    "number": [7, True, 1.0, "1", None],
    "made_on": ["2026-1-1", "20261123", "2026-02-30", "", None, 20261123],
    "period_from": ["2026-1-1", "", 0],
    "measure": ["../x", "X", "", None],
    "released": ["A" * 64, "a" * 63, "a" * 65, None],
    "maker": [None, 1],
    "approved_by": [None, 1, []],
    "rules": ["open-data 1", ["b", "a"], ["a", "a"], [1], None],
    "inputs": [
        {},
        [{}],
        ["a"],
        [{"file": "a", "sha256": "a" * 64, "source": "s", "row": "1"}],
        [{"file": "a", "sha256": "a", "source": "s"}],
        [{"file": file, "sha256": "a" * 64, "source": "s"} for file in "ba"],
        [{"file": "a", "sha256": "a" * 64, "source": "s"}] * 2,
    ],
}


def first_line(folder: Path) -> dict[str, object]:
    return json.loads((folder / "ledger.jsonl").read_bytes().splitlines()[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in FIELDS_THAT_NO_LINE_HOLDS.items() for value in values],
)
def test_a_line_well_written_but_wrong_in_a_field_is_refused(published: Path, name: str, value: object):
    fields = {**first_line(published), name: value}
    with pytest.raises(Mismatch, match=r"ledger\.jsonl, entry 1: "):
        read_line(canonical(fields) + b"\n", 1)


@pytest.mark.parametrize("name", ["title", "inputs", "json", "entry"])
def test_a_line_that_lacks_a_field_or_has_one_more_is_refused(published: Path, name: str):
    fields = first_line(published)
    assert fields == read_line(canonical(fields) + b"\n", 1)
    more, less = {**fields, "note": ""}, {other: fields[other] for other in fields if other != name}
    for changed in (more, less):
        with pytest.raises(Mismatch, match="the line is none of figure, correction"):
            read_line(canonical(changed) + b"\n", 1)


def test_a_manifest_that_lies_about_a_size_or_is_out_of_order_is_named(published: Path):
    rows = json.loads((published / "manifest.json").read_text())["files"]
    larger = [{**rows[0], "size": rows[0]["size"] + 1}, *rows[1:]]
    for changed, where in (
        (larger, rows[0]["path"]),
        (rows[::-1], "manifest.json"),
        ([*rows, rows[-1]], "manifest.json"),
    ):
        seal_manifest(published, json.dumps({"files": changed}).encode())
        assert where == verify(published).where


def test_a_pack_where_no_publication_is_before_it_is_named(published: Path):
    lines = (published / "ledger.jsonl").read_bytes().splitlines()
    appended(canonical({**json.loads(lines[-1]), "number": 8}) + b"\n")(published)
    assert (verify(published).kind, verify(published).where) == (Kind.TREE, "ledger.jsonl, entry 8")


def test_no_folder_is_said_plainly(tmp_path: Path):
    assert "there is no such folder" in verify(tmp_path / "none").line
    assert Kind.MISSING is verify(tmp_path).kind


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(script), *arguments], capture_output=True, text=True, check=False, cwd="/"
    )


def test_the_published_copy_is_the_joined_modules(published: Path):
    assert verifier_file() == (published / "verify.py").read_bytes()


@pytest.mark.parametrize(
    "case", [None, "a number in a table", "an entry dropped", "binary junk", "a folder added"]
)
def test_both_verifiers_say_the_same(published: Path, case: str | None):
    if case:
        CASES[case][0](published)
    report, found = verify(published), run(published / "verify.py")
    assert (0 if report.holds else 6, report.line) == (found.returncode, found.stdout.splitlines()[0])
    assert found.stderr == ""
    assert module.as_json(report) == run(published / "verify.py", str(published), "--json").stdout.strip()


def test_success_says_what_it_cannot_know_and_failure_is_one_line(published: Path):
    alone = run(published / "verify.py").stdout
    assert "compare with what somebody kept elsewhere" in alone
    kept = run(published / "verify.py", "--against", str(published / "checkpoint")).stdout
    assert "whether what came after the head you kept was written anew" in kept
    assert "compare with" not in kept
    found = run(published / "verify.py", str(published), "--head", "0123")
    assert (found.returncode, len(found.stdout.splitlines())) == (6, 1)
    assert "What this cannot know" in run(published / "verify.py", "--help").stdout


def test_main_returns_the_exit_code(published: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    assert main([str(published)]) == 0
    assert main([str(published / "site")]) == 6
    found = capfdbinary.readouterr().out.splitlines()[-1]
    assert b"ledger.jsonl: this file was published and is missing" in found
