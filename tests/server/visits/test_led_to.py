"""A sign that takes two visits leads to the other one, whatever the ids of submissions are."""

from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.results.tables import VisitResult
from server.submissions.tables import Form, SubmissionState
from server.visits.led_to import led_to_by
from tests.support.claiming import ROUND
from tests.support.room import a_part
from tests.support.workbooks import DISTRICT


def test_two_forms_may_have_a_submission_of_one_id(district: Engine) -> None:
    a_part(district, 8)
    with writing(district) as session:
        of_forms = select(Form.form_id).join(SubmissionState, SubmissionState.form_pk == Form.id)
        first, second = (session.scalars(of_forms.where(SubmissionState.id == number)).one() for number in (4, 6))
        session.execute(update(SubmissionState).filter_by(id=6).values(root_id="uuid:4"))
        session.execute(update(VisitResult).filter_by(state_id=6).values(visit_id=f"uuid:4 {second}"))
    flags: list[list[str | None]] = [
        ["same_coordinates", "uuid:4"],
        ["too_fast", f"uuid:4 {second}"],
        ["hurried", None],
        ["too_fast", "gone"],
    ]
    with snapshot(district) as session:
        found = led_to_by(session, ROUND, DISTRICT, flags)
        elsewhere = led_to_by(session, ROUND, "99.02", flags)
    assert first != second
    assert found == {"uuid:4": (first, "uuid:4"), f"uuid:4 {second}": (second, "uuid:4")} and elsewhere == {}
