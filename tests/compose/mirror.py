"""The web for gunicorn as in production, with one page more: it says who it was told asks, and begins a session."""

import json

from flask import Flask, request, session

from server import wsgi
from server.web.guard import open_to_all

SEEN = "/-seen"


def application() -> Flask:
    app = wsgi.application()

    @open_to_all("a test's own")
    def seen() -> str:
        session["seen"] = True
        told = {name: value for name, value in request.headers if name.startswith(("X-", "Forwarded"))}
        environ = {name: request.environ.get(name) for name in ("SCRIPT_NAME", "PATH_INFO", "REMOTE_USER")}
        return json.dumps({"address": request.remote_addr, "scheme": request.scheme, "host": request.host,
                           "told": told, **environ})  # fmt: skip

    app.add_url_rule(SEEN, view_func=seen)
    return app
