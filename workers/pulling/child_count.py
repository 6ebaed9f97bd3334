"""What children answered, in a certificate: how many went on to Central, how many are there, and nothing else."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from server.children.states import KEPT, PASSED
from server.db import snapshot
from server.feedback.tables import ChildAnswer
from server.sync.certificates import Cause, CountedForm, FormDetail
from workers.central.api import Central
from workers.central.session import CentralProblem
from xlsforms.forms import CHILD_FORM


def compare_counts(engine: Engine, central: Central) -> FormDetail | None:
    """Compare the counts; None where no answer went on and Central has no such form.

    While a batch is on its way, what still waits here may be there already.
    """
    with snapshot(engine) as session:
        passed, waiting = _count(session, PASSED), _count(session, KEPT)
    there = _there(central)
    if there is None and not passed:
        return None
    detail = FormDetail(CHILD_FORM, counted=CountedForm(passed, there or 0))
    if not passed <= (there or 0) <= passed + waiting:
        detail.causes[Cause.COUNT_DIFFERS] = abs((there or 0) - passed)
    return detail


def _count(session: Session, state: str) -> int:
    return session.scalar(select(func.count()).select_from(ChildAnswer).filter_by(state=state)) or 0


def _there(central: Central) -> int | None:
    try:
        return central.count(CHILD_FORM) if central.form(CHILD_FORM).is_published else None
    except CentralProblem as problem:
        if problem.reason.code != "central_not_found":
            raise
        return None
