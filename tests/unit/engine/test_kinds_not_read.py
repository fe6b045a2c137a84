"""Documents, pictures and pages: refused in a line under a table's name, left as they are under their own."""

from __future__ import annotations

import io
import zipfile

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.status import status
from evenhand.engine.workspace import Workspace

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
KINDS = {
    "a Word document": zipped(**{"word__document.xml": "<w/>"}),
    "an OpenDocument spreadsheet (ODS)": zipped(mimetype=OPEN_DOCUMENT + "spreadsheet"),
    "an OpenDocument text or presentation": zipped(mimetype=OPEN_DOCUMENT + "text"),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a JPEG picture": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "a web page": b"\n<!DOCTYPE html><html><body>Sign in</body></html>",
    "an old Office file (XLS, DOC or PPT)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}


@pytest.mark.parametrize("name", ["figures.csv", "figures.zip", "FIGURES.CSV"])
@pytest.mark.parametrize("kind", KINDS)
def test_under_the_name_of_a_table_it_is_refused_in_one_line(workspace: Workspace, kind: str, name: str):
    (workspace.incoming / name).write_bytes(KINDS[kind])
    (file,) = ingest(workspace).files
    assert (file.file, file.fate) == (name, Fate.REFUSED)
    assert file.note.startswith(f"{name}: is {kind}, not a table; ")
    assert "\n" not in file.note


@pytest.mark.parametrize("kind", KINDS)
def test_under_its_own_name_it_is_left_and_said(workspace: Workspace, kind: str):
    (workspace.incoming / "minutes.bin").write_bytes(KINDS[kind])
    (file,) = ingest(workspace).files
    assert file.fate is Fate.UNKNOWN_FORMAT
    assert file.note.startswith(f"minutes.bin: is {kind}; ")
    assert ingest(workspace).files == []


def test_in_an_archive_it_costs_its_own_line_and_the_table_beside_it_is_read(workspace: Workspace, street):
    archive = workspace.incoming / "from a colleague.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("letter.docx", KINDS["a Word document"])
        packed.writestr("2020-05/street.csv", street(3))
    fates = {file.file.partition("!")[2]: file.fate for file in ingest(workspace).files}
    assert fates == {"letter.docx": Fate.UNKNOWN_FORMAT, "2020-05/street.csv": Fate.READ}


def test_status_counts_what_was_refused_and_left_apart_from_what_is_new(workspace: Workspace, street):
    (workspace.incoming / "letter.csv").write_bytes(KINDS["a Word document"])
    (workspace.incoming / "notes.txt").write_text("a,b\n1,2\n")
    ingest(workspace)
    (workspace.incoming / "new.csv").write_text(street(2))
    found = status(workspace)
    assert found.new_files == 1
    assert [line.partition(":")[0] for line in found.refused] == ["letter.csv"]
    assert found.not_recognised == ("notes.txt: is of no format Evenhand reads",)


def test_status_forgets_what_was_refused_once_it_is_mended(workspace: Workspace, street):
    file = workspace.incoming / "street.csv"
    file.write_bytes(KINDS["a PDF"])
    ingest(workspace)
    file.write_text(street(2))
    assert (status(workspace).refused, status(workspace).new_files) == ((), 1)
    ingest(workspace)
    assert (status(workspace).refused, status(workspace).new_files) == ((), 0)
