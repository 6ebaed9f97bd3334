"""By which ids the project at Central has the places: settled once, before anything of them is sent there."""

from sqlalchemy import Engine, or_, select, update

from server.assignments.states import GIVEN, SENT
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.register.at_central import IdsAt, note_ids, noted_ids
from server.rounds.tables import Round
from workers.central.api import Central

PLACES = "facilities"  # the list


def ids_at(engine: Engine, central: Central) -> IdsAt:
    """Give by which ids the project has the places; what its list has by now is asked once. Raises CentralProblem."""
    with snapshot(engine) as session:
        noted = noted_ids(session, central.project)
    if noted is not None:
        return noted
    listed = () if central.lacking(PLACES, ()).is_new else central.entities(PLACES).keys()
    with writing(engine) as session:
        found = note_ids(session, central.project, listed)
        if found.own:  # an older Tilik sent follow-ups there whose places were refused
            there = select(Round.id).where(or_(Round.project == central.project, Round.project.is_(None)))
            sent = update(Assignment).where(Assignment.state == SENT, Assignment.round_id.in_(there))
            session.execute(sent.values(state=GIVEN))
    return found
