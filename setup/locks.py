"""The locks: every package of every layer, its version and the hashes of its files.

One lock serves every system and every Python the project supports, and holds no address: where
packages come from is the machine's own setting.
"""

from __future__ import annotations

from pathlib import Path

from process import ROOT, run, say

# Layer: what it is compiled from. Later locks take the versions of the base.
LAYERS = {
    "uv": ("requirements/uv.in",),
    "base": ("pyproject.toml", "requirements/build.in"),
    "test": ("pyproject.toml", "requirements/build.in", "--extra", "test", "-c", "requirements/base.txt"),
    "bench": ("pyproject.toml", "--extra", "bench", "-c", "requirements/test.txt"),
    "node": ("requirements/node.in",),
}


def compile_all(uv: Path, upgrade: bool) -> None:
    """Compile every lock again; with `upgrade`, to the newest versions pyproject.toml allows."""
    for layer, sources in LAYERS.items():
        say(f"Locking {layer}")
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        options += ["--custom-compile-command", "make lock", "--quiet"]
        options += ["--upgrade"] if upgrade else []
        run(uv, "pip", "compile", *options, "-o", ROOT / "requirements" / f"{layer}.txt", *sources)
