"""What children answered, deleted at Central when its time is over, and then here.

At Central it lies in the trash for thirty days, and is then purged. Who is stopped between both does it again: what is
not there needs no deleting.
"""

import secrets
from collections.abc import Callable

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.feedback.expiring import first_month_kept, forget_answers, passed_and_over
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.child_batch import instance_id
from xlsforms.forms import CHILD_FORM

_shuffle = secrets.SystemRandom().shuffle


def forget_at_central_too(engine: Engine, central: Central, alive: Callable[[], object]) -> None:
    """Delete what is over there, then here; if more went on meanwhile, here the next time. Raises CentralProblem."""
    first = first_month_kept()
    with snapshot(engine) as session:
        keys = passed_and_over(session, first)
    _shuffle(keys)
    for key in keys:
        alive()
        _delete(central, key)
    with writing(engine) as session:
        if set(passed_and_over(session, first)) <= set(keys):
            forget_answers(session, first)


def _delete(central: Central, key: str) -> None:
    try:
        central.delete(CHILD_FORM, instance_id(key))
    except CentralProblem as problem:
        if problem.reason.code != "central_not_found":
            raise
