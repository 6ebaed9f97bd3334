"""The sync certificate: identical only where it is, every difference by its cause, and it never repairs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.store.interface import Store
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.sync.certificates import Cause, Detail, Difference, latest_certificate, read_detail
from server.sync.shown import shown_certificate
from server.sync.tables import Certificate
from server.words import catalogue
from tests.sandbox.server import Sandbox
from tests.support import trial as at_central
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.storing import damage
from tests.support.trial import JPEG, OTHER, kept, pretend_that_time_has_passed
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.repair import repair
from workers.pulling.slow_pass import look_over


@pytest.fixture
def causes(engine: Engine, trial: Central, store: Store) -> Callable[[], dict[Cause, int]]:
    """Make a deep certificate and give its differences by cause."""

    def make() -> dict[Cause, int]:
        certify(engine, trial, store, deep=True)
        (form,) = newest(engine, trial)[1].forms
        return form.causes

    return make


def newest(engine: Engine, central: Central) -> tuple[Certificate, Detail]:
    with snapshot(engine) as session:
        found = latest_certificate(session, central.project)
        assert found is not None
        session.expunge(found)
    return found, read_detail(found)


@pytest.fixture
def settled(engine: Engine, trial: Central, store: Store) -> str:
    """Give a submission with a file, a comment and two versions, pulled and looked over, all of it long ago."""
    root = trial.submit(FORM_ID, a_submission(word="1", photo="1.jpg"), {"1.jpg": JPEG})
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word="2", photo="1.jpg"))
    trial.comment(FORM_ID, root, "seen")
    look_over(engine, trial, store, FORM_ID)
    pretend_that_time_has_passed(engine)
    return root


def test_what_is_the_same_is_called_identical_with_its_counts(
    engine: Engine, trial: Central, store: Store, settled: str
) -> None:
    gone = trial.submit(FORM_ID, a_submission())
    look_over(engine, trial, store, FORM_ID)
    at_central.delete(trial, gone)
    look_over(engine, trial, store, FORM_ID)
    assert certify(engine, trial, store) == "identical"
    found, detail = newest(engine, trial)
    assert (found.verdict, len(found.digest), found.bytes_hashed_at) == ("identical", 64, None)
    totals = detail.totals
    assert [totals[name] for name in ("living", "versions", "deleted", "files")] == [1, 2, 1, 1]


def test_the_digest_is_of_central_and_changes_with_it(
    engine: Engine, trial: Central, store: Store, settled: str
) -> None:
    def digest() -> str:
        certify(engine, trial, store)
        return newest(engine, trial)[0].digest

    first = digest()
    assert digest() == first
    trial.review(FORM_ID, settled, "approved")
    assert digest() != first


def test_a_deep_certificate_says_when_the_bytes_were_hashed_and_a_later_one_remembers(
    engine: Engine, trial: Central, store: Store, settled: str
) -> None:
    certify(engine, trial, store, deep=True)
    hashed = newest(engine, trial)[0].bytes_hashed_at
    assert hashed is not None
    certify(engine, trial, store)
    assert newest(engine, trial)[0].bytes_hashed_at == hashed


def at_central_edit(trial: Central, root: str) -> None:
    current = trial.submission(FORM_ID, root).instance_id
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=current, word="3", photo="1.jpg"))


HAPPENINGS: dict[Cause, Callable[[Central, str], object]] = {
    Cause.MISSING_HERE: lambda trial, root: trial.submit(FORM_ID, a_submission()),
    Cause.EDIT_MISSED: at_central_edit,
    Cause.REVIEW_MISSED: lambda trial, root: trial.review(FORM_ID, root, "hasIssues"),
    Cause.DELETION_MISSED: lambda trial, root: at_central.delete(trial, root),
    Cause.COMMENTS_MISSING: lambda trial, root: trial.comment(FORM_ID, root, "later"),
    Cause.FILES_CLEARED: lambda trial, root: trial.clear(FORM_ID, root, "1.jpg"),
    Cause.FILE_REPLACED_AT_CENTRAL: lambda trial, root: trial.attach(FORM_ID, root, "1.jpg", OTHER),
}


@pytest.mark.parametrize("cause", HAPPENINGS)
def test_what_happened_at_central_is_named_by_its_cause_until_it_is_repaired(
    engine: Engine, trial: Central, store: Store, settled: str, causes: Callable[[], dict[Cause, int]], cause: Cause
) -> None:
    HAPPENINGS[cause](trial, settled)
    before = kept(engine)
    assert causes() == {cause: 1}
    assert kept(engine) == before, "a certificate never repairs"
    repair(engine, trial, store, FORM_ID)
    assert causes() == {}


def lose_state(engine: Engine, store: Store) -> None:
    with writing(engine) as session:
        session.execute(delete(SubmissionState))


def lose_a_version(engine: Engine, store: Store) -> None:
    with writing(engine) as session:
        session.execute(delete(Submission).filter_by(number=1))


def alter_answers(engine: Engine, store: Store) -> None:
    with writing(engine) as session:
        session.execute(update(Submission).filter_by(number=2).values(answers='{"word": "forged"}'))


def alter_answers_and_their_digest(engine: Engine, store: Store) -> None:
    from server.submissions.keeping import digest

    text = '{"word": "forged"}'
    with writing(engine) as session:
        session.execute(update(Submission).filter_by(number=2).values(answers=text, digest=digest(text)))


def lose_a_file(engine: Engine, store: Store) -> None:
    with snapshot(engine) as session:
        for digest in session.query(Attachment.digest).distinct():
            store.remove(str(digest[0]))


def damage_a_file(engine: Engine, store: Store) -> None:
    with snapshot(engine) as session:
        for digest in session.query(Attachment.digest).distinct():
            damage(store, str(digest[0]))


DAMAGES: dict[Cause, tuple[Callable[[Engine, Store], None], int]] = {
    Cause.MISSING_HERE: (lose_state, 1),
    Cause.VERSIONS_MISSING: (lose_a_version, 1),
    Cause.CONTENT_DIFFERS: (alter_answers_and_their_digest, 1),
    Cause.ALTERED_HERE: (alter_answers, 1),
    Cause.FILE_LOST_HERE: (lose_a_file, 2),  # both versions name it
    Cause.FILE_ALTERED_HERE: (damage_a_file, 2),
}


@pytest.mark.parametrize("cause", DAMAGES)
def test_damage_here_is_named_by_its_cause_until_it_is_repaired(
    engine: Engine, trial: Central, store: Store, settled: str, causes: Callable[[], dict[Cause, int]], cause: Cause
) -> None:
    damage, count = DAMAGES[cause]
    damage(engine, store)
    assert causes() == {cause: count}
    repair(engine, trial, store, FORM_ID)
    assert causes() == {}


def test_a_restore_and_a_purge_are_told_from_loss(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, causes: Callable[[], dict[Cause, int]]
) -> None:
    restored, purged = trial.submit(FORM_ID, a_submission()), trial.submit(FORM_ID, a_submission())
    vanished = trial.submit(FORM_ID, a_submission())
    at_central.delete(trial, restored)
    look_over(engine, trial, store, FORM_ID)
    at_central.restore(trial, restored)
    form = sandbox.state.projects[trial.project].forms[FORM_ID]
    at_central.delete(trial, purged)
    pretend_that_time_has_passed(engine)
    with writing(engine) as session:
        moment = form.submissions[purged].deleted_at
        session.execute(update(SubmissionState).filter_by(root_id=purged).values(deleted_at=moment))
    del form.submissions[purged], form.submissions[vanished]
    assert causes() == {
        Cause.RESTORED_AT_CENTRAL: 1, Cause.PURGED_AT_CENTRAL: 1, Cause.VANISHED_AT_CENTRAL: 1,
    }  # fmt: skip


def test_what_is_newer_than_the_last_pull_is_only_late(
    engine: Engine, trial: Central, store: Store, causes: Callable[[], dict[Cause, int]]
) -> None:
    look_over(engine, trial, store, FORM_ID)
    trial.submit(FORM_ID, a_submission())
    assert causes() == {Cause.NOT_PULLED_YET: 1}


def test_a_form_that_central_no_longer_has_is_named(
    engine: Engine, trial: Central, store: Store, settled: str, causes: Callable[[], dict[Cause, int]]
) -> None:
    trial.session.ask("DELETE", f"projects/{trial.project}/forms/{FORM_ID}").close()
    assert causes() == {Cause.FORM_DELETED_AT_CENTRAL: 1}


def test_a_central_that_keeps_changing_gives_no_certificate(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox's clock of reviews is wound on with every listing, so that no two are equal."""
    monkeypatch.setattr("workers.pulling.certify.PAUSE_SECONDS", 0)
    root = trial.submit(FORM_ID, a_submission())
    look_over(engine, trial, store, FORM_ID)
    submission = sandbox.state.projects[trial.project].forms[FORM_ID].submissions[root]
    sandbox.state.projects[trial.project].forms[FORM_ID].submissions = Restless({root: submission})
    assert certify(engine, trial, store) == "unstable"


