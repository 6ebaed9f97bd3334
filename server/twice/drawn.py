"""What chance lets be said of a team's visits: of places that a drawing took which the team had visited before.

Given how many of those the drawing took, they are a simple random sample of them. Only drawings without classes of
risk are, and only while the list that they were drawn from is as it was.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.claims.tables import Claim, ClaimLine
from server.draws.samples import strata_drawn
from server.draws.states import APPROVED
from server.draws.tables import Draw, DrawnPlace
from server.moments import from_central
from server.roles.account import Account
from server.roles.table import Permission
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.twice.pairs import Pair, teams_of, visited_twice
from server.visits.tables import Visit
from verification.judging.twice import DrawnTwice, drawn_twice
from verification.reading.moment import made_at
from verification.sampling.intervals import Drawn
from verification.sampling.sample import digest_of


def drawn_by_team(session: Session, by: Account, round_id: str, pairs: Sequence[Pair]) -> dict[int, DrawnTwice]:
    """Give what can be said by teams; of most teams nothing can."""
    draws = _draws(session, by, round_id)
    if not draws:
        return {}
    lots, lists = strata_drawn(session, [*draws]), _lists(session, round_id, [*draws])
    visits = {row.id: row.submitter for rows in lists.values() for row in rows if row.id is not None}
    teams, strata = teams_of(session, round_id, visits), defaultdict[int, list[Drawn]](list)
    for number, draw in draws.items():
        if digest_of({row.facility_id for row in lists[number]}) == draw.population:
            for team, places in _visited_before(draw, lists[number], teams).items():
                strata[team].append(_stratum(draw, team, places, lots[number].keys(), pairs))
    found = {team: drawn_twice([one for one in those if one.drawn]) for team, those in strata.items()}
    return {team: said for team, said in found.items() if said is not None}


def _draws(session: Session, by: Account, round_id: str) -> dict[int, Draw]:
    """Give the approved drawings that took a place which was visited twice."""
    took = select(DrawnPlace.draw_id).where(DrawnPlace.facility_id.in_(visited_twice(by, round_id)))
    query = select(Draw).where(
        Draw.round_id == round_id, Draw.state == APPROVED, Draw.id.in_(took),
        by.reach(Permission.SEE_SECOND_VISITS, Draw.district, Draw.round_id),
    )  # fmt: skip
    return {draw.id: draw for draw in session.scalars(query) if len(draw.strata) == 1}


def _lists(session: Session, round_id: str, draws: Sequence[int]) -> Mapping[int, list[Any]]:
    """Give each drawing's list as it stands: every line, with each visit to its place that counts."""
    state = SubmissionState
    query = (
        select(Draw.id.label("draw"), ClaimLine.facility_id, state.id, state.submitter, state.submitted_at,
               Visit.began_at)
        .join(Claim, (Claim.round_id == Draw.round_id) & (Claim.district == Draw.district)
              & (Claim.indicator == Draw.indicator))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .outerjoin(state, (state.facility_id == ClaimLine.facility_id) & (state.round_id == Draw.round_id)
                   & (state.district == Draw.district) & counts(round_id=round_id))
        .outerjoin(Submission, current_version())
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .where(Draw.id.in_(draws))
    )  # fmt: skip
    lists: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        lists[row.draw].append(row)
    return lists


def _visited_before(draw: Draw, rows: Sequence[Any], teams: Mapping[int, int]) -> Mapping[int, set[str]]:
    """Give the places of a list that each team had visited when the lots were drawn."""
    before: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.id in teams and made_at(row.began_at, from_central(row.submitted_at)) < draw.drawn_at:
            before[teams[row.id]].add(row.facility_id)
    return before


def _stratum(draw: Draw, team: int, places: set[str], lots: Set[str], pairs: Sequence[Pair]) -> Drawn:
    """Count the drawn places of a team: those visited again after the drawing that differ, and those not compared."""
    drawn, told = places & lots, dict[str, bool]()
    for pair in pairs:
        place = pair.earlier.facility_id
        if pair.team == team and place in drawn and pair.answers and _lies_between(draw, pair):
            told[place] = told.get(place, False) or bool(pair.differing)
    return Drawn(len(places), len(drawn), sum(told.values()), len(drawn) - len(told))


def _lies_between(draw: Draw, pair: Pair) -> bool:
    return pair.earlier.made_at < draw.drawn_at <= pair.later.made_at
