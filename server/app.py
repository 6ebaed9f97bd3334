"""The web: everything it has, on one screen. Until roles exist it is served on loopback only (`tilik serve`)."""

from flask import Flask, Response
from sqlalchemy import Engine

import server.decisions.pages
import server.reports.pages
import server.sync.pages
import server.visits.pages
import server.web.pages
import server.work.pages
from server.settings import Settings
from server.web.same_origin import refuse_other_origins
from server.web.site import Site, chosen_words
from server.words import LANGUAGES

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # told to nobody else; without it browsers hide a form's origin even from us
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(engine: Engine, settings: Settings) -> Flask:
    """Make the web application around a database."""
    app = Flask(__name__, static_folder=None)
    app.extensions["tilik"] = Site(engine, settings)
    for package in (server.web, server.reports, server.visits, server.decisions, server.work, server.sync):
        app.register_blueprint(package.pages.blueprint)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"words": chosen_words(), "languages": LANGUAGES})
    app.before_request(refuse_other_origins)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
