"""What Central no longer has counts for nothing and stays here; the certificate says why; restored, it counts again."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.results.reading import read_unread
from server.results.tables import LineResult
from server.results.verifying import verify
from server.store.interface import Store
from server.submissions.replacing import replaced_versions
from server.submissions.standing import Standing, standing
from server.submissions.tables import Attachment, Form, SubmissionComment, SubmissionState
from server.sync.certificates import FormDetail, latest_certificate, read_detail
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support import visits
from tests.support.claiming import ROUND, forget_jobs
from tests.support.forms import FORM_ID, a_form, a_submission
from tests.support.trial import (
    JPEG,
    OTHER,
    delete,
    delete_form,
    make_anew,
    pretend_that_time_has_passed,
    read_visits,
    restore_form,
    states,
    versions,
)
from tests.support.workbooks import DISTRICT
from verification.model import Outcome
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.forbearance import TROUBLES_IN_A_ROW
from workers.pulling.pull import meet_forms, pull_form
from workers.pulling.repair import repair
from workers.pulling.slow_pass import look_over


def stands(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        return dict(session.execute(select(SubmissionState.root_id, standing())).all())


def certified(engine: Engine, central: Central, store: Store, *, deep: bool = True) -> tuple[str, FormDetail]:
    verdict = certify(engine, central, store, deep=deep)
    with snapshot(engine) as session:
        found = latest_certificate(session, central.project)
        assert found
        return verdict, read_detail(found).forms[0]


def waiting(engine: Engine) -> list[tuple[str, str]]:
    with snapshot(engine) as session:
        return sorted((job.kind, job.key) for job in session.scalars(select(Job).filter_by(state="waiting")))


# ── one submission ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_visit_deleted_and_purged_between_two_pulls_leaves_its_place_unvisited(
    engine: Engine, central: Central, sandbox: Sandbox, store: Store
) -> None:
    visits.claim_a_place(engine)
    visits.publish(central)
    root = central.submit(visits.FORM_ID, visits.a_visit())
    pull_form(engine, central, visits.FORM_ID)
    assert outcome(engine) != Outcome.NOT_VISITED
    visits.delete(central, root)
    sandbox.state.purge(sandbox.state.projects[central.project].forms[visits.FORM_ID])
    look_over(engine, central, store, visits.FORM_ID)
    assert stands(engine) == {root: Standing.GONE} and root in versions(engine)
    assert outcome(engine) == Outcome.NOT_VISITED
    verdict, detail = certified(engine, central, store)
    assert (verdict, detail.gone, detail.living) == ("identical", 1, 0)


def outcome(engine: Engine) -> str:
    """Read what has come, do what that asks for, and say what became of the one place that is claimed."""
    read_unread(engine)
    if ("verify", f"{ROUND}/{DISTRICT}") in waiting(engine):
        verify(engine, ROUND, DISTRICT)
        forget_jobs(engine)
    with snapshot(engine) as session:
        return session.scalars(select(LineResult.outcome)).one()


def test_what_is_sent_anew_under_the_id_of_what_was_purged_is_another_submission(
    engine: Engine, trial: Central, sandbox: Sandbox, store: Store
) -> None:
    root = trial.submit(FORM_ID, a_submission(word="before", photo="1.jpg"), {"1.jpg": JPEG})
    trial.comment(FORM_ID, root, "of the first")
    look_over(engine, trial, store, FORM_ID)
    read_visits(engine)
    assert states(engine)[root].version_id
    delete(trial, root)
    sandbox.state.purge(sandbox.state.projects[trial.project].forms[FORM_ID])
    trial.submit(FORM_ID, a_submission(root, word="after", photo="2.jpg"), {"2.jpg": OTHER})
    look_over(engine, trial, store, FORM_ID)
    assert '"after"' in versions(engine)[root]
    assert states(engine)[root].changes > states(engine)[root].changes_read, "it is read again"
    assert states(engine)[root].version_id is None, "until then by no version: SQLite gives the number to another one"
    assert certified(engine, trial, store)[0] == "identical"
    with snapshot(engine) as session:
        (replaced,) = replaced_versions(session, states(engine)[root].form_pk, root)
        assert '"before"' in replaced.answers and replaced.cause == "sent_anew"
        files = session.execute(select(Attachment.digest, Attachment.replaced_at).order_by(Attachment.id)).all()
        assert [store.read(str(digest)) for digest, _ in files] == [JPEG, OTHER]
        assert [replaced_at is not None for _, replaced_at in files] == [True, False]
        assert session.scalars(select(SubmissionComment.body)).all() == ["of the first"]


# ── a whole form ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pulled(engine: Engine, trial: Central, store: Store) -> str:
    root = trial.submit(FORM_ID, a_submission(word="old"))
    look_over(engine, trial, store, FORM_ID)
    return root


def test_of_a_form_made_anew_nothing_that_the_deleted_one_had_counts(
    engine: Engine, trial: Central, store: Store, pulled: str
) -> None:
    other = trial.submit(FORM_ID, a_submission())
    make_anew(trial)
    look_over(engine, trial, store, FORM_ID)
    assert stands(engine) == {pulled: Standing.GONE}, "the one that was never pulled is in Central's listing too"
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.made_anew, detail.gone, detail.causes) == ("identical", 2, 1, {})
    assert other not in versions(engine)


def test_an_id_that_is_sent_again_to_the_new_form_counts_as_what_it_is_now(
    engine: Engine, trial: Central, store: Store, pulled: str
) -> None:
    trial.comment(FORM_ID, pulled, "of the old")
    look_over(engine, trial, store, FORM_ID)
    make_anew(trial)
    trial.submit(FORM_ID, a_submission(pulled, version="2", word="new"))
    report = look_over(engine, trial, store, FORM_ID)
    assert report.problem is None, "Central fails to give its comments: two have this id"
    assert '"new"' in versions(engine)[pulled] and states(engine)[pulled].gone_at is None
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.living, detail.made_anew, detail.compared) == ("identical", 1, 1, 0)


def test_any_number_of_ids_sent_again_leave_the_rest_pulled_looked_over_and_compared(
    engine: Engine, trial: Central, store: Store, pulled: str
) -> None:
    """Central answers for none of them alone; another version of the form has Tilik ask for each."""
    twins = [pulled, *(trial.submit(FORM_ID, a_submission()) for _ in range(TROUBLES_IN_A_ROW))]
    make_anew(trial)
    for root in twins:
        trial.submit(FORM_ID, a_submission(root, version="2"))
    edited = trial.submit(FORM_ID, a_submission(version="2"))
    trial.edit(FORM_ID, pulled, a_submission(replaces=pulled, version="2"))
    trial.publish(FORM_ID, a_form("3"), "3")
    assert look_over(engine, trial, store, FORM_ID).problem is None
    assert repair(engine, trial, store, FORM_ID).slow_pass.problem is None
    problems = {root: state.problem and state.problem.code for root, state in states(engine).items()}
    assert problems == dict.fromkeys(twins, "central_busy") | {edited: None}
    pretend_that_time_has_passed(engine)
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.causes) == ("different", {"content_not_kept": len(twins)})


def test_before_the_new_form_is_looked_over_the_certificate_is_different_not_unstable(
    engine: Engine, trial: Central, store: Store, pulled: str
) -> None:
    make_anew(trial)
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.causes, detail.made_anew) == ("different", {"vanished_at_central": 1}, 1)


def test_two_views_that_disagree_without_a_deleted_form_give_no_certificate(
    engine: Engine, trial: Central, store: Store, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.pulling.certify.PAUSE_SECONDS", 0)
    monkeypatch.setattr(trial, "was_deleted", lambda _form_id: False)
    make_anew(trial)
    look_over(engine, trial, store, FORM_ID)
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.causes, detail.made_anew) == ("disagree", {"only_listed": 1}, 0)


@pytest.fixture
def absent(engine: Engine, trial: Central, pulled: str) -> str:
    delete_form(trial)
    meet_forms(engine, trial)
    return pulled


def test_what_a_deleted_form_had_counts_no_longer_and_is_read_again(engine: Engine, absent: str) -> None:
    assert stands(engine) == {absent: Standing.FORM_GONE}
    assert ("read", "") in waiting(engine) and states(engine)[absent].changes == 2


def test_restored_at_central_it_counts_again_and_is_read_from_its_beginning(
    engine: Engine, trial: Central, store: Store, absent: str
) -> None:
    restore_form(trial)
    trial.delete(FORM_ID, absent)
    trial.session.ask("POST", f"projects/{trial.project}/forms/{FORM_ID}/submissions/{absent}/restore").close()
    meet_forms(engine, trial)
    assert stands(engine) == {absent: Standing.UNREAD} and ("check", FORM_ID) in waiting(engine)
    with snapshot(engine) as session:
        assert session.scalars(select(Form.watermark)).one() is None
    pull_form(engine, trial, FORM_ID)
    assert certified(engine, trial, store)[0] == "identical"


def test_made_anew_it_has_nothing_of_the_old_by_the_first_pull(engine: Engine, trial: Central, absent: str) -> None:
    trial.publish(FORM_ID, a_form("2"), "2")
    meet_forms(engine, trial)
    pull_form(engine, trial, FORM_ID)
    assert stands(engine) == {absent: Standing.GONE}


# ── a clock of Central's that was ahead ──────────────────────────────────────────────────────────────────────────────

TOMORROW = "2998-01-01T00:00:00.000Z"


def it_was_tomorrow(engine: Engine, *, watermark: bool = True) -> None:
    """Leave what a pull leaves while Central's clock is far ahead."""
    with writing(engine) as session:
        session.execute(update(SubmissionState).values(seen_at=TOMORROW))
        if watermark:
            session.execute(update(Form).values(watermark=TOMORROW))


