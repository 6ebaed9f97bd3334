"""What a district's claims are set against beside visits: its last list, the country's numbers, its papers."""

from collections import defaultdict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.claims.tables import Claim, ClaimLine
from server.desk.scores import desk_scores
from server.feedback.gathering import told_in
from server.forum.queries import independent, minutes_in
from server.rounds.rules import FixedRules
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundPart
from server.told.queries import heard_in
from verification.comparing.beside import Beside, LastRound
from verification.summing.children import told_of, voices
from verification.summing.community import heard_of
from verification.summing.forum import said_of


def beside_of(session: Session, round_: Round, district: str, rules: FixedRules) -> Beside:
    """Give what claims of a district's part of a round are set against; `rules` are those fixed for it."""
    scores = desk_scores(session, round_.id, district, rules.indicators)
    heard = heard_of(heard_in(session, round_.id, district))
    forum = said_of(independent(minutes_in(session, round_.id, district)))
    children = told_of(voices(told_in(session, round_.id, (district,))))
    last = _last(session, round_, district)
    return Beside(round_.data_year, last, rules.benchmarks, tuple(scores.values()), heard, forum, children)


def _last(session: Session, round_: Round, district: str) -> LastRound | None:
    """Give the list of the district's last part that is closed, of an earlier data year and the same indicators.

    A closed part takes no claim any more: its list stays as it was. What it says itself ended before its data year was
    not there then; the next form does not list it again (`claims/last_lists.py`).
    """
    query = (
        select(Round)
        .join(RoundPart, RoundPart.round_id == Round.id)
        .where(RoundPart.district == district, RoundPart.state == CLOSED, Round.data_year < round_.data_year,
               Round.indicator_set == round_.indicator_set)
        .order_by(Round.data_year.desc(), Round.id.desc())
        .limit(1)
    )  # fmt: skip
    last = session.scalars(query).one_or_none()
    if last is None:
        return None
    lines = (
        select(Claim.indicator, ClaimLine.facility_id)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(Claim.round_id == last.id, Claim.district == district,
               or_(ClaimLine.ended_year.is_(None), ClaimLine.ended_year >= last.data_year))
    )  # fmt: skip
    listed: dict[int, list[str]] = defaultdict(list)
    for indicator, facility in session.execute(lines.order_by(Claim.indicator, ClaimLine.facility_id)):
        listed[indicator].append(facility)
    return LastRound(last.id, {number: tuple(places) for number, places in listed.items()})
