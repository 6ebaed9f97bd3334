"""Which visits count for a district and in which order, and which submissions count for nothing and are named."""

from typing import Any

from sqlalchemy import Engine, func, select, update

from server.db import snapshot, writing
from server.submissions.tables import Form, SubmissionState
from server.visits.queries import set_aside, set_aside_elsewhere, visits_by_submission
from server.visits.stamps import VisitStamp, visit_stamps
from tests.support.builders import ALL_FIVE, LAT, LON
from tests.support.claiming import ROUND
from tests.support.rounds import begin, let_be
from tests.support.trial import it_comes
from tests.support.workbooks import DISTRICT
from verification.remembering import Remembered

FORM = "visit_pojok_asi"
ANSWERS = {
    "kind": "pojok_asi", "arrival": "open", "seen": ALL_FIVE,
    "point": {"type": "Point", "coordinates": [LON, LAT, 0], "properties": {"accuracy": 5}},
}  # fmt: skip


def it_came(engine: Engine, root: str, minute: int = 0, **state: Any) -> None:
    it_comes(engine, FORM, root, ANSWERS, submitted_at=f"2026-11-01T00:0{minute}:00.000Z", **state)


def counting(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return [visit.visit_id for visit in visits_by_submission(session, ROUND, DISTRICT).values()]


def named_aside(engine: Engine) -> list[tuple[str, str]]:
    with snapshot(engine) as session:
        return [(aside.root_id, aside.problem.code) for aside in set_aside(session, 1, ROUND, DISTRICT)]


def test_visits_come_as_they_came_to_central_not_to_us(district: Engine) -> None:
    for root, minute in (("third", 3), ("first", 1), ("b", 2), ("a", 2)):
        it_came(district, root, minute)
    assert counting(district) == ["first", "a", "b", "third"]


def test_two_forms_that_sent_one_id_are_two_visits(district: Engine) -> None:
    it_came(district, "one")
    it_comes(district, "another_form", "one", ANSWERS)
    assert counting(district) == ["one", "one visit_pojok_asi"]


def test_what_comes_late_stands_where_it_came_and_what_is_as_it_was_is_the_very_same(district: Engine) -> None:
    known = Remembered()

    def stamps() -> list[VisitStamp]:
        with snapshot(district) as session:
            found = visit_stamps(session, ROUND, DISTRICT, known)
            assert found == visit_stamps(session, ROUND, DISTRICT), "as with nothing at hand"
            return found

    for root, minute in (("third", 3), ("first", 1)):
        it_came(district, root, minute)
    before = stamps()
    it_came(district, "second", 2)
    first, second, third = stamps()
    assert (first, third) == (*before,) and first is before[0] and third is before[1]
    assert second.visit_id == "second"
    with writing(district) as session:
        session.execute(update(SubmissionState).filter_by(root_id="first").values(submitter="another", day=None))
    again = stamps()
    assert (again[0].submitter, again[0].day, again[1] is second, again[2] is third) == ("another", None, True, True)
    with writing(district) as session:
        session.execute(update(SubmissionState).filter_by(root_id="first").values(submitted_at="2026-11-30T00:00:00Z"))
    assert [one.visit_id for one in stamps()] == ["second", "third", "first"]


def test_of_two_that_sent_one_id_the_later_is_called_by_its_form_too_whichever_that_is_now(district: Engine) -> None:
    known, two = Remembered(), ((FORM, "1"), ("another_form", "2"))
    for form_id, minute in two:
        it_comes(district, form_id, "one", ANSWERS, submitted_at=f"2026-11-01T00:0{minute}:00.000Z")
    for late, called in (("0", ["one", f"one {FORM}"]), ("3", ["one", "one another_form"])):
        with writing(district) as session:
            newer = select(func.max(Form.id)).scalar_subquery()
            its = update(SubmissionState).where(SubmissionState.form_pk == newer)
            session.execute(its.values(submitted_at=f"2026-11-01T00:0{late}:00.000Z"))
        with snapshot(district) as session:
            found = visit_stamps(session, ROUND, DISTRICT, known)
            assert [one.visit_id for one in found] == called
            assert found == visit_stamps(session, ROUND, DISTRICT)


def test_what_a_person_rejected_at_central_counts_for_nothing_and_is_named(district: Engine) -> None:
    it_came(district, "fine", review_state="approved")
    it_came(district, "refused", review_state="rejected")
    assert counting(district) == ["fine"]
    assert named_aside(district) == [("refused", "rejected_at_central")]


def test_what_was_deleted_at_central_counts_for_nothing_and_is_not_named(district: Engine) -> None:
    it_came(district, "gone", deleted_at="2026-11-02T00:00:00.000Z", review_state="rejected")
    assert (counting(district), named_aside(district)) == ([], [])


def test_what_is_set_aside_is_in_the_report_of_its_district_or_in_the_list_beside_them(district: Engine) -> None:
    def elsewhere() -> list[str]:
        with snapshot(district) as session:
            return [aside.root_id for aside in set_aside_elsewhere(session, 1)]

    it_came(district, "refused", review_state="rejected")
    assert elsewhere() == ["refused"], "no claim came from its district, so there is no report yet"
    begin(district, DISTRICT)
    assert (elsewhere(), named_aside(district)) == ([], [("refused", "rejected_at_central")])
    let_be(district, "archived")
    assert elsewhere() == ["refused"]
