"""Who may open which page: every page names its permission, and one that names none does not start.

What a page is about is told in one of four ways. `BY_ADDRESS`: the address names district and round. `LOOKED_UP`: the
page finds out, and calls `must_be_allowed` before it shows or changes anything; a page that forgot is not sent.
`LISTED`: it lists what lies within reach (`Account.reach`). `WHOLE`: it is about all there is, or one's own account.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from server.login.entering import LoggedIn
from server.roles.account import Account, Forbidden, must
from server.roles.table import Permission

_View = TypeVar("_View", bound=Callable[..., Any])


class About(Enum):
    """How it is told what a page is about."""

    BY_ADDRESS = "address"
    LOOKED_UP = "looked up"
    LISTED = "listed"
    WHOLE = "whole"


BY_ADDRESS, LOOKED_UP, LISTED, WHOLE = About


@dataclass(frozen=True)
class Need:
    """What a page asks for: a permission, or none and the reason why everybody may open it."""

    permission: Permission | None
    about: About
    why: str = ""
    unfinished: bool = False  # open too to who has logged in only half
    longest: int | None = None  # bytes of a body that brings files; it is read only from who may send it


class NoNeed(Exception):
    """A page that does not say who may open it."""


def needs(
    permission: Permission, about: About, *, unfinished: bool = False, longest: int | None = None
) -> Callable[[_View], _View]:
    """Say which permission a page asks for, how it is told what it is about, and how long a body with files may be."""
    return _marked(Need(permission, about, unfinished=unfinished, longest=longest))


def open_to_all(why: str) -> Callable[[_View], _View]:
    """Say that everybody may open a page, logged in or not, and why."""
    return _marked(Need(None, WHOLE, why))


def _marked(need: Need) -> Callable[[_View], _View]:
    def mark(view: _View) -> _View:
        view.need = need  # type: ignore[attr-defined]
        return view

    return mark


def need_of(app: Flask, endpoint: str) -> Need:
    """Give what a page asks for. Raises NoNeed."""
    need: Need | None = getattr(app.view_functions[endpoint], "need", None)
    if need is None:
        raise NoNeed(endpoint)
    return need


def may_open(account: Account, endpoint: str, district: str | None = None, round_id: str | None = None) -> bool:
    """Tell whether an account may open a page, about a district in a round where it is about one."""
    permission = need_of(current_app, endpoint).permission
    return permission is None or account.may(permission, district, round_id)


def may_open_somewhere(account: Account, endpoint: str) -> bool:
    """Tell whether an account may open a page that is about no district in particular."""
    permission = need_of(current_app, endpoint).permission
    return permission is None or account.may_somewhere(permission)


def guard_pages(app: Flask) -> None:
    """Let nobody past who may not; refuse to start where a page does not say who may. Raises NoNeed."""
    for rule in app.url_map.iter_rules():
        need_of(app, rule.endpoint)
    app.before_request(let_past)
    app.after_request(_must_have_asked)


def account() -> Account:
    """Give who acts. To be called only where somebody is logged in."""
    return person().account


def person() -> LoggedIn:
    """Give who is logged in. To be called only where somebody is."""
    found: LoggedIn = current_user.found
    return found


def somebody() -> LoggedIn | None:
    """Give who is logged in, if anybody is."""
    return current_user.found if current_user.is_authenticated else None


def must_be_allowed(permission: Permission, district: str | None, round_id: str | None) -> None:
    """Refuse what is out of reach; a page whose address does not say what it is about calls this. Raises Forbidden."""
    must_be_within(permission, account().may(permission, district, round_id))
    g.about = (district, round_id)


def must_be_within(permission: Permission, is_within: bool) -> None:
    """Refuse what is out of reach, where that is told by more than one district and round. Raises Forbidden."""
    g.looked_up = True
    if not is_within:
        raise Forbidden(permission)
    g.asked = True


def let_past() -> AnyResponse | None:
    """Turn away who may not open a page; nothing where they may. Raises Forbidden."""
    if request.endpoint is None:  # no page of ours: the error says so
        return None
    need = need_of(current_app, request.endpoint)
    if need.permission is None:
        return None
    found = somebody()
    if found is None:
        return redirect(url_for("login.login", next=_asked_for(), lang=request.args.get("lang")), 303)
    if found.missing and not need.unfinished:
        return redirect(url_for(f"login.{found.missing}", next=_asked_for(), lang=request.args.get("lang")), 303)
    if not found.account.may_somewhere(need.permission):
        raise Forbidden(need.permission)
    if need.about is BY_ADDRESS:
        address = request.view_args or {}
        must(found.account, need.permission, address["district"], address["round_id"])
    return None


def _asked_for() -> str | None:
    """Write where somebody wanted to go, to take them there afterwards."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None


def _must_have_asked(response: Response) -> Response:
    """Keep back a page that was to find out what it is about, and asked nobody whether that may be seen."""
    if request.endpoint is None or response.status_code >= 300:
        return response
    if need_of(current_app, request.endpoint).about is LOOKED_UP and not g.get("asked"):
        raise NoNeed(f"{request.endpoint} asked nobody")
    return response
