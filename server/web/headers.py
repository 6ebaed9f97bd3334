"""What every answer tells browsers: what a page may load and do, and that nobody else's page may have any of it.

A page has no script unless its template names one: a file of ours, with the number that `csp_nonce()` gave for this one
answer. Nothing written into a page can guess it, so what is written into a page never runs.
"""

import secrets

from flask import Response, g, request

_NEVER = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media", "fullscreen",
    "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "keyboard-map", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
_OURS_ONLY = ("publickey-credentials-create", "publickey-credentials-get")  # passkeys
_HEADERS = {
    "Referrer-Policy": "same-origin",  # told to nobody else; without it browsers hide a form's origin even from us
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other site's page may show a photograph of ours
    "Permissions-Policy": ", ".join([f"{name}=()" for name in _NEVER] + [f"{name}=(self)" for name in _OURS_ONLY]),
    "X-Content-Type-Options": "nosniff",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def csp_nonce() -> str:
    """Give the number by which this answer's scripts are known; asking for it is what lets a page have one."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(24)
    nonce: str = g.csp_nonce
    return nonce


def add_headers(response: Response) -> Response:
    """Tell browsers what they may do with an answer, of whatever kind."""
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _policy()
    if request.endpoint != "web.static":  # all else is about people and places
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy() -> str:
    """Allow the scripts that carry the number, to ask nobody but us, and nothing where the page has none."""
    nonce: str | None = g.get("csp_nonce")
    return f"{_POLICY}; script-src 'nonce-{nonce}'; connect-src 'self'" if nonce else _POLICY
