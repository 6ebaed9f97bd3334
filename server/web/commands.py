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
    """Serve until Ctrl-C; `welcome` is told the port before the first request is answered."""
    from server.app import create_app
    from server.web.serving import make_server

    try:
        server = make_server(create_app(engine, settings), port)
    except OSError:
        stop(Reason("port_taken", {"port": str(port)}))
    tell("serve.address", address=f"http://localhost:{server.effective_port}/")
    welcome(server.effective_port)
    try:
        server.run()  # until Ctrl-C, which it keeps to itself
        tell("serve.ended")
    finally:
        server.close()
