"""Set up the environment in `.venv`: `python3 setup/environment.py base|test|bench|lock`.

Standard library only, because nothing is installed yet. Each layer is installed from a lock in
`requirements/` in which every file is pinned by its hash; a stamp in `.venv` says what is there, so
that a second run does nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from pathlib import Path

import browser
import locks
from process import ROOT, CannotSetUp, apt_install, may_install, output, run, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
OLDEST, NEWEST = (3, 11), (3, 13)


def check_python() -> None:
    """Raise CannotSetUp where this interpreter is not one the project is tested on."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        raise CannotSetUp(f"Evenhand needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {found}")


def is_ours() -> bool:
    """Whether `.venv` works and was made by this very Python, in this folder."""
    # An upgrade of the machine's Python leaves an environment that starts and holds nothing.
    made = VENV / "pyvenv.cfg"
    version = ".".join(str(part) for part in sys.version_info[:3])
    return (
        made.exists()
        and f"version = {version}" in made.read_text().splitlines()
        and output(PYTHON, "-c", "import sys; print(sys.prefix)") == str(VENV)
    )


def environment() -> None:
    """Make `.venv`, or make it again where its Python is gone or is another. Raises CannotSetUp."""
    if is_ours():
        return
    say(f"Making .venv with Python {'.'.join(str(part) for part in sys.version_info[:3])}")
    shutil.rmtree(VENV, ignore_errors=True)
    if output(sys.executable, "-c", "import ensurepip; print('yes')"):
        run(sys.executable, "-m", "venv", VENV)
    elif output(sys.executable, "-m", "pip", "--version"):
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
    elif may_install():
        # Debian splits venv off Python; its own Python is the only one that can lack it.
        apt_install("python3-venv", f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
        run(sys.executable, "-m", "venv", VENV)
    else:
        raise CannotSetUp("Python's venv is not installed; as root: apt-get install python3-venv")


def stamp(layer: str) -> Path:
    """The file that says which lock `layer` was installed from."""
    return VENV / f".installed-{layer}"


def is_installed(layer: str, digest: str) -> bool:
    """Whether the layer is there as the lock has it now."""
    return stamp(layer).exists() and stamp(layer).read_text() == digest


def lock_digest(layer: str) -> str:
    """What identifies the lock of a layer. Raises CannotSetUp where there is no lock."""
    lock = REQUIREMENTS / f"{layer}.txt"
    if not lock.exists():
        raise CannotSetUp(f"{lock.relative_to(ROOT)} is missing; get it back with: git checkout requirements")
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def uv() -> Path:
    """The installer, itself pinned by hash; brought by pip."""
    digest = lock_digest("uv")
    if not is_installed("uv", digest):
        pip = (PYTHON, "-m", "pip") if (VENV / "bin" / "pip").exists() else (sys.executable, "-m", "pip")
        into = () if pip[0] == PYTHON else ("--python", PYTHON)
        lock = REQUIREMENTS / "uv.txt"
        run(*pip, *into, "install", "--quiet", "--no-deps", "--require-hashes", "-r", lock)
        stamp("uv").write_text(digest)
    return VENV / "bin" / "uv"


def install(layer: str) -> None:
    """Install a layer from its lock, compiled; nothing where it is there already."""
    digest = lock_digest(layer)
    if is_installed(layer, digest):
        return
    lock = REQUIREMENTS / f"{layer}.txt"
    count = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    say(f"Installing the {layer} packages (at most {count}, each checked by its hash)")
    options = ("--python", PYTHON, "--require-hashes", "--compile-bytecode")
    run(uv(), "pip", "install", *options, "-r", lock)
    stamp(layer).write_text(digest)


def project() -> None:
    """Install Evenhand itself, editable, so that a change of source is a change of command."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if is_installed("project", digest):
        return
    say("Installing evenhand from src/")
    options = ("--python", PYTHON, "--no-deps", "--no-build-isolation", "--quiet")
    run(uv(), "pip", "install", *options, "--editable", ROOT)
    run(PYTHON, "-m", "compileall", "-q", ROOT / "src")
    stamp("project").write_text(digest)


def assets() -> None:
    """Build the stylesheet and scripts of the pages: needs node and npm, brought where there is none."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        install("node")
    run(PYTHON, ROOT / "frontend" / "build.py")


def main(layer: str) -> None:
    """Set up the layer asked for. Raises CannotSetUp."""
    started = time.monotonic()
    check_python()
    environment()
    if layer == "lock":
        locks.compile_all(uv(), upgrade="--upgrade" in sys.argv)
        return
    if layer == "test":
        install("test")
    install("base")
    if layer == "bench":
        install("bench")
    project()
    assets()
    if layer == "test":
        browser.bring(VENV)
    if time.monotonic() - started > 3:
        say(f"Set up in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "base")
