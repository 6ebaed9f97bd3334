"""A drawing for a viewer: what error its visits buy, what is at stake, and its places, day by day."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.draws.drawing import Part
from server.draws.lines import is_claimed, listed, lists_of
from server.draws.samples import strata_drawn
from server.draws.states import APPROVED, DRAWN
from server.draws.tables import Draw, DrawnPlace
from server.plan.listing import teams_named
from server.plan.states import PLANNED, of_part
from server.plan.tables import PlannedVisit
from server.results.counts import outcomes_of
from server.rounds.rules import indicators_of, rules_of
from server.rounds.tables import Round
from server.visits.places import known_places
from server.words import Catalogue
from verification.model import Outcome
from verification.sampling.bought import false_still, ladder, lqas_errors
from verification.sampling.designs import LQAS, Design, Stratum
from verification.sampling.sample import digest_of
from verification.sampling.verdicts import seen_of, verdict_of

SHOWN_AT_ONCE = 100


@view
class DrawnRow:
    """A drawn place, or one that would stand in for another.

    `planned_on`: the plan has it on another day; `in_reserve`: the plan has it only to stand in for another.
    """

    place: Cleared
    area: Cleared
    is_home: bool
    day: date
    team: Cleared
    turn: int
    probability: float
    instead_of: Cleared | None
    planned_on: date | None
    in_reserve: bool


@view
class StratumRow:
    """A class of risk: its lines, and how many of them were drawn."""

    stratum: int
    lines: int
    drawn: int


@view
class AtStake:
    """The points that the list stands for, by each line, and by all that are visited."""

    points: float
    a_line: float
    visited: float


@view
class FoundOfDrawn:
    """How the drawn places came out so far, and what that answers to a drawing that asks something."""

    confirmed: int
    contradicted: int
    undecided: int
    verdict: Cleared | None


@view
class BoughtShown:
    """So many visits, and what they leave open."""

    visits: int
    false: int
    spans: int


@view
class DrawShown:
    """A drawing; `false` is how many may be false still if all that was drawn is confirmed, None: no interval.

    `rule_beside`: beside that interval stands a rule by which it passes. `fails`, `passes`: how likely LQAS errs;
    `whole_lqas`: it took the whole list, so there is no rule to decide by.
    `changed`: the list is another one by now. `found`: of one that was approved, while the list is the same. `more`:
    whether there are rows beyond those shown. `steps`: what other numbers of visits would buy, while it is to approve.
    """

    id: int
    number: int
    indicator: int
    name: Cleared
    design: Cleared
    seed: Cleared
    lines: int
    visits: int
    substitutes: int
    days: int
    state: Cleared
    drawn_at: datetime
    settled_at: datetime | None
    why: Cleared | None
    false: int | None
    needed: int
    rule_beside: bool
    fails: float | None
    passes: float | None
    whole_lqas: bool
    strata: tuple[StratumRow, ...]
    at_stake: AtStake | None
    found: FoundOfDrawn | None
    changed: bool
    rows: tuple[DrawnRow, ...]
    begin: int
    more: bool
    steps: tuple[BoughtShown, ...]


@view
class DrawLine:
    """A drawing in the list of them."""

    id: int
    number: int
    indicator: int
    name: Cleared
    design: Cleared
    lines: int
    visits: int
    state: Cleared
    drawn_at: datetime


@view
class ListOffered:
    """A list that could be drawn from."""

    indicator: int
    name: Cleared
    lines: int


def _names(session: Session, round_id: str, clear: Clearance) -> Callable[[int], Cleared]:
    """Say what indicators are called, by their numbers."""
    known = indicators_of(session, session.get_one(Round, round_id)).by_number
    return lambda number: clear.ours(known[number].name[clear.language] if number in known else "")


def draws_of(session: Session, part: Part, words: Catalogue) -> list[DrawLine]:
    """List a part's drawings, the newest first."""
    clear = Clearance(words)
    name_of = _names(session, part[0], clear)
    query = select(Draw).filter_by(round_id=part[0], district=part[1]).order_by(Draw.id.desc())
    return [
        DrawLine(id=one.id, number=one.number, indicator=one.indicator, name=name_of(one.indicator),
                 design=clear.say(f"draw.design.{one.design}"), lines=one.lines, visits=one.visits,
                 state=clear.id(one.state), drawn_at=one.drawn_at)
        for one in session.scalars(query)
    ]  # fmt: skip


def lists_offered(session: Session, part: Part, words: Catalogue) -> list[ListOffered]:
    """List what could be drawn from."""
    name_of, found = _names(session, part[0], Clearance(words)), session.get_one(Round, part[0])
    lists = lists_of(session, part, is_claimed(found, rules_of(session, found)))
    return [ListOffered(number, name_of(number), count) for number, count in lists.items()]


def steps_of(lines: int) -> list[BoughtShown]:
    """Compare numbers of visits to a list of so many lines."""
    return [BoughtShown(step.visits, step.false, step.spans) for step in ladder(lines)]


