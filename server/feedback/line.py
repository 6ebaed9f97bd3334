"""The children's line: a web application of its own, which sees nothing of who asks and keeps nothing of it.

It has no session, cookie, form token or access log. Of a request it is given what `_SEEN` names and nothing else: no
address, no user agent, no cookie, no referrer is there to be read, by this code or any other. What fails is logged by
its kind and the place in the code.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from server.children.codes import digest_of_code
from server.db import impatient, is_reachable, now, snapshot
from server.feedback import page
from server.feedback.fresh import Typed, add_answer
from server.feedback.keys import Keys
from server.feedback.memory import Memory
from server.feedback.opened import CodeRefused, OpenedSession, contacts_of, newest_page, opened_by
from server.feedback.settling import Settling
from server.settings import Settings
from server.web.door import READING, is_for_us
from server.web.secret import secret_key
from server.web.site import Site

PATH = "/anak"
LONGEST_BODY = 8_000  # bytes: some twenty answers of a few signs each take one
KEYS = "line"  # the folder of the keys, in that of the data
_WAIT_SECONDS = 10  # for a lock that another program holds: a child is not told to try again because of a pull
_ONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_SEEN = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "SERVER_NAME",
    "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_RANGE",
    "wsgi.version", "wsgi.url_scheme", "wsgi.input", "wsgi.input_terminated", "wsgi.errors", "wsgi.multithread",
    "wsgi.multiprocess", "wsgi.run_once", "wsgi.file_wrapper",
)  # fmt: skip
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=(), display-capture=()",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

log = logging.getLogger(__name__)
blueprint = Blueprint("line", __name__, url_prefix=PATH)
Wsgi = Callable[[Any, Any], Iterable[bytes]]


@dataclass(frozen=True)
class ChildrensLine:
    """What the line works with. `clock` tells the moment, by which a session's month is the present one or not."""

    engine: Engine
    secret: str
    keys: Keys
    memory: Memory
    clock: Callable[[], datetime] = now

    @property
    def settling(self) -> Settling:
        """What settling works with."""
        return Settling(self.engine, self.keys, self.memory)


def create_line(
    engine: Engine, settings: Settings, *, published: bool = False, memory: Memory | None = None,
    clock: Callable[[], datetime] = now,
) -> Flask:  # fmt: skip
    """Make the line around a database; `published` where others reach it, by its name and over TLS."""
    app = Flask(__name__, static_folder=None)
    app.debug = False
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.url_map.merge_slashes = False
    patient = impatient(engine, _WAIT_SECONDS)
    app.extensions["tilik"] = Site(patient, settings, published)
    keys = Keys(settings.data / KEYS)
    app.extensions["tilik-line"] = ChildrensLine(patient, secret_key(settings), keys, memory or Memory(), clock)
    for part in (blueprint, page.blueprint):
        app.register_blueprint(part)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_turn_away)
    app.after_request(_add_headers)
    for kind, answer in (
        (CodeRefused, _say_why),
        (HTTPException, _say_no),
        (DBAPIError, _say_wait),
        (Exception, _say_no),
    ):
        app.register_error_handler(kind, answer)
    app.wsgi_app = _seeing_little(app.wsgi_app, published)  # type: ignore[assignment, method-assign]
    return app


def line_of(app: Flask) -> ChildrensLine:
    """Give what a line works with."""
    found: ChildrensLine = app.extensions["tilik-line"]
    return found


