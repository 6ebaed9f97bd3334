"""The page on which somebody shows again that it is them, before how they log in is changed."""

from typing import Any

from flask import request

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.login import proving
from server.login.entering import APP, PASSKEY
from server.login.passkeys import NoPasskey
from server.login.shared import after_wrong_proof, answered, blueprint, enter, here, page
from server.people.factors import codes_left
from server.people.tables import Person
from server.roles.table import Permission
from server.web.guard import WHOLE, needs, person
from server.web.site import chosen_words, site
from verification.reason import Reason

_WRONG = {APP: "proof_wrong", proving.PASSWORD_ALONE: "password_wrong"}


@blueprint.route("/masuk/buktikan", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT, WHOLE)
def prove() -> Any:
    """Show again that it is oneself; then back to where one was."""
    if request.method == "GET":
        return _proof_page()
    way, session_id = request.form.get("way", ""), person().session_id
    try:
        with writing(site().engine) as session:
            if way == PASSKEY:
                token: str | None = proving.prove_by_passkey(session, session_id, *answered("prove", session_id))
            else:
                number = request.form.get("number", 0, type=int)
                password, code = request.form.get("password", ""), request.form.get("code", "")
                token = proving.prove(session, session_id, way, password, code, number)
    except NoPasskey as refused:
        return _proof_page(refused.reason)
    if token is not None:
        return enter(token)
    return after_wrong_proof(session_id) or _proof_page(Reason(_WRONG.get(way, "proof_wrong")))


def _proof_page(refused: Reason | None = None) -> Any:
    with snapshot(site().engine) as session:
        owner = session.get_one(Person, person().account.person_id)
        proofs, left = proving.proofs_of(session, owner), codes_left(session, owner.id)
        has_password = owner.password is not None
    clear = Clearance(chosen_words())
    return page("prove.html", refused, ways=[clear.id(way) for way in proofs], password=has_password,
                number=left[0] if left else 0, passkeys=here() is not None)  # fmt: skip
