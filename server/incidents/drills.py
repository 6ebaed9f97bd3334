"""Drills: an incident that never was goes through the same messages and times, and its times are kept."""

import uuid

from sqlalchemy.orm import Session

from server.areas.queries import area_of, newest
from server.audit.entries import Act, write_down
from server.incidents.choices import DRILL
from server.incidents.reporting import NotRegistered, open_incident, today_there
from server.incidents.tables import Incident
from server.roles.account import Account, must
from server.roles.table import Permission


def start_drill(session: Session, district: str, by: Account) -> Incident:
    """Start a drill for a district. Raises NotRegistered, Forbidden."""
    area = area_of(session, newest(), district)
    if area is None or area.level != "district":
        raise NotRegistered("incident_district_missing")
    must(by, Permission.KEEP_DUTY, district)
    values = {"uuid": str(uuid.uuid4()), "district": district, "told_on": today_there(session, district),
              "came_by": DRILL, "danger": False, "called": [], "staff": "unknown"}  # fmt: skip
    write_down(session, Act(by.label, "drill_started", ""))
    return open_incident(session, values, by, is_drill=True)
