"""Visits as they come from Central, and where each belongs once it is read."""

from typing import Any

from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.register.tables import Facility
from server.submissions.tables import SubmissionState
from tests.support.builders import ALL_FIVE, LAT, LON, VILLAGES
from tests.support.trial import it_comes
from verification.reason import Reason

FORM = "visit_pojok_asi"
HERE = (LON, LAT)  # in the first village of the made-up district


def a_visit_comes(
    engine: Engine, root: str = "uuid:1", at: tuple[float, float] | None = HERE, facility: str | None = None,
    start: str | None = None, form_id: str = FORM, seen: dict[str, Any] | None = None, **state: Any,
) -> int:  # fmt: skip
    """Store a visit as a pull does, and read it: at a point (lon, lat), to a place; gives its form's number."""
    point = {"type": "Point", "coordinates": [*at, 0], "properties": {"accuracy": 5}} if at else None
    answers = {"kind": "pojok_asi", "arrival": "open", "point": point, "facility": facility, "start": start,
               "seen": ALL_FIVE if seen is None else seen}  # fmt: skip
    return it_comes(engine, form_id, root, answers, **state)


def a_place_of_the_register(engine: Engine, place_id: str = "f1", village: str = VILLAGES[0].code) -> str:
    with writing(engine) as session:
        session.add(Facility(id=place_id, kind="pojok_asi", name=f"Pojok ASI {place_id}", village=village))
    return place_id


def belongs(engine: Engine, root: str = "uuid:1") -> SubmissionState:
    """Tell where a submission belongs."""
    with snapshot(engine) as session:
        found = session.scalars(select(SubmissionState).filter_by(root_id=root)).one()
        session.expunge(found)
    return found


def why_aside(engine: Engine, root: str = "uuid:1") -> Reason | None:
    return belongs(engine, root).aside
