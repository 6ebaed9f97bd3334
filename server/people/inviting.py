"""Accounts made, let in again, handed over and ended. What is handed out is returned once and kept nowhere."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.login.sessions import end, end_all
from server.people.links import HAND_OVER, INVITE, RESET, NewLink, make_link
from server.people.managing import NotMade, managed, must_give_everywhere
from server.people.tables import Passkey, Person, PrintedCode
from server.roles.account import Account, Held, must_somewhere
from server.roles.granting import give, take_all
from server.roles.queries import held_by, label_of
from server.roles.table import Permission

LONGEST_NAME, LONGEST_EMAIL = 200, 254
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]{2,}")


@dataclass(frozen=True)
class Invitation:
    """Whom to invite as what."""

    name: str
    email: str
    held: tuple[Held, ...]
    language: str = "id"


@dataclass(frozen=True)
class Invited:
    """A person, and what opens the door to them."""

    person_id: int
    link: NewLink


def invite(session: Session, by: Account, wish: Invitation, *, with_code: bool = False) -> Invited:
    """Make an account and a link into it. Raises NotMade, Forbidden, NotGiven."""
    must_somewhere(by, Permission.MANAGE_PEOPLE)
    person = _new_person(session, by, wish.name, wish.email, wish.language)
    for held in wish.held:
        give(session, by, person.id, held)
    write_down(session, Act(by.label, "person_invited", label_of(person.id)))
    return Invited(person.id, make_link(session, person.id, INVITE, by.label, with_code=with_code))


def let_in_again(session: Session, by: Account, person_id: int, *, lost_factors: bool) -> NewLink:
    """Make a link for who forgot a password, or lost the second factor too. Raises NotMade, Forbidden."""
    person = managed(session, by, person_id)
    if by.person_id == person_id:
        raise NotMade("person_oneself")  # else a browser left open would be enough to become them for good
    if lost_factors:
        forget_factors(session, person)
        end(session, person_id)
    write_down(session, Act(by.label, "person_reset_all" if lost_factors else "person_reset", label_of(person_id)))
    return make_link(session, person_id, RESET, by.label, with_code=lost_factors)


def hand_over(session: Session, by: Account, person_id: int, name: str, email: str) -> Invited:
    """Hand a person's post to another: the roles go over, the one before is out at once. Raises as `invite`.

    The address may be the same one: a post's. What was decided stays under who decided it. A place in a team was theirs
    alone.
    """
    before = managed(session, by, person_id)
    before.email = None  # it may be the next one's
    session.flush()
    after = _new_person(session, by, name, email, before.language)
    for held in held_by(session, person_id):  # before they are taken: the last secretariat may hand over too
        give(session, by, after.id, held)
    end_account(session, by, person_id)
    write_down(session, Act(by.label, "post_handed_over", f"{label_of(person_id)} {label_of(after.id)}"))
    return Invited(after.id, make_link(session, after.id, HAND_OVER, by.label, with_code=True))


def end_account(session: Session, by: Account, person_id: int) -> None:
    """End an account: nobody logs in with it any more. Raises NotMade, Forbidden."""
    person = managed(session, by, person_id)
    person.ended_at, person.email, person.password, person.oidc_subject = now(), None, None, None
    person.phone = None
    forget_factors(session, person)
    take_all(session, by, person_id)
    end(session, person_id)
    write_down(session, Act(by.label, "person_ended", label_of(person_id)))


def log_out(session: Session, by: Account, person_id: int) -> int:
    """End every session of a person; returns how many. Raises NotMade, Forbidden."""
    managed(session, by, person_id)
    count = end(session, person_id)
    write_down(session, Act(by.label, "person_logged_out", label_of(person_id)))
    return count


def log_out_everybody(session: Session, by: Account) -> int:
    """End every session of everybody; returns how many. Raises Forbidden."""
    must_give_everywhere(by)
    count = end_all(session)
    write_down(session, Act(by.label, "everybody_logged_out", ""))
    return count


def forget_factors(session: Session, person: Person) -> None:
    """Forget every second factor of a person."""
    person.totp_secret, person.totp_used = None, None
    session.execute(delete(PrintedCode).filter_by(person_id=person.id))
    session.execute(delete(Passkey).filter_by(person_id=person.id))


def _new_person(session: Session, by: Account, name: str, email: str, language: str) -> Person:
    name, address = " ".join(name.split()), email.strip().lower()
    if not name or len(name) > LONGEST_NAME:
        raise NotMade("person_name_wrong", longest=LONGEST_NAME)
    if not _EMAIL.fullmatch(address) or len(address) > LONGEST_EMAIL:
        raise NotMade("person_email_wrong")
    if session.scalar(select(Person.id).filter_by(email=address)) is not None:
        raise NotMade("person_email_known")
    person = Person(name=name, email=address, language=language, made_by=by.label, made_at=now())
    session.add(person)
    session.flush()
    return person
