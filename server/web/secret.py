"""The key that signs what browsers carry: set, or drawn once and kept in the folder of data, for our eyes only."""

import os
import secrets
from pathlib import Path

from server.settings import Settings

_FILE = "secret_key"


def secret_key(settings: Settings) -> str:
    """Give the key. Machines that serve the same pages share the folder, or are told the same key."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    file = settings.data / _FILE
    if not file.exists():
        _draw(file)
    return file.read_text(encoding="ascii").strip()


def _draw(file: Path) -> None:
    """Write a new key beside its place and link it there: of two who begin at once, both then read the first one's."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f"{_FILE}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(secrets.token_urlsafe(48))
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
