"""The page of what was told to whom, and of what is not well; and everybody's own choice whether to be told."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.messages.choosing import set_phone, set_told
from server.messages.outbox import again, done_by_hand
from server.messages.views import own_way, show_outbox
from server.people.managing import NotMade
from server.people.tables import Person
from server.roles.table import Permission
from server.web.forms import gone, number
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("messages", __name__, template_folder="templates")


@blueprint.route("/pemberitahuan", methods=["GET", "POST"])
@needs(Permission.SEE_MESSAGES, WHOLE)
def messages_page() -> Any:
    """Show the outbox and what is not well; send a message again, or note that it was told by hand."""
    if request.method == "POST":
        with writing(site().engine) as session:
            _change(session, request.form.get("act"))
        is_again = request.form.get("act") == "again"
        return gone(url_for(".messages_page"), "notice.message_again" if is_again else "notice.message_done")
    with snapshot(site().engine) as session:
        outbox = show_outbox(session, site().settings, Clearance(chosen_words()))
    return show("messages.html", outbox=outbox)


def _change(session: Session, act: str | None) -> None:
    message = number("message")
    if not message or act not in ("again", "done"):
        abort(400)
    if act == "again":
        again(session, site().settings, account(), message)
    else:
        done_by_hand(session, account(), message)


@blueprint.route("/akun/pemberitahuan", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT, WHOLE)
def own_messages() -> Any:
    """Let somebody choose whether to be told, and by which phone."""
    if request.method == "GET":
        return _own_page()
    typed = request.form.get("phone", "")[:40]
    try:
        with writing(site().engine) as session:
            set_told(session, _own_id(), told="told" in request.form)
            if typed != (session.get_one(Person, _own_id()).phone or ""):
                set_phone(session, account(), _own_id(), typed)
    except NotMade as refused:
        return _own_page(refused.reason, typed), 400
    return gone(url_for(".own_messages"), "notice.told_saved")


def _own_page(refused: Reason | None = None, typed: str | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        way = own_way(session.get_one(Person, _own_id()), clear)
    phone = way.phone if typed is None else clear.own(typed)
    return show("own_messages.html", way=way, phone=phone, refused=clear.why(refused) if refused else None)


def _own_id() -> int:
    person_id = account().person_id
    assert person_id is not None  # noqa: S101 - whoever has a page open is a person
    return person_id
