"""What hangs on the places of a plan that waits for Tim Penilai: the points that each list of them stands for."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.claims.tables import Claim, ClaimLine
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.draws.lines import is_claimed, lists_of
from server.draws.shown import AtStake, stake_of
from server.plan.states import of_part, waits_for_agreement
from server.plan.tables import PlannedVisit
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from server.words import Catalogue


@view
class StakeOfList:
    """A list of which places are planned: so many of its lines; `at_stake` only to whoever sees points."""

    indicator: int
    name: Cleared
    visits: int
    lines: int
    at_stake: AtStake | None


def stakes(session: Session, part: tuple[str, str], viewer: Viewer, words: Catalogue) -> list[StakeOfList]:
    """Give the lists that a plan's waiting places are on; those that may stand in for one are none of these."""
    clear, one, found = Clearance(words), PlannedVisit, session.get_one(Round, part[0])
    rules = rules_of(session, found)
    known, claimed = rules.indicators.by_number, is_claimed(found, rules)
    query = (
        select(Claim.indicator, Claim.self_score, func.count(one.facility_id.distinct()))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .join(one, one.facility_id == ClaimLine.facility_id)
        .where(Claim.round_id == part[0], Claim.district == part[1], of_part(*part), waits_for_agreement(),
               one.substitute_for.is_(None), claimed)
        .group_by(Claim.indicator, Claim.self_score)
        .order_by(Claim.indicator)
    )  # fmt: skip
    planned, lines = session.execute(query).all(), lists_of(session, part, claimed)
    return [
        StakeOfList(number, clear.ours(known[number].name[words.language]), visits, lines[number],
                    stake_of(score, lines[number], visits) if viewer.points else None)
        for number, score, visits in planned if number in known
    ]  # fmt: skip
