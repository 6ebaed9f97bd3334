"""What waits for whom: looked for every hour, told once a day at most, and again after a week where nothing changed.

A decision or an assignment that has not reached Central waits for who made it; a visit that was asked for, for those
who are to go; a decision that later evidence reopened, for those who may decide there, and one that another has to
agree to, for the others of them; a question about a document, for its district's officers; a plan or a drawing before
anybody is sent, for those of Tim Penilai who may agree to it; what was set aside, for those who may review in its
district, and of no district, for who sees what is aside. The message says nothing of it: one logs in to see.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.assignments.queries import to_go, unsent
from server.audit.entries import digest_of
from server.db import among, now
from server.decisions.deciding import FOLLOW_UP
from server.decisions.tables import Decision
from server.desk.waiting import questions_that_wait
from server.facts.waiting import facts_that_wait
from server.messages.channels import Topic
from server.messages.outbox import BY_HAND, WAITING, News, put_in
from server.messages.tables import Message
from server.moments import CAPITAL, day_in
from server.people.tables import Person
from server.plan.waiting import agreements_that_wait
from server.roles.queries import people_by_part, people_who_may, person_of
from server.roles.table import Permission
from server.settings import Settings
from server.visits.queries import waiting_aside

SOON = timedelta(hours=1)  # a decision on its way to Central is nobody's business yet
REMINDED = timedelta(days=7)  # of what is still the same
_Things = Mapping[str, list[int]]  # by what they are: ids of decisions, assignments, submissions; moments of plans


def tell_what_waits(session: Session, settings: Settings) -> int:
    """Put a message into the outbox for each person for whom something waits that is new; returns how many."""
    waiting = _what_waits(session, settings)
    people = session.scalars(select(Person).where(among(session, Person.id, list(waiting))).order_by(Person.id)).all()
    told, day = _told(session), day_in(CAPITAL, now()).isoformat()
    news = {person: News(Topic.WAITS, " ".join(sorted(things)), digest_of(things), day)
            for person in people if (things := waiting[person.id])}  # fmt: skip
    return sum(put_in(session, settings, person, one) for person, one in news.items()
               if not told.get(person.id, set()) & {one.news, _ANYTHING})  # fmt: skip


def _what_waits(session: Session, settings: Settings) -> Mapping[int, _Things]:
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for person_id, decision_id in _decisions(session):
        found[person_id]["decision"].append(decision_id)
    for person_id, assignment_id in (*unsent(session, now() - SOON), *to_go(session)):
        found[person_id]["assignment"].append(assignment_id)
    for person_id, what, numbers in (*facts_that_wait(session), *agreements_that_wait(session)):
        found[person_id][what] += numbers
    for person_id, number in questions_that_wait(session):
        found[person_id]["clarification"].append(number)
    for person_id, numbers in _aside(session, settings.project):
        found[person_id]["aside"] += numbers
    return found


def _aside(session: Session, project: int) -> Iterator[tuple[int, list[int]]]:
    """Give what was set aside, part by part, to those who may review there; of no district, to who sees what is."""
    aside = waiting_aside(session, project)
    people = people_by_part(session, Permission.REVIEW, {(number, district) for district, number in aside if district})
    nowhere = people_who_may(session, Permission.SEE_ASIDE) if any(not district for district, _ in aside) else ()
    for (district, round_id), numbers in aside.items():
        for person_id in people[round_id, district] if district else nowhere:
            yield person_id, numbers


def _decisions(session: Session) -> Iterator[tuple[int, int]]:
    """Give what did not reach Central, failed or not sent for an hour, with the number of the person who decided it."""
    late = or_(Decision.problem.is_not(None), Decision.decided_at < now() - SOON) & (Decision.kind != FOLLOW_UP)
    query = select(Decision.decided_by, Decision.id).where(Decision.sent_at.is_(None), late).order_by(Decision.id)
    for label, number in session.execute(query):
        if (person_id := person_of(label)) is not None:  # not who decided at the terminal
            yield person_id, number


_ANYTHING = ""


def _told(session: Session) -> Mapping[int, set[str]]:
    """Give the news that somebody knows, by person: told within a week; or _ANYTHING, where a message is on its way."""
    told: dict[int, set[str]] = defaultdict(set)
    query = select(Message.person_id, Message.news, Message.state).filter_by(kind=Topic.WAITS)
    recent = or_(Message.asked_at > now() - REMINDED, Message.state.in_([WAITING, BY_HAND]))
    for person_id, news, state in session.execute(query.where(recent)):
        told[person_id].add(_ANYTHING if state in (WAITING, BY_HAND) else news)
    return told
