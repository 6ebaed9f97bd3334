"""What tests need of npm: a provider of accounts, and axe. Installed into a folder of the tests' own."""

import os
import shutil
import subprocess
from pathlib import Path

PINNED = ("oidc-provider@9.13.3", "axe-core@4.14.1")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")  # Debian's, of this machine


def npm_modules(folder: Path) -> Path:
    """Give the folder of modules: the one that TILIK_TEST_NPM names, else installed anew by npm."""
    named = os.environ.get("TILIK_TEST_NPM")
    if named:
        return Path(named)
    npm = shutil.which("npm")
    assert npm, "npm is not installed"
    options = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1")
    given = dict(os.environ)
    if AUTHORITIES.exists():  # Node knows its own alone, and a registry behind a proxy may have another
        given.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    command = [npm, "install", "--prefix", str(folder), *options, *PINNED]
    subprocess.run(command, check=True, capture_output=True, env=given, timeout=300)
    return folder / "node_modules"
