"""Whether a submission counts: the same reasons, in the same order, for all that asks."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import now, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.decisions.tables import Decision
from server.decisions.typed import Undecidable
from server.submissions.files import due, late_files
from server.submissions.keeping import upsert_states
from server.submissions.looking import to_look_into
from server.submissions.standing import Standing, counts, standing
from server.submissions.tables import Attachment, FileList, Form, SubmissionState
from server.sync.compared import left_to_compare
from server.sync.not_received import not_received
from server.visits.queries import set_aside, visits_by_submission
from server.words import catalogue
from tests.support.arriving import a_place_of_the_register, a_visit_comes, belongs
from tests.support.claiming import ROUND, open_round
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT
from verification.reason import Reason

MOMENT, ROOT, OTHER = "2026-11-02T00:00:00.000Z", "uuid:1", "2027"
ID = catalogue("id")
WHY = Reason("in_no_round", {"day": "2026-11-01"})


@dataclass(frozen=True)
class Case:
    """How a submission stands, and for whom it is there: results, the list of what is set aside, its files."""

    says: Standing
    says_of_any_round: Standing
    results: bool = False
    awaited: bool = True  # somebody still has to go back there
    aside: bool = False
    living: bool = True  # its files, comments and decisions
    state: dict[str, Any] = field(default_factory=dict)


GONE, DELETED = {"gone_at": MOMENT}, {"deleted_at": MOMENT}
BROKEN, ASIDE, REJECTED = {"problem": Reason("unreadable_kind")}, {"aside": WHY}, {"review_state": "rejected"}
UNREAD, ELSEWHERE = {"changes_read": 0}, {"round_id": OTHER}
DEAD: dict[str, Any] = {"living": False}
CASES = {
    "nothing against it": Case(Standing.COUNTS, Standing.COUNTS, results=True, awaited=False),
    "approved": Case(Standing.COUNTS, Standing.COUNTS, results=True, awaited=False, state={"review_state": "approved"}),
    "with issues": Case(Standing.COUNTS, Standing.COUNTS, results=True, awaited=False,
                        state={"review_state": "hasIssues"}),
    "changed since it was read": Case(Standing.COUNTS, Standing.COUNTS, results=True, awaited=False,
                                      state={"changes": 9}),
    "purged": Case(Standing.GONE, Standing.GONE, **DEAD, state=GONE),
    "purged after all else": Case(Standing.GONE, Standing.GONE, **DEAD,
                                  state=GONE | DELETED | BROKEN | UNREAD | ASIDE | REJECTED | ELSEWHERE),
    "deleted": Case(Standing.DELETED, Standing.DELETED, **DEAD, state=DELETED),
    "deleted after all else": Case(Standing.DELETED, Standing.DELETED, **DEAD,
                                   state=DELETED | BROKEN | UNREAD | ASIDE | REJECTED | ELSEWHERE),
    "not to be had from Central": Case(Standing.ASIDE, Standing.ASIDE, aside=True, state=BROKEN | UNREAD),
    "not read yet": Case(Standing.UNREAD, Standing.UNREAD, state=UNREAD),
    "not read yet, though a former reading set it aside": Case(Standing.UNREAD, Standing.UNREAD,
                                                               state=UNREAD | ASIDE | REJECTED | ELSEWHERE),
    "set aside": Case(Standing.ASIDE, Standing.ASIDE, aside=True, state=ASIDE),
    "set aside and rejected": Case(Standing.ASIDE, Standing.ASIDE, aside=True, state=ASIDE | REJECTED),
    "rejected": Case(Standing.REJECTED, Standing.REJECTED, aside=True, state=REJECTED),
    "another round's": Case(Standing.OTHER_ROUND, Standing.COUNTS, awaited=False, state=ELSEWHERE),
    "of no round": Case(Standing.OTHER_ROUND, Standing.COUNTS, awaited=False, state={"round_id": None}),
}  # fmt: skip


@pytest.fixture
def all_of_them(district: Engine) -> Engine:
    """Let a visit come for each case and stand like that; a file has not come, and somebody was asked to go back."""
    open_round(district, OTHER)
    for root in CASES:  # all are read before the first of them stands as it does
        a_visit_comes(district, root, facility=a_place_of_the_register(district, root[:36]))
    for root, case in CASES.items():
        it_stands(district, root, **case.state)
    return district


def it_stands(engine: Engine, root: str, **state: Any) -> None:
    with writing(engine) as session:
        found = session.scalars(select(SubmissionState).filter_by(root_id=root)).one()
        mine = {"form_pk": found.form_pk, "root_id": root, "instance_id": root}
        for name, value in ({"round_id": ROUND, "aside": None} | state).items():
            setattr(found, name, value)
        session.add(FileList(**mine, settled=False, recheck=False, attempts=0, next_ask_at=now()))
        session.add(Attachment(**mine, name="door.jpg", state="expected"))
        session.add(Decision(**mine, uuid=root[:36], kind="follow_up", facility_id=root[:36],
                             decided_by="terminal:test", decided_at=now().replace(year=2020)))  # fmt: skip


def said_of(engine: Engine, **whom: Any) -> dict[str, str]:
    with snapshot(engine) as session:
        query = select(SubmissionState.root_id, standing(**whom)).join(Form, Form.id == SubmissionState.form_pk)
        return dict(session.execute(query).all())


def those(what: str) -> set[str]:
    return {root for root, case in CASES.items() if getattr(case, what)}


def test_how_a_submission_stands_is_the_first_reason(all_of_them: Engine) -> None:
    assert said_of(all_of_them, round_id=ROUND) == {root: case.says for root, case in CASES.items()}
    assert said_of(all_of_them) == {root: case.says_of_any_round for root, case in CASES.items()}
    with snapshot(all_of_them) as session:
        counted = set(session.scalars(select(SubmissionState.root_id).where(counts(round_id=ROUND))))
    assert counted == those("results")


def test_what_counts_is_the_same_for_results_lists_files_the_certificate_and_decisions(all_of_them: Engine) -> None:
    form_pk = belongs(all_of_them, "deleted").form_pk
    with snapshot(all_of_them) as session:
        assert {visit.visit_id for visit in visits_by_submission(session, ROUND, DISTRICT).values()} == those("results")
        assert {aside.root_id for aside in set_aside(session, 1, ROUND, DISTRICT)} == those("aside")
        assert {asked.root_id for asked in due(session, form_pk)} == those("living")
        assert {late.root_id for late in late_files(session, 1)} == those("living")
        assert {one.root_id for one in to_look_into(session, form_pk, None)} == those("living"), "by each night"
        assert left_to_compare(session, 1).submissions == len(those("living")), "by a deep certificate"
        awaited = {one.name.removeprefix("Pojok ASI ") for one in not_received(session, 1, ID).go_back if one.name}
    assert awaited == {root[:36] for root in those("awaited")}
    assert {root for root in CASES if may_be_decided(all_of_them, form_pk, root)} == those("living")


def may_be_decided(engine: Engine, form_pk: int, root: str) -> bool:
    try:
        with writing(engine) as session:
            return decide(session, form_pk, root, Wish("comment", root, text="x"), TESTER).id > 0
    except Undecidable as refused:
        assert refused.reason.code == "decision_submission_deleted"
        return False


def test_another_projects_submission_counts_for_that_project_alone(all_of_them: Engine) -> None:
    gone = ("purged", "purged after all else", "deleted", "deleted after all else")
    mine, others = said_of(all_of_them, project=1), said_of(all_of_them, project=2)
    assert mine == {root: case.says_of_any_round for root, case in CASES.items()}
    assert others == {root: mine[root] if root in gone else Standing.OTHER_PROJECT for root in CASES}
    with snapshot(all_of_them) as session:
        assert set_aside(session, 2, ROUND, DISTRICT) == [] == late_files(session, 2)
        assert not_received(session, 2, ID).count == 0


MATTERS: dict[str, tuple[dict[str, Any], bool]] = {
    "a new version": ({"instance_id": "uuid:1b"}, True), "a deletion": (DELETED, True),
    "a review": ({"review_state": "approved"}, True), "what is wrong with it": (BROKEN, True),
    "a moment": ({"updated_at": MOMENT}, False), "a file more": ({"attachments_present": 1}, False),
    "nothing": ({}, False),
}  # fmt: skip


@pytest.mark.parametrize("news, again", MATTERS.values(), ids=MATTERS)
def test_what_matters_for_counting_has_a_submission_read_again(
    district: Engine, news: dict[str, Any], again: bool
) -> None:
    form_pk = a_visit_comes(district)
    row = {"form_pk": form_pk, "root_id": ROOT, "instance_id": ROOT, "submitted_at": "2026-11-01T00:00:00.000Z",
           "updated_at": None, "deleted_at": None, "gone_at": None, "review_state": None, "problem": None, "edits": 0,
           "attachments_present": 0, "attachments_expected": 0, "seen_at": MOMENT}  # fmt: skip
    with writing(district) as session:
        upsert_states(session, [row | news])
    found = belongs(district)
    assert (found.changes != found.changes_read) is again
    with writing(district) as session:
        upsert_states(session, [row | news])
    assert belongs(district).changes == found.changes, "the same said twice is no news"
