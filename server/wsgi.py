"""The web for gunicorn: `server.wsgi:application()`, behind the one proxy that has the certificate (compose.yaml)."""

from collections.abc import Iterable
from contextlib import suppress
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.app import create_app
from server.db import snapshot
from server.people.links import is_demo
from server.schema import open_up_to_date
from server.settings import load_settings
from server.web.serving import settle
from server.words import catalogue
from verification.reason import Reason

_AT_ONCE = 1_000_000  # bytes


def application() -> Flask:
    """Make the web application as the settings say. Ends where they name no address, or what the demo made."""
    settings = load_settings()
    if settings.web_name is None:
        raise SystemExit(catalogue(settings.language).reason(Reason("no_web_name")))
    engine = open_up_to_date(settings)
    with snapshot(engine) as session:
        if is_demo(session):
            raise SystemExit(catalogue(settings.language).reason(Reason("serve_demo_database")))
    app = create_app(engine, settings, published=True)
    # whose address it was, and that it came over TLS, is what the proxy wrote in place of whatever it was sent
    app.wsgi_app = to_the_end(ProxyFix(app.wsgi_app, x_for=1, x_proto=1))  # type: ignore[assignment,method-assign]
    settle()
    return app


def to_the_end(pages: WSGIApplication) -> WSGIApplication:
    """Throw away what pages left of a body before their answer goes.

    The proxy has all of it, no longer than it lets through. It loses an answer that comes while it still sends: who has
    been logged out meanwhile, or may not send files there, would be told that Tilik does not answer.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = pages(environ, start_response)
        with suppress(OSError):  # whoever sent it is gone
            while environ["wsgi.input"].read(_AT_ONCE):
                pass
        return found

    return answer