def draw_shown(
    session: Session, part: Part, one: Draw, viewer: Viewer, words: Catalogue, begin: int = 0
) -> DrawShown:  # fmt: skip
    """Show a drawing, with its places from one on. Points are told to whoever may see them."""
    clear, lines = Clearance(words), listed(session, part, one.indicator)
    changed = digest_of(lines.risks) != one.population
    strata = [Stratum(row["stratum"], row["lines"], row["drawn"]) for row in one.strata]
    errors = lqas_errors(one.lines) if one.design == Design.LQAS else None
    rows, false = _rows(session, part, one, viewer, words, begin), false_still(strata)
    counted = select(func.count(DrawnPlace.substitute_for), func.count(DrawnPlace.day.distinct()))
    substitutes, days = session.execute(counted.where(DrawnPlace.draw_id == one.id)).one()
    return DrawShown(
        id=one.id, number=one.number, indicator=one.indicator,
        name=_names(session, part[0], clear)(one.indicator), design=clear.id(one.design),
        rule_beside=false is not None and (one.design == Design.AUDIT or errors is not None),
        seed=clear.own(one.seed), lines=one.lines, visits=one.visits, substitutes=substitutes, days=days,
        state=clear.id(one.state), drawn_at=one.drawn_at, settled_at=one.settled_at,
        why=clear.own(one.why) if one.why else None, false=false, needed=LQAS[1],
        fails=errors[0] if errors else None, passes=errors[1] if errors else None,
        whole_lqas=one.design == Design.LQAS and errors is None,
        strata=tuple(StratumRow(row.stratum, row.lines, row.drawn) for row in strata) if len(strata) > 1 else (),
        at_stake=stake_of(lines.self_score, one.lines, one.visits) if viewer.points else None,
        found=None if changed or one.state != APPROVED else _found(session, part, one, clear),
        changed=changed, rows=tuple(rows[:SHOWN_AT_ONCE]), begin=begin,
        more=len(rows) > SHOWN_AT_ONCE, steps=tuple(steps_of(one.lines)) if one.state == DRAWN else (),
    )  # fmt: skip


def _found(session: Session, part: Part, one: Draw, clear: Clearance) -> FoundOfDrawn:
    outcomes, drawn = outcomes_of(session, part, one.indicator), strata_drawn(session, [one.id])[one.id]
    seen = seen_of(outcomes.get(place, Outcome.UNSURE) for place in drawn)
    verdict = verdict_of(Design(one.design), one.lines, seen)
    return FoundOfDrawn(seen.confirmed, seen.contradicted, seen.undecided, clear.id(verdict) if verdict else None)


def stake_of(self_score: float | None, lines: int, visits: int) -> AtStake | None:
    """Share a list's score of itself out over its lines; None where it was given none."""
    return None if self_score is None else AtStake(self_score, self_score / lines, self_score * visits / lines)


def _rows(
    session: Session, part: Part, one: Draw, viewer: Viewer, words: Catalogue, begin: int
) -> Sequence[DrawnRow]:  # fmt: skip
    lot = DrawnPlace
    query = select(lot).filter_by(draw_id=one.id).order_by(
        lot.day, lot.team_id, func.coalesce(lot.substitute_for, lot.facility_id), lot.substitute_order.is_not(None),
        lot.turn,
    )  # fmt: skip
    found = session.scalars(query.offset(begin).limit(SHOWN_AT_ONCE + 1)).all()
    ids = {row.facility_id for row in found} | {row.substitute_for for row in found if row.substitute_for}
    places = known_places(session, sorted(ids)) if ids else {}
    teams, planned = teams_named(session, part[0]), _planned(session, part, ids)
    rows = []
    for row in found:
        place, instead_of = places[row.facility_id], places.get(row.substitute_for or "")
        clear = Clearance(words, place.names, viewer)
        named, plan = clear.place(place.place), planned.get(row.facility_id)
        rows.append(DrawnRow(
            place=named.label, area=named.area, is_home=place.place.is_home, day=row.day,
            team=clear.ours(teams.get(row.team_id, "–")), turn=row.turn, probability=row.probability,
            instead_of=clear.called(instead_of.place) if instead_of else None,
            planned_on=plan.day if plan and not plan.in_reserve and plan.day != row.day else None,
            in_reserve=bool(plan and plan.in_reserve),
        ))  # fmt: skip
    return rows


def _planned(session: Session, part: Part, places: Collection[str]) -> dict[str, Row[str, date, bool]]:
    """Say where the plan has each of these places; where several times, its own visit's last day."""
    one = PlannedVisit
    in_reserve = one.substitute_for.is_not(None).label("in_reserve")
    query = select(one.facility_id, one.day, in_reserve).where(of_part(*part), one.state == PLANNED)
    rows = session.execute(query.where(one.facility_id.in_(places)).order_by(in_reserve.desc(), one.day)).all()
    return {row.facility_id: row for row in rows}
