"""The outbox and what is not well, as the page shows them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.messages.alerts import alarms
from server.messages.channels import Topic, channel_of, channels
from server.messages.outbox import BY_HAND, DONE, FAILED, SENT, WAITING
from server.messages.sentences import said
from server.messages.tables import Message
from server.people.tables import Person
from server.settings import Settings

MOST = 500  # of each list


@view
class ShownAlarm:
    """What is not well, and what to do."""

    code: Cleared
    sentence: Cleared
    todo: Cleared


@view
class ShownMessage:
    """A message. `text` is what to say where it is told by hand; never a link. `sends`: it could be sent again."""

    id: int
    name: Cleared
    address: Cleared
    kind: Cleared
    state: Cleared
    channel: Cleared | None
    attempts: int
    asked_at: datetime
    next_at: datetime
    ended_at: datetime | None
    problem: Why | None
    text: Cleared | None
    sends: bool


@view
class Outbox:
    """Everything on the page."""

    channels: tuple[Cleared, ...]
    alarms: tuple[ShownAlarm, ...]
    by_hand: tuple[ShownMessage, ...]
    unsent: tuple[ShownMessage, ...]
    sent: tuple[ShownMessage, ...]


@view
class OwnWay:
    """How somebody is told themselves."""

    told: bool
    email: Cleared | None
    phone: Cleared | None


def show_outbox(session: Session, settings: Settings, clear: Clearance) -> Outbox:
    """Show what is not well; what is to be told by hand, what waits or failed, the oldest first; and what was told."""
    found = [ShownAlarm(clear.id(one.code), clear.why(one).sentence, clear.say(f"todo.{one.code}"))
             for one in alarms(session, settings)]  # fmt: skip

    def shown(*states: str, order: ColumnElement[int]) -> tuple[ShownMessage, ...]:
        return tuple(_message(session, settings, *row, clear) for row in _listed(session, states, order))

    return Outbox(
        tuple(clear.say(f"channel.{channel}") for channel in sorted(channels(settings))), tuple(found),
        shown(BY_HAND, order=Message.id.asc()), shown(WAITING, FAILED, order=Message.id.asc()),
        shown(SENT, DONE, order=Message.id.desc()),
    )  # fmt: skip


def _listed(session: Session, states: Sequence[str], order: ColumnElement[int]) -> list[tuple[Message, Person]]:
    query = select(Message, Person).join(Person, Person.id == Message.person_id).where(Message.state.in_(states))
    query = query.where(Message.kind != Topic.REGISTER)  # that one was sent would tell that something happened
    found = session.execute(query.where(Person.ended_at.is_(None)).order_by(order).limit(MOST))
    return [(message, person) for message, person in found]


def _message(session: Session, settings: Settings, message: Message, person: Person, clear: Clearance) -> ShownMessage:
    text = said(settings, message.kind, person.language).text if message.kind != Topic.LINK else None
    return ShownMessage(
        message.id, clear.ours(person.name), clear.ours(person.email or person.phone or "–"), clear.id(message.kind),
        clear.id(message.state), clear.id(message.channel) if message.channel else None, message.attempts,
        message.asked_at, message.next_at, message.ended_at, clear.why(message.problem) if message.problem else None,
        clear.ours(text) if text else None, channel_of(session, settings, person, message.kind) is not None,
    )  # fmt: skip


def own_way(person: Person, clear: Clearance) -> OwnWay:
    """Show somebody how they are told."""
    email, phone = (clear.own(way) if way else None for way in (person.email, person.phone))
    return OwnWay(person.untold_since is None, email, phone)
