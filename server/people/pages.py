"""People, for who manages them: found, invited, let in again, handed over, ended."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.clearing import Clearance
from server.messages.links import send_link
from server.people.inviting import Invitation, end_account, hand_over, invite, let_in_again, log_out
from server.people.links import NewLink
from server.people.managing import NotMade, SoughtPeople, managed
from server.people.views import list_people, show_person
from server.roles.account import Held, NotGiven
from server.roles.granting import give, held_row, take
from server.roles.picking import picked_area
from server.roles.table import BY_TEAM, GIVEN, Permission, Role
from server.roles.views import Choice, rounds_to_choose
from server.web.addresses import link_address
from server.web.forms import gone, number, typed
from server.web.guard import LISTED, LOOKED_UP, account, must_be_within, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from server.words import LANGUAGES
from verification.reason import Reason

blueprint = Blueprint("people", __name__, template_folder="templates")
_MANAGE = Permission.MANAGE_PEOPLE
_ONE = f"/orang/<int(max={HIGHEST_KEY}):person_id>"
_MOST_PAGES = 10_000


@blueprint.get("/orang")
@needs(_MANAGE, LISTED)
def people_page() -> str:
    """List the people within reach; find them by name, address or role."""
    typed, page = request.args.get("q", "")[:100].replace("\0", ""), request.args.get("page", 1, type=int)
    role = next((role for role in GIVEN if role.value == request.args.get("role")), None)
    sought = SoughtPeople(typed, role, min(max(page, 1), _MOST_PAGES))
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        people, more = list_people(session, account(), sought, clear)
    return show("people.html", people=people, more=more, page=sought.page, typed=clear.own(typed),
                role=clear.id(role.value) if role else None, roles=_roles(clear, GIVEN))  # fmt: skip


@blueprint.route("/orang/baru", methods=["GET", "POST"])
@needs(_MANAGE, LISTED)
def invite_page() -> Any:
    """Invite somebody: what opens the door is shown once."""
    if request.method == "GET":
        return _invite_form()
    try:
        with writing(site().engine) as session:
            wish = Invitation(typed("name"), typed("email"), _wished(session), _language())
            invited = invite(session, account(), wish, with_code="with_code" in request.form)
            return _handed(session, invited.person_id, invited.link, typed("name"), 7)
    except (NotMade, NotGiven) as refused:
        return _invite_form(refused.reason)


@blueprint.get(_ONE)
@needs(_MANAGE, LOOKED_UP)
def person_page(person_id: int) -> Any:
    """Show a person: roles, ties, when they were last here."""
    _look_up(person_id)
    return _person(person_id)


@blueprint.post(f"{_ONE}/tautan")
@needs(_MANAGE, LOOKED_UP)
def new_link(person_id: int) -> Any:
    """Let somebody in again who forgot the password, or lost the second factor too."""
    lost = "lost_factors" in request.form

    def make(session: Session) -> Any:
        link = let_in_again(session, account(), person_id, lost_factors=lost)
        return _handed(session, person_id, link, managed(session, account(), person_id).name, 1)

    return _change(person_id, make)


@blueprint.post(f"{_ONE}/serah-terima")
@needs(_MANAGE, LOOKED_UP)
def hand_over_post(person_id: int) -> Any:
    """Hand a person's post over to another: one sheet in two halves."""

    def make(session: Session) -> Any:
        invited = hand_over(session, account(), person_id, typed("name"), typed("email"))
        return _handed(session, invited.person_id, invited.link, typed("name"), 14)

    return _change(person_id, make)


@blueprint.post(f"{_ONE}/akhiri")
@needs(_MANAGE, LOOKED_UP)
def end_person(person_id: int) -> Any:
    """End a person's account, once it is said that this is meant."""

    def make(session: Session) -> Any:
        if "sure" not in request.form:
            raise NotMade("end_not_sure")
        end_account(session, account(), person_id)
        return gone(url_for(".people_page", lang=chosen_words().language), "notice.account_ended")

    return _change(person_id, make)


