"""Serving the pages on this machine."""

import click
from sqlalchemy import Engine

from server.settings import Settings
from server.terminal import opened, stop, tell, words
from verification.reason import Reason


@click.command(help=words.say("help.serve"))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help=words.say("help.port"))
def serve(port: int) -> None:
    """Serve the pages on this machine."""
    with opened() as (settings, engine):
        serve_pages(engine, settings, port, "")


def serve_pages(engine: Engine, settings: Settings, port: int, page: str) -> None:
    """Serve until Ctrl-C; `page` is the one to look at first."""
    from server.app import create_app
    from server.web.serving import make_server

    try:
        server = make_server(create_app(engine, settings), port)
    except OSError:
        stop(Reason("port_taken", {"port": str(port)}))
    tell("serve.address", address=f"http://127.0.0.1:{server.effective_port}/{page}")
    try:
        server.run()  # until Ctrl-C, which it keeps to itself
        tell("serve.ended")
    finally:
        server.close()
