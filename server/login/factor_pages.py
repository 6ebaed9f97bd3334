"""The pages of the second step: setting one up, and showing it. And what a passkey is asked, wherever one is."""

from datetime import datetime
from typing import Any

import segno
from flask import Response, abort, current_app, flash, request, url_for
from flask import session as cookie
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from server.db import now, snapshot, writing
from server.disclosure.clearing import Clearance
from server.login import entering
from server.login.entering import APP, PASSKEY
from server.login.limits import count_failure
from server.login.passkeys import LASTS, NoPasskey, options_to_make, options_to_show
from server.login.shared import (
    after_wrong_proof,
    answered,
    ask_passkey,
    blueprint,
    enter,
    here,
    language,
    onwards,
    page,
    to_prove,
)
from server.people.factors import CODES, FEW_CODES, codes_left, draw_codes, new_secret, secret_uri, ways_of
from server.people.tables import Person
from server.roles.table import Permission
from server.web.guard import WHOLE, needs, open_to_all, person, somebody
from server.web.identity import device_of
from server.web.site import chosen_words, site
from verification.reason import Reason

_OWN = Permission.OWN_ACCOUNT
_NEW = "new_factor"  # kept by the browser until its app has shown a code
_MAKING, _SHOWING = ("make",), ("factor", "prove")


@blueprint.post("/masuk/kunci/tantangan")
@open_to_all("who logs in by a passkey is nobody yet; what is asked says nothing of anybody")
def ask_for_passkey() -> Response:
    """Say what the browser is to ask a passkey for: to log in, as a second factor, as a proof, or to make one."""
    where, purpose, found = here(), request.form.get("purpose", ""), somebody()
    if where is None or purpose not in ("enter", *_MAKING, *_SHOWING) or (purpose != "enter" and found is None):
        abort(400)
    who = found if purpose != "enter" else None
    asked = ask_passkey(purpose, who.session_id if who else None)
    with snapshot(site().engine) as session:
        if who is None or purpose in _SHOWING:
            options = options_to_show(session, who.account.person_id if who else None, where, asked)
        else:
            owner = session.get_one(Person, who.account.person_id)
            options = options_to_make(session, owner, where, asked, str(current_app.secret_key))
    return Response(options, mimetype="application/json")


@blueprint.route("/masuk/langkah-kedua", methods=["GET", "POST"])
@needs(_OWN, WHOLE, unfinished=True)
def show_factor() -> Any:
    """Show a second factor: a code of the app, one of the printed list, or a passkey."""
    found = person()
    if found.missing != entering.SHOW_FACTOR:
        return onwards()
    if request.method == "GET":
        return _factor_page()
    way, code = request.form.get("way", APP), request.form.get("code", "")
    if way == PASSKEY:
        return _show_passkey()
    with writing(site().engine) as session:
        number = request.form.get("number", 0, type=int)
        token = entering.show_factor(session, found.session_id, way, code, number)
    if token is not None:
        return enter(token)
    count_failure()
    wrong = Reason("factor_wrong" if way == APP else "printed_wrong")
    return after_wrong_proof(found.session_id) or _factor_page(wrong)


def _show_passkey() -> Any:
    found = person()
    try:
        where, asked, answer = answered("factor", found.session_id)
        with writing(site().engine) as session:
            token = entering.show_passkey(session, found.session_id, where, asked, answer)
    except NoPasskey as refused:
        return _factor_page(refused.reason)
    return enter(token)


@blueprint.get("/masuk/pasang-langkah-kedua")
@needs(_OWN, WHOLE, unfinished=True)
def get_factor() -> Any:
    """Choose a second factor, where what somebody holds asks for one and there is none."""
    if person().missing != entering.GET_FACTOR:
        return onwards()
    return page("get_factor.html", passkeys=here() is not None)


