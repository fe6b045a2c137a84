"""The server shows what is published, and nothing else."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.actions.serve import server
from evenhand.errors import NotThere


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    site = tmp_path / "published" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the first page")
    (tmp_path / "evenhand.toml").write_text("secret")
    (tmp_path / "published" / "out").symlink_to(tmp_path)
    with server(tmp_path / "published", 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield serving.server_address[1]
        serving.shutdown()
    thread.join()


def get(port: int, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asked.request(method, path)
    answer = asked.getresponse()
    found = answer.status, answer.getheader("Location") or "", answer.read()
    asked.close()
    return found


@pytest.mark.parametrize("path", ["/", "/?utm=1"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_folder_itself_leads_to_the_first_page(port, path, method):
    status, location, content = get(port, path, method)
    assert (status, location, content) == (302, "/site/index.html", b"")
    assert get(port, location) == (200, "", b"the first page")


@pytest.mark.parametrize(
    "path",
    [
        "/out/evenhand.toml",
        "/../evenhand.toml",
        "/%2e%2e/evenhand.toml",
        "/site/../../evenhand.toml",
        "//etc/passwd",
    ],
)
def test_nothing_outside_the_folder_is_served(port, path):
    status, _location, content = get(port, path)
    assert status == 404
    assert b"secret" not in content


def test_where_nothing_is_published_it_says_what_to_run(tmp_path):
    with pytest.raises(NotThere, match="run `evenhand publish`"):
        server(tmp_path / "published")
