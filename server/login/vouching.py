"""Whom a provider's word lets in: who is bound to it, and, the first time, who was invited under a verified address.

No account is ever made by a provider's word. One that is in use already is bound by its owner, on their own page.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.entries import NOBODY, Act, write_down
from server.db import now
from server.login.entering import by_oidc
from server.login.provider import Vouched
from server.people.links import HAND_OVER, INVITE
from server.people.tables import OneTimeLink, Person
from server.roles.queries import label_of
from verification.reason import WithReason


class NotKnown(WithReason):
    """The provider's word is good, and lets nobody in here; with the reason."""


def by_word(session: Session, vouched: Vouched, device: str) -> str:
    """Begin a session for whom the provider vouches. Raises NotKnown."""
    person = session.scalars(select(Person).filter_by(oidc_subject=vouched.subject, ended_at=None)).one_or_none()
    if person is None:
        person = _invited(session, vouched.email)
        _bind(session, person, vouched)
    return by_oidc(session, person, device, whole=vouched.strongly)


def bind(session: Session, person_id: int, vouched: Vouched) -> None:
    """Bind the account of who is logged in to the provider's. Raises NotKnown where that is another's."""
    if session.scalar(select(Person.id).filter_by(oidc_subject=vouched.subject)) not in (None, person_id):
        raise NotKnown("oidc_of_another")
    _bind(session, session.get_one(Person, person_id), vouched)


def unbind(session: Session, person_id: int) -> None:
    """Have the provider's word let somebody in no more. Raises NotKnown where they have no password."""
    person = session.get_one(Person, person_id)
    if person.password is None:
        raise NotKnown("oidc_only_way")
    person.oidc_subject = None
    write_down(session, Act(label_of(person_id), "oidc_unbound", label_of(person_id)))


def refused(session: Session) -> None:
    """Write down that a provider vouched for whom we do not know; not for whom."""
    write_down(session, Act(NOBODY, "login_oidc_refused", ""))


def _invited(session: Session, email: str | None) -> Person:
    """Find who was invited under an address and has not come yet; an invitation with a printed code asks for that."""
    person = session.scalars(select(Person).filter_by(email=email, ended_at=None)).one_or_none() if email else None
    if person is None or person.oidc_subject is not None or person.password is not None:
        raise NotKnown("oidc_unknown")
    query = select(OneTimeLink.id).where(
        OneTimeLink.person_id == person.id, OneTimeLink.purpose.in_((INVITE, HAND_OVER)), OneTimeLink.code.is_(None),
        OneTimeLink.used_at.is_(None), OneTimeLink.ended_at.is_(None), OneTimeLink.expires_at > now(),
    )  # fmt: skip
    link = session.scalar(query)
    used = update(OneTimeLink).where(OneTimeLink.id == link, OneTimeLink.used_at.is_(None)).values(used_at=now())
    if link is None or not session.execute(used).rowcount:  # type: ignore[attr-defined]
        raise NotKnown("oidc_unknown")
    return person


def _bind(session: Session, person: Person, vouched: Vouched) -> None:
    person.oidc_subject = vouched.subject
    session.flush()
    write_down(session, Act(label_of(person.id), "oidc_bound", label_of(person.id)))
