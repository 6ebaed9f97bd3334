"""Serving the pages on this machine."""

from collections.abc import Callable

import click
from sqlalchemy import Engine

from server.db import snapshot
from server.people.links import is_demo
from server.roles.table import Permission
from server.settings import Settings
from server.terminal import acts, opened, stop, tell, words
from verification.reason import Reason


@click.command(help=words.say("help.serve"))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help=words.say("help.port"))
@acts(Permission.OPERATE)
def serve(port: int) -> None:
    """Serve the pages on this machine."""
    with opened() as (settings, engine):
        with snapshot(engine) as session:
            if is_demo(session):
                stop(Reason("serve_demo_database"))
        serve_pages(engine, settings, port)


def serve_pages(
    engine: Engine, settings: Settings, port: int, welcome: Callable[[int], None] = lambda _port: None
) -> None:
    """Serve until Ctrl-C, the children's line beside the pages; `welcome` is told the port before the first request."""
    from server.app import create_app
    from server.feedback.line import beside, create_line
    from server.feedback.tending import ServedTwice, tended
    from server.web.serving import make_server

    app, line = create_app(engine, settings), create_line(engine, settings)
    app.wsgi_app = beside(app.wsgi_app, line.wsgi_app)  # type: ignore[assignment, method-assign]
    try:
        server = make_server(app, port)
    except OSError:
        stop(Reason("port_taken", {"port": str(port)}))
    try:
        with tended(line):
            tell("serve.address", address=f"http://localhost:{server.effective_port}/")
            welcome(server.effective_port)
            server.run()  # until Ctrl-C, which it keeps to itself
            tell("serve.ended")
    except ServedTwice:
        stop(Reason("line_served_twice"))
    finally:
        server.close()
