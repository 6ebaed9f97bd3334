"""Limits on guessing, which nobody can use to keep somebody else out.

Only what failed is counted. A browser that has logged in to an account before has a counter of its own, whatever
others do, from wherever; one-time links and passkeys, which nobody guesses, have none. So whoever is attacked gets in
by the browser they always use, by a passkey, or by a link. docs/security.md has the numbers.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter

from server.db import snapshot
from server.login.devices import device_known_to, keyed
from server.login.entering import PASSWORD, person_called
from server.settings import Settings
from server.web.guard import somebody
from server.web.site import site

HERE, ADDRESS, ELSEWHERE = "10 per 15 minutes", "100 per 15 minutes", "100 per day"
GUESSED_AT = ("login.login", "login.show_factor")  # the pages at which something can be guessed
_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}  # seconds: without Redis each process counts by itself
_NETWORK = 64  # bits: whoever has one IPv6 address has all of its network


@dataclass(frozen=True)
class _Rule:
    limit: str
    name: str
    key: Callable[[], str]
    known: bool  # for browsers that have logged in to the account before, or for all others


def limit_guesses(app: Flask, settings: Settings) -> None:
    """Put the limits before the pages at which something can be guessed."""
    limiter = Limiter(
        _address, app=app, storage_uri=settings.redis or "memory://", strategy="moving-window", swallow_errors=True,
        in_memory_fallback_enabled=settings.redis is not None, key_prefix="tilik-guesses",
        storage_options=dict(_PATIENCE) if settings.redis else {},
    )  # fmt: skip
    for endpoint in GUESSED_AT:
        view: Any = app.view_functions[endpoint]
        for rule in _RULES:
            view = limiter.shared_limit(
                rule.limit, scope=rule.name, key_func=rule.key, methods=["POST"], deduct_when=_failed,
                exempt_when=_exempt(rule),
            )(view)  # fmt: skip
        app.view_functions[endpoint] = view
    app.extensions["tilik-guesses"] = limiter


def count_failure() -> None:
    """Say that what was shown in this request was wrong."""
    g.guess_failed = True


def seconds_to_wait() -> int:
    """Tell in how many seconds those limits let somebody try again that were reached."""
    limiter: Limiter = current_app.extensions["tilik-guesses"]
    until = max((limit.reset_at for limit in limiter.current_limits if limit.breached), default=0)
    return max(1, ceil(until - time()))


def _failed(_response: Response) -> bool:
    return bool(g.get("guess_failed"))


def _exempt(rule: _Rule) -> Callable[[], bool]:
    def exempt() -> bool:
        found = somebody()
        came_by_link = request.endpoint != "login.login" and found is not None and found.way != PASSWORD
        return came_by_link or (_device() is not None) != rule.known

    return exempt


def _account() -> int | str:
    """Name the account that is tried: a person's number, or what was typed where nobody is called so."""
    if "guessed_account" not in g:
        g.guessed_account = _who_is_tried()
    account: int | str = g.guessed_account
    return account


def _who_is_tried() -> int | str:
    found = somebody()
    if request.endpoint != "login.login":
        return (found.account.person_id if found else None) or 0
    typed = request.form.get("email", "").strip().lower()[:254]
    with snapshot(site().engine) as session:
        person = person_called(session, typed)
        return person.id if person else typed


def _device() -> str | None:
    account = _account()
    return device_known_to(account) if isinstance(account, int) else None


def _address() -> str:
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:  # a unix socket has none
        return "–"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _NETWORK), strict=False))


_RULES = (
    _Rule(HERE, "here", lambda: keyed("here", _account(), _address()), known=False),
    _Rule(ADDRESS, "address", lambda: keyed("address", _address()), known=False),
    _Rule(ELSEWHERE, "elsewhere", lambda: keyed("elsewhere", _account()), known=False),
    _Rule(HERE, "known", lambda: keyed("known", _account(), _device()), known=True),
)
