"""What the pages of asking children show. Of a session no count is shown to anybody but who held it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.assignments.giving import today_in
from server.assignments.offering import ShownPart, part_shown
from server.children.after import Due, checks_of
from server.children.kinds import HOMES, OFFERED
from server.children.ready import (
    facilitators_of,
    is_offered,
    is_on,
    missing_for_children,
    missing_for_session,
    missing_of_adult,
    standing_papers,
)
from server.children.sessions import lot_of, this_month
from server.children.states import HELD, PLANNED, SETTLED
from server.children.tables import AdultCheck, ChildPaper, ChildSession
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.people.tables import Person
from server.register.tables import Facility
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round, RoundPart
from server.words import Catalogue
from verification.reason import Reason


@view
class ChildPaperShown:
    """A paper on file."""

    id: int
    kind: Cleared
    number: Cleared
    dated: date
    district: Cleared | None


@view
class AdultShown:
    """A facilitator, with what is still missing of them."""

    person_id: int
    name: Cleared
    cleared_on: date | None
    trained_on: date | None
    missing: tuple[Cleared, ...]


@view
class ChildRoundShown:
    """What is on file before children are asked in a round."""

    round_id: Cleared
    round: Cleared
    on: bool
    missing: tuple[Cleared, ...]
    papers: tuple[ChildPaperShown, ...]
    adults: tuple[AdultShown, ...]


@view
class ChildSessionShown:
    """A session; `mine` is one that the viewer holds. What was counted is shown nowhere."""

    id: int
    kind: Cleared
    place: Cleared | None
    month: Cleared
    state: Cleared
    mine: bool
    can_print: bool
    can_count: bool
    can_drop: bool
    papers_destroyed_on: date | None
    can_destroy: bool
    invited: Cleared | None
    lines: Cleared | None
    instead: Cleared | None


@view
class AskedAfterShown:
    """When it is asked whether children were punished for taking part, and what came of it."""

    days: int
    since: date
    due: bool
    outcome: Cleared | None


@view
class ChildPartShown:
    """A district's sessions with children, and what is missing before one can be planned."""

    part: ShownPart
    checks: tuple[AskedAfterShown, ...]
    missing: tuple[Cleared, ...]
    kinds: tuple[Cleared, ...]
    this_month: Cleared
    sessions: tuple[ChildSessionShown, ...]


@view
class ChildPartListed:
    """A district within reach, in a round."""

    round_id: Cleared
    round: Cleared
    district: Cleared
    name: Cleared
    on: bool


@view
class ChildRoundListed:
    """A round, and whether children are asked in it."""

    round_id: Cleared
    round: Cleared
    on: bool


def rounds_listed(session: Session, by: Account, clear: Clearance) -> tuple[ChildRoundListed, ...]:
    """List the rounds that somebody prepares; archived ones are left out."""
    rounds = session.scalars(select(Round).where(Round.state != ARCHIVED).order_by(Round.id))
    return tuple(ChildRoundListed(clear.id(one.id), clear.ours(one.name), is_on(session, one.id))
                 for one in rounds if by.may(Permission.PREPARE_CHILDREN, None, one.id))  # fmt: skip


def parts_listed(session: Session, by: Account, clear: Clearance, most: int) -> tuple[ChildPartListed, ...]:
    """List the parts of rounds whose sessions somebody may see, at most so many."""
    its_name = (Area.code == RoundPart.district) & in_version(Round.areas_id)
    query = (
        select(Round.id, Round.name, RoundPart.district, Area.name)
        .join(RoundPart, RoundPart.round_id == Round.id)
        .outerjoin(Area, its_name)
        .where(Round.state != ARCHIVED, by.reach(Permission.SEE_SESSIONS, RoundPart.district, RoundPart.round_id))
        .order_by(Round.id, RoundPart.district)
        .limit(most)
    )
    rows = session.execute(query).all()
    on = {round_id: is_on(session, round_id) for round_id in {row[0] for row in rows}}
    return tuple(ChildPartListed(clear.id(round_id), clear.ours(name), clear.id(district), clear.ours(area or district),
                                 on[round_id]) for round_id, name, district, area in rows)  # fmt: skip


