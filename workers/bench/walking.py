"""People who walk the pages: each opens one, reads for two seconds or so, and opens the next.

They are supervisors, logged in by the demo's links; each keeps one connection and one cookie, as a browser does.
"""

import http.client
import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.db import now, writing
from server.people.inviting import Invitation, invite
from server.people.links import DEMO, make_link
from server.people.tables import Mark
from server.roles.account import Account, Held
from server.roles.table import Role
from workers.bench.serving import STATEMENTS

_BY = Account("terminal:bench", (Held(Role.TERMINAL),))
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class PageOpened:
    """One page opened: how long until all of it was there, its bytes, and the statements it took."""

    seconds: float
    bytes: int
    statements: int
    status: int


@dataclass
class Walker:
    """Somebody with a browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("localhost", self.port, timeout=120)

    def enter(self, token: str) -> None:
        """Log in by a link of the demo. Raises RuntimeError where it does not open."""
        path = f"/masuk/tautan/{token}"
        _, page = self._ask("GET", path)
        found = _TOKEN.search(page.decode())
        answer, _ = self._ask("POST", path, urlencode({"csrf_token": found[1] if found else ""}))
        if answer.status != 303:
            raise RuntimeError(f"the link does not open: {answer.status}")

    def close(self) -> None:
        """Close the browser."""
        self._connection.close()

    def open(self, path: str) -> PageOpened:
        """Open a page, and read all of it."""
        start = time.perf_counter()
        answer, page = self._ask("GET", path)
        taken = time.perf_counter() - start
        return PageOpened(taken, len(page), int(answer.headers.get(STATEMENTS) or 0), answer.status)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                   "Sec-Fetch-Site": "same-origin"}  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (
            http.client.RemoteDisconnected,
            ConnectionError,
        ):  # closed meanwhile: a browser opens another
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, answer.read()


def free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody does. Raises OSError where nobody does within half a minute."""
    until = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def make_links(engine: Engine, people: int) -> list[str]:
    """Make so many supervisors, and a link for each."""
    with writing(engine) as session:
        session.merge(Mark(name=DEMO, made_at=now()))  # such links open nothing but what is made up
        return [_link(session, number) for number in range(people)]


def _link(session: Session, number: int) -> str:
    wish = Invitation(f"Penyelia Rekaan {number + 1}", f"penyelia{number + 1}@tilik.example", (Held(Role.SUPERVISOR),))
    return make_link(session, invite(session, _BY, wish).person_id, DEMO, _BY.label).token


def walk(
    walkers: Sequence[Walker], pages: Mapping[str, str], rounds: int, think_seconds: float
) -> dict[str, list[PageOpened]]:
    """Let all walk at once: each opens every page so many times, in an order of their own; by the pages' names."""
    found: dict[str, list[PageOpened]] = defaultdict(list)
    lock, problems = threading.Lock(), []

    def go(number: int, walker: Walker) -> None:
        chance = np.random.default_rng(number)  # the same walk every time
        order = [name for _ in range(rounds) for name in chance.permutation(sorted(pages)).tolist()]
        try:
            for name in order:
                time.sleep(float(chance.uniform(0.5, 1.5)) * think_seconds)
                visit = walker.open(pages[name])
                with lock:
                    found[name].append(visit)
        except OSError as error:  # pragma: no cover - said by whoever waits for us
            problems.append(error)

    threads = [threading.Thread(target=go, args=one) for one in enumerate(walkers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return found
