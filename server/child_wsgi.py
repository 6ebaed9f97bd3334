"""The children's line for gunicorn: `server.child_wsgi:application()`, one process behind the proxy (compose.yaml)."""

from contextlib import ExitStack

from flask import Flask

from server.db import snapshot
from server.feedback.line import create_line
from server.feedback.tending import ServedTwice, tended
from server.people.links import is_demo
from server.schema import open_up_to_date
from server.settings import load_settings
from server.words import catalogue
from verification.reason import Reason

_serving = ExitStack()  # what is held as long as this process serves


def application() -> Flask:
    """Make the line as the settings say. Ends where they name no address, or another process serves it already."""
    settings = load_settings()
    words = catalogue(settings.language)
    if settings.web_name is None:
        raise SystemExit(words.reason(Reason("no_web_name")))
    engine = open_up_to_date(settings)
    with snapshot(engine) as session:
        if is_demo(session):
            raise SystemExit(words.reason(Reason("serve_demo_database")))
    app = create_line(engine, settings, published=True)
    try:
        _serving.enter_context(tended(app))
    except ServedTwice:
        raise SystemExit(words.reason(Reason("line_served_twice"))) from None
    return app
