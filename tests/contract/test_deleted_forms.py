"""A form that is deleted at Central, and made again under its id: the same on the sandbox and on a real Central."""

import pytest

from tests.support.forms import FORM_ID, a_submission
from tests.support.listed import listing
from tests.support.trial import delete_form, feed_rows, make_anew, publish_trial, refusal, restore_form
from workers.central.api import Central

JPEG = b"\xff\xd8\xff\xe0 one"


@pytest.fixture
def trial(any_central: Central) -> Central:
    return publish_trial(any_central)


def listed(trial: Central, *, deleted: bool = False) -> list[str]:
    return sorted(entry.root_id for entry in listing(trial, FORM_ID, deleted=deleted))


def fed(trial: Central) -> dict[str, str]:
    return {row["__id"]: row["word"] for row in feed_rows(trial)}


def test_a_deleted_form_is_not_found_and_restored_has_all_it_had(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="old"))
    delete_form(trial)
    assert trial.forms() == []
    assert refusal(lambda: trial.form(FORM_ID)) == "central_not_found 404.1"
    assert refusal(lambda: feed_rows(trial)) == "central_not_found 404.1"
    restore_form(trial)
    assert fed(trial) == {root: "old"}


def test_the_listing_of_a_form_made_anew_names_what_the_deleted_one_had_and_the_feed_does_not(trial: Central) -> None:
    living, deleted = trial.submit(FORM_ID, a_submission(word="old")), trial.submit(FORM_ID, a_submission())
    trial.delete(FORM_ID, deleted)
    make_anew(trial)
    assert (listed(trial), listed(trial, deleted=True), fed(trial)) == ([living], [deleted], {})


def test_an_id_that_the_deleted_form_had_may_be_sent_again_and_is_listed_twice(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="old", photo="1.jpg"))
    make_anew(trial)
    trial.submit(FORM_ID, a_submission(root, version="2", word="new", photo="1.jpg"), {"1.jpg": JPEG})
    assert (listed(trial), fed(trial)) == ([root, root], {root: "new"})
    with trial.attachment(FORM_ID, root, root, "1.jpg") as file:
        assert b"".join(file.chunks or ()) == JPEG


def test_what_else_is_asked_of_an_id_that_is_there_twice_central_fails_to_answer(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    make_anew(trial)
    trial.submit(FORM_ID, a_submission(root, version="2"))
    for ask in (lambda: trial.submission(FORM_ID, root), lambda: trial.versions(FORM_ID, root),
                lambda: trial.comments(FORM_ID, root), lambda: trial.xml(FORM_ID, root, root)):  # fmt: skip
        assert refusal(ask).split()[0] == "central_busy"
    trial.review(FORM_ID, root, "hasIssues")
    assert [row["system"]["reviewState"] for row in feed_rows(trial)] == ["hasIssues"]


def test_a_deleted_form_cannot_be_restored_beside_another_of_its_id(trial: Central) -> None:
    make_anew(trial)
    assert refusal(lambda: restore_form(trial)) == "central_refused 409.3"
