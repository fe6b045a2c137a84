"""Signed publications, and what was kept of them elsewhere: every way of writing history anew is named."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evenhand.engine import keys
from evenhand.engine.keys import Signer, signer
from evenhand.engine.publication import begin
from evenhand.engine.signing import Signing
from evenhand.errors import BadConfig, NotThere
from evenhand.ledger.entry import Input, Origin
from evenhand.ledger.heads import Checkpoint, Head
from evenhand.ledger.lines import Kind, canonical
from evenhand.ledger.merkle import consistency_proof, leaf_hash, root
from evenhand.ledger.note import read_note, signature_line
from evenhand.ledger.verify import Asked, Report, as_json, verify

DAY = date(2026, 11, 23)
NAME = "example.org/log"
ONE, TWO, THREE = (signer(NAME, seed * 32) for seed in (b"1", b"2", b"3"))
SIGNED = Signing(NAME, (ONE,))
ORIGIN = Origin(
    measure="recorded_violence",
    title="Recorded violence",
    area_level="PFA",
    area_code="E23000007",
    police_forces=("Northumbria Police",),
    crime_types=(),
    period_from=date(2020, 5, 1),
    period_to=date(2023, 2, 28),
    inputs=(Input("police_uk", "street.csv", "a" * 64),),
    rules=("open-data 1",),
    definition="violence 1 (3f2a91c04b7d)",
    code="0.1.0 (5d41402abc4b)",
    maker="A. Analyst",
    made_on=DAY,
)


def publish(folder: Path, *counts: int, signing: Signing = SIGNED) -> Path:
    """Publish once for each count; gives the published folder."""
    folder.mkdir(exist_ok=True)
    for count in counts:
        with begin(folder, signing) as draft:
            draft.announce_key(DAY, "A")
            draft.release(replace(ORIGIN), f"n\n{count}\n".encode(), b"[]")
            foot = (
                f'<p data-ledger-head="{draft.head}">{draft.head} (short: {draft.log.shown_head.short})</p>'
            )
            draft.write("site/index.html", foot.encode())
            draft.seal(DAY, "A")
    return folder / "published"


def kept(folder: Path, name: str = "checkpoint") -> Path:
    """A file of the publication as somebody kept it."""
    place = folder.parent.parent / f"kept {name.replace('/', ' ')} of {folder.parent.name}"
    shutil.copy(folder / name, place)
    return place


def against(folder: Path, *files: Path) -> Report:
    return verify(folder, Asked(against=tuple(map(str, files))))


def test_a_signed_publication_says_by_which_key_and_its_pack_is_signed_too(tmp_path: Path):
    folder = publish(tmp_path / "a", 1, 2)
    report = verify(folder)
    assert report.line.endswith(f"; signed by {ONE.key.short}")
    assert (report.holds, report.origin, report.signed_by) == (True, NAME, str(ONE.key))
    assert f"{ONE.key}\n" == (folder / "ledger-key.txt").read_text()
    with zipfile.ZipFile(folder / "offline-pack.zip") as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path / "offline-pack").signed_by == str(ONE.key)
    assert read_note((tmp_path / "offline-pack/checkpoint").read_text()).is_from(ONE.key)


@pytest.mark.parametrize("name", ["checkpoint", "site/index.html", "README.txt"])
def test_what_was_kept_of_an_earlier_publication_still_stands(tmp_path: Path, name: str):
    folder = publish(tmp_path / "a", 1)
    old = kept(folder, name)
    publish(tmp_path / "a", 2, 3)
    report = against(folder, old)
    if name == "README.txt":
        assert (report.kind, "no head of a ledger is in it" in report.line) == (Kind.KEPT, True)
        return
    size = {"checkpoint": 4, "site/index.html": 2}[name]
    assert f"; the head you kept is of {size} entries: all stand" in report.line
    leaves = [leaf_hash(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]
    (found,) = report.kept
    assert len(found.proof) == len(consistency_proof(leaves, size))
    assert json.loads(as_json(report))["kept"][0]["size"] == size


def test_a_short_head_typed_from_paper_is_enough(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    short = (folder / "site/index.html").read_text().partition("short: ")[2].partition(")")[0]
    publish(tmp_path / "a", 2)
    assert verify(folder, Asked(head=short)).kept[0].kept == short
    wrong = short[:-1] + ("0" if short[-1] != "0" else "1")
    assert Kind.REWRITTEN is verify(folder, Asked(head=wrong)).kind


Tamper = Callable[[Path], Path]


def cut_tail(tmp_path: Path) -> Path:
    shutil.copytree(publish(tmp_path / "a", 1), tmp_path / "earlier")
    publish(tmp_path / "a", 2)
    return tmp_path / "earlier"


def new_key(tmp_path: Path) -> Path:
    return publish(tmp_path / "b", 7, 2, signing=Signing(NAME, (TWO,)))


def same_key(tmp_path: Path) -> Path:
    return publish(tmp_path / "b", 7, 2)


def no_key(tmp_path: Path) -> Path:
    return publish(tmp_path / "b", 7, 2, 3, signing=Signing(NAME))


def other_name(tmp_path: Path) -> Path:
    return publish(tmp_path / "b", 1, 2, signing=Signing("x", (signer("example.org/other", b"1" * 32),)))


WRITTEN_ANEW: dict[str, tuple[Tamper, str, Kind, str]] = {
    "the tail cut": (cut_tail, "checkpoint", Kind.CUT, "its end was cut off, or this is an older copy"),
    "the tail cut, a page kept": (cut_tail, "site/index.html", Kind.CUT, "its end was cut off"),
    "rewritten with a new key": (new_key, "checkpoint", Kind.REWRITTEN, "the history was written anew"),
    "rewritten, a page kept": (new_key, "site/index.html", Kind.REWRITTEN, "the history was written anew"),
    "rewritten without a key": (no_key, "checkpoint", Kind.REWRITTEN, "the history was written anew"),
    "a fork": (same_key, "checkpoint", Kind.FORK, f"both signed by {ONE.key.short} and differ"),
    "another's": (other_name, "checkpoint", Kind.OTHER, "of another ledger: example.org/log, not "),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN_ANEW)
def test_history_written_anew_holds_by_itself_and_is_named_against_what_was_kept(tmp_path: Path, case: str):
    tamper, name, kind, words = WRITTEN_ANEW[case]
    folder = tamper(tmp_path)
    truth = kept(publish(tmp_path / "a", 1, 2), name)
    assert verify(folder).holds
    report = against(folder, truth)
    assert (report.holds, report.kind, report.where) == (False, kind, str(truth))
    assert words in report.line
    assert "\n" not in report.line
    assert report.line.endswith(f"; without it, {report.entries} entries hold")
    run = [sys.executable, "-I", str(folder / "verify.py"), "--against", str(truth)]
    found = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (6, f"{report.line}\n")


def test_a_kept_checkpoint_that_was_changed_is_told_from_a_fork(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    false = kept(folder)
    text = false.read_text().split("\n")
    false.write_text("\n".join([text[0], text[1], "A" * 43 + "=", *text[3:]]))
    report = against(folder, false)
    assert (report.kind, "its signature does not hold" in report.line) == (Kind.KEPT, True)
    assert against(folder, tmp_path / "none").kind is Kind.KEPT


def test_the_key_that_a_partner_was_given_is_compared(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    assert verify(folder, Asked(key=f" {ONE.key}\n")).holds
    report = verify(folder, Asked(key=str(TWO.key)))
    assert (report.kind, f"{TWO.key.short} never signed this ledger" in report.line) == (Kind.OTHER, True)
    assert verify(folder, Asked(key="example.org/log")).kind is Kind.KEPT


# --- tampering with a signed publication, by somebody without its key -------------------------------


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "ledger.jsonl").read_bytes().splitlines()


def write_lines(folder: Path, lines: list[bytes], by: Signer | None = None) -> None:
    """Write the ledger, and the checkpoint that goes with it, signed by that key if there is one."""
    (folder / "ledger.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    found = Checkpoint(NAME, Head(len(lines), root([leaf_hash(line) for line in lines])))
    (folder / "checkpoint").write_text(by.note(found) if by else str(found))


def other_day(folder: Path) -> None:
    lines = [line.replace(b"2026-11-23", b"2025-11-23") for line in lines_of(folder)]
    write_lines(folder, lines, TWO)


def dropped(folder: Path) -> None:
    (folder / "ledger.jsonl").write_bytes(b"\n".join(lines_of(folder)[:-1]) + b"\n")


def row_order(folder: Path) -> None:
    (folder / "data/recorded_violence.csv").write_bytes(b"2\nn\n")


def unsigned(folder: Path) -> None:
    write_lines(folder, lines_of(folder))


def last_entry(folder: Path) -> None:
    lines = lines_of(folder)
    lines[-1] = canonical({**json.loads(lines[-1]), "sha256": "0" * 64})
    (folder / "ledger.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def older_checkpoint(folder: Path) -> None:
    lines = lines_of(folder)[:4]
    head = Head(4, root([leaf_hash(line) for line in lines]))
    (folder / "checkpoint").write_text(ONE.note(Checkpoint(NAME, head)))


def other_key_file(folder: Path) -> None:
    (folder / "ledger-key.txt").write_text(f"{TWO.key}\n")


def forged_beside(folder: Path) -> None:
    note = (folder / "checkpoint").read_text()
    text = note.partition("\n\n")[0] + "\n"
    (folder / "checkpoint").write_text(f"{text}\n{signature_line(ONE.key, TWO.private.sign(text.encode()))}")


SIGNED_CASES: dict[str, tuple[Callable[[Path], None], Kind, str]] = {
    "the days, with a checkpoint of another key": (other_day, Kind.TREE, "ledger.jsonl, entry 3"),
    "an entry dropped": (dropped, Kind.TAIL, "ledger.jsonl"),
    "the order of rows": (row_order, Kind.CHANGED, "data/recorded_violence.csv"),
    "the signature taken off": (unsigned, Kind.SIGNATURE, "checkpoint"),
    "what the last entry says": (last_entry, Kind.TREE, "ledger.jsonl"),
    "an older checkpoint": (older_checkpoint, Kind.TAIL, "ledger.jsonl, entry 5"),
    "another key file": (other_key_file, Kind.CHANGED, "ledger-key.txt"),
    "a forged signature": (forged_beside, Kind.SIGNATURE, "checkpoint"),
}


@pytest.mark.parametrize("case", SIGNED_CASES)
def test_what_was_done_to_a_signed_publication_is_named(tmp_path: Path, case: str):
    tamper, kind, where = SIGNED_CASES[case]
    folder = publish(tmp_path / "a", 1, 2)
    tamper(folder)
    report = verify(folder)
    assert (report.holds, report.kind, report.where) == (False, kind, where), report.line


def test_every_byte_of_a_signed_checkpoint_is_held(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    content = (folder / "checkpoint").read_bytes()
    for at in range(len(content)):
        (folder / "checkpoint").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        report = verify(folder)
        assert (report.holds, report.where) == (False, "checkpoint"), (at, report.line)


# --- keys: unsigned at first, changed, lost ----------------------------------------------------------


def test_an_unsigned_ledger_becomes_signed_and_what_was_kept_of_it_stands(tmp_path: Path):
    folder = publish(tmp_path / "a", 1, signing=Signing(NAME))
    assert "NOT SIGNED" in verify(folder).line
    old = kept(folder)
    publish(tmp_path / "a", 2)
    assert against(folder, old).holds
    assert "NOT SIGNED" not in verify(folder).line


def test_the_old_key_signs_for_the_new_one_and_either_is_accepted(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    old = kept(folder)
    publish(tmp_path / "a", 2, signing=Signing(NAME, (ONE, TWO)))
    publish(tmp_path / "a", 3, signing=Signing(NAME, (TWO,)))
    entries = [json.loads(line)["entry"] for line in lines_of(folder)]
    assert entries[4:7] == ["key", "checkpoint", "figure"]
    for key in (ONE.key, TWO.key):
        report = verify(folder, Asked((str(old),), key=str(key)))
        assert (report.holds, report.signed_by, report.remarks) == (True, str(TWO.key), ())


def test_a_lost_key_is_replaced_with_its_reason_and_readers_are_told_to_ask(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    old = kept(folder)
    with pytest.raises(NotThere, match=r"the private key of example\.org/log\+.* is not there.*--key-lost"):
        publish(tmp_path / "a", 2, signing=Signing(NAME, (TWO,)))
    assert len(lines_of(folder)) == 4
    publish(tmp_path / "a", 2, signing=Signing(NAME, (TWO,), lost="The laptop was stolen."))
    report = against(folder, old)
    assert (report.holds, report.kept[0].size) == (True, 4)
    assert "the key of entry 5 took the place of one that was lost" in report.line
    assert "The laptop was stolen." in (folder / "ledger.jsonl").read_text()
    report = verify(folder, Asked(key=str(ONE.key)))
    assert (report.kind, report.where) == (Kind.OTHER, "ledger.jsonl, entry 5")


def test_a_lost_key_without_a_new_one_publishes_nothing(tmp_path: Path):
    publish(tmp_path / "a", 1)
    for signing in (Signing(NAME), Signing(NAME, lost="Stolen.")):
        with pytest.raises(NotThere, match="is not there"):
            publish(tmp_path / "a", 2, signing=signing)


def test_no_key_is_called_lost_while_it_is_there_and_two_new_ones_are_not_guessed_at(tmp_path: Path):
    with pytest.raises(BadConfig, match="no key of this ledger is lost"):
        publish(tmp_path / "a", 1, signing=Signing(NAME, (ONE,), lost="Stolen."))
    with pytest.raises(BadConfig, match="two new keys"):
        publish(tmp_path / "b", 1, signing=Signing(NAME, (ONE, TWO)))
    publish(tmp_path / "c", 1)
    with pytest.raises(
        BadConfig, match=r"the key is called example\.org/other, and this ledger example\.org/log"
    ):
        publish(tmp_path / "c", 2, signing=Signing(NAME, (ONE, signer("example.org/other", b"9" * 32))))


def test_a_change_of_key_that_the_old_one_did_not_sign_is_refused(tmp_path: Path):
    folder = publish(tmp_path / "a", 1)
    publish(tmp_path / "a", 2, signing=Signing(NAME, (ONE, TWO)))
    lines = [json.loads(line) for line in lines_of(folder)]
    text = read_note(lines[5]["note"]).text
    lines[5]["note"] = f"{text}\n{signature_line(ONE.key, THREE.private.sign(text.encode()))}"
    write_lines(folder, [canonical(line) for line in lines], TWO)
    report = verify(folder)
    assert (report.kind, report.where) == (Kind.SIGNATURE, "ledger.jsonl, entry 6")


def _rotation(lines: list[dict[str, object]], signed: int, by: Signer) -> str:
    """The word of a key for the one after it: a note over the first entries, as signed by that key."""
    leaves = [leaf_hash(canonical(line)) for line in lines[:signed]]
    text = str(Checkpoint(NAME, Head(signed, root(leaves))))
    return f"{text}\n{signature_line(by.key, by.private.sign(text.encode()))}"


@pytest.mark.parametrize(
    ("replaces", "signed", "by", "entry", "said"),
    [
        (ONE, 5, ONE, 0, ""),
        (ONE, 4, ONE, 6, "it is not the checkpoint of the entries before it"),
        (THREE, 5, THREE, 5, "it does not name the key in force before it"),
    ],
    ids=["sound", "over fewer entries", "after another key"],
)
def test_a_new_key_follows_the_one_in_force_by_its_word_over_all_entries(
    tmp_path: Path, replaces: Signer, signed: int, by: Signer, entry: int, said: str
):
    folder = publish(tmp_path / "a", 1)
    publish(tmp_path / "a", 2, signing=Signing(NAME, (ONE, TWO)))
    lines = [json.loads(line) for line in lines_of(folder)]
    lines[4]["replaces"] = str(replaces.key)
    lines[5]["note"] = _rotation(lines, signed, by)
    write_lines(folder, [canonical(line) for line in lines], TWO)
    report = verify(folder)
    assert said in report.line
    if entry:
        assert (report.holds, report.where) == (False, f"ledger.jsonl, entry {entry}")


# --- the figure, proven ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("data/recorded_violence.csv", 5),
        ("recorded_violence", 5),
        ("my-area/published/data/recorded_violence.json", 5),
        ("2", 2),
        ("7", 7),
    ],
)
def test_any_figure_is_proven_to_be_in_the_ledger(tmp_path: Path, asked: str, entry: int):
    folder = publish(tmp_path / "a", 1, 2)
    found = verify(folder, Asked(figure=asked)).figure
    assert found is not None
    assert (found.entry, found.index, found.size) == (entry, entry - 1, 7)
    lines = found.tlog_proof.split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {entry - 1}"]
    assert tuple(lines[2 : 2 + len(found.proof)]) == found.proof
    assert found.tlog_proof.endswith("\n\n" + (folder / "checkpoint").read_text())


def test_an_earlier_figure_is_proven_by_its_own_file(tmp_path: Path):
    folder = publish(tmp_path / "a", 1, 2)
    (name,) = [path.name for path in (folder / "data/earlier").iterdir()]
    found = verify(folder, Asked(figure=f"data/earlier/{name}")).figure
    assert found is not None
    assert found.entry == 2
    for absent in ("8", "0", "data/other.csv", "verify.py"):
        report = verify(folder, Asked(figure=absent))
        assert (report.kind, report.where) == (Kind.ABSENT, absent)


# --- private keys ------------------------------------------------------------------------------------


def test_a_private_key_is_its_owners_alone_and_is_never_published(tmp_path: Path):
    made = keys.make(tmp_path, NAME)
    path = keys.path_of(tmp_path, made.key)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert [each.key for each in keys.held(tmp_path)] == [made.key]
    publish(tmp_path, 1, signing=Signing(NAME, keys.held(tmp_path)))
    secret = path.read_text().strip().split("+", 4)[4]
    seed = made.private.private_bytes_raw()
    with zipfile.ZipFile(tmp_path / "published/offline-pack.zip") as archive:
        packed = [archive.read(name) for name in archive.namelist()]
    loose = [file.read_bytes() for file in (tmp_path / "published").rglob("*") if file.is_file()]
    assert not [content for content in loose + packed if secret.encode() in content or seed in content]
    assert secret not in repr(made)


def test_two_keys_are_two(tmp_path: Path):
    assert keys.make(tmp_path, NAME).key != keys.make(tmp_path, NAME).key
    assert len(keys.held(tmp_path)) == 2
    with pytest.raises(BadConfig, match="no spaces and no plus signs"):
        keys.make(tmp_path, "my log")


def test_a_key_that_others_can_read_or_that_is_torn_is_refused(tmp_path: Path):
    path = keys.path_of(tmp_path, keys.make(tmp_path, NAME).key)
    path.chmod(0o644)
    with pytest.raises(BadConfig, match=r"others on this machine can read it; chmod 600 keys/"):
        keys.held(tmp_path)
    path.chmod(0o600)
    for broken in ("", path.read_text()[:40], path.read_text().replace("+A", "+B"), "x"):
        path.write_text(broken)
        with pytest.raises(BadConfig, match="is no key of a ledger, or not a whole one"):
            keys.held(tmp_path)