def child_round(session: Session, round_id: str, clear: Clearance) -> ChildRoundShown | None:
    """Show what is on file for a round; None where there is none of this id."""
    found = session.get(Round, round_id)
    if found is None:
        return None
    papers = session.scalars(standing_papers(round_id).order_by(ChildPaper.kind, ChildPaper.id))
    missing = missing_for_children(session, round_id)
    return ChildRoundShown(
        clear.id(round_id), clear.ours(found.name), is_on(session, round_id), _told(missing, clear),
        tuple(_paper(one, clear) for one in papers), _adults(session, round_id, clear),
    )  # fmt: skip


def child_part(session: Session, part: tuple[str, str], by: Account, key: str, words: Catalogue
               ) -> ChildPartShown | None:  # fmt: skip
    """Show a district's sessions; None where there is no such part."""
    clear, shown = Clearance(words), part_shown(session, *part, words)
    if shown is None:
        return None
    holds = by.may(Permission.HOLD_SESSIONS, part[1], part[0])
    missing = missing_for_session(session, *part, by.person_id if holds else None)
    kinds = [kind for kind in (*OFFERED, *HOMES) if is_offered(session, *part, kind)]
    rows = session.execute(
        select(ChildSession, Facility.name).outerjoin(Facility, Facility.id == ChildSession.facility_id)
        .filter(ChildSession.round_id == part[0], ChildSession.district == part[1])
        .order_by(ChildSession.month.desc(), ChildSession.id.desc())
    ).all()  # fmt: skip
    month = this_month(session, part[1])
    checks = checks_of(session, *part) if by.may(Permission.CHECK_RETALIATION, part[1], part[0]) else []
    today = today_in(session, part[1])
    told = tuple(_check(one, today, clear) for one in checks)
    sessions = tuple(_session(one, name, by, month, key, clear) for one, name in rows)
    return ChildPartShown(shown, told, _told(missing, clear), tuple(map(clear.id, kinds)), clear.id(month), sessions)


def _check(one: Due, today: date, clear: Clearance) -> AskedAfterShown:
    outcome = clear.say(f"retaliation.{one.done.outcome}") if one.done else None
    return AskedAfterShown(one.days, one.since, one.since <= today and one.done is None, outcome)


def _session(found: ChildSession, place: str | None, by: Account, month: str, key: str,
             clear: Clearance) -> ChildSessionShown:  # fmt: skip
    mine, planned = found.facilitator_id == by.person_id, found.state == PLANNED
    lines, instead = lot_of(key, found) if mine and planned else ([], [])
    named = clear.ours(place) if place and found.place_kind not in HOMES else None
    return ChildSessionShown(
        id=found.id, kind=clear.say(f"kind.{found.place_kind}"), place=named,
        month=clear.id(found.month), state=clear.say(f"child_session.{found.state}"), mine=mine,
        can_print=mine and found.state in (PLANNED, HELD) and found.month >= month,
        can_count=mine and found.state in (PLANNED, HELD, SETTLED) and found.month <= month,
        can_drop=mine and planned, papers_destroyed_on=found.papers_destroyed_on,
        can_destroy=mine and found.state in (HELD, SETTLED) and found.papers_destroyed_on is None,
        invited=clear.own(str(found.invited)) if mine else None,
        lines=_numbers(lines, clear), instead=_numbers(instead, clear),
    )  # fmt: skip


def _numbers(lines: Sequence[int], clear: Clearance) -> Cleared | None:
    return clear.own(", ".join(map(str, lines))) if lines else None


def _told(missing: Sequence[Reason], clear: Clearance) -> tuple[Cleared, ...]:
    return tuple(clear.why(reason).sentence for reason in missing)


def _paper(one: ChildPaper, clear: Clearance) -> ChildPaperShown:
    district = clear.id(one.district) if one.district else None
    return ChildPaperShown(one.id, clear.say(f"child_paper.{one.kind}"), clear.own(one.number), one.dated, district)


def _adults(session: Session, round_id: str, clear: Clearance) -> tuple[AdultShown, ...]:
    query = select(Person, AdultCheck).outerjoin(
        AdultCheck, (AdultCheck.person_id == Person.id) & (AdultCheck.round_id == round_id)
    ).where(Person.id.in_(facilitators_of(session, round_id))).order_by(Person.name, Person.id)  # fmt: skip
    return tuple(
        AdultShown(person.id, clear.ours(person.name), check.cleared_on if check else None,
                   check.trained_on if check else None,
                   _told(missing_of_adult(session, round_id, person.id), clear))
        for person, check in session.execute(query)
    )  # fmt: skip
