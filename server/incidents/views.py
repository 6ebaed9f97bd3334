"""The register as its readers see it; what everybody else sees is the form alone."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, named, names_of, newest, zone_of
from server.areas.tables import Area
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.incidents.alarms import alarms_for
from server.incidents.choices import RECEIVERS, TEXTS, WAITING, may_be_told
from server.incidents.duty_views import Eligible
from server.incidents.keeping import newest_entry, referrals_of
from server.incidents.reading import log_of, may_read, on_duty_for, readable
from server.incidents.tables import Incident, IncidentEntry
from server.opening.conditions import standing_contacts
from server.people.tables import Person
from server.register.tables import Facility
from server.roles.account import Account
from server.roles.queries import people_called
from server.roles.table import Permission
from server.rounds.tables import RoundPart
from server.words import Catalogue

_THIRD = 3  # so many levels were told when the ministry's duty officer has been
_MOST_OWN = 10


@view
class WhomToCall:
    """An office that helps, and its number."""

    office: Cleared
    number: Cleared


@view
class ConcernForm:
    """The form: districts of one's own first, and whom to call there."""

    own: tuple[Eligible, ...]
    others: tuple[Eligible, ...]
    contacts: tuple[WhomToCall, ...]
    today: date


@view
class IncidentRow:
    """An incident in the list."""

    uuid: Cleared
    district: Cleared
    opened: Cleared
    state: Cleared
    is_drill: bool
    danger: bool
    waits: bool
    late: bool


@view
class AlarmShown:
    """A place to look at."""

    number: Cleared
    place: Cleared
    district: Cleared
    raised_on: date


@view
class ReferralShown:
    """Somebody who could be told, or was."""

    code: Cleared
    name: Cleared
    sent_on: date | None
    received_on: date | None
    may_be: bool


@view
class EntryShown:
    """A step of an incident's history."""

    at: Cleared
    by: Cleared
    what: Cleared
    values: tuple[Cleared, ...]


@view
class IncidentPage:
    """An incident as its reader sees it. `before` is the last entry that the page shows."""

    row: IncidentRow
    before: Cleared
    place: Cleared
    told_on: date
    came_by: Cleared
    callback: Cleared
    called: tuple[Cleared, ...]
    staff: Cleared
    told_child: Cleared
    texts: Mapping[str, Cleared]
    closed: bool
    institution_is_told: bool
    referrals: tuple[ReferralShown, ...]
    contacts: tuple[WhomToCall, ...]
    entries: tuple[EntryShown, ...]


@view
class LogLine:
    """A line of the register's own log."""

    at: Cleared
    by: Cleared
    what: Cleared
    incident: Cleared


@view
class CallShown:
    """That something waits for the duty officer of the ministry, since when, and whom to call."""

    uuid: Cleared
    since: Cleared
    danger: bool
    people: tuple[WhomToCall, ...]


def concern_form(session: Session, account: Account, chosen: str, today: date, clear: Clearance) -> ConcernForm:
    """Give the form; contacts are those of the district that was chosen, else of one's own."""
    query = select(Area.code, Area.name).where(in_version(newest()), Area.level == "district").order_by(Area.name)
    every = {code: Eligible(clear.id(code), clear.ours(name)) for code, name in session.execute(query)}
    reach = account.reach(Permission.REPORT_CONCERN, RoundPart.district, RoundPart.round_id)
    mine = session.scalars(select(RoundPart.district).where(reach).distinct().limit(_MOST_OWN + 1)).all()
    own = [every[code] for code in sorted(mine) if code in every] if len(mine) <= _MOST_OWN else []
    where = [chosen] if chosen in every else [str(one.code) for one in own]
    others = [one for one in every.values() if one not in own]
    return ConcernForm(tuple(own), tuple(others), contacts_shown(session, where, clear), today)


def contacts_shown(session: Session, districts: list[str], clear: Clearance) -> tuple[WhomToCall, ...]:
    """Give whom to call in districts."""
    return tuple(WhomToCall(clear.ours(one.office), clear.ours(one.number))
                 for one in standing_contacts(session, districts))  # fmt: skip


def rows_shown(session: Session, account: Account, words: Catalogue) -> tuple[IncidentRow, ...]:
    """List what somebody may read."""
    return tuple(_row(session, one, words) for one in readable(session, account))


def alarms_shown(session: Session, account: Account, words: Catalogue) -> tuple[AlarmShown, ...]:
    """List the places that somebody is to look at."""
    clear, alarms = Clearance(words), alarms_for(session, account)
    areas = names_of(session, None, {one.district for one in alarms})
    return tuple(AlarmShown(clear.id(str(one.id)), _place(session, one.facility_id, clear),
                            clear.ours(areas.get(one.district, one.district)), one.raised_on)
                 for one in alarms)  # fmt: skip


