"""Only a page of ours may change something: another site must not decide for whoever has Tilik open."""

from urllib.parse import urlsplit

from flask import Response, request

from server.web.site import chosen_words

_READING = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def refuse_other_origins() -> Response | None:
    """Refuse a request that changes something unless one of our own pages sent it."""
    if request.method in _READING or _is_ours():
        return None
    return Response(chosen_words().say("page.other_origin"), 403, mimetype="text/plain")


def _is_ours() -> bool:
    """Believe what every browser of today says of a request's origin, else compare the older header.

    Until there are roles the address must be this machine's too: another name that was made to point here is nobody's.
    """
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
