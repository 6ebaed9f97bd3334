"""What is set aside of interviews, programmes and minutes: how many of a form, and why; never which, nor of which day.

One interview alone is for nobody to see, set aside or not: so it is in no list, and its number leaves by its threshold.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.reasons import code_of
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round, RoundPart
from server.submissions.keeping import current_version
from server.submissions.standing import Standing, standing
from server.submissions.tables import Form, Submission, SubmissionState
from server.told.kinds import INTERVIEW, KINDS
from server.told.tables import WhatWasTold
from verification.disclosing.counts import Count, CountOf

REJECTED, OTHERWISE = "rejected_at_central", "otherwise"
REASONS = ("in_no_round", "in_several_rounds", "interview_ended", "told_of_no_district", "unreadable_submission",
           "forum_outsiders", "forum_counts", "forum_too_few", REJECTED)  # fmt: skip


@view
class ToldAside:
    """So many of a form count for nothing, for one reason."""

    form: Cleared
    why: Cleared
    count: Cleared


def told_aside_in(
    session: Session, project: int, round_id: str, district: str, clear: Clearance
) -> tuple[ToldAside, ...]:
    """Number what is set aside of what was told of a district in a round."""
    mine = (WhatWasTold.round_id == round_id) & (WhatWasTold.area == district)
    return tuple(_shown(session, _aside(project).where(mine), clear))


def told_aside_elsewhere(session: Session, project: int, clear: Clearance) -> tuple[ToldAside, ...]:
    """Number what is set aside and on no district's page: of no area that is known, or of one that has no part."""
    begun = select(RoundPart.district).join(Round, Round.id == RoundPart.round_id).where(Round.state != ARCHIVED)
    nowhere = or_(WhatWasTold.area.is_(None), WhatWasTold.area.not_in(begun), WhatWasTold.round_id.is_(None))
    return tuple(_shown(session, _aside(project).where(nowhere), clear))


def _why() -> ColumnElement[str]:
    return func.coalesce(code_of(WhatWasTold.aside), code_of(SubmissionState.problem), literal(REJECTED))


def _aside(project: int) -> Select[str | None, str, int]:
    stands, told = standing(project=project), WhatWasTold
    is_aside = stands.in_([Standing.ASIDE, Standing.REJECTED]) | ((stands == Standing.COUNTS) & told.aside.is_not(None))
    return (
        select(Form.read_as, _why().label("why"), func.count())
        .select_from(SubmissionState)
        .join(Form, Form.id == SubmissionState.form_pk)
        .outerjoin(Submission, current_version())
        .outerjoin(told, told.submission_id == Submission.id)
        .where(Form.read_as.in_(KINDS), is_aside)
        .group_by(Form.read_as, "why")
    )


def _shown(session: Session, query: Select[str | None, str, int], clear: Clearance) -> Iterator[ToldAside]:
    counted: dict[tuple[str, str], int] = {}
    for read_as, code, count in session.execute(query):
        why = code if code in REASONS else OTHERWISE
        key = (str(read_as), why)
        counted[key] = counted.get(key, 0) + count
    for (read_as, why), count in sorted(counted.items()):
        of = CountOf.ASKED if read_as == INTERVIEW else CountOf.THINGS
        yield ToldAside(clear.say(f"told.{read_as}s"), clear.say(f"told.aside.{why}"), clear.count(Count(count, of)))
