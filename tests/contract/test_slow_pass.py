"""What the slow pass relies on, the same by name on the sandbox and on a real Central."""

import pytest

from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import delete, publish_trial, restore
from workers.central.api import Central
from workers.central.feed import read_listing
from workers.central.session import CentralProblem
from workers.central.wire import FileInfo
from workers.pulling.pull import NEVER, THE_BEGINNING

JPEG, OTHER = b"\xff\xd8\xff\xe0 one", b"\xff\xd8\xff\xe0 another"


@pytest.fixture
def trial(any_central: Central) -> Central:
    return publish_trial(any_central)


def test_an_unchanged_file_is_not_sent_again_and_a_replaced_one_is(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    with trial.attachment(FORM_ID, root, root, "1.jpg") as file:
        assert b"".join(file.chunks or ()) == JPEG
    with trial.attachment(FORM_ID, root, root, "1.jpg", file.etag) as again:
        assert again.chunks is None
    trial.attach(FORM_ID, root, "1.jpg", OTHER)
    with trial.attachment(FORM_ID, root, root, "1.jpg", file.etag) as replaced:
        assert b"".join(replaced.chunks or ()) == OTHER


def test_a_cleared_file_is_still_named(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    trial.clear(FORM_ID, root, "1.jpg")
    assert trial.attachments(FORM_ID, root, root) == [FileInfo("1.jpg", exists=False)]


def test_a_new_version_takes_over_the_files_it_names_and_the_old_one_keeps_its_own(trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG}), new_id()
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, photo="1.jpg"))
    trial.attach(FORM_ID, root, "1.jpg", OTHER)
    found = []
    for instance in (root, edited):
        with trial.attachment(FORM_ID, root, instance, "1.jpg") as file:
            found.append(b"".join(file.chunks or ()))
    assert found == [JPEG, OTHER]


def test_the_listing_streams_living_and_deleted_apart(trial: Central) -> None:
    living, gone = trial.submit(FORM_ID, a_submission()), trial.submit(FORM_ID, a_submission())
    delete(trial, gone)
    for deleted, root in ((False, living), (True, gone)):
        with trial.listing_stream(FORM_ID, deleted=deleted) as chunks:
            (entry,) = read_listing(chunks)
        assert (entry.root_id, entry.instance_id) == (root, root)
        assert (entry.deleted_at is not None) is deleted


def test_an_empty_listing_is_a_listing(trial: Central) -> None:
    with trial.listing_stream(FORM_ID, deleted=True) as chunks:
        assert list(read_listing(chunks)) == []


def test_the_audit_log_names_project_form_and_the_first_version(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, photo="1.jpg"))
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    delete(trial, root)
    restore(trial, root)
    found = trial.audits("submission", THE_BEGINNING)
    assert found is not None
    mine = [e for e in found[0] if (e.get("actee") or {}).get("projectId") == trial.project]
    assert {entry["actee"]["xmlFormId"] for entry in mine} == {FORM_ID}
    by_action = {entry["action"]: entry["details"]["instanceId"] for entry in mine}
    assert by_action["submission.attachment.update"] == root
    assert by_action["submission.restore"] == root


def test_the_audit_log_can_be_asked_for_nothing_but_the_moment(trial: Central) -> None:
    found = trial.audits("submission", NEVER)
    assert found is not None
    assert found[0] == [] and found[1].endswith(".000Z") and trial.clock() >= found[1]


def test_what_was_deleted_cannot_be_deleted_again(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    trial.delete(FORM_ID, root)
    with pytest.raises(CentralProblem) as refused:
        trial.delete(FORM_ID, root)
    assert refused.value.reason.code == "central_not_found"
