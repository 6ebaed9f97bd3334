"""The server of `tilik serve`: waitress, with limits on who holds a connection and says nothing."""

import gc
import logging
from typing import Any

from flask import Flask
from waitress.server import create_server

from server.web.door import LONGEST_BODY, LONGEST_FILES

# a request is handed to a thread only once it is whole: who sends half of one holds a connection, and no thread
LIMITS: dict[str, Any] = {
    "threads": 8,  # a browser opens six connections
    "connection_limit": 800,
    "asyncore_use_poll": True,  # select() ends at 1,024 files
    "channel_timeout": 10,  # seconds without a byte
    "cleanup_interval": 2,
    "max_request_header_size": 32_768,
    "max_request_body_size": LONGEST_FILES + 10 * LONGEST_BODY,  # beyond it nothing is read; below the page says so
    "ident": None,
}


def settle() -> None:
    """Leave alone what was made at the start: looking all of it through for garbage would stop every page at once."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a page with ten thousand places makes some hundred thousand objects


def make_server(app: Flask, port: int) -> Any:
    """Make a server on loopback: others reach the pages through the proxy. Raises OSError where the port is taken."""
    settle()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that eight requests are at work is no warning
    return create_server(app, host="127.0.0.1", port=port, **LIMITS)
