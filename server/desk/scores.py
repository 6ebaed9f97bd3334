"""Tim Penilai's scores of documents, added up by indicator, for the ledger's column "after the desk"."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.claims.tables import Claim, Document
from server.desk.queries import scores_of
from verification.desk.score import DeskScore
from verification.desk.scoring import WHOLE, desk_score
from verification.sets.indicators import IndicatorSet


def desk_scores(
    session: Session, round_id: str, district: str, indicators: IndicatorSet
) -> Mapping[int, DeskScore]:  # fmt: skip
    """Give what the desk left of each indicator of which a document was handed in, by its number."""
    query = select(Claim.indicator, Document.question).join(Document, Document.claim_id == Claim.id)
    asked: dict[int, set[str]] = {}
    for indicator, question in session.execute(query.where(Claim.round_id == round_id, Claim.district == district)):
        asked.setdefault(indicator, set()).add(question or WHOLE)
    given = {
        indicator: {question: one.points for question, one in reversed(scores.items())}
        for indicator, scores in scores_of(session, round_id, district).items()
    }
    maximum = {one.number: one.points for one in indicators.indicators}
    return {number: desk_score(number, asked[number], given.get(number, {}), maximum[number])
            for number in sorted(asked) if number in maximum}  # fmt: skip
