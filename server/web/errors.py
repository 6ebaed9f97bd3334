"""What a person sees where a request cannot be answered: a page as all others, in Bahasa Indonesia first."""

import logging
from math import ceil

from flask import Flask, Response, current_app, g, make_response, request
from flask.globals import request_ctx
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.login.limits import seconds_to_wait
from server.machine import what_ails, without_data
from server.roles.account import Forbidden
from server.web.guard import LOOKED_UP, need_of, somebody
from server.web.noting import note_refused
from server.web.showing import show
from server.web.site import chosen_words
from verification.reason import Reason

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5
HEADED = (403, 404, 405, 429, 500, 503)
_SENTENCES = {404: "error.404", 405: "error.405", 413: "error.413", 503: "error.503"}


def show_errors(app: Flask) -> None:
    """Have every error shown as a page, and none of its text kept."""
    app.register_error_handler(HTTPException, _show_refusal)
    app.register_error_handler(CSRFError, _show_stale)
    app.register_error_handler(RateLimitExceeded, _show_limit)
    app.register_error_handler(Forbidden, _show_forbidden)
    app.register_error_handler(DBAPIError, _show_database_trouble)
    app.register_error_handler(Exception, _show_mistake)


def error_page(code: int, sentence: str, reason: Reason | None = None) -> Response:
    """Make the page of an error: the sentence of a key, or of a reason. It has no menu, and asks the database nothing.

    So it can be sent for whom nothing is looked up, and where the database cannot be asked.
    """
    clear = Clearance(chosen_words())
    return _page(code, clear.why(reason).sentence if reason else clear.say(sentence))


def _page(code: int, said: Cleared, *, alone: bool = True) -> Response:
    if request_ctx.url_adapter is None:  # asked for by what is no name at all: a page could link to nothing
        return Response(said, code, mimetype="text/plain")
    clear = Clearance(chosen_words())
    heading = clear.say(f"error.heading_{code}" if code in HEADED else "error.title")
    g.refused = True  # the way to what is not shown is not shown either
    response = make_response(show("error.html", code=code, heading=heading, sentence=said, alone=alone), code)
    if code == 503:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def trouble(error: DBAPIError) -> Reason | None:
    """Name what is in the database's way for a while; None where the mistake is ours."""
    reason = what_ails(error)
    ours = reason.code == "our_mistake"
    log.warning("the database: %s", error.args[0], exc_info=without_data(error) if ours else None)
    return None if ours else reason


def _show_forbidden(error: Forbidden) -> Response:
    """Say what is not permitted and who gives it; what lies out of reach is answered as if it were not there."""
    note_refused("refused", somebody())
    if g.get("looked_up") and not g.get("asked"):
        return _not_here()
    clear = Clearance(chosen_words())
    return _page(403, clear.say("page.forbidden", what=clear.say(f"permission.{error.permission}")), alone=False)


def _show_stale(_error: CSRFError) -> Response:
    """Say that a form did not come from a page of this session."""
    note_refused("refused_stale", somebody())
    return error_page(400, "page.stale")


def _show_limit(_error: RateLimitExceeded) -> Response:
    """Say when to try again, and what is open meanwhile. Which limit it was is told to nobody."""
    seconds = seconds_to_wait()
    log.warning("guessing: somebody has to wait")
    if found := somebody():  # of others each guess was written down
        note_refused("refused_limit", found)
    page = error_page(429, "", Reason("guessed_too_often", {"minutes": ceil(max(1, seconds - 1) / 60)}))
    page.headers["Retry-After"] = str(seconds)
    return page


def _looks_up() -> bool:
    return request.endpoint is not None and need_of(current_app, request.endpoint).about is LOOKED_UP


def _not_here() -> Response:
    return _page(404, Clearance(chosen_words()).say("page.not_here_or_not_yours"), alone=False)


def _show_refusal(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 404 and _looks_up():
        if not g.get("asked"):  # as of what lies out of reach: somebody's own trail may not tell them which it was
            note_refused("refused", somebody())
        return _not_here()
    said = Clearance(chosen_words()).say(_SENTENCES.get(code, "error.400" if code < 500 else "error.500"))
    page = _page(code, said, alone=code >= 500)
    page.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
    return page


def _show_database_trouble(error: DBAPIError) -> Response:
    reason, g.lookup = trouble(error), "not now: a page that says what ails the database asks it nothing"
    return error_page(503, "", reason) if reason else error_page(500, "error.500")


def _show_mistake(error: Exception) -> Response:
    log.error("a page failed: %s", type(error).__name__, exc_info=without_data(error))
    return error_page(500, "error.500")
