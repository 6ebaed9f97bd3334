"""Lists shared out to phones, or given whole again, as somebody asked on a page; then what each got is checked."""

from collections.abc import Callable

from sqlalchemy import Engine

from server.db import now, snapshot, writing
from server.phones.expected import teams_with_phones
from server.phones.keeping import NotKept
from server.phones.tables import PhoneSharing
from server.work.kinds import CheckPhones
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.phone_lists import give_all_again, share_out
from workers.sending.phones import bring_phones
from workers.sending.publish import publish_lists


def share_all(engine: Engine, central: Central, progress: Callable[[], None]) -> None:
    """Bring phones and lists up to date, then let Central give each phone its own. Raises NotKept, CentralProblem."""
    bring_phones(engine, central, progress)
    publish_lists(engine, central)
    share_out(engine, central)


def share_as_asked(engine: Engine, central: Central, number: int, progress: Callable[[], None]) -> None:
    """Do what was asked for, unless something else was asked for since. Raises CentralProblem that passes."""
    with snapshot(engine) as session:
        wanted = session.get(PhoneSharing, number)
    if wanted is None or wanted.ended_at is not None or wanted.project != central.project:
        return
    problem: Reason | None = None
    try:
        if wanted.shared:
            share_all(engine, central, progress)
        else:
            give_all_again(engine, central)
    except NotKept as refused:
        problem = refused.reason
    except CentralProblem as failed:
        if failed.passes:
            raise
        problem = failed.reason
    with writing(engine) as session:
        done = session.get_one(PhoneSharing, number)
        done.ended_at, done.problem = now(), problem
        for team, _ in teams_with_phones(session, central.project) if problem is None else ():
            ask(session, CheckPhones(team.id))
