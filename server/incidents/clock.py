"""By when an incident has to be taken up: an hour where children are in danger or teams visit, else four.

Quiet hours are those of the district's own clock and do not count, unless somebody is in danger.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.incidents.tables import Incident
from server.messages.quiet import NEVER, after
from server.moments import day_in
from server.rounds.planning import VISITS
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart, RoundStage

AT_ONCE, LATER = timedelta(hours=1), timedelta(hours=4)


def due_at(session: Session, incident: Incident, since: datetime, quiet: str) -> datetime:
    """Give the moment by which somebody has to have taken an incident up of whom they were told `since`."""
    zone = zone_of(session, None, incident.district)
    in_a_hurry = incident.danger or is_visit_day(session, incident.district, zone, since)
    return after(NEVER if incident.danger else quiet, since, AT_ONCE if in_a_hurry else LATER, zone)


def is_visit_day(session: Session, district: str, zone: str, moment: datetime) -> bool:
    """Tell whether visits are under way in a district on the day that a moment is in there."""
    day, stage = day_in(zone, moment), RoundStage
    query = (
        select(stage.round_id)
        .join(Round, Round.id == stage.round_id)
        .join(RoundPart, RoundPart.round_id == stage.round_id)
        .where(stage.stage == VISITS, stage.starts <= day, stage.ends >= day, Round.state == OPEN,
               RoundPart.district == district)
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
