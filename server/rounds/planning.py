"""Planning rounds: what each is about, when its stages are, and which round a visit was made in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import newest_version, zones
from server.audit.entries import Act, digest_of
from server.audit.entries import write_down as note
from server.db import now
from server.moments import CAPITAL, day_in
from server.phones.keeping import follow_round
from server.rounds.rules import fix_rules
from server.rounds.states import (
    ARCHIVED,
    CLOSED,
    OPEN,
    PLANNED,
    Entry,
    change_round,
    open_parts,
    refuse,
    round_of,
    write_down,
)
from server.rounds.tables import Round, RoundChange, RoundPart, RoundStage
from server.rulebook import DEFAULT_SET, built_in_sets
from server.sets.tables import KEPT, KeptSet
from server.work.kinds import Place, Verify
from server.work.queue import ask
from verification.deciding.facts import TwoCheckers
from verification.model import province_of

VISITS = "visits"  # the stage whose days say which round a visit counts for
STAGES = ("claims", "desk", VISITS, "replies", "decision")
LONGEST_RETENTION = 365  # days: an objection is decided well before
_LONGEST_ID, _LONGEST_NAME = Round.id.type.length, Round.name.type.length

Days = tuple[date | None, date | None]  # first and last


@dataclass(frozen=True)
class RoundWish:
    """A round as a person wants it."""

    id: str
    data_year: int
    name: str = ""
    indicator_set: str = DEFAULT_SET
    project: int | None = None
    stages: Mapping[str, Days] = field(default_factory=dict)
    two_checkers: TwoCheckers = TwoCheckers.NONE


def add_round(session: Session, wish: RoundWish, entry: Entry) -> Round:
    """Plan a round on the newest version of the areas. Raises NotAllowed."""
    areas = newest_version(session)
    if areas is None:
        raise refuse("no_areas_yet")
    if not (wish.id.replace("-", "").isalnum() and wish.id.isascii() and len(wish.id) <= _LONGEST_ID):
        raise refuse("round_id_wrong", round=wish.id[:40], longest=_LONGEST_ID)
    if session.get(Round, wish.id) is not None:
        raise refuse("round_known_already", round=wish.id)
    if len(wish.name) > _LONGEST_NAME:
        raise refuse("round_name_too_long", longest=_LONGEST_NAME)
    _must_be_offered(session, wish.indicator_set)
    new = Round(id=wish.id, name=wish.name or wish.id, data_year=wish.data_year, indicator_set=wish.indicator_set,
                areas_id=areas.id, project=wish.project, state=PLANNED,
                two_checkers=wish.two_checkers.value)  # fmt: skip
    session.add(new)
    session.flush()
    fix_rules(session, new, entry.by)
    write_down(session, new.id, None, PLANNED, entry)
    set_stages(session, new.id, wish.stages, entry)
    return new


def _must_be_offered(session: Session, set_id: str) -> None:
    """Refuse a set that there is not, or that is withdrawn; a kept one stays as it is until the round is there."""
    if set_id in built_in_sets():
        return
    kept = session.get(KeptSet, set_id, with_for_update={"read": True})
    if kept is None:
        raise refuse("unknown_indicator_set", found=set_id[:40])
    if kept.state != KEPT:
        raise refuse("set_is_withdrawn", found=set_id[:40])


def set_stages(session: Session, round_id: str, stages: Mapping[str, Days], entry: Entry) -> None:
    """Say when stages of a round are, and ask where visits belong now. Raises NotAllowed."""
    found = round_of(session, round_id)
    if found.state == ARCHIVED:
        raise refuse("round_archived", round=found.name)
    for stage, (starts, ends) in stages.items():
        if stage not in STAGES:
            raise refuse("stage_not_known", stage=stage[:40], stages=", ".join(STAGES))
        if starts and ends and starts > ends:
            raise refuse("stage_ends_before_it_starts", stage=stage)
        session.merge(RoundStage(round_id=round_id, stage=stage, starts=starts, ends=ends))
    session.flush()
    if stages:
        days = {stage: [str(starts), str(ends)] for stage, (starts, ends) in stages.items()}
        note(session, Act(entry.by, "stages_set", f"round:{round_id}", None, round_id, after=digest_of(days)))
    if VISITS in stages and found.state != PLANNED:
        ask(session, Place())


def set_two_checkers(session: Session, round_id: str, rule: TwoCheckers, entry: Entry) -> None:
    """Say of which decisions about a line two people have to say the same, from now on. Raises NotAllowed."""
    found = round_of(session, round_id)
    if found.state == ARCHIVED:
        raise refuse("round_archived", round=found.name)
    if found.two_checkers != rule:
        before, found.two_checkers = found.two_checkers, rule.value
        note(session, Act(entry.by, "two_checkers_set", f"round:{round_id}", None, round_id, digest_of(before),
                          digest_of(rule.value)))  # fmt: skip


def set_video(session: Session, round_id: str, *, counts: bool, entry: Entry) -> None:
    """Say whether visits by video show that a place is there; what is open is verified again. Raises NotAllowed."""
    found = round_of(session, round_id)
    if found.state == ARCHIVED:
        raise refuse("round_archived", round=found.name)
    if found.video_counts != counts:
        found.video_counts = counts
        note(session, Act(entry.by, "video_set", f"round:{round_id}", None, round_id, after=digest_of(counts)))
        for district in open_parts(session, round_id):
            ask(session, Verify(round_id, district))


def set_retention(session: Session, round_id: str, days: int, entry: Entry) -> None:
    """Say for how many days after a district is closed its traces of places are kept. Raises NotAllowed."""
    found = round_of(session, round_id)
    if found.state == ARCHIVED:
        raise refuse("round_archived", round=found.name)
    if not 0 <= days <= LONGEST_RETENTION:
        raise refuse("retention_wrong", longest=LONGEST_RETENTION)
    if found.keep_traces_days != days:
        before, found.keep_traces_days = found.keep_traces_days, days
        note(session, Act(entry.by, "retention_set", f"round:{round_id}", None, round_id, digest_of(before),
                          digest_of(days)))  # fmt: skip


def move_round(session: Session, round_id: str, state: str, entry: Entry) -> Round:
    """Bring a round into another state, and ask where visits belong now. Raises NotAllowed.

    Closing ends the stage of visits, unless it has its last day: what is made later is another round's. Today is by the
    districts' own calendars: where these differ, the latest, so that no visit made before is left out.
    """
    found = change_round(session, round_id, state, entry)
    if state == CLOSED:
        visits = session.get(RoundStage, (round_id, VISITS)) or RoundStage(round_id=round_id, stage=VISITS)
        visits.ends = visits.ends or _today(session, found)
        session.add(visits)
    ask(session, Place())
    follow_round(session, round_id)
    return found


def _today(session: Session, found: Round) -> date:
    """Tell which day it is where a round's districts lie: the latest there is; in the capital, where it has none."""
    known, moment = zones(session, found.areas_id), now()
    districts = session.scalars(select(RoundPart.district).filter_by(round_id=found.id))
    return max((day_in(known.get(province_of(district), CAPITAL), moment) for district in districts),
               default=day_in(CAPITAL, moment))  # fmt: skip


