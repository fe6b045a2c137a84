"""docs/reference is what the code says today."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    program = "import json, build; print(json.dumps(build.pages()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=DOCS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_reference_is_fresh(pages):
    files = [*(DOCS / "reference").rglob("*.md"), DOCS / "map.md"]
    on_disk = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in files}
    stale = sorted(name for name in {*pages, *on_disk} if pages.get(name) != on_disk.get(name))
    assert stale == [], "run `make docs`"


def test_every_page_opens_with_its_title(pages):
    assert [name for name, text in pages.items() if not text.startswith("# ")] == []
