"""Serve: the published folder on this machine alone, for looking at it."""

from __future__ import annotations

import io
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

from evenhand.errors import NotThere

FIRST_PORT = 8000
PORTS_TRIED = 50


FIRST_PAGE = "/site/index.html"


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing: who looks at what is nobody's business."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The file asked for; for the folder itself, the site's first page. Nothing from outside it."""
        if self.path.partition("?")[0] in ("", "/"):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", FIRST_PAGE)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        # A link in the folder may lead out of it; so might a path, on a system with other rules.
        inside = Path(self.translate_path(self.path)).resolve().is_relative_to(Path(self.directory).resolve())
        if not inside:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is http.server's)
        """Keep no log."""


def server(published: Path, port: int | None = None) -> ThreadingHTTPServer:
    """A server of the folder on 127.0.0.1, bound and not yet serving.

    Without a port, the first free one from 8000 on. Raises NotThere where nothing is published or no
    port can be had.
    """
    if not (published / "site" / "index.html").is_file():
        raise NotThere("nothing is published here", where=str(published), next_step="run `evenhand publish`")
    handler = partial(_Quiet, directory=str(published))
    ports = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for candidate in ports:
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError:
            continue
    raise NotThere(
        f"port {port} is in use" if port is not None else "no port is free",
        where="127.0.0.1",
        next_step="give another with --port",
    )


def address(of: ThreadingHTTPServer) -> str:
    """The address of the site's first page."""
    return f"http://127.0.0.1:{of.server_address[1]}{FIRST_PAGE}"
