"""The outbox: what is to be told, put in with the change it is about; taken, sent, tried again, or told by hand.

A message is sent at least once. Who takes it counts the attempt first, and nobody else takes it before its next turn;
who dies between sending and noting it sends it again then, under the same number.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import insert_into, now
from server.messages.channels import ANYHOW, Channel, Topic, channel_of, wants
from server.messages.quiet import not_in
from server.messages.sentences import Said, said
from server.messages.tables import Message
from server.people.links import draw_again
from server.people.tables import Person
from server.roles.account import Account, must
from server.roles.table import Permission
from server.settings import Settings
from server.work.kinds import Tell
from server.work.queue import ask
from verification.reason import Reason

WAITING, SENT, FAILED, BY_HAND, DONE = "waiting", "sent", "failed", "by_hand", "done"
FIRST_RETRY, LAST_RETRY = timedelta(minutes=5), timedelta(hours=6)
MOST_ATTEMPTS = 12  # a day and a half
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class News:
    """Something to tell: `about` and `news` as the outbox has them; `once` names what there may be one of."""

    kind: Topic
    about: str
    news: str
    once: str


@dataclass(frozen=True)
class Letter:
    """A message in hand: to whom, by what, what it says. It holds a link's secret, and is written nowhere."""

    id: int
    uuid: str
    attempts: int
    channel: Channel
    to: str
    said: Said


def put_in(session: Session, settings: Settings, person: Person, news: News, at: datetime | None = None) -> bool:
    """Put a message in, unless it is there already or the person is not to be told; tells whether it was put in.

    `at` says when it is sent first; where none is said, at once, or when the quiet hours are over.
    """
    if not wants(person, news.kind):
        return False
    moment = now()
    row = {
        "uuid": str(uuid.uuid4()), "person_id": person.id, "kind": news.kind, "about": news.about[:500],
        "news": news.news, "once": news.once, "attempts": 0, "asked_at": moment,
        "state": WAITING if channel_of(session, settings, person, news.kind) else BY_HAND,
        "next_at": at or (moment if news.kind == Topic.LINK else not_in(settings.quiet_hours, moment)),
    }  # fmt: skip
    insert = insert_into(session, Message).values(row).on_conflict_do_nothing().returning(Message.id)
    if session.scalar(insert) is None:
        return False
    ask(session, Tell())
    return True


def due(session: Session, most: int) -> Sequence[int]:
    """Number what is to be sent now, the oldest first."""
    query = select(Message.id).where(Message.state == WAITING, Message.next_at <= now())
    return session.scalars(query.order_by(Message.next_at, Message.id).limit(most)).all()


def take(session: Session, settings: Settings, message_id: int, but: frozenset[Channel] = frozenset()) -> Letter | None:
    """Take a message to send it; None where somebody else has, or it goes by none of the channels that are left."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state != WAITING or message.next_at > now():
        return None
    person = session.get_one(Person, message.person_id)
    if not wants(person, message.kind):
        session.delete(message)
        return None
    channel = channel_of(session, settings, person, message.kind)
    if channel is None:
        message.state, message.channel = BY_HAND, None
        return None
    if channel in but:
        return None
    token = _token(session, message)
    if token is None:
        _end(message, FAILED, Reason("message_link_gone"))
        return None
    message.attempts, message.channel = message.attempts + 1, channel
    message.next_at = _next(settings, message)
    to = person.email if channel is Channel.MAIL else person.phone
    return Letter(message.id, message.uuid, message.attempts, channel, to or "",
                  said(settings, message.kind, person.language, token))  # fmt: skip


def _token(session: Session, message: Message) -> str | None:
    """Draw what opens the door anew, where a link is sent: so it stands nowhere but in the mail. None: it is gone."""
    if message.kind != Topic.LINK:
        return ""
    return draw_again(session, int(message.about.partition(":")[2]), message.person_id)


def _next(settings: Settings, message: Message) -> datetime:
    wait = min(FIRST_RETRY * 2 ** min(message.attempts - 1, 10), LAST_RETRY)
    return now() + wait if message.kind in ANYHOW else not_in(settings.quiet_hours, now() + wait)


def note_sent(session: Session, letter: Letter) -> None:
    """Note that a message was sent."""
    if (message := _in_hand(session, letter)) is not None:
        _end(message, SENT)


def note_problem(session: Session, letter: Letter, problem: Reason, *, passes: bool) -> None:
    """Note why a message was not sent: it waits for its next turn, or has failed."""
    if (message := _in_hand(session, letter)) is None:
        return
    if passes and message.attempts < MOST_ATTEMPTS:
        message.problem = problem
    else:
        _end(message, FAILED, problem)


def _in_hand(session: Session, letter: Letter) -> Message | None:
    message = session.get_one(Message, letter.id, with_for_update=True)
    return message if (message.state, message.attempts) == (WAITING, letter.attempts) else None


def _end(message: Message, state: str, problem: Reason | None = None) -> None:
    message.state, message.problem, message.ended_at = state, problem, now()


def again(session: Session, settings: Settings, by: Account, message_id: int) -> bool:
    """Have a message sent again, now; False where there is none that could be. Raises Forbidden."""
    must(by, Permission.SEE_MESSAGES)
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state not in (WAITING, FAILED, BY_HAND) or message.kind == Topic.REGISTER:
        return False
    if channel_of(session, settings, session.get_one(Person, message.person_id), message.kind) is None:
        return False
    message.state, message.attempts, message.next_at, message.ended_at = WAITING, 0, now(), None
    ask(session, Tell())
    write_down(session, Act(by.label, "message_again", f"message:{message_id}"))
    return True


def done_by_hand(session: Session, by: Account, message_id: int) -> bool:
    """Note that a person told it; False where there is nothing of the kind to do. Raises Forbidden."""
    must(by, Permission.SEE_MESSAGES)
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state not in (BY_HAND, FAILED) or message.kind == Topic.REGISTER:
        return False
    _end(message, DONE, message.problem)
    message.ended_by = by.label
    write_down(session, Act(by.label, "message_by_hand", f"message:{message_id}"))
    return True


def forget_old(session: Session) -> int:
    """Forget what was told, or given up, long ago; returns how many."""
    old = delete(Message).where(Message.state.in_([SENT, FAILED, DONE]), Message.ended_at < now() - KEPT)
    return session.connection().execute(old).rowcount
