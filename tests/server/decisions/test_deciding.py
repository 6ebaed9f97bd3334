"""Taking a decision: it and its job are one, and what cannot be decided is answered with a sentence."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from server.db import snapshot, writing
from server.decisions.deciding import Wish, decide
from server.decisions.tables import Decision
from server.decisions.typed import Undecidable, new_uuid
from server.submissions.tables import Form, SubmissionState
from server.words import LANGUAGES, catalogue
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.deciding import HOME, SCHOOL, Trial, a_trial, a_visit, decided, form_key, jobs
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import delete
from tests.support.web import TESTER
from workers.central.api import Central
from workers.pulling.pull import pull_form


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    with a_trial(engine, central, sandbox, tmp_path) as found:
        yield found


def refusal(engine: Engine, root: str, kind: str, **typed: object) -> str:
    """Try to decide; returns the reason's code. Nothing may be left behind, and the reason has its sentences."""
    before = counted(engine)
    with pytest.raises(Undecidable) as caught:
        decided(engine, root, kind, **typed)
    assert counted(engine) == before
    assert all(catalogue(language).knows(f"reason.{caught.value.reason.code}") for language in LANGUAGES)
    return caught.value.reason.code


def counted(engine: Engine) -> tuple[int, int]:
    with snapshot(engine) as session:
        decisions = session.scalar(select(func.count()).select_from(Decision)) or 0
        return decisions, session.scalar(select(func.count()).select_from(Job)) or 0


def test_a_decision_says_what_by_whom_when_why_and_asks_for_its_job(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, "review", review_state="rejected", why=" Bukan tempat ini. ")
    with snapshot(trial.engine) as session:
        made = session.get_one(Decision, number)
        assert (made.kind, made.review_state, made.why, made.decided_by) == (
            "review", "rejected", "Bukan tempat ini.", "terminal:test",
        )  # fmt: skip
        assert (made.root_id, made.instance_id, made.sent_at, made.problem) == (root, root, None, None)
        assert session.scalars(select(Job.key).filter_by(kind="write_back")).all() == [str(number)]


def test_a_decision_without_its_job_or_a_job_without_its_decision_cannot_be(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    form_pk = form_key(trial.engine)
    with pytest.raises(ZeroDivisionError), writing(trial.engine) as session:
        decide(session, form_pk, root, Wish("comment", root, text="x"), TESTER)
        assert session.scalar(select(func.count()).select_from(Job).filter_by(kind="write_back")) == 1
        raise ZeroDivisionError  # the web's process dies here
    assert counted(trial.engine)[0] == 0 and jobs(trial.engine) == []


def test_the_same_page_sent_twice_is_one_decision(trial: Trial) -> None:
    root, page = a_visit(trial.engine, trial.central), new_uuid()
    first = decided(trial.engine, root, "comment", uuid=page)
    assert decided(trial.engine, root, "comment", uuid=page) == first
    assert len(jobs(trial.engine)) == 1


def test_two_copies_of_a_page_sent_at_once_are_one_decision(trial: Trial) -> None:
    root, page, made = a_visit(trial.engine, trial.central), new_uuid(), list[int]()
    form_pk = form_key(trial.engine)
    other = threading.Thread(target=lambda: made.append(decided(trial.engine, root, "comment", uuid=page)))
    with writing(trial.engine) as session:
        made.append(decide(session, form_pk, root, Wish("comment", root, page, text="x"), TESTER).id)
        other.start()
        other.join(0.5)  # it waits for this transaction, or has not come so far yet
    other.join()
    assert made[0] == made[1] and len(jobs(trial.engine)) == 1


def test_a_page_sent_again_after_an_edit_is_still_the_decision_it_was(trial: Trial) -> None:
    root, page = a_visit(trial.engine, trial.central), new_uuid()
    first = decided(trial.engine, root, "comment", uuid=page)
    trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root))
    pull_form(trial.engine, trial.central, FORM_ID)
    assert decided(trial.engine, root, "comment", uuid=page, version=root) == first


def test_what_was_typed_for_another_kind_is_left_out(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, "comment", review_state="approved", why="x", deadline="soon")
    with snapshot(trial.engine) as session:
        made = session.get_one(Decision, number)
        assert (made.review_state, made.why, made.deadline) == (None, None, None)


WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "no state": ("review_state_missing", {"kind": "review", "review_state": ""}),
    "a state of Central's own": ("review_state_missing", {"kind": "review", "review_state": "edited"}),
    "no reason": ("decision_why_missing", {"kind": "review", "why": "  "}),
    "a long reason": ("decision_text_too_long", {"kind": "review", "why": "x" * 501}),
    "no comment": ("decision_text_missing", {"kind": "comment", "text": ""}),
    "a long comment": ("decision_text_too_long", {"kind": "comment", "text": "x" * 2001}),
    "no question": ("decision_text_missing", {"kind": "follow_up", "text": ""}),
    "no deadline": ("deadline_not_a_date", {"kind": "follow_up", "deadline": ""}),
    "no date": ("deadline_not_a_date", {"kind": "follow_up", "deadline": "30/11/2026"}),
    "a deadline in the past": ("deadline_past", {"kind": "follow_up", "deadline": "2020-01-01"}),
    "another version": ("decision_version_replaced", {"kind": "review", "version": "uuid:another"}),
    "an unknown kind": ("decision_page_wrong", {"kind": "praise"}),
    "no id": ("decision_page_wrong", {"kind": "comment", "uuid": ""}),
    "an id that is not random": ("decision_page_wrong",
                                 {"kind": "comment", "uuid": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}),
}  # fmt: skip


def test_what_cannot_be_decided_is_refused_with_a_reason(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    codes = {what: refusal(trial.engine, root, **typed) for what, (_, typed) in WRONG.items()}
    assert codes == {what: code for what, (code, _) in WRONG.items()}


def test_what_was_edited_or_deleted_since_the_page_was_opened_is_not_decided(trial: Trial) -> None:
    root, edited = a_visit(trial.engine, trial.central), new_id()
    trial.central.edit(FORM_ID, root, a_submission(edited, replaces=root, word="after"))
    pull_form(trial.engine, trial.central, FORM_ID)
    assert refusal(trial.engine, root, "review", version=root) == "decision_version_replaced"
    delete(trial.central, root)
    pull_form(trial.engine, trial.central, FORM_ID)
    assert refusal(trial.engine, root, "review") == "decision_submission_deleted"


def test_what_central_has_lost_is_not_decided(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    with writing(trial.engine) as session:
        session.execute(update(SubmissionState).values(gone_at="2026-11-01T00:00:00.000Z"))
    assert refusal(trial.engine, root, "comment") == "decision_submission_deleted"


def test_a_follow_up_needs_a_place_of_the_register(trial: Trial) -> None:
    a_visit(trial.engine, trial.central)
    root = trial.central.submit(FORM_ID, a_submission(kind="sekolah", facility=new_id(), arrival="open"))
    pull_form(trial.engine, trial.central, FORM_ID)
    assert refusal(trial.engine, root, "follow_up") == "follow_up_without_facility"


@pytest.mark.parametrize("typed", [
    f"Siapa pengurus {HOME}?", "apakah PANTI ASUHAN rekaan   kasih ramai?", "PA Rekaan Kasih",
    "Yayasan rekaan kasih tutup", "Datang lagi ke Desa Satu", "Tanya kepala kelurahan satu",
])  # fmt: skip
def test_the_name_of_a_home_and_of_its_village_leave_in_no_text(trial: Trial, typed: str) -> None:
    root = a_visit(trial.engine, trial.central, kind="lksa", name=HOME)
    assert refusal(trial.engine, root, "follow_up", text=typed) == "decision_names_a_home"
    assert refusal(trial.engine, root, "follow_up", why=typed) == "decision_names_a_home"
    assert refusal(trial.engine, root, "comment", text=typed) == "decision_names_a_home"


@pytest.mark.parametrize("typed", ["Kasih tahu petugas.", "Panti ini tutup.", "Anak di rumah aman?", "Satunya lagi"])
def test_words_that_only_look_like_a_homes_name_leave(trial: Trial, typed: str) -> None:
    root = a_visit(trial.engine, trial.central, kind="lksa", name=HOME)
    assert decided(trial.engine, root, "comment", text=typed)


def test_no_follow_up_of_a_shelter_goes_to_phones(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central, kind="rumah_aman", name=HOME)
    assert refusal(trial.engine, root, "follow_up") == "follow_up_on_no_list"
    assert jobs(trial.engine) == []


def test_other_places_may_be_named(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    assert decided(trial.engine, root, "comment", text=f"Apakah {SCHOOL} sudah pindah?")


def test_approving_where_that_creates_entities_must_be_answered_with_yes(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    with writing(trial.engine) as session:
        session.execute(update(Form).values(approval_lists={"lists": ["homes", "places"]}))
    assert refusal(trial.engine, root, "review") == "approval_creates_entities"
    assert refusal(trial.engine, root, "review", confirmed=("homes",)) == "approval_creates_entities"
    number = decided(trial.engine, root, "review", confirmed=("homes", "places"))
    with snapshot(trial.engine) as session:
        assert session.get_one(Decision, number).confirmed == {"lists": ["homes", "places"]}
    assert decided(trial.engine, root, "review", review_state="rejected") > number