@blueprint.post(f"{_ONE}/sesi")
@needs(_MANAGE, LOOKED_UP)
def end_sessions(person_id: int) -> Any:
    """End all sessions of a person."""

    def make(session: Session) -> Any:
        log_out(session, account(), person_id)
        return gone(_at(person_id), "notice.sessions_ended")

    return _change(person_id, make)


@blueprint.post(f"{_ONE}/peran")
@needs(_MANAGE, LOOKED_UP)
def give_role(person_id: int) -> Any:
    """Give a person a role."""

    def make(session: Session) -> Any:
        wished = _wished(session)
        if not wished:
            raise NotGiven("role_not_chosen")
        give(session, account(), person_id, wished[0])
        return gone(_at(person_id), "notice.role_given")

    return _change(person_id, make)


@blueprint.post(f"{_ONE}/peran/cabut")
@needs(_MANAGE, LOOKED_UP)
def take_role(person_id: int) -> Any:
    """Take a role away from a person."""

    def make(session: Session) -> Any:
        held = held_row(session, person_id, number("held"))
        if held is None:
            raise NotGiven("role_not_held")
        take(session, account(), person_id, held)
        return gone(_at(person_id), "notice.role_taken")

    return _change(person_id, make)


def _look_up(person_id: int) -> None:
    """Find out whether a person is within reach; one who is not there is answered alike. Raises Forbidden."""
    with snapshot(site().engine) as session:
        try:
            managed(session, account(), person_id)
        except NotMade:
            abort(404)
    must_be_within(_MANAGE, is_within=True)


def _change(person_id: int, make: Callable[[Session], Any]) -> Any:
    """Change something about a person within reach; what is against it is said on their page."""
    _look_up(person_id)
    try:
        with writing(site().engine) as session:
            return make(session)
    except (NotMade, NotGiven) as refused:
        return _person(person_id, refused.reason)


def _person(person_id: int, refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        person = show_person(session, managed(session, account(), person_id), clear)
        rounds = rounds_to_choose(session, clear)
    page = show("person.html", person=person, rounds=rounds, roles=_given_roles(clear),
                own=account().person_id == person_id, refused=clear.why(refused) if refused else None)  # fmt: skip
    return page, 400 if refused else 200


def _invite_form(refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        rounds = rounds_to_choose(session, clear)
    page = show("invite.html", rounds=rounds, roles=_given_roles(clear), name=clear.own(typed("name")),
                email=clear.own(typed("email")), area=clear.own(typed("area")),
                refused=clear.why(refused) if refused else None)  # fmt: skip
    return page, 400 if refused else 200


def _handed(session: Session, person_id: int, link: NewLink, name: str, days: int) -> str:
    """Show what is handed out: this once, and kept nowhere. A link that goes by mail is not shown."""
    clear, sent = Clearance(chosen_words()), send_link(session, site().settings, person_id)
    address = link_address(site().settings, request.host.partition(":")[2] or 80, link.token)
    return show("handed.html", name=clear.own(name), address=clear.own(address),
                code=clear.own(link.code) if link.code else None, days=days,
                sent=clear.own(sent) if sent else None)  # fmt: skip


def _wished(session: Session) -> tuple[Held, ...]:
    """Read the role that was chosen, with its area and round; none where none was. Raises NotGiven."""
    if not typed("role"):
        return ()
    role = next((role for role in GIVEN if role.value == typed("role")), None)
    if role is None:
        raise NotGiven("role_not_given")
    return (Held(role, picked_area(session, typed("area")), typed("round") or None),)


def _given_roles(clear: Clearance) -> list[Choice]:
    return _roles(clear, tuple(role for role in GIVEN if role not in BY_TEAM))


def _roles(clear: Clearance, roles: tuple[Role, ...]) -> list[Choice]:
    return [Choice(clear.id(role.value), clear.say(f"role.{role}")) for role in roles]


def _language() -> str:
    return typed("language") if typed("language") in LANGUAGES else LANGUAGES[0]


def _at(person_id: int) -> str:
    return url_for(".person_page", person_id=person_id, lang=chosen_words().language)
