"""Browsers that somebody has logged in with before: what others do wrong elsewhere does not count against them.

The cookie is signed, has no number of a person and nothing about them: a number of the browser's own, and for each
account a mark that only this server can make of the two. It opens nothing.
"""

import hmac
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

LASTS_SECONDS = 90 * 24 * 3600
_MOST = 10  # accounts of one browser: an office's shared computer
_SIGNS = 22


def remember_devices(app: Flask) -> None:
    """Have the browser of whoever logs in be known again."""
    app.after_request(_send)


def remember(person_id: int) -> None:
    """Know this browser again as one that a person has logged in with."""
    kept = _kept() or {"device": secrets.token_urlsafe(16), "marks": []}
    mark = _mark(kept["device"], person_id)
    kept["marks"] = [mark, *(other for other in kept["marks"] if other != mark)][:_MOST]
    g.device = kept


def device_known_to(person_id: int) -> str | None:
    """Give the browser's own number, where a person has logged in with it."""
    kept = _kept()
    if kept is None or _mark(kept["device"], person_id) not in kept["marks"]:
        return None
    return str(kept["device"])


def keyed(*parts: object) -> str:
    """Write a digest that only this server can make: of a device's mark, or of what a limit counts."""
    text = "\0".join(map(str, parts))
    return hmac.digest(str(current_app.secret_key).encode(), text.encode(), "sha256").hex()


def _mark(device: str, person_id: int) -> str:
    return keyed("device", device, person_id)[:_SIGNS]


def _kept() -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = _signer().loads(request.cookies.get(_name(), ""), max_age=LASTS_SECONDS)
    except BadSignature:
        return None
    return kept


def _send(response: Response) -> Response:
    if "device" in g:
        config = current_app.config
        response.set_cookie(
            _name(), _signer().dumps(g.device), max_age=LASTS_SECONDS, secure=config["SESSION_COOKIE_SECURE"],
            httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="a browser known before")
