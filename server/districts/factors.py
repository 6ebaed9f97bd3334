"""The verification factor of an indicator's list, in words: how many are there, and how many meet what is asked."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.results.tables import LineResult
from verification.model import Outcome
from verification.points.factor import Factor, Told, exists, meets

_DECIMALS = 2


def factors_said(session: Session, result_id: int, indicator: int, clear: Clearance) -> tuple[Cleared, ...]:
    """Say both factors of a list, to whom what was found is told; nothing where no place is claimed."""
    if not clear.sees_findings():
        return ()
    told = _told(session, result_id, indicator)
    found = (("factor.exists", exists(told)), ("factor.meets", meets(told)))
    return tuple(_said(key, one, clear) for key, one in found if one.lines)


def _told(session: Session, result_id: int, indicator: int) -> list[Told]:
    """Count lines by outcome and reasons; one that is no outcome any more is open."""
    columns = (LineResult.outcome, LineResult.reason_codes)
    query = select(*columns, func.count()).filter_by(result_id=result_id, indicator=indicator).group_by(*columns)
    known = {one.value: one for one in Outcome}
    return [(known.get(outcome, Outcome.UNSURE), codes.split(), count)
            for outcome, codes, count in session.execute(query)]  # fmt: skip


def _said(key: str, one: Factor, clear: Clearance) -> Cleared:
    low, high = one.bounds or (0.0, 0.0)
    share = None if one.of_decided is None else round(one.of_decided, _DECIMALS)
    return clear.say(key, lines=one.lines, verified=one.verified, contradicted=one.contradicted, share=share,
                     undecided=one.undecided, low=round(low, _DECIMALS), high=round(high, _DECIMALS))  # fmt: skip
