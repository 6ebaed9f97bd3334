"""What a person sees where a request cannot be answered: a page as all others, in Bahasa Indonesia first."""

import logging

from flask import Flask, Response, make_response
from flask.globals import request_ctx
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from server.disclosure.clearing import Clearance
from server.machine import what_ails, without_data
from server.web.showing import show
from server.web.site import chosen_words
from verification.reason import Reason

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5
_SENTENCES = {404: "error.404", 405: "error.405", 413: "error.413", 503: "error.503"}


def show_errors(app: Flask) -> None:
    """Have every error shown as a page, and none of its text kept."""
    app.register_error_handler(HTTPException, _show_refusal)
    app.register_error_handler(DBAPIError, _show_database_trouble)
    app.register_error_handler(Exception, _show_mistake)


def error_page(code: int, sentence: str, reason: Reason | None = None) -> Response:
    """Make the page of an error: the sentence of a key, or of a reason."""
    clear = Clearance(chosen_words())
    said = clear.why(reason).sentence if reason else clear.say(sentence)
    if request_ctx.url_adapter is None:  # asked for by what is no name at all: a page could link to nothing
        return Response(said, code, mimetype="text/plain")
    response = make_response(show("error.html", code=code, sentence=said), code)
    if code == 503:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def trouble(error: DBAPIError) -> Reason | None:
    """Name what is in the database's way for a while; None where the mistake is ours."""
    reason = what_ails(error)
    ours = reason.code == "our_mistake"
    log.warning("the database: %s", error.args[0], exc_info=without_data(error) if ours else None)
    return None if ours else reason


def _show_refusal(error: HTTPException) -> Response:
    code = error.code or 500
    page = error_page(code, _SENTENCES.get(code, "error.400" if code < 500 else "error.500"))
    page.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
    return page


def _show_database_trouble(error: DBAPIError) -> Response:
    reason = trouble(error)
    return error_page(503, "", reason) if reason else error_page(500, "error.500")


def _show_mistake(error: Exception) -> Response:
    log.error("a page failed: %s", type(error).__name__, exc_info=without_data(error))
    return error_page(500, "error.500")