def quickly(engine: Engine, central: Central, store: Store) -> object:
    return pull_form(engine, central, FORM_ID)


def thoroughly(engine: Engine, central: Central, store: Store) -> object:
    return look_over(engine, central, store, FORM_ID)


@pytest.mark.parametrize("how", [quickly, thoroughly])
def test_what_was_seen_by_a_clock_that_was_ahead_is_seen_anew(
    engine: Engine, trial: Central, store: Store, pulled: str,
    how: Callable[[Engine, Central, Store], object],
) -> None:  # fmt: skip
    it_was_tomorrow(engine)
    trial.review(FORM_ID, pulled, "hasIssues")
    late = trial.submit(FORM_ID, a_submission())
    how(engine, trial, store)
    assert states(engine)[pulled].review_state == "hasIssues" and late in states(engine)
    assert all(state.seen_at < TOMORROW for state in states(engine).values())
    assert certified(engine, trial, store)[0] == "identical"


def test_what_is_gone_is_seen_though_the_clock_was_ahead(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, pulled: str
) -> None:
    it_was_tomorrow(engine, watermark=False)
    del sandbox.state.projects[trial.project].forms[FORM_ID].submissions[pulled]
    look_over(engine, trial, store, FORM_ID)
    assert stands(engine) == {pulled: Standing.GONE}
