"""What the page of closing shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.closing.still_open import Open, still_open
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import CAPITAL
from server.roles.queries import people_called
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundChange, RoundPart
from server.traces.queries import count_waiting, removals_of
from server.traces.tables import TraceRemoval
from verification.model import province_of

_MOST_CHANGES = 50


@view
class OpenShown:
    """Something that is still open: how many, why it matters, and where it is listed."""

    code: Cleared
    says: Cleared
    why: Cleared
    count: int
    blocks: bool
    endpoint: Cleared
    asked: Mapping[str, Cleared]
    has_place: bool  # whether the list is of this district


@view
class TracesShown:
    """A deletion of traces of places: the proof."""

    number: int
    begun_at: datetime
    finished_at: datetime | None
    submissions: int
    versions: int
    points: int
    digest: Cleared | None


@view
class ChangeShown:
    """That the part was opened or closed: when, by whom, and why."""

    state: Cleared
    changed_at: datetime
    by: Cleared
    why: Cleared | None


@view
class ClosingView:
    """A district's part of a round, as whoever closes it has to see it."""

    round_id: Cleared
    round: Cleared
    district: Cleared
    name: Cleared
    zone: Cleared
    is_open: bool
    round_is_open: bool
    open: tuple[OpenShown, ...]
    blocked: bool
    traces: tuple[TracesShown, ...]
    traces_waiting: int
    keep_days: int  # after closing, until traces are deleted
    changes: tuple[ChangeShown, ...]


def closing_view(session: Session, round_id: str, district: str, project: int, clear: Clearance) -> ClosingView | None:
    """Give what there is to see; None where the district has no part in the round."""
    both = select(Round, RoundPart).join(RoundPart, RoundPart.round_id == Round.id)
    row = session.execute(both.where(Round.id == round_id, RoundPart.district == district)).one_or_none()
    if row is None:
        return None
    found, part = row
    name, zone = _name_and_zone(session, found.areas_id, district)
    left = still_open(session, round_id, district, project) if part.state == OPEN else []
    return ClosingView(
        round_id=clear.id(round_id), round=clear.ours(found.name), district=clear.id(district),
        name=clear.ours(name), zone=clear.id(zone),
        is_open=part.state == OPEN, round_is_open=found.state == OPEN, open=tuple(_shown(one, clear) for one in left),
        blocked=any(one.item.blocks for one in left),
        traces=tuple(traces_shown(one, clear) for one in removals_of(session, round_id, district)),
        traces_waiting=count_waiting(session, round_id, district), keep_days=found.keep_traces_days,
        changes=_changes(session, round_id, district, clear),
    )  # fmt: skip


def _name_and_zone(session: Session, areas_id: int, district: str) -> tuple[str, str]:
    query = select(Area.code, Area.name, Area.zone).where(in_version(areas_id))
    rows = session.execute(query.where(Area.code.in_([district, province_of(district)]))).all()
    names, zones = {row.code: row.name for row in rows}, {row.code: row.zone for row in rows}
    return names.get(district, district), zones.get(province_of(district)) or CAPITAL


def _shown(one: Open, clear: Clearance) -> OpenShown:
    item = one.item
    return OpenShown(
        clear.id(item.code), clear.say(f"closing.open.{item.code}", count=one.count),
        clear.say(f"closing.why.{item.code}"), one.count, item.blocks, clear.id(item.endpoint),
        {name: clear.ours(value) for name, value in item.asked.items()},
        has_place=item.endpoint.startswith(("lines.", "lists.", "assignments.")),
    )  # fmt: skip


def traces_shown(one: TraceRemoval, clear: Clearance) -> TracesShown:
    """Give the proof of one deletion."""
    return TracesShown(one.id, one.begun_at, one.finished_at, one.submissions, one.versions, one.points,
                       clear.id(one.digest) if one.digest else None)  # fmt: skip


def _changes(session: Session, round_id: str, district: str, clear: Clearance) -> tuple[ChangeShown, ...]:
    query = select(RoundChange).filter_by(round_id=round_id, district=district).order_by(RoundChange.id.desc())
    found: Sequence[RoundChange] = session.scalars(query.limit(_MOST_CHANGES)).all()
    people = people_called(session, {one.changed_by for one in found})
    # a part begins by a claim form: what stands there as the reason is the file's name, which may be anybody's
    begun = {one.id for one, older in zip_longest(found, found[1:]) if one.state == OPEN and older is None}
    return tuple(
        ChangeShown(clear.say(f"state.{one.state}"), one.changed_at,
                    clear.ours(people.get(one.changed_by, one.changed_by)),
                    clear.ours(one.why) if one.why and one.id not in begun else None)
        for one in found
    )  # fmt: skip