@blueprint.route("/masuk/pasang-langkah-kedua/aplikasi", methods=["GET", "POST"])
@needs(_OWN, WHOLE, unfinished=True)
def get_app() -> Any:
    """Set up an authenticator app: its picture, and the code that shows that it took it."""
    if (elsewhere := not_to_be_changed()) is not None:
        return elsewhere
    secret = cookie.setdefault(_NEW, new_secret())
    if request.method == "GET":
        return _app_page(secret)
    with writing(site().engine) as session:
        token = entering.get_app(session, person().session_id, secret, request.form.get("code", ""))
    return _with_new_factor(token) if token is not None else _app_page(secret, Reason("factor_wrong"))


@blueprint.route("/masuk/pasang-langkah-kedua/kunci", methods=["GET", "POST"])
@needs(_OWN, WHOLE, unfinished=True)
def get_passkey() -> Any:
    """Keep the passkey that this browser's device made."""
    if (elsewhere := not_to_be_changed()) is not None:
        return elsewhere
    if request.method == "GET":
        return onwards()
    session_id = person().session_id
    try:
        where, asked, answer = answered("make", session_id)
        with writing(site().engine) as session:
            name = device_of(request.user_agent)
            token = entering.get_passkey(session, session_id, where, asked, answer, name)
    except NoPasskey as refused:
        return page("get_factor.html", refused.reason, passkeys=here() is not None)
    return _with_new_factor(token)


@blueprint.route("/masuk/pasang-langkah-kedua/lembar", methods=["GET", "POST"])
@needs(_OWN, WHOLE, unfinished=True)
def get_codes() -> Any:
    """Show a new printed list, once; it counts, and the one before no more, once its owner says that it is on paper."""
    if (elsewhere := not_to_be_changed()) is not None:
        return elsewhere
    if request.method == "GET":
        return page("get_codes.html", most=CODES)
    if "codes" not in request.form:
        return _codes_page(draw_codes())
    kept = _drawn(request.form["codes"])
    if kept is None:
        return page("get_codes.html", Reason("codes_late"), most=CODES)
    with writing(site().engine) as session:
        token = entering.get_codes(session, person().session_id, *kept)
    return _with_new_factor(token) if token is not None else page("get_codes.html", Reason("codes_late"), most=CODES)


def _drawn(sealed: str) -> tuple[list[str], datetime] | None:
    """Read the list that this person was shown just now, and when it was drawn."""
    try:
        found = _signer().loads(sealed, max_age=int(LASTS.total_seconds()))
    except BadSignature:
        return None
    return (found["codes"], datetime.fromisoformat(found["at"])) if found["whose"] == person().session_id else None


def not_to_be_changed() -> AnyResponse | None:
    """Lead away who may not set up a factor now: something else comes first, or they have to prove who they are."""
    found = person()
    if found.missing == entering.GET_FACTOR or (found.missing is None and found.proved):
        return None
    if found.missing is not None:
        return onwards()
    return to_prove(request.path)


def _with_new_factor(token: str) -> AnyResponse:
    gone_on = enter(token)
    if request.args.get("next") == url_for("own.account"):
        flash("factor_added", "notice")
    return gone_on


def _app_page(secret: str, refused: Reason | None = None) -> Any:
    clear, found = Clearance(chosen_words()), person()
    picture = segno.make(secret_uri(secret, found.name)).svg_inline(scale=5, border=2, omitsize=True)
    return page("get_app.html", refused, picture=clear.ours(picture), secret=clear.own(_in_fours(secret)))


def _codes_page(codes: list[str]) -> Any:
    clear = Clearance(chosen_words())
    sealed = _signer().dumps({"whose": person().session_id, "codes": codes, "at": now().isoformat()})
    return page("codes.html", codes=[clear.own(code) for code in codes], sealed=clear.id(str(sealed)),
                owner=clear.own(person().name), back=clear.ours(url_for("login.get_codes", **language())))  # fmt: skip


def _factor_page(refused: Reason | None = None) -> Any:
    with snapshot(site().engine) as session:
        owner = session.get_one(Person, person().account.person_id)
        ways, left = ways_of(session, owner), codes_left(session, owner.id)
    clear = Clearance(chosen_words())
    return page("show_factor.html", refused, ways=[clear.id(way) for way in ways], number=left[0] if left else 0,
                few=len(left) if 0 < len(left) <= FEW_CODES else None, passkeys=here() is not None)  # fmt: skip


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="a printed list")
