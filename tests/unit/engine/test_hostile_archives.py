"""Archives and links made to harm: one clear line each, the rest of the run goes on, memory is bounded."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from evenhand.actions.ingest_report import Fate
from evenhand.engine import unpacking

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

BOUND_MB = 700


def packed(members: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_a_zip_cut_short_is_refused(workspace, taken, street):
    (workspace.incoming / "cut.zip").write_bytes(packed({"x.csv": street(500)})[:-30])
    assert taken().only.note == (
        "cut.zip: is a zip that cannot be opened (File is not a zip file): cut short or damaged; "
        "download it again"
    )


def test_a_member_damaged_inside_a_zip_is_refused_and_the_other_read(workspace, taken, street):
    content = bytearray(packed({"a.csv": street(500), "b.csv": street(5)}))
    content[200:260] = b"\0" * 60
    (workspace.incoming / "hurt.zip").write_bytes(bytes(content))
    by_name = {file.file: file for file in taken().files}
    assert by_name["hurt.zip!a.csv"].fate is Fate.REFUSED
    assert "cannot be unpacked" in by_name["hurt.zip!a.csv"].note
    assert by_name["hurt.zip!b.csv"].rows_accepted == 5


def test_gzip_cut_short_is_refused(workspace, taken, street):
    (workspace.incoming / "cut.csv.gz").write_bytes(gzip.compress(street(500).encode())[:-20])
    assert taken().only.note.startswith("cut.csv.gz: cannot be unpacked (")


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_fills_disk_or_memory(workspace, measured):
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("bomb.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(400):
            member.write(bytes(1 << 20))
    (workspace.incoming / "bomb.zip").write_bytes(content.getvalue())
    (workspace.incoming / "bomb.csv.gz").write_bytes(gzip.compress(bytes(400 << 20), 9))
    (workspace.incoming / "nest.zip").write_bytes(packed({"bomb.zip": content.getvalue()}))
    found = measured()
    assert found["peak_mb"] < BOUND_MB
    assert {name: fate for name, (fate, *_) in found["files"].items()} == dict.fromkeys(
        ("bomb.zip!bomb.csv", "bomb.csv.gz", "nest.zip!bomb.zip"), "REFUSED"
    )
    for name in ("bomb.zip!bomb.csv", "bomb.csv.gz"):
        assert "times its packed size; do not trust this archive" in found["files"][name][-1]


@pytest.mark.parametrize(
    "name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "C:\\x.csv", "..\\x.csv", "C:x.csv"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(workspace, taken, street, name):
    (workspace.incoming / "slip.zip").write_bytes(packed({name: street(), "ok.csv": street(5, "2020-06")}))
    before = sorted(workspace.root.parent.rglob("*.csv"))
    by_fate = {file.fate: file for file in taken().files}
    assert by_fate[Fate.REFUSED].note == (
        f"slip.zip!{name}: is a member whose name leads out of the archive; do not trust this archive"
    )
    assert by_fate[Fate.READ].rows_accepted == 5
    assert [path for path in workspace.root.parent.rglob("*.csv") if path.name == "x.csv"] == before


def test_an_encrypted_member_is_refused_and_the_other_read(workspace, taken, street):
    content = bytearray(packed({"a.csv": street(), "b.csv": street(5)}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (workspace.incoming / "locked.zip").write_bytes(bytes(content))
    by_name = {file.file: file for file in taken().files}
    assert by_name["locked.zip!a.csv"].note == (
        "locked.zip!a.csv: is encrypted; unpack it with its password first"
    )
    assert by_name["locked.zip!b.csv"].rows_accepted == 5


def test_a_zip_in_a_zip_is_refused(workspace, taken, street):
    (workspace.incoming / "outer.zip").write_bytes(packed({"inner.zip": packed({"x.csv": street()})}))
    assert taken().only.note == "outer.zip!inner.zip: is an archive in an archive; unpack it first"


def test_an_empty_zip_is_refused(workspace, taken):
    (workspace.incoming / "none.zip").write_bytes(packed({}))
    assert taken().only.note == "none.zip: is an archive without a file; ask the sender for it again"


def test_a_zip_that_says_it_unpacks_to_more_than_any_is_refused(workspace, taken, street, monkeypatch):
    monkeypatch.setattr(unpacking, "LARGEST_ARCHIVE", 100)
    (workspace.incoming / "big.zip").write_bytes(packed({"x.csv": street()}))
    assert "big.zip: unpacks to more than" in taken().only.note


@pytest.mark.slow
def test_a_zip_of_a_hundred_thousand_files_is_refused(workspace, measured):
    with zipfile.ZipFile(workspace.incoming / "many.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}.csv", "")
    found = measured()
    assert found["peak_mb"] < BOUND_MB
    assert found["files"]["many.zip"][-1] == (
        f"many.zip: is a zip of more than {unpacking.MOST_MEMBERS} files; unpack what you need"
    )


def test_what_is_not_recognised_in_an_archive_does_not_pile_up_on_disk(workspace, monkeypatch):
    from evenhand.actions import ingest

    most = []
    recognise = ingest.ready

    def watched(delivered, scratch):
        most.append(len(list(scratch.iterdir())))
        return recognise(delivered, scratch)

    monkeypatch.setattr(ingest, "ready", watched)
    (workspace.incoming / "notes.zip").write_bytes(packed({f"{n}.txt": f"note {n}" for n in range(50)}))
    report = ingest.ingest(workspace)
    assert {file.fate for file in report.files} == {Fate.UNKNOWN_FORMAT}
    assert (len(most), max(most)) == (50, 1)


def test_an_archive_of_many_files_is_committed_batch_by_batch(workspace, street, monkeypatch):
    from evenhand.actions import ingest

    monkeypatch.setattr(ingest, "BATCH_BYTES", 1)
    months = {f"{month}.csv": street(4, f"2020-{month:02}") for month in range(1, 7)}
    (workspace.incoming / "year.zip").write_bytes(packed(months))
    assert sum(file.rows_accepted for file in ingest.ingest(workspace).files) == 24
    assert len(list(workspace.store.glob("incident/*.parquet"))) == 6


def test_links_are_named_and_not_followed(workspace, taken, tmp_path, street):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.csv").write_text(street())
    (workspace.incoming / "link.csv").symlink_to(outside / "x.csv")
    (workspace.incoming / "folder").symlink_to(outside)
    (workspace.incoming / "gone.csv").symlink_to(outside / "gone.csv")
    assert [file.note for file in taken().files] == [
        f"{name}: is a link, and links are not followed; copy the file itself"
        for name in ("folder", "gone.csv", "link.csv")
    ]


def test_a_pipe_is_named_and_not_waited_for(workspace, taken):
    os.mkfifo(workspace.incoming / "pipe.csv")
    assert taken().only.note == "pipe.csv: is no file but a pipe, socket or device; remove it"


def test_a_folder_named_like_a_file_is_a_folder(workspace, taken, street):
    (workspace.incoming / "x.csv").mkdir()
    (workspace.incoming / "x.csv" / "y.csv").write_text(street(4))
    (workspace.incoming / "empty.csv").mkdir()
    only = taken().only
    assert (only.file, only.fate, only.rows_accepted) == ("x.csv/y.csv", Fate.READ, 4)


def test_a_file_that_may_not_be_read_is_refused_and_read_when_it_may(workspace, taken, street, monkeypatch):
    (workspace.incoming / "secret.csv").write_text(street(4))
    opened = Path.open

    def refusing(path, *arguments, **options):
        if path.name == "secret.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing)
        assert taken().only.note == "secret.csv: cannot be read (Permission denied); check who may read it"
    from evenhand.actions.ingest import ingest

    assert [(file.file, file.rows_accepted) for file in ingest(workspace).files] == [("secret.csv", 4)]
