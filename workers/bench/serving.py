"""The pages as they are served, in processes of their own, and one page more: an empty one.

On SQLite as `tilik serve` does it: `python -m workers.bench.serving`, which says its port and answers until its
standard input closes. On PostgreSQL as compose.yaml does it: gunicorn, for which `application` is.
Settings are in the environment. Each answer says how many statements it took.
"""

import sys
import threading
from typing import Any

from sqlalchemy import Engine, event

from server.roles.table import Permission
from server.schema import open_up_to_date
from server.settings import load_settings

EMPTY = "bench.empty"
STATEMENTS = "X-Tilik-Statements"


def make_app(engine: Engine, settings: Any) -> Any:
    """Make the web application with an empty page, whose answers say how many statements they took."""
    from server.app import create_app
    from server.web.guard import WHOLE, needs
    from server.web.showing import show

    app = create_app(engine, settings)
    counted = threading.local()

    @needs(Permission.OWN_ACCOUNT, WHOLE)
    def empty() -> str:
        return show("base.html")

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SET ", "PRAGMA")):  # these ask for nothing
            counted.n = getattr(counted, "n", 0) + 1

    def begin() -> None:
        counted.n = 0

    def say(response: Any) -> Any:
        response.headers[STATEMENTS] = str(counted.n)
        return response

    app.add_url_rule("/kosong", EMPTY, empty)
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, say)  # said last: these are called in reverse
    event.listen(engine, "before_cursor_execute", count)
    return app


def application() -> Any:
    """Make it as the settings say, for gunicorn."""
    from server.web.serving import settle

    settings = load_settings()
    app = make_app(open_up_to_date(settings), settings)
    settle()
    return app


def main() -> None:
    """Serve on loopback until standard input closes."""
    from server.web.serving import make_server

    server = make_server(application(), 0)
    print(server.effective_port, flush=True)
    threading.Thread(target=server.run, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
