"""The web: everything it has, on one screen. Until roles exist it is served on loopback only (`tilik serve`)."""

from flask import Flask, Response, request
from sqlalchemy import Engine

import server.decisions.pages
import server.reports.pages
import server.sync.pages
import server.visits.pages
import server.web.pages
import server.work.pages
from server.db import impatient
from server.settings import Settings
from server.web.door import LONGEST_BODY, turn_away
from server.web.errors import show_errors
from server.web.site import Site, chosen_words
from server.words import LANGUAGES

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # told to nobody else; without it browsers hide a form's origin even from us
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other site's page may show a photograph of ours
    "X-Content-Type-Options": "nosniff",
}
_WAIT_SECONDS = 3  # for a lock that another program holds


def create_app(engine: Engine, settings: Settings) -> Flask:
    """Make the web application around a database."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.url_map.merge_slashes = False  # a redirect would name the host that was asked for
    app.extensions["tilik"] = Site(impatient(engine, _WAIT_SECONDS), settings)
    for package in (server.web, server.reports, server.visits, server.decisions, server.work, server.sync):
        app.register_blueprint(package.pages.blueprint)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"words": chosen_words(), "languages": LANGUAGES})
    app.before_request(turn_away)
    app.after_request(_add_headers)
    show_errors(app)
    return app


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "web.static":  # all else is about people and places
        response.headers["Cache-Control"] = "no-store"
    return response
