"""Codes on slips of paper: drawn by the system's chance, and known here by a keyed digest alone."""

import hmac
import secrets

from server.legible import LEGIBLE

_CODE_SIGNS = 8


def new_code() -> str:
    """Draw a code: 40 bits, in two groups of four signs."""
    signs = "".join(secrets.choice(LEGIBLE) for _ in range(_CODE_SIGNS))
    return f"{signs[:4]}-{signs[4:]}"


def digest_of_code(key: str, code: str) -> str:
    """Digest a code as it was typed, small letters, blanks and strokes and all: HMAC-SHA-256, in hex, 64 signs.

    `key` is the server's (`server.web.secret`): who has the database alone cannot try all codes there are.
    """
    signs = "".join(sign for sign in code.upper() if sign in LEGIBLE)
    return hmac.new(key.encode(), f"child code {signs}".encode(), "sha256").hexdigest()
