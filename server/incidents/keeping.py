"""What an officer does with an incident: takes it up, writes down what is so, refers it, closes it, opens it again.

Each adds to its history and to the register's own log, and to nothing else. What was read meanwhile by another is not
written over: `before` is the number of the last entry that the page showed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import Json, now
from server.fields import PAGE, Misread, read_field
from server.incidents.choices import (
    ACKNOWLEDGED,
    CALLED,
    CHANGED,
    CLOSED,
    LONGEST_TEXT,
    RECEIVERS,
    REFERRED,
    REOPENED,
    STAFF,
    TAKEN,
    TEXTS,
    TOLD_CHILD,
    WAITING,
    is_outside,
    may_be_told,
)
from server.incidents.reading import note
from server.incidents.reporting import NotRegistered, one_of, read_day, take_up, today_there, write_entry
from server.incidents.tables import Incident, IncidentEntry, IncidentReferral
from server.roles.account import Account
from verification.reason import Reason


class NotWritten(Misread):
    """What cannot be written down of an incident."""


@dataclass(frozen=True)
class Facts:
    """What is so, as it was typed."""

    danger: str = ""
    called: Collection[str] = ()
    staff: str = ""
    told_child: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


def newest_entry(session: Session, one: Incident) -> int:
    """Give the number of the last entry of an incident's history."""
    return session.scalar(select(func.max(IncidentEntry.id)).filter_by(incident_id=one.id)) or 0


def must_be_newest(session: Session, one: Incident, before: int) -> None:
    """Refuse to write over what another wrote meanwhile. Raises NotWritten."""
    if before != newest_entry(session, one):
        raise NotWritten({PAGE: Reason("incident_changed_meanwhile")})


def acknowledge(session: Session, one: Incident, by: Account) -> None:
    """Take an incident up; a drill is over with that. Doing so again changes nothing."""
    if one.acknowledged_by is None:
        take_up(session, one, by)
        if one.is_drill:
            one.state, one.closed_at = CLOSED, now()
    elif one.state == WAITING:  # whoever saw to it does not read it
        one.state = TAKEN
        _done(session, one, by, ACKNOWLEDGED)


def write_facts(session: Session, one: Incident, facts: Facts, by: Account) -> None:
    """Write down what is so now. Raises NotWritten."""
    problems: dict[str, Reason] = {}
    values: Json = {
        "danger": read_field(problems, "danger", lambda: one_of(("yes", "no"), facts.danger) == "yes"),
        "called": [number for number in CALLED if number in facts.called],
        "staff": read_field(problems, "staff", lambda: one_of(STAFF, facts.staff)),
        "told_child": read_field(problems, "told_child", lambda: one_of(("", *TOLD_CHILD), facts.told_child)) or None,
    }  # fmt: skip
    for name in TEXTS:
        values[name] = read_field(problems, name, partial(_text, facts.texts.get(name, "")))
    _must_be_open(one, problems)
    if problems:
        raise NotWritten(problems)
    changed = {name: value for name, value in values.items() if getattr(one, name) != value}
    for name, value in changed.items():
        setattr(one, name, value)
    if changed:
        _done(session, one, by, CHANGED, changed)


def refer(session: Session, one: Incident, told: Collection[str], received: Mapping[str, str], by: Account) -> None:
    """Write down who was told, and who said that they have it. Raises NotWritten."""
    problems: dict[str, Reason] = {}
    _must_be_open(one, problems)
    today, rows = today_there(session, one.district), {row.receiver: row for row in referrals_of(session, one)}
    wanted = {receiver for receiver in RECEIVERS if receiver in told} | set(rows)
    if any(not may_be_told(receiver, one.staff) for receiver in wanted - set(rows)):
        problems["told"] = Reason("incident_not_the_institution")
    elif not wanted:
        problems["told"] = Reason("incident_nobody_told")
    elif not is_outside(wanted):
        problems["told"] = Reason("incident_only_the_district")
    days = {name: read_field(problems, f"received-{name}", partial(read_day, received[name], today))
            for name in wanted if received.get(name, "").strip()}  # fmt: skip
    if problems:
        raise NotWritten(problems)
    for name in sorted(wanted - set(rows)):
        rows[name] = IncidentReferral(incident_id=one.id, receiver=name, sent_on=today)
        session.add(rows[name])
    for name, day in days.items():
        rows[name].received_on = day
    one.state = REFERRED
    _done(session, one, by, REFERRED, {name: str(row.received_on or "") for name, row in sorted(rows.items())})


def close(session: Session, one: Incident, by: Account) -> None:
    """Close an incident. Raises NotWritten where nobody outside was told and nobody says why, or the child was not."""
    problems: dict[str, Reason] = {}
    _must_be_open(one, problems)
    if not referrals_of(session, one) and not one.why_not:
        problems[PAGE] = Reason("incident_not_referred")
    elif not one.feedback:
        problems[PAGE] = Reason("incident_no_feedback")
    if problems:
        raise NotWritten(problems)
    one.state, one.closed_at = CLOSED, now()
    _done(session, one, by, CLOSED)


def reopen(session: Session, one: Incident, by: Account) -> None:
    """Open a closed incident again. Raises NotWritten."""
    if one.state != CLOSED or one.is_drill:
        raise NotWritten({PAGE: Reason("incident_is_open")})
    one.state, one.closed_at = TAKEN, None
    _done(session, one, by, REOPENED)


def referrals_of(session: Session, one: Incident) -> list[IncidentReferral]:
    """List whom an incident was referred to."""
    query = select(IncidentReferral).filter_by(incident_id=one.id)
    return sorted(session.scalars(query), key=lambda row: RECEIVERS.index(row.receiver))


def _must_be_open(one: Incident, problems: dict[str, Reason]) -> None:
    if one.state not in (TAKEN, REFERRED) or one.is_drill:
        problems[PAGE] = Reason("incident_take_up_first" if one.state != CLOSED else "incident_is_closed")


def _text(typed: str) -> str | None:
    text = " ".join(typed.split())
    if len(text) > LONGEST_TEXT:
        raise NotRegistered("incident_text_long", longest=LONGEST_TEXT)
    return text or None


def _done(session: Session, one: Incident, by: Account, what: str, values: Json | None = None) -> None:
    write_entry(session, one, by.label, what, values)
    note(session, by, what, one.id)
