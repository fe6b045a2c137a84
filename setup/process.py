"""Running the commands of the set-up, and saying what goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class CannotSetUp(SystemExit):
    """One clear line: what is missing, and what to do."""

    def __init__(self, line: str) -> None:
        super().__init__(f"set-up: {line}")


def say(line: str) -> None:
    """One step of the set-up, for a person who waits."""
    print(f"\033[1m==>\033[0m {line}" if sys.stdout.isatty() else f"==> {line}", flush=True)


def certificates() -> dict[str, str]:
    """The machine's own certificates, where it has any: many offices' networks need theirs."""
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    if not Path(bundle).exists():
        return {}
    return {"UV_SYSTEM_CERTS": "1", "NODE_EXTRA_CA_CERTS": os.environ.get("NODE_EXTRA_CA_CERTS", bundle)}


def run(*command: str | Path, **variables: str) -> None:
    """Run a command of the set-up with its output shown. Raises CannotSetUp where it fails."""
    quiet = {
        "UV_LINK_MODE": "copy",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }
    settings = {"UV_PYTHON_DOWNLOADS": "never", **quiet, **certificates(), **variables}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, **settings}, check=False)
    if done.returncode != 0:
        raise CannotSetUp(f"this failed, see its message above: {' '.join(words)}")


def output(*command: str | Path) -> str:
    """What a command prints, or nothing where it fails or is not there."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def may_install() -> bool:
    """Whether this person may install Debian packages without being asked anything."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages. Raises CannotSetUp."""
    run("apt-get", "update", "-qq", DEBIAN_FRONTEND="noninteractive")
    quiet = ("-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0")
    run("apt-get", "install", *quiet, *packages, DEBIAN_FRONTEND="noninteractive")
