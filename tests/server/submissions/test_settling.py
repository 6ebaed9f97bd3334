"""A form that Central no longer has: a person says whether its submissions count; by itself they do not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.submissions.files import due, late_files
from server.submissions.forms import note_published
from server.submissions.keeping import note_gone, upsert_states
from server.submissions.settling import CannotSettle, settle, settlement_of, unsettled_forms
from server.submissions.standing import Standing, counts, is_living, standing
from server.submissions.tables import Form, FormSettlement, SubmissionState
from server.words import LANGUAGES, catalogue
from server.work.tables import Job
from tests.support.arriving import FORM, a_visit_comes, belongs
from tests.support.claiming import forget_jobs
from tests.support.trial import MOMENT

LATER = "2026-11-02T00:00:00.000Z"
WHY = "Diganti formulir baru; kunjungannya sah."


@pytest.fixture
def absent(district: Engine) -> Engine:
    """Give one visit that counts, one deleted and one purged, of a form that is no longer at Central."""
    roots: dict[str, dict[str, Any]] = {"living": {}, "deleted": {"deleted_at": MOMENT}, "purged": {"gone_at": MOMENT}}
    for root, state in roots.items():
        a_visit_comes(district, root, **state)
    with writing(district) as session:
        note_published(session, 1, [])
    forget_jobs(district)
    return district


def settled(engine: Engine, *, counts: bool, why: str = WHY) -> None:
    with writing(engine) as session:
        settle(session, session.scalars(select(Form)).one(), counts=counts, why=why, by="terminal:test")


def stands(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        return dict(session.execute(select(SubmissionState.root_id, standing())).all())


NOTHING_COUNTS = {"living": Standing.FORM_GONE, "deleted": Standing.DELETED, "purged": Standing.GONE}
IT_COUNTS = NOTHING_COUNTS | {"living": Standing.COUNTS}


def test_nothing_of_it_counts_until_a_person_says_so_and_that_can_be_taken_back(absent: Engine) -> None:
    assert stands(absent) == NOTHING_COUNTS
    settled(absent, counts=True)
    assert stands(absent) == IT_COUNTS
    settled(absent, counts=False)
    assert stands(absent) == NOTHING_COUNTS
    settled(absent, counts=True)
    assert stands(absent) == IT_COUNTS


def test_who_when_and_why_is_kept_of_each_and_the_later_holds(absent: Engine) -> None:
    settled(absent, counts=True)
    settled(absent, counts=False, why="Ternyata salah kirim.")
    with snapshot(absent) as session:
        rows = session.scalars(select(FormSettlement).order_by(FormSettlement.id)).all()
        assert [(row.settled_by, row.why, row.counts) for row in rows] == [
            ("terminal:test", WHY, True), ("terminal:test", "Ternyata salah kirim.", False),
        ]  # fmt: skip
        holds = settlement_of(session, session.scalars(select(Form)).one())
        assert holds and holds.id == rows[1].id and abs((now() - holds.settled_at).total_seconds()) < 60


def test_what_counts_again_is_read_again(absent: Engine) -> None:
    before = belongs(absent, "living").changes
    settled(absent, counts=True)
    assert belongs(absent, "living").changes == before + 1
    with snapshot(absent) as session:
        assert session.scalars(select(Job.kind)).all() == ["read"]


def test_though_it_counts_central_is_asked_for_nothing_of_it(absent: Engine) -> None:
    settled(absent, counts=True)
    form_pk = belongs(absent, "living").form_pk
    with snapshot(absent) as session:
        assert session.scalars(select(SubmissionState.root_id).where(is_living())).all() == []
        assert session.scalars(select(SubmissionState.root_id).where(counts())).all() == ["living"]
        assert due(session, form_pk) == [] == late_files(session, 1)


def seen_again(engine: Engine, **state: Any) -> None:
    """Central has the form again, and its feed the submission."""
    found = belongs(engine, "living")
    row = {"form_pk": found.form_pk, "root_id": "living", "instance_id": "living", "submitted_at": found.submitted_at,
           "updated_at": None, "deleted_at": None, "gone_at": None, "settlement_id": None, "review_state": None,
           "problem": None, "edits": 0, "attachments_present": 0, "attachments_expected": 0,
           "seen_at": LATER}  # fmt: skip
    with writing(engine) as session:
        note_published(session, 1, [FORM])
        upsert_states(session, [row | state])


def made_anew(engine: Engine) -> None:
    """Central has another form of this id, and its feed nothing of the old one."""
    with writing(engine) as session:
        note_published(session, 1, [FORM])
        note_gone(session, belongs(engine, "living").form_pk, ["living"], LATER)


BACK: dict[str, tuple[Callable[[Engine], None], bool, Standing]] = {
    "restored": (seen_again, False, Standing.COUNTS),
    "restored, and deleted there": (lambda engine: seen_again(engine, deleted_at=LATER), True, Standing.DELETED),
    "made anew": (made_anew, False, Standing.GONE),
    "made anew, after a person said that the old ones count": (made_anew, True, Standing.COUNTS),
}  # fmt: skip


@pytest.mark.parametrize("comes_back, counted, stands_then", BACK.values(), ids=BACK)
def test_when_central_has_the_form_again(
    absent: Engine, comes_back: Callable[[Engine], None], counted: bool, stands_then: Standing
) -> None:
    settled(absent, counts=counted)
    comes_back(absent)
    assert stands(absent)["living"] == stands_then


def test_a_settlement_is_of_one_absence(absent: Engine) -> None:
    settled(absent, counts=True)
    seen_again(absent)
    with writing(absent) as session:
        form = session.scalars(select(Form)).one()
        assert settlement_of(session, form) is None and unsettled_forms(session, 1) == []
        note_published(session, 1, [])
        assert unsettled_forms(session, 1) == [FORM] and settlement_of(session, form) is None
    assert stands(absent) == NOTHING_COUNTS


def at_central(session: Any) -> None:
    session.execute(update(Form).values(absent_since=None))


@pytest.mark.parametrize("code, why", [("form_not_absent", WHY), ("settling_needs_a_reason", "  ")])
def test_what_cannot_be_settled_is_refused_with_a_sentence(absent: Engine, code: str, why: str) -> None:
    if code == "form_not_absent":
        with writing(absent) as session:
            at_central(session)
    with pytest.raises(CannotSettle) as refused:
        settled(absent, counts=True, why=why)
    assert refused.value.reason.code == code
    assert all("{" not in catalogue(language).reason(refused.value.reason) for language in LANGUAGES)
    with snapshot(absent) as session:
        assert session.scalars(select(FormSettlement)).all() == []
