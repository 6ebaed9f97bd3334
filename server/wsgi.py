"""The web for gunicorn: `server.wsgi:application()`, on a unix socket or loopback only until roles exist."""

from flask import Flask

from server.app import create_app
from server.schema import open_up_to_date
from server.settings import load_settings


def application() -> Flask:
    """Make the web application as the settings say."""
    settings = load_settings()
    return create_app(open_up_to_date(settings), settings)
