"""The pages of who logs in by a provider's account: there, and back again."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from server.db import writing
from server.disclosure.clearing import Clearance
from server.login.provider import Provider, ProviderFailed, Vouched, provider
from server.login.shared import blueprint, enter, is_ours, language, page, to_prove
from server.login.vouching import NotKnown, bind, by_word, refused, unbind
from server.roles.table import Permission
from server.web.guard import WHOLE, needs, open_to_all, person, somebody
from server.web.identity import device_of
from server.web.site import chosen_words, site
from verification.reason import Reason

_NEXT, _BIND = "oidc_next", "oidc_bind"


@blueprint.get("/masuk/instansi")
@open_to_all("it is where one logs in by a provider's account")
def to_provider() -> Any:
    """Send the browser to the provider."""
    cookie.pop(_BIND, None)
    cookie[_NEXT] = request.args.get("next", "")
    return _ask(_provider())


@blueprint.get("/akun/instansi")
@needs(Permission.OWN_ACCOUNT, WHOLE)
def bind_provider() -> Any:
    """Send the browser to the provider, to bind the account of who is logged in to the one there."""
    if not person().proved:
        return to_prove(request.path)
    cookie[_BIND] = person().session_id
    return _ask(_provider())


@blueprint.post("/akun/instansi/lepas")
@needs(Permission.OWN_ACCOUNT, WHOLE)
def unbind_provider() -> Any:
    """Have the provider's account let one in no more."""
    if not person().proved:
        return to_prove(url_for("own.account"))
    try:
        with writing(site().engine) as session:
            unbind(session, person().account.person_id or 0)
        flash("oidc_unbound", "notice")
    except NotKnown as not_done:
        flash(not_done.reason.code, "reason")
    return redirect(url_for("own.account", **language()), 303)


@blueprint.get("/masuk/instansi/kembali")
@open_to_all("who comes back from the provider has no account open yet")
def from_provider() -> Any:
    """Let in for whom the provider vouches, or bind their account; nobody else."""
    found = _provider()
    wanted, binding, who = cookie.pop(_NEXT, ""), cookie.pop(_BIND, None), somebody()
    try:
        vouched = found.vouched()
        if binding is not None:
            return _bound(vouched) if who and who.proved and who.session_id == binding else _failed("oidc_wrong")
        with writing(site().engine) as session:
            token = by_word(session, vouched, device_of(request.user_agent))
    except ProviderFailed as failed:
        return _failed(failed.reason.code)
    except NotKnown as unknown:
        with writing(site().engine) as session:
            refused(session)
        return page("not_known.html", unknown.reason, provider=_name())
    entered = enter(token)
    missing = "/masuk/" in entered.headers["Location"]
    return entered if missing or not is_ours(wanted) else redirect(wanted, 303)


@blueprint.get("/masuk/instansi/keluar")
@open_to_all("who has just logged out here is nobody")
def leave_provider() -> Any:
    """Log out of the provider too."""
    try:
        address = _provider().leave(url_for("login.login", _external=True))
    except ProviderFailed as failed:
        return _failed(failed.reason.code)
    return redirect(address or url_for("login.login", **language()), 303)


def _bound(vouched: Vouched) -> Response:
    try:
        with writing(site().engine) as session:
            bind(session, person().account.person_id or 0, vouched)
        flash("oidc_bound", "notice")
    except NotKnown as not_done:
        flash(not_done.reason.code, "reason")
    return redirect(url_for("own.account"), 303)


def _ask(found: Provider) -> Any:
    try:
        return found.ask(url_for("login.from_provider", _external=True))
    except ProviderFailed as failed:
        return _failed(failed.reason.code)


def _failed(code: str) -> Any:
    said, _ = page("not_known.html", Reason(code), provider=_name())
    return said, 502


def _provider() -> Provider:
    return provider() or abort(404)


def _name() -> Any:
    return Clearance(chosen_words()).ours(site().settings.oidc_name)