def incident_page(session: Session, one: Incident, words: Catalogue) -> IncidentPage:
    """Give an incident with all that is known of it."""
    clear = Clearance(words.at(zone_of(session, None, one.district)))
    known = {row.receiver: row for row in referrals_of(session, one)}
    referrals = tuple(
        ReferralShown(clear.id(name), clear.say(f"receiver.{name}"), known[name].sent_on if name in known else None,
                      known[name].received_on if name in known else None, may_be_told(name, one.staff))
        for name in RECEIVERS
    )  # fmt: skip
    return IncidentPage(
        row=_row(session, one, words), before=clear.id(str(newest_entry(session, one))),
        place=clear.id(one.place or ""), told_on=one.told_on, came_by=clear.say(f"came_by.{one.came_by}"),
        callback=clear.of_the_register(one.callback), called=tuple(map(clear.id, one.called)),
        staff=clear.id(one.staff),
        told_child=clear.id(one.told_child or ""), closed=one.closed_at is not None,
        texts={name: clear.of_the_register(getattr(one, name)) for name in TEXTS},
        institution_is_told="institution" in known and not may_be_told("institution", one.staff), referrals=referrals,
        contacts=contacts_shown(session, [one.district], clear), entries=_entries(session, one, clear, words),
    )  # fmt: skip


def log_shown(session: Session, account: Account, words: Catalogue) -> tuple[LogLine, ...]:
    """List the lines of the register's own log."""
    clear, lines = Clearance(words), log_of(session, account)
    people = people_called(session, {one.by for one in lines})
    return tuple(LogLine(clear.ours(words.show(one.at)), clear.ours(people.get(one.by, one.by)),
                         clear.say(f"incident_step.{one.what}"), clear.id(str(one.incident or "–")))
                 for one in lines)  # fmt: skip


def is_called(session: Session, account: Account, one: Incident) -> bool:
    """Tell whether somebody is the ministry's duty officer who was called to an incident that waits."""
    waits = one.acknowledged_at is None and one.step >= _THIRD
    return waits and account.person_id in on_duty_for(session, one).third


def calls_shown(session: Session, account: Account, words: Catalogue) -> tuple[CallShown, ...]:
    """List what waits for the duty officer of the ministry: no place, no district, and nothing of what it is."""
    clear = Clearance(words)
    waiting = select(Incident).where(Incident.acknowledged_at.is_(None), Incident.step >= _THIRD).order_by(Incident.id)
    mine = [one for one in session.scalars(waiting) if is_called(session, account, one)]
    return tuple(CallShown(clear.id(one.uuid), clear.ours(words.show(one.opened_at)), one.danger,
                           _people(session, one, clear)) for one in mine)  # fmt: skip


def reads_something(session: Session, account: Account) -> bool:
    """Tell whether something waits that somebody may read."""
    waiting = session.scalars(select(Incident).filter_by(state=WAITING))
    return any(may_read(session, account, one) for one in waiting)


def _people(session: Session, one: Incident, clear: Clearance) -> tuple[WhomToCall, ...]:
    watch = on_duty_for(session, one)
    query = select(Person).where(Person.id.in_({*watch.first, *watch.second})).order_by(Person.name)
    return tuple(WhomToCall(clear.ours(person.name), clear.ours(person.phone or person.email or "–"))
                 for person in session.scalars(query))  # fmt: skip


def _row(session: Session, one: Incident, words: Catalogue) -> IncidentRow:
    clear = Clearance(words)
    area = named(session, None, [one.district]).get(one.district)
    there = words.at(zone_of(session, None, one.district))
    return IncidentRow(
        clear.id(one.uuid), clear.ours(area.name if area else one.district), clear.ours(there.show(one.opened_at)),
        clear.say(f"incident_state.{one.state}"), one.is_drill, one.danger, one.state == WAITING,
        one.acknowledged_at is None and one.step > 1,
    )  # fmt: skip


def _place(session: Session, facility_id: str, clear: Clearance) -> Cleared:
    found = session.get_one(Facility, facility_id)
    return clear.joined(clear.say(f"kind.{found.kind}"), clear.id(found.id[:8]))


def _entries(session: Session, one: Incident, clear: Clearance, words: Catalogue) -> tuple[EntryShown, ...]:
    rows = session.scalars(select(IncidentEntry).filter_by(incident_id=one.id).order_by(IncidentEntry.id)).all()
    people, there = people_called(session, {row.by for row in rows}), words.at(zone_of(session, None, one.district))
    return tuple(EntryShown(clear.ours(there.show(row.at)), clear.ours(people.get(row.by, "–")),
                            clear.say(f"incident_step.{row.what}"), _values(row.values, clear))
                 for row in rows)  # fmt: skip


def _values(values: Mapping[str, object], clear: Clearance) -> tuple[Cleared, ...]:
    """Write what changed; of those who were told how many, not who."""
    return tuple(clear.of_the_register(str(value)) for name, value in values.items() if name in TEXTS and value)
