"""How a person is told: whether at all, which they choose themselves, and on which phone."""

import re

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.messages.channels import ANYHOW
from server.messages.outbox import BY_HAND, WAITING
from server.messages.tables import Message
from server.people.inviting import NotMade, managed
from server.people.tables import Person
from server.roles.account import Account
from server.roles.queries import label_of

_E164 = re.compile(r"\+[1-9]\d{7,14}")  # ITU-T E.164: at most fifteen digits, with the country's
_BETWEEN = re.compile(r"[\s().-]")


def set_told(session: Session, person_id: int, *, told: bool) -> None:
    """Note whether somebody is to be told that something waits. What is on its way to who is not, goes no further."""
    person = session.get_one(Person, person_id)
    if told == (person.untold_since is None):
        return
    person.untold_since = None if told else now()
    write_down(session, Act(label_of(person_id), "told" if told else "not_told", label_of(person_id)))
    if not told:
        unsent = delete(Message).where(Message.person_id == person_id, Message.state.in_([WAITING, BY_HAND]))
        session.execute(unsent.where(Message.kind.not_in(ANYHOW)))


def set_phone(session: Session, by: Account, person_id: int, typed: str) -> None:
    """Set one's own phone number, or of whom one manages; nothing typed takes it away. Raises NotMade, Forbidden."""
    person = session.get_one(Person, person_id) if by.person_id == person_id else managed(session, by, person_id)
    person.phone = as_e164(typed) if typed.strip() else None
    write_down(session, Act(by.label, "phone_set", label_of(person_id)))


def as_e164(typed: str) -> str:
    """Read a phone number as it is dialled from anywhere: "0812-3456-7890" is +6281234567890. Raises NotMade."""
    digits = _BETWEEN.sub("", typed)
    number = f"+62{digits[1:]}" if re.match(r"0[1-9]", digits) else digits
    if not _E164.fullmatch(number) or not number.isascii():
        raise NotMade("person_phone_wrong")
    return number
