"""One's own account: what somebody changes about how they log in, and where they are logged in."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.login.sessions import end
from server.people.factors import ways_of
from server.people.passwords import BadPassword, check_strength, fits, hashed
from server.people.tables import Passkey, Person, PrintedCode
from server.roles.account import Account
from server.roles.queries import label_of
from server.words import LANGUAGES
from verification.reason import WithReason


class NotChanged(WithReason):
    """Something about one's own account that cannot be so, with the reason."""


def speak(session: Session, person_id: int, language: str) -> None:
    """Change the language in which somebody is spoken to. Raises NotChanged."""
    if language not in LANGUAGES:
        raise NotChanged("language_unknown")
    session.get_one(Person, person_id).language = language
    write_down(session, Act(label_of(person_id), "language_set", label_of(person_id)))


def change_password(session: Session, person_id: int, session_id: int, old: str, new: str) -> None:
    """Change a password; whoever is logged in elsewhere is out. Raises BadPassword."""
    person = session.get_one(Person, person_id)
    if person.password is not None and not fits(person.password, old):
        raise BadPassword("password_old_wrong")
    check_strength(new, person.name, person.email or "")
    person.password, person.password_set_at = hashed(new), now()
    end(session, person_id, but=session_id)
    write_down(session, Act(label_of(person_id), "password_changed", label_of(person_id)))


def remove_factor(session: Session, account: Account, session_id: int, way: str, passkey_id: int | None = None) -> None:
    """Remove a second factor, or one of the passkeys; whoever is logged in elsewhere is out. Raises NotChanged."""
    person = session.get_one(Person, account.person_id)
    if way not in ways_of(session, person):
        raise NotChanged("factor_not_there")
    if way == "app":
        person.totp_secret, person.totp_used = None, None
    elif way == "printed":
        session.execute(delete(PrintedCode).filter_by(person_id=person.id))
    elif not session.execute(delete(Passkey).filter_by(person_id=person.id, id=passkey_id)).rowcount:  # type: ignore[attr-defined]
        raise NotChanged("factor_not_there")
    session.flush()
    if account.asks_second_factor and not ways_of(session, person):
        raise NotChanged("factor_last")
    end(session, person.id, but=session_id)
    write_down(session, Act(account.label, f"factor_{way}_removed", account.label))


def end_session(session: Session, person_id: int, session_id: int) -> None:
    """End one of one's own sessions. Raises NotChanged."""
    if not end(session, person_id, session_id):
        raise NotChanged("session_not_there")
    write_down(session, Act(label_of(person_id), "session_ended", f"session:{session_id}"))


def end_others(session: Session, person_id: int, session_id: int) -> int:
    """End all of one's own sessions but this one; tells how many."""
    count = end(session, person_id, but=session_id)
    write_down(session, Act(label_of(person_id), "sessions_ended", label_of(person_id)))
    return count
