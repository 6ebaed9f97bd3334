"""The web: everything it has, on one screen. Until roles exist it is served on loopback only (`tilik serve`)."""

from flask import Flask, Response
from sqlalchemy import Engine

from server import decision_pages, pages, sync_pages
from server.catalogue import LANGUAGES
from server.same_origin import refuse_other_origins
from server.settings import Settings

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # told to nobody else; without it browsers hide a form's origin even from us
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(engine: Engine, settings: Settings) -> Flask:
    """Make the web application around a database."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.extensions["tilik"] = pages.Source(engine, settings)
    for room in (pages, decision_pages, sync_pages):
        app.register_blueprint(room.blueprint)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"words": pages.chosen_words(), "languages": LANGUAGES})
    app.before_request(refuse_other_origins)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
