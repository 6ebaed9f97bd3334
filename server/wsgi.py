"""The web for gunicorn: `server.wsgi:application()`, behind the one proxy that has the certificate (compose.yaml)."""

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
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    settle()
    return app
