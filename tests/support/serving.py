"""A waitress server in a thread of a test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress import wasyncore


@contextmanager
def serving(server: Any) -> Iterator[str]:
    """Let a server serve, and give its address; its loop ends whoever still holds a connection open."""
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # in the loop's own thread: from another one it would be closed while it waits for its sockets
        try:
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        except OSError:  # its end of the pipe is closed already, and nothing wakes the loop but what it waits for
            wasyncore.close_all(server._map, ignore_all=True)
        thread.join(timeout=30)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()