@dataclass(frozen=True)
class Window:
    """When, and in which project, visits of a round are made; what is None has no bound.

    A round without a first day begins after those of its project that had ended when it was opened, so that visits of
    the one before stay there.
    """

    round_id: str
    project: int | None
    areas_id: int
    starts: date | None
    ends: date | None

    def holds(self, day: date, project: int) -> bool:
        """Tell whether a visit was made in it."""
        in_days = (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)
        return in_days and self.project in (None, project)

    def meets(self, other: "Window") -> bool:
        """Tell whether a visit could have been made in both."""
        same_project = self.project == other.project or None in (self.project, other.project)
        begins = max(self.starts or date.min, other.starts or date.min)
        return same_project and begins <= min(self.ends or date.max, other.ends or date.max)


def windows(session: Session) -> Sequence[Window]:
    """Give the windows of all rounds that were ever opened, in their order."""
    query = (
        select(Round.id, Round.project, Round.areas_id, RoundStage.starts, RoundStage.ends)
        .outerjoin(RoundStage, (RoundStage.round_id == Round.id) & (RoundStage.stage == VISITS))
        .where(Round.state != PLANNED)
        .order_by(Round.id)
    )
    found = [Window(*row) for row in session.execute(query)]
    change = RoundChange
    first = select(change.round_id, func.min(change.changed_at)).where(change.district.is_(None), change.state == OPEN)
    opened = dict(session.execute(first.group_by(change.round_id)).all())
    return [
        replace(mine, starts=mine.starts or _day_after_others(mine, found, opened.get(mine.round_id))) for mine in found
    ]


def sharing_days(session: Session, round_id: str) -> list[str]:
    """Name the other rounds that were opened in which a visit of this one could have been made, too.

    Such a visit counts in none of them until somebody chooses its round.
    """
    return all_sharing_days(session).get(round_id, [])


def all_sharing_days(session: Session) -> dict[str, list[str]]:
    """Give for each round that was opened the others in which a visit of it could have been made, too."""
    found = windows(session)
    return {mine.round_id: [one.round_id for one in found if one is not mine and mine.meets(one)] for mine in found}


def _day_after_others(mine: Window, all_of_them: Sequence[Window], opened_at: datetime | None) -> date | None:
    """Give the day after the last of the windows of a round's project that had ended when it was opened."""
    if opened_at is None:
        return None
    until = min(day_in(CAPITAL, opened_at), mine.ends or date.max)
    ends = [
        one.ends
        for one in all_of_them
        if one is not mine and (one.project == mine.project or None in (one.project, mine.project))
        if one.ends and one.ends <= until
    ]
    return max(ends) + timedelta(days=1) if ends else None
