"""The pages of one's own account. How one logs in is changed only by who has just shown that it is them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.clearing import Clearance
from server.login.provider import provider
from server.login.shared import here, is_ours, language, to_prove
from server.people import own
from server.people.own_view import own_view
from server.people.passwords import BadPassword
from server.people.tables import Person
from server.roles.table import Permission
from server.web.guard import WHOLE, needs, open_to_all, person, somebody
from server.web.showing import show
from server.web.site import chosen_words, remember_language, site
from verification.reason import Reason

blueprint = Blueprint("own", __name__, template_folder="templates")
_OWN = Permission.OWN_ACCOUNT
_NOTICE = "notice"
_View = Callable[..., Any]


def proved(view: _View) -> _View:
    """Let past who has just shown that it is them; ask all others first, and change nothing."""

    @wraps(view)
    def asked(*args: Any, **more: Any) -> Any:
        if person().proved:
            return view(*args, **more)
        return to_prove(request.path if request.method == "GET" else url_for("own.account"))

    return asked


@blueprint.get("/akun")
@needs(_OWN, WHOLE)
def account() -> Any:
    """Show one's own account."""
    words, found = chosen_words(), person()
    with snapshot(site().engine) as session:
        view = own_view(session, found.account, found.session_id, words)
    clear = Clearance(words)
    return show("own.html", own=view, passkeys=here() is not None,
                provider=clear.ours(site().settings.oidc_name) if provider() else None)  # fmt: skip


@blueprint.post("/akun/bahasa")
@open_to_all("whoever logs in reads that page first")
def speak() -> Any:
    """Change the language in which one is spoken to: of an account wherever it is used; of nobody, in this browser."""
    wanted, back, found = request.form.get("language", ""), request.form.get("next", ""), somebody()
    try:
        if found:
            with writing(site().engine) as session:
                own.speak(session, _me(), wanted)
        else:
            remember_language(wanted)
    except own.NotChanged as refused:
        return _not_done(refused)
    flash("language_set", _NOTICE)
    return redirect(back if is_ours(back) else url_for("own.account", lang=None), 303)


@blueprint.route("/akun/kata-sandi", methods=["GET", "POST"])
@needs(_OWN, WHOLE)
@proved
def password() -> Any:
    """Change one's password."""
    if request.method == "GET":
        return _password_page()
    old, new = request.form.get("old", ""), request.form.get("password", "")
    try:
        with writing(site().engine) as session:
            own.change_password(session, _me(), person().session_id, old, new)
    except BadPassword as bad:
        return _password_page(bad.reason)
    return _done("password_changed")


@blueprint.post("/akun/langkah-kedua/hapus")
@needs(_OWN, WHOLE)
@proved
def remove_factor() -> Any:
    """Remove a second factor."""
    try:
        with writing(site().engine) as session:
            own.remove_factor(session, person().account, person().session_id, request.form.get("way", ""),
                              _number("passkey"))  # fmt: skip
    except own.NotChanged as refused:
        return _not_done(refused)
    return _done("factor_removed")


@blueprint.post("/akun/sesi/akhiri")
@needs(_OWN, WHOLE)
@proved
def end_session() -> Any:
    """End one of one's sessions, or all but this one."""
    if "session" not in request.form:
        with writing(site().engine) as session:
            own.end_others(session, _me(), person().session_id)
        return _done("others_ended")
    try:
        with writing(site().engine) as session:
            own.end_session(session, _me(), _number("session"))
    except own.NotChanged as refused:
        return _not_done(refused)
    return _done("session_ended")


def _password_page(refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        has_one = session.get_one(Person, _me()).password is not None
    page = show("own_password.html", refused=clear.why(refused) if refused else None, has_one=has_one)
    return page, 400 if refused else 200


def _done(notice: str) -> Response:
    flash(notice, _NOTICE)
    return redirect(url_for("own.account", **language()), 303)


def _not_done(refused: own.NotChanged) -> Response:
    flash(refused.reason.code, "reason")
    return redirect(url_for("own.account", **language()), 303)


def _me() -> int:
    return person().account.person_id or abort(404)


def _number(field: str) -> int:
    number = request.form.get(field, 0, type=int)
    return number if 0 <= number <= HIGHEST_KEY else abort(400)
