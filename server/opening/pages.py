"""What is missing before visits begin in a district, and its contacts; one's own page of the code of ethics."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for

from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.moments import CAPITAL
from server.opening.tables import Contact
from server.opening.tending import (
    KINDS,
    ContactWish,
    NotTended,
    accept_code,
    add_contact,
    contact_of,
    end_contact,
    note_phoned,
)
from server.opening.views import ethics_shown, opening_view
from server.roles.table import Permission
from server.rounds.tables import RoundPart
from server.web.guard import BY_ADDRESS, WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("opening", __name__, template_folder="templates")
_PART = "/wilayah/<round_id>/<district>/pembukaan"
_CONTACT = f"{_PART}/kontak/<int(max={HIGHEST_KEY}):number>"
PARAGRAPHS = 7  # of the code of ethics
_NOTICE = "notice"


@blueprint.get(_PART)
@needs(Permission.TEND_OPENING, BY_ADDRESS)
def opening_page(round_id: str, district: str) -> Any:
    """Show what is missing, and the district's contacts."""
    return _page(round_id, district)


@blueprint.post(f"{_PART}/kontak")
@needs(Permission.TEND_OPENING, BY_ADDRESS)
def add(round_id: str, district: str) -> Any:
    """Enter a contact."""
    wish = ContactWish(*(request.form.get(name, "") for name in ("kind", "office", "number")))
    try:
        with writing(site().engine) as session:
            if session.get(RoundPart, (round_id, district)) is None:
                abort(404)
            add_contact(session, district, wish, account())
    except NotTended as wrong:
        return _page(round_id, district, wrong.reason), 400
    return _done("contact_added", round_id, district)


@blueprint.post(f"{_CONTACT}/ditelepon")
@needs(Permission.TEND_OPENING, BY_ADDRESS)
def phoned(round_id: str, district: str, number: int) -> Any:
    """Note that somebody answered there today."""
    with writing(site().engine) as session:
        note_phoned(session, _contact(session, district, number), account())
    return _done("contact_phoned", round_id, district)


@blueprint.post(f"{_CONTACT}/akhiri")
@needs(Permission.TEND_OPENING, BY_ADDRESS)
def end(round_id: str, district: str, number: int) -> Any:
    """Take a contact off the list."""
    with writing(site().engine) as session:
        end_contact(session, _contact(session, district, number), account())
    return _done("contact_ended", round_id, district)


@blueprint.get("/akun/kode-etik")
@needs(Permission.OWN_ACCOUNT, WHOLE)
def ethics() -> Any:
    """Show the code of ethics, and the rounds for which it is to be accepted."""
    return _ethics_page()


@blueprint.post("/akun/kode-etik")
@needs(Permission.OWN_ACCOUNT, WHOLE)
def accept() -> Any:
    """Accept the code of ethics for a round."""
    try:
        if request.form.get("ties") != "declared":
            raise NotTended("ethics_ties_first")
        with writing(site().engine) as session:
            accept_code(session, request.form.get("round", ""), account())
    except NotTended as refused:
        return _ethics_page(refused.reason), 400
    flash("ethics_accepted", _NOTICE)
    return redirect(url_for(".ethics", lang=request.args.get("lang")), 303)


def _contact(session: Any, district: str, number: int) -> Contact:
    return contact_of(session, district, number) or abort(404)


def _done(notice: str, round_id: str, district: str) -> Any:
    flash(notice, _NOTICE)
    here = url_for(".opening_page", round_id=round_id, district=district, lang=request.args.get("lang"))
    return redirect(here, 303)


def _page(round_id: str, district: str, refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        found = opening_view(session, round_id, district, clear) or abort(404)
    typed = ClearedValues((name, clear.own(text)) for name, text in request.form.items())
    kinds, refusal = [clear.id(kind) for kind in KINDS], clear.why(refused) if refused else None
    return show("opening.html", chosen_words().at(found.zone), part=found, typed=typed, kinds=kinds, refused=refusal)


def _ethics_page(refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        rounds = ethics_shown(session, account().person_id or abort(404), CAPITAL, clear)
    code = [clear.say(f"ethics.{number}") for number in range(1, PARAGRAPHS + 1)]
    return show("ethics.html", rounds=rounds, paragraphs=code, refused=clear.why(refused) if refused else None)
