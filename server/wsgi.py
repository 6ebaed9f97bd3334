"""The web for gunicorn: `server.wsgi:application()`, on a unix socket or loopback only until roles exist."""

from flask import Flask

from server.app import create_app
from server.db import open_database
from server.schema import upgrade
from server.settings import load_settings


def application() -> Flask:
    """Make the web application as the settings say."""
    settings = load_settings()
    engine = open_database(settings.database)
    upgrade(engine)
    return create_app(engine, settings)
