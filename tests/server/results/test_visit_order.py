"""A district's visits come in the order of their arrival at Central, whichever form was pulled first."""

import json

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.submissions.keeping import insert_versions, upsert_states
from server.submissions.tables import Form
from server.visits.queries import visits_of
from server.visits.reading import read_new_visits
from tests.support.builders import ALL_FIVE, LAT, LON
from tests.support.workbooks import DISTRICT

FORM = "visit_pojok_asi"
ANSWERS = json.dumps({
    "kind": "pojok_asi", "arrival": "open", "seen": ALL_FIVE,
    "point": {"type": "Point", "coordinates": [LON, LAT, 0], "properties": {"accuracy": 5}},
})  # fmt: skip


def pulled(engine: Engine, root: str, minute: int) -> None:
    with writing(engine) as session:
        form = session.get(Form, 1) or Form(id=1, project=1, form_id=FORM)
        session.add(form)
        session.flush()
        insert_versions(session, [{
            "form_pk": 1, "root_id": root, "instance_id": root, "number": 1, "digest": "x", "source": "odata",
            "form_version": "1", "answers": ANSWERS,
        }])  # fmt: skip
        upsert_states(session, [{
            "form_pk": 1, "root_id": root, "instance_id": root, "submitted_at": f"2026-11-01T00:0{minute}:00.000Z",
            "edits": 0, "attachments_present": 0, "attachments_expected": 0, "seen_at": "2026-11-01T01:00:00.000Z",
        }])  # fmt: skip


def test_visits_come_as_they_came_to_central_not_to_us(district: Engine) -> None:
    for root, minute in (("third", 3), ("first", 1), ("b", 2), ("a", 2)):
        pulled(district, root, minute)
    read_new_visits(district, (FORM,))
    with snapshot(district) as session:
        assert [visit.visit_id for visit in visits_of(session, 1, DISTRICT)] == ["first", "a", "b", "third"]
