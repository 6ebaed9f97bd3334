"""The door: what is turned away before anything is looked up, and before its body is read.

A name of somebody else's may be made to point to this machine (DNS rebinding): a page under that name could read all
that is here, and its requests would seem to come from a page of ours. So the name is looked at, whatever is asked.

Where the pages are published, they have one name and are asked for over TLS, and no name of this machine is theirs.
"""

import re

from flask import current_app, request
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from server.web.errors import error_page
from server.web.guard import let_past, need_of, somebody
from server.web.noting import note_refused
from server.web.site import site

LONGEST_BODY = 100_000  # bytes; the longest decision there is, in letters that take twelve each, is 35,000
LONGEST_FILES = 220_000_000  # bytes of a page that takes files: the largest ZIP that can be set, and a claim form
READING = ("GET", "HEAD", "OPTIONS")
_OURS = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


def turn_away() -> AnyResponse | None:
    """Turn away what asks for another name, is too long, holds a NUL, or would change something from elsewhere."""
    is_ours = is_for_us(request.headers.get("Host", ""))
    if request.method not in READING and not (is_ours and _comes_from_us()):
        note_refused("refused_origin", somebody() if is_ours else None)
        return error_page(403, "page.other_origin")
    if not is_ours:
        return error_page(403, "page.other_address" if site().published else "page.other_name")
    longest = _longest_body()
    if longest != LONGEST_BODY and (away := let_past()) is not None:  # a stranger's files are not even read
        return away
    if (request.content_length or 0) > longest:
        return error_page(413, "error.413" if longest == LONGEST_BODY else "error.413_files")
    request.max_content_length = longest
    if "\0" in request.path or isinstance(request.routing_exception, RequestRedirect):  # no page has two addresses
        return error_page(404, "error.404")
    if any("\0" in text for texts in request.form.listvalues() for text in texts):
        return error_page(400, "error.400")
    return None


def _longest_body() -> int:
    """Give how long a body may be: of a page that takes files, and of all others."""
    if request.endpoint is None or request.method in READING:
        return LONGEST_BODY
    return need_of(current_app, request.endpoint).longest or LONGEST_BODY


def is_for_us(host: str) -> bool:
    """Tell whether a name that was asked for is ours; published, over TLS too."""
    name = site().settings.web_name
    if site().published:
        return request.is_secure and host.lower() == name
    found = _HOST.fullmatch(host)
    return found is not None and found[1].lower() in (*_OURS, name or "localhost")


def _comes_from_us() -> bool:
    """Believe what every browser of today says of a request's origin, and the older header, where either is there."""
    ours = f"{request.scheme}://{request.headers['Host']}"
    site_said, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site_said is None and origin is None:
        return False
    return site_said in (None, "same-origin") and origin in (None, ours.lower())
