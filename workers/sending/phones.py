"""Phones at Central as they are kept here: an account for each, its forms and what it is of; ended when it is lost.

What may have happened already bears to be done again: an account is looked for by the code in its name before one is
made, forms that it has are left, and one that is let in no more is ended already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.db import now, snapshot, writing
from server.phones.expected import rounds_over, teams_with_phones
from server.phones.keeping import lost_in_practice
from server.phones.places import OF_PHONES, Goes, goes, nowhere
from server.phones.tables import Phone
from server.roles.tables import Team
from server.work.kinds import EndPhone
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.app_users import AppUser, PhoneRefused
from workers.central.session import CentralProblem
from xlsforms.forms import CHILD_FORM

_LONGEST_TEAM = 60  # signs of a team's name in its phones' names


@dataclass(frozen=True)
class PhoneOrder:
    """A phone as Central is to have it; `goes` nowhere once its round is over."""

    phone_id: int
    code: str
    name: str
    goes: Goes
    is_nobodys: bool


def bring_phones(engine: Engine, central: Central, progress: Callable[[], None]) -> tuple[Reason, ...]:
    """Let Central have every phone of the project as it is to be; gives what stood in the way.

    Phones of a round that is over keep their account, so that they can still send, and are given no places.

    Raises CentralProblem where Central takes nothing.
    """
    with snapshot(engine) as session:
        orders = _orders(session, central.project)
    if not orders:
        return ()
    central.ensure_properties(OF_PHONES)
    users = central.app_users()
    forms = [form.form_id for form in central.forms() if form.is_published and form.form_id != CHILD_FORM]
    assigned, problems = central.assigned_forms(), []
    for order in orders:
        progress()
        try:
            user = _bring(central, order, users, forms, assigned)
        except CentralProblem as problem:
            if problem.passes:
                raise
            problems.append(problem.reason)
            _note(engine, order, None, problem.reason)
        else:
            _note(engine, order, user.number, None)
    return tuple(problems)


def _orders(session: Session, project: int) -> list[PhoneOrder]:
    orders = []
    for team, districts in teams_with_phones(session, project):
        living = select(Phone).filter_by(team_id=team.id, ended_at=None).order_by(Phone.id)
        where = goes(session, team, districts)
        orders += [_order(phone, team, where) for phone in session.scalars(living)]
    over = select(Phone, Team).join(Team, Team.id == Phone.team_id).where(
        Phone.ended_at.is_(None), Phone.actor.is_not(None), Team.round_id.in_(rounds_over(session, project))
    )  # fmt: skip
    return orders + [_order(phone, team, nowhere(team)) for phone, team in session.execute(over.order_by(Phone.id))]


def _order(phone: Phone, team: Team, where: Goes) -> PhoneOrder:
    return PhoneOrder(phone.id, phone.code, name_at_central(team.name, phone.code), where, phone.person_id is None)


def name_at_central(team: str, code: str) -> str:
    """Name a phone's account: by its team and its code, never by who carries it."""
    return f"{team[:_LONGEST_TEAM]} · {code}"


def user_called(users: list[AppUser], code: str) -> AppUser | None:
    """Find an account by the code in its name."""
    return next((user for user in users if user.name == code or user.name.endswith(f" {code}")), None)


def _bring(
    central: Central, order: PhoneOrder, users: list[AppUser], forms: list[str], assigned: Mapping[int, set[str]]
) -> AppUser:
    if not order.goes.fits:
        raise CentralProblem("phone_team_too_wide", passes=False, count=len(order.goes.districts))
    user = user_called(users, order.code)
    is_over = order.goes.team_id is None
    if user is None and not is_over:
        user = central.add_app_user(order.name)
    if user is None or user.token is None:
        raise CentralProblem("phone_ended_at_central", passes=False, phone=order.code)
    wanted = order.goes.properties
    if {name: user.properties.get(name) or "" for name in OF_PHONES} != wanted:
        central.set_properties(user.number, wanted)
    for form_id in () if is_over else forms:
        if form_id not in assigned.get(user.number, ()):
            central.assign_form(user.number, form_id)
    if order.is_nobodys:  # a drill begins with a phone that is let in
        central.forms_on_phone(user.token)
    return user


def _note(engine: Engine, order: PhoneOrder, actor: int | None, problem: Reason | None) -> None:
    with writing(engine) as session:
        phone = session.get_one(Phone, order.phone_id)
        phone.problem = problem
        if actor is not None:
            phone.actor, phone.ready_at = actor, phone.ready_at or now()
        if phone.ended_at is not None:  # lost while its account was made
            phone.refused_at = None
            ask(session, EndPhone(phone.id))
        elif order.is_nobodys and problem is None:
            lost_in_practice(session, phone.id)


def end_phone(engine: Engine, central: Central, phone_id: int, must_be_ours: Callable[[], None]) -> None:
    """Let nobody in by a phone any more, and see that Central refuses it. Raises CentralProblem."""
    with snapshot(engine) as session:
        phone = session.get_one(Phone, phone_id)
    if phone.ended_at is None or phone.refused_at is not None:
        return
    user = user_called(central.app_users(), phone.code)
    if user is not None and user.token is not None:
        must_be_ours()
        central.end_session(user.token)
        must_be_refused(central, user.token)
    with writing(engine) as session:
        phone = session.get_one(Phone, phone_id)
        phone.refused_at, phone.problem = now(), None


def must_be_refused(central: Central, token: str) -> None:
    """See that Central lets nobody in by a token. Raises CentralProblem where it still does."""
    try:
        central.forms_on_phone(token)
    except PhoneRefused:
        return
    raise CentralProblem("phone_still_let_in", passes=True)