def beside(pages: Wsgi, line: Wsgi) -> Wsgi:
    """Serve the line in the same process as the pages, under its own path."""

    def either(environ: Any, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        return (line if path == PATH or path.startswith(f"{PATH}/") else pages)(environ, start_response)

    return either


def _seeing_little(app: Wsgi, published: bool) -> Wsgi:
    """Give an application what it may see of a request, and that it came over TLS where the one proxy says so."""

    def bare(environ: Any, start_response: Any) -> Iterable[bytes]:
        seen = {name: environ[name] for name in _SEEN if name in environ}
        if published:
            seen["wsgi.url_scheme"] = environ.get("HTTP_X_FORWARDED_PROTO", "http")
        return app(seen, start_response)

    return bare


# ── what is asked


@blueprint.post("/kode")
def look() -> Any:
    """Say what a code opens: the page, and whom a child can turn to there. Nothing is used up."""
    line, typed = _line(), _typed("code")
    digest = _digest(typed["code"])
    with snapshot(line.engine) as session:
        opened = _opened(line, session, digest)
        found, contacts = newest_page(session), contacts_of(session, opened.district)
    its = {"place_kind": opened.place_kind, "district": opened.district}
    return jsonify(session=its, page=found, contacts=contacts)


@blueprint.post("/jawaban")
def take() -> Any:
    """Store what a child answered; the code is used from then on."""
    line, typed = _line(), _typed("code", "version")
    answers, once = typed.get("answers"), typed.get("once")
    if not isinstance(answers, dict) or not (once is None or (isinstance(once, str) and _ONCE.fullmatch(once))):
        raise CodeRefused("wrong")
    digest = _digest(typed["code"])
    if not line.memory.was_stored(digest, once):
        with snapshot(line.engine) as session:
            _opened(line, session, digest, once)
        with line.memory.using(digest, once) as is_new:
            if is_new:
                new = Typed(digest, typed["version"], answers)
                add_answer(line.engine, line.keys, new, line.clock(), line.memory.uses)
    return Response(status=204)


@blueprint.get("/sehat")
def health() -> str:
    """Say that the line and its database answer."""
    is_reachable(_line().engine)
    return "ok"


def _line() -> ChildrensLine:
    return line_of(current_app)


def _typed(*texts: str) -> dict[str, Any]:
    """Read what was sent: an object in which these are texts. Raises CodeRefused."""
    found = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(found, dict) or not all(_is_text(found.get(name)) for name in texts):
        raise CodeRefused("wrong")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100 and "\0" not in value


def _digest(code: str) -> str:
    _line().memory.must_not_wait()
    return digest_of_code(_line().secret, code)


def _opened(line: ChildrensLine, session: Any, digest: str, once: str | None = None) -> OpenedSession:
    """Give what a code opens that nobody used. Raises CodeRefused."""
    try:
        opened = opened_by(session, digest, line.clock())
    except CodeRefused as refused:
        if refused.why == "unknown":
            line.memory.count_wrong()
        raise
    line.memory.count_code(digest)
    if line.memory.is_used(digest) and not line.memory.was_stored(digest, once):
        raise CodeRefused("used")
    return opened


# ── what is said


def _turn_away() -> Response | None:
    """Turn away what asks for another name, or comes from another's page. Raises CodeRefused."""
    if not is_for_us(request.headers.get("Host", "")) or (request.method not in READING and not _comes_from_us()):
        return _said("origin", 403)
    if (request.content_length or 0) > LONGEST_BODY:
        return _said("wrong", 413)
    return None


def _comes_from_us() -> bool:
    """Believe what browsers say of a request's origin; under a policy of no referrer some call ours `null`."""
    ours = f"{request.scheme}://{request.headers['Host']}".lower()
    site_said, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return origin in (None, "null", ours) if site_said == "same-origin" else site_said is None and origin == ours


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _say_why(refused: CodeRefused) -> Response:
    return _said(refused.why, refused.status)


def _say_no(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _said("wrong", error.code or 500)
    _note(error)
    return _said("wait", 500)


def _say_wait(error: Exception) -> Response:
    _note(error)
    return _said("wait", 503)


def _said(why: str, status: int) -> Response:
    response = jsonify(why=why)
    response.status_code = status
    return response


def _note(error: Exception) -> None:
    """Log the kind of an error and where it arose: nothing of what was asked."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("%s in %s, line %s", type(error).__name__, place.name, place.lineno)
