"""Sending somebody to several claimed places at once: those nobody visited, that nobody is on the way to.

Which are offered is told by the filter of the list of lines. Each place gets an assignment of its own; what changed
since the page was shown is left out, and told.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.assignments.giving import (
    AssignmentWish,
    NotAssigned,
    given_away,
    part_is_closed,
    put,
    read_fields,
    unfit_for_phones,
)
from server.assignments.listing import ReadBy
from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.claims.tables import ClaimLine
from server.db import Json
from server.decisions.typed import Undecidable, read_uuid
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.fields import PAGE
from server.lines.filter import LineFilter, over_lines
from server.results.parts import JudgedPart
from server.results.sums import IS_CLAIMED
from server.results.tables import LineResult
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part
from server.visits.places import VisitedPlace, known_places
from verification.reason import Reason

MOST = 50  # as many as somebody can look through before they ask the same of all


@view
class OfferedPlace:
    """A claimed place that somebody could be sent to; `against` says why nobody can."""

    line_id: int
    place: Cleared
    area: Cleared
    against: Cleared | None
    is_home: bool


@view
class Several:
    """The places that a filter offers; `found` how many there are in all."""

    places: tuple[OfferedPlace, ...]
    found: int


@dataclass(frozen=True)
class Done:
    """What became of it: how many were given; which lines were left out, each with the reason."""

    given: int
    left_out: Sequence[tuple[VisitedPlace, Reason]]


def _waiting(here: JudgedPart) -> Any:
    """Select the claimed lines that nobody visited, whose place nobody is on the way to."""
    one = Assignment
    asked = exists().where(one.facility_id == ClaimLine.facility_id, one.round_id == here.round.id,
                           one.district == here.part.district, is_open())  # fmt: skip
    columns = (LineResult.line_id, ClaimLine.facility_id, func.count().over().label("found"))
    return over_lines(here.result_id, *columns).where(LineResult.state_id.is_(None), IS_CLAIMED, ~asked)


def offered(session: Session, here: JudgedPart, wanted: LineFilter, reader: ReadBy) -> Several:
    """Give the places that a filter offers."""
    rows = session.execute(wanted.ordered(wanted.apply(_waiting(here), reader.viewer)).limit(MOST)).all()
    if not rows:
        return Several((), 0)
    places = known_places(session, {row.facility_id for row in rows})
    clear = Clearance(reader.words, next(iter(places.values())).names, reader.viewer)
    return Several(tuple(_offered(row.line_id, places[row.facility_id], clear) for row in rows), rows[0].found)


def _offered(line_id: int, place: VisitedPlace, clear: Clearance) -> OfferedPlace:
    named, against = clear.place(place.place), unfit_for_phones(place)
    why = clear.why(against).sentence if against else None
    return OfferedPlace(line_id, named.label, named.area, why, place.place.is_home)


def give_several(
    session: Session, here: JudgedPart, lines: Sequence[int], wish: AssignmentWish, by: Account
) -> Done:  # fmt: skip
    """Give the same assignment for several lines; the same wish twice is one. Raises NotAssigned, Forbidden."""
    values = read_for_all(session, here, lines, wish, by)
    ticked = over_lines(here.result_id, ClaimLine.facility_id).where(LineResult.line_id.in_(lines))
    chosen = dict.fromkeys(session.scalars(ticked.order_by(LineResult.line_id)))
    query = _waiting(here).where(LineResult.line_id.in_(lines))
    waiting = {row.facility_id for row in session.execute(query)}
    against = {one: None if one in waiting else Reason("assignment_not_waiting") for one in chosen}
    return give_each(session, here, against, wish, values, by)


def read_for_all(session: Session, here: JudgedPart, ticked: Sequence[Any], wish: AssignmentWish, by: Account) -> Json:
    """Hold the part and read what all ticked places are given alike. Raises NotAssigned, Forbidden."""
    round_id, district = here.round.id, here.part.district
    must(by, Permission.ASSIGN, district, round_id)
    hold_part(session, round_id, district)
    values, problems = read_fields(session, round_id, district, wish)
    if against := _against(session, here, ticked, wish):
        problems[PAGE] = against
    if problems:
        raise NotAssigned(problems)
    return values


def _against(session: Session, here: JudgedPart, ticked: Sequence[Any], wish: AssignmentWish) -> Reason | None:
    try:
        read_uuid(wish.uuid)
    except Undecidable as wrong:
        return wrong.reason
    if not ticked or len(ticked) > MOST:
        return Reason("assignment_lines_wrong", {"most": MOST})
    return part_is_closed(session, here.round.id, here.part.district)


def give_each(
    session: Session, here: JudgedPart, facilities: Mapping[str, Reason | None], wish: AssignmentWish, values: Json,
    by: Account,
) -> Done:  # fmt: skip
    """Give the assignment for each of these places but those that something is against, given here or found."""
    numbers = {facility_id: number_of(wish.uuid, facility_id) for facility_id in facilities}
    known = select(Assignment.uuid).where(Assignment.uuid.in_(numbers.values()))
    before, given, left_out = set(session.scalars(known)), {}, []  # this very wish, sent twice, is given
    for facility_id, place in known_places(session, list(facilities)).items():
        if numbers[facility_id] in before:
            continue
        if reason := facilities[facility_id] or _unfit(place, wish):
            left_out.append((place, reason))
        else:
            given[facility_id] = values | {"uuid": numbers[facility_id]}
    put(session, (here.round.id, here.part.district), given, by)
    return Done(len(before) + len(given), left_out)


def _unfit(place: VisitedPlace, wish: AssignmentWish) -> Reason | None:
    return unfit_for_phones(place) or next(iter(given_away(place, wish).values()), None)


def number_of(wish: str, facility_id: str) -> str:
    """Choose the number of one place's assignment: always the same of a wish, and of the kind that Central takes."""
    digest = hashlib.sha256(f"{wish} {facility_id}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
