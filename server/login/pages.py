"""The door's pages: logging in, one-time links, a new password, logging out. Those of the second step lie beside it."""

from typing import Any

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.login import entering, factor_pages, proof_pages, provider_pages
from server.login.limits import count_failure
from server.login.passkeys import NoPasskey
from server.login.provider import provider
from server.login.sessions import end
from server.login.shared import answered, blueprint, enter, here, language, onwards, page
from server.people.links import LinkGone, WrongCode, count_wrong_code, look_at
from server.people.passwords import BadPassword
from server.people.tables import Person
from server.roles.table import Permission
from server.web.addresses import is_here
from server.web.guard import WHOLE, needs, open_to_all, person, somebody
from server.web.identity import device_of, let_out
from server.web.site import chosen_words, site
from verification.reason import Reason

__all__ = ["blueprint", "factor_pages", "proof_pages", "provider_pages"]
_OWN = Permission.OWN_ACCOUNT
_LEAVE_NOTHING = '"cache", "storage"'  # the cookie goes too; but not the one by which a browser is known again


@blueprint.route("/masuk", methods=["GET", "POST"])
@open_to_all("it is where one logs in")
def login() -> Any:
    """Log in by e-mail and password."""
    if request.method == "GET":
        return onwards() if somebody() else _login_page()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    with writing(site().engine) as session:
        token = entering.by_password(session, email, password, device_of(request.user_agent))
    if token is None:
        count_failure()
        return _login_page(Reason("login_wrong"), email)
    return enter(token)


@blueprint.route("/masuk/kunci", methods=["GET", "POST"])
@open_to_all("it is where one logs in by a passkey")
def login_by_passkey() -> Any:
    """Log in by a passkey alone."""
    if request.method == "GET":
        return redirect(url_for("login.login", **language()), 303)
    try:
        where, asked, answer = answered("enter", None)
        with writing(site().engine) as session:
            token = entering.by_passkey(session, where, asked, answer, device_of(request.user_agent))
    except NoPasskey as refused:
        return _login_page(refused.reason)
    return enter(token)


@blueprint.route("/masuk/tautan/<token>", methods=["GET", "POST"])
@open_to_all("who comes by a one-time link has no account open yet")
def link(token: str) -> Any:
    """Show what a one-time link is for; its button opens the door."""
    try:
        with snapshot(site().engine) as session:
            found = look_at(session, token, from_here=is_here(request.remote_addr))
            owner = session.get_one(Person, found.person_id)
            g.language = owner.language
            clear = Clearance(chosen_words())
            views: dict[str, Any] = {"name": clear.own(owner.name), "asks_code": found.code is not None,
                                     "purpose": clear.id(found.purpose), "until": found.expires_at}  # fmt: skip
        if request.method == "GET":
            return page("link.html", **views)
        with writing(site().engine) as session:
            code, device = request.form.get("code", ""), device_of(request.user_agent)
            begun = entering.by_link(session, token, code, device, from_here=is_here(request.remote_addr))
    except LinkGone as gone:
        return page("link_gone.html", gone.reason)
    except WrongCode as wrong:
        with writing(site().engine) as session:
            count_wrong_code(session, wrong.link_id)
        return page("link.html", wrong.reason, **views)
    return enter(begun)


@blueprint.route("/masuk/kata-sandi", methods=["GET", "POST"])
@needs(_OWN, WHOLE, unfinished=True)
def set_password() -> Any:
    """Set a password, where a link stood in for it."""
    found = person()
    if found.missing != entering.SET_PASSWORD:
        return onwards()
    if request.method == "GET":
        return page("set_password.html")
    try:
        with writing(site().engine) as session:
            owner = session.get_one(Person, found.account.person_id)
            entering.set_password(session, owner, request.form.get("password", ""), found.session_id)
            token = entering.renew(session, found.session_id)
    except BadPassword as bad:
        return page("set_password.html", bad.reason)
    entered = enter(token)
    flash("password_set", "notice")
    return entered


@blueprint.post("/keluar")
@needs(_OWN, WHOLE, unfinished=True)
def logout() -> Response:
    """Log out."""
    found = person()
    with writing(site().engine) as session:
        end(session, found.account.person_id or 0, found.session_id)
        write_down(session, Act(found.account.label, "logout", found.account.label))
    let_out()
    there_too = "instansi" if found.way == entering.OIDC else None
    flash("logged_out", "notice")
    gone = redirect(url_for("login.login", keluar=there_too, **language()), 303)
    gone.headers["Clear-Site-Data"] = _LEAVE_NOTHING
    return gone


def _login_page(refused: Reason | None = None, email: str = "") -> Any:
    clear = Clearance(chosen_words())
    return page("login.html", refused, email=clear.own(email[:254]), passkeys=here() is not None,
                provider=clear.ours(site().settings.oidc_name) if provider() else None,
                left=request.args.get("keluar") == "instansi")  # fmt: skip
