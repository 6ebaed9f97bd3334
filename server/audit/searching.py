"""Searching what was written down: by who, what, about what, where and when. Only ids stand in a search's address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, select
from sqlalchemy.orm import Session

from server.audit.entries import PATTERNS, is_about
from server.audit.tables import AuditEntry, AuditSeal
from server.db import HIGHEST_KEY, snapshot
from server.moments import CAPITAL, ZONES
from server.people.tables import Person
from server.roles.queries import label_of
from verification.reason import WithReason

FIELDS = ("who", "act", "about", "district", "round", "since", "until")
MOST_PEOPLE = 20  # of one name
SHOWN = 100  # entries on a page
_AT_ONCE = 2000


class NotSearchable(WithReason):
    """A search that cannot be made, with the reason."""


@dataclass(frozen=True)
class Wanted:
    """What is searched for; what is empty does not matter. Days are of the capital's calendar, both included."""

    who: tuple[str, ...] = ()  # labels
    act: str = ""
    about: str = ""
    district: str = ""
    round: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Write it as the page's address has it."""
        found = {"who": " ".join(self.who)} | {name: str(getattr(self, name) or "") for name in FIELDS[1:]}
        return {name: value for name, value in found.items() if value}


class Found(NamedTuple):
    """An entry with its seal; none where it is not sealed yet."""

    entry: AuditEntry
    sequence: int | None
    digest: str | None
    sealed_at: datetime | None


def read_wanted(typed: Mapping[str, str]) -> Wanted:
    """Read a search whose people are labels already. Raises NotSearchable."""
    texts = {name: " ".join(typed.get(name, "").split()) for name in FIELDS}
    who = tuple(texts["who"].split())
    for label in who:
        _must_look_like("who", "by", label)
    for name, column in (("act", "act"), ("about", "about"), ("district", "district"), ("round", "round_id")):
        _must_look_like(name, column, texts[name])
    return Wanted(who, texts["act"], texts["about"], texts["district"], texts["round"], _day("since", texts["since"]),
                  _day("until", texts["until"]))  # fmt: skip


def _must_look_like(field: str, column: str, text: str) -> None:
    if text and not PATTERNS[column].fullmatch(text):
        raise NotSearchable("audit_field_wrong", what=field)


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotSearchable("audit_field_wrong", what=field) from None


def labels_of(session: Session, typed: str) -> str:
    """Give labels as they are; of a name those of all people who are called so. Raises NotSearchable."""
    typed = " ".join(typed.split())
    if not typed or all(PATTERNS["by"].fullmatch(word) for word in typed.split()):
        return typed
    part = re.sub(r"([\\%_])", r"\\\1", typed)
    query = select(Person.id).where(Person.name.ilike(f"%{part}%", escape="\\")).order_by(Person.id)
    found = session.scalars(query.limit(MOST_PEOPLE + 1)).all()
    if not found or len(found) > MOST_PEOPLE:
        raise NotSearchable("audit_too_many_called" if found else "audit_nobody_called", count=MOST_PEOPLE)
    return " ".join(map(label_of, found))


def page_of(session: Session, wanted: Wanted, before: int = HIGHEST_KEY) -> list[Found]:
    """Give the newest entries before one, at most SHOWN and one more, which says that there are older ones."""
    query = _matching(wanted).where(AuditEntry.id < before).order_by(AuditEntry.id.desc()).limit(SHOWN + 1)
    return [Found(*row) for row in session.execute(query)]


def all_of(engine: Engine, wanted: Wanted) -> Iterator[Found]:
    """Give every entry, the oldest first, a few at a time: whoever reads slowly holds nothing of the database."""
    after = 0
    while True:
        with snapshot(engine) as session:
            query = _matching(wanted).where(AuditEntry.id > after).order_by(AuditEntry.id).limit(_AT_ONCE)
            found = [Found(*row) for row in session.execute(query)]
            session.expunge_all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = found[-1].entry.id


def _matching(wanted: Wanted) -> Select[AuditEntry, int, str, datetime]:
    query = select(AuditEntry, AuditSeal.sequence, AuditSeal.digest, AuditSeal.sealed_at)
    return query.outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id).where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.who:
        yield AuditEntry.by.in_(wanted.who)
    if wanted.act:
        yield AuditEntry.act == wanted.act
    for word in wanted.about.split():
        yield is_about(word)
    if wanted.district:
        yield AuditEntry.district == wanted.district
    if wanted.round:
        yield AuditEntry.round_id == wanted.round
    if wanted.since:
        yield AuditEntry.at >= _beginning(wanted.since)
    if wanted.until:
        yield AuditEntry.at < _beginning(wanted.until + timedelta(days=1))


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONES[CAPITAL])
