"""The site's stylesheet, as the set-up built it."""

from __future__ import annotations

from importlib.resources import files

from evenhand.errors import NotSetUp


def stylesheet() -> bytes:
    """The bytes of the stylesheet. Raises NotSetUp where it was not built."""
    built = files("evenhand.reports").joinpath("assets", "site.css")
    if not built.is_file():
        raise NotSetUp("the site's stylesheet is not built", next_step="run: python frontend/build.py")
    return built.read_bytes()