@pytest.mark.parametrize("moment", ["before the feed", "after the feed"])
def test_what_changes_between_the_two_listings_is_seen_by_one_of_them(
    engine: Engine, trial: Central, store: Store, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    root = trial.submit(FORM_ID, a_submission())
    look_over(engine, trial, store, FORM_ID)
    read_feed = trial.feed

    @contextmanager
    def feed_and_a_review(*asked: Any) -> Iterator[Any]:
        if moment == "before the feed":
            trial.review(FORM_ID, root, "hasIssues")
        with read_feed(*asked) as feed:
            yield feed
        if moment == "after the feed":
            trial.review(FORM_ID, root, "hasIssues")

    monkeypatch.setattr("workers.pulling.certify.PAUSE_SECONDS", 0)
    monkeypatch.setattr(trial, "feed", feed_and_a_review)
    assert certify(engine, trial, store) == "unstable"


class Restless(dict[str, Any]):
    """A form's submissions, which somebody reviews every time they are listed."""

    times = 0

    def values(self) -> Any:
        self.times += 1
        for submission in super().values():
            submission.updated_at = f"2026-01-01T00:00:00.{self.times:03d}Z"
        return super().values()


# ── two views of Central ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_submission_on_which_central_disagrees_with_itself_is_named_apart_and_the_rest_is_identical(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.pulling.certify.PAUSE_SECONDS", 0)
    odd, fine = trial.submit(FORM_ID, a_submission()), trial.submit(FORM_ID, a_submission())
    look_over(engine, trial, store, FORM_ID)
    submission = sandbox.state.projects[trial.project].forms[FORM_ID].submissions[odd]
    plain = submission.system
    monkeypatch.setattr(submission, "system", lambda: plain() | {"reviewState": "approved"})
    assert certify(engine, trial, store, deep=True) == "disagree"
    (form,) = newest(engine, trial)[1].forms
    assert form.differences == [Difference(odd, Cause.VIEWS_DISAGREE)]
    assert (form.identical, form.living, form.content, form.unstable) == (1, 1, 1, False)
    trial.review(FORM_ID, fine, "hasIssues")
    pretend_that_time_has_passed(engine)
    assert certify(engine, trial, store) == "different", "where something else differs too"


def test_an_unstable_one_names_what_keeps_changing(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.pulling.certify.PAUSE_SECONDS", 0)
    restless, fine = trial.submit(FORM_ID, a_submission()), trial.submit(FORM_ID, a_submission())
    look_over(engine, trial, store, FORM_ID)
    form = sandbox.state.projects[trial.project].forms[FORM_ID]
    submissions = Restless({restless: form.submissions[restless]})
    form.submissions, others = submissions, {fine: form.submissions[fine]}
    form.newest_first = lambda: [*submissions.values(), *others.values()]  # type: ignore[method-assign]
    assert certify(engine, trial, store) == "unstable"
    (detail,) = newest(engine, trial)[1].forms
    assert detail.differences == [Difference(restless, Cause.KEEPS_CHANGING)] and detail.identical == 1


def test_it_says_how_many_files_were_checked_and_when(
    engine: Engine, trial: Central, store: Store, settled: str
) -> None:
    certify(engine, trial, store, deep=True)
    first = newest(engine, trial)[1]
    assert (first.totals["compared_files"], first.totals["stored_files"]) == (2, 2) and first.files_compared
    trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": OTHER})
    look_over(engine, trial, store, FORM_ID)
    certify(engine, trial, store)
    made, then = newest(engine, trial)
    assert (then.totals["compared_files"], then.totals["stored_files"]) == (2, 3)
    assert then.files_compared == first.files_compared, "no moment after the new one came"
    said = " ".join(shown_certificate(made, then, Clearance(catalogue("en"))).compared)
    assert "2 of 3 files were checked byte for byte" in said and "of 3 versions" in said
