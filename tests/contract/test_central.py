"""The contract: what Tilik relies on at Central. The same tests by name pass on the sandbox and on a real one.

What changes which of Central's timestamps is said in the table of events below; everything about pulling rests on it.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.listed import listing
from tests.support.trial import delete, feed_rows, refusal, restore
from workers.central.api import Central
from workers.central.wire import FileInfo
from workers.pulling.pull import THE_BEGINNING, changed_since

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40


@pytest.fixture
def trial(any_central: Central) -> Central:
    """Give a project with the trial form published."""
    any_central.publish(FORM_ID, a_form(), "1")
    return any_central


# ── logging in


def test_a_wrong_password_is_said_as_such(trial: Central) -> None:
    stranger = Central(trial.session.base_url.removesuffix("/v1/"), "nobody@example.test", "a wrong one", trial.project)
    with stranger:
        assert refusal(stranger.forms) == "central_login_refused"


def test_a_dead_token_is_replaced_by_a_new_login(trial: Central) -> None:
    trial.session.headers["Authorization"] = "Bearer " + "x" * 64
    assert [form.form_id for form in trial.forms()] == [FORM_ID]


def test_an_unknown_form_is_not_found(trial: Central) -> None:
    assert refusal(lambda: trial.form("there_is_none")) == "central_not_found 404.1"


# ── publishing


def test_publishing_the_same_version_again_changes_nothing(trial: Central) -> None:
    assert trial.publish(FORM_ID, a_form(), "1") is False
    assert trial.form(FORM_ID).version == "1"


def test_a_new_version_takes_the_place_of_the_old(trial: Central) -> None:
    assert trial.publish(FORM_ID, a_form("2"), "2") is True
    assert trial.form(FORM_ID).version == "2"


def test_what_is_no_form_is_refused(trial: Central) -> None:
    from xlsforms.build import write_xlsx

    broken = write_xlsx(survey=[{"type": "no such type", "name": "x"}], settings=[{"form_id": "broken"}])
    assert refusal(lambda: trial.publish("broken", broken, "1")) == "central_refused 400.15"


def test_a_closed_form_takes_no_submissions_and_still_gives_them(trial: Central) -> None:
    trial.submit(FORM_ID, a_submission(word="before"))
    trial.session.ask("PATCH", f"projects/{trial.project}/forms/{FORM_ID}", json={"state": "closed"}).close()
    assert refusal(lambda: trial.submit(FORM_ID, a_submission())) == "central_refused 409.2"
    assert [row["word"] for row in feed_rows(trial)] == ["before"]


# ── what a submission looks like


def test_answers_by_type(trial: Central) -> None:
    trial.submit(FORM_ID, a_submission(word="ä < b", number=7, share=0.5, moment="2026-11-01T09:00:00.000+07",
                                       point="-5.1 110.1 3.5 12.5"))  # fmt: skip
    (row,) = feed_rows(trial)
    assert (row["word"], row["number"], row["share"]) == ("ä < b", 7, 0.5)
    assert row["moment"] == "2026-11-01T09:00:00.000+07:00"
    assert row["point"] == {
        "type": "Point", "coordinates": [110.1, -5.1, 3.5], "properties": {"accuracy": 12.5},
    }  # fmt: skip
    assert row["inside"] == {"note": None}


def test_what_central_says_of_a_new_submission(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    (row,) = feed_rows(trial)
    system = row["system"]
    assert row["__id"] == root == row["meta"]["instanceID"]
    known = {name: system[name] for name in ("updatedAt", "reviewState", "edits", "deletedAt", "status", "formVersion")}
    assert known == {
        "updatedAt": None, "reviewState": None, "edits": 0, "deletedAt": None, "status": None, "formVersion": "1",
    }  # fmt: skip
    assert (system["attachmentsPresent"], system["attachmentsExpected"]) == (0, 1)
    assert isinstance(system["submitterId"], str)


def test_the_body_of_a_feed_to_the_letter(trial: Central) -> None:
    """Answers first, then what Central says of them, then repeats; the footer tells a whole body from a cut one."""
    root = trial.submit(FORM_ID, a_submission(word="w", rooms=("hall",)))
    with trial.feed(FORM_ID) as feed:
        body = b"".join(feed.chunks).decode()
    assert body.startswith('{"value":[{"word":"w","number":null,')
    assert f'"photo":null,"meta":{{"instanceID":"{root}"}},"__id":"{root}","__system":{{"submissionDate":"' in body
    assert '"deletedAt":null},"room@odata.navigationLink":"Submissions(' in body
    assert '"room":[{"use":"hall","__id":"' in body
    assert body.endswith('$metadata#Submissions"}')


def test_the_body_of_an_empty_feed(trial: Central) -> None:
    with trial.feed(FORM_ID) as feed:
        assert b"".join(feed.chunks).startswith(b'{"value":[],"@odata.context":"')


def test_a_repeats_id_is_its_position(trial: Central) -> None:
    """Take the first child out, and the second inherits its id: children are replaced as a set."""
    root = trial.submit(FORM_ID, a_submission(rooms=("hall", "yard")))
    before = {child["use"]: child["__id"] for child in feed_rows(trial)[0]["room"]}
    trial.edit(FORM_ID, root, a_submission(replaces=root, rooms=("yard",)))
    after = {child["use"]: child["__id"] for child in feed_rows(trial)[0]["room"]}
    assert after == {"yard": before["hall"]}


def test_newest_first(trial: Central) -> None:
    for word in ("one", "two", "three"):
        trial.submit(FORM_ID, a_submission(word=word))
    assert [row["word"] for row in feed_rows(trial)] == ["three", "two", "one"]
    assert trial.count(FORM_ID) == 3


# ── what changes which timestamp


EVENTS: dict[str, tuple[Callable[[Central, str], Any], dict[str, Any]]] = {
    "attachment arrives": (lambda c, root: c.attach(FORM_ID, root, "1.jpg", JPEG), {"attachmentsPresent": 1}),
    "comment": (lambda c, root: c.comment(FORM_ID, root, "?"), {}),
    "review": (lambda c, root: c.review(FORM_ID, root, "approved"), {"reviewState": "approved", "updatedAt": "moved"}),
    "edit": (
        lambda c, root: c.edit(FORM_ID, root, a_submission(replaces=root, photo="1.jpg")),
        {"edits": 1, "reviewState": "edited", "updatedAt": "moved"},
    ),
    "delete": (lambda c, root: delete(c, root), {"deletedAt": "moved"}),
    "delete and restore": (lambda c, root: delete_and_restore(c, root), {}),
}


def delete_and_restore(central: Central, root: str) -> None:
    delete(central, root)
    restore(central, root)


@pytest.mark.parametrize("happens, changes", EVENTS.values(), ids=EVENTS)
def test_what_an_event_changes(trial: Central, happens: Callable[[Central, str], Any], changes: dict[str, Any]) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    before = feed_rows(trial)[0]["system"]
    happens(trial, root)
    after = feed_rows(trial)[0]["system"]
    seen = {name: after[name] for name in before if before[name] != after[name]}
    seen |= {name: "moved" for name in ("updatedAt", "deletedAt") if name in seen}
    assert seen == changes


def test_reviewing_with_the_same_state_moves_the_timestamp_too(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    trial.review(FORM_ID, root, "hasIssues")
    first = feed_rows(trial)[0]["system"]["updatedAt"]
    trial.review(FORM_ID, root, "hasIssues")
    assert feed_rows(trial)[0]["system"]["updatedAt"] >= first


def test_the_filter_sees_create_edit_review_and_delete_and_nothing_older(trial: Central) -> None:
    roots = [trial.submit(FORM_ID, a_submission(word=str(n))) for n in range(4)]
    since = max(row["system"]["submissionDate"] for row in feed_rows(trial))
    trial.edit(FORM_ID, roots[0], a_submission(replaces=roots[0], word="0"))
    trial.review(FORM_ID, roots[1], "rejected")
    time.sleep(0.002)  # Central's moments are of a millisecond: what is deleted in the same one is not later
    delete(trial, roots[2])
    assert {row["word"] for row in feed_rows(trial, changed_since(since))} == {"0", "1", "2", "3"}
    later = max(filter(None, (row["system"][n] for row in feed_rows(trial) for n in ("updatedAt", "deletedAt"))))
    assert [row["word"] for row in feed_rows(trial, changed_since(later))] == ["2"]


def test_the_filter_goes_on_from_the_oldest_submission_seen(trial: Central) -> None:
    for word in ("old", "middle", "new"):
        trial.submit(FORM_ID, a_submission(word=word))
    middle = feed_rows(trial)[1]["system"]["submissionDate"]
    words = [row["word"] for row in feed_rows(trial, changed_since(THE_BEGINNING, reached=middle))]
    assert words[-2:] == ["middle", "old"]


def test_without_naming_deletedat_what_is_deleted_is_hidden(trial: Central) -> None:
    delete(trial, trial.submit(FORM_ID, a_submission()))
    assert feed_rows(trial, None) == []
    assert feed_rows(trial, f"__system/submissionDate ge {THE_BEGINNING}") == []
    assert len(feed_rows(trial)) == 1


def test_a_filter_over_answers_is_not_supported(trial: Central) -> None:
    assert refusal(lambda: feed_rows(trial, "word eq 'x'")).startswith("central_refused 501")


# ── versions: the row is not the evidence


def test_after_an_edit_the_first_id_stays_and_the_form_version_stays_the_original(trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(word="before")), new_id()
    trial.publish(FORM_ID, a_form("2"), "2")
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, word="after", version="2"))
    (row,) = feed_rows(trial)
    assert (row["__id"], row["meta"]["instanceID"]) == (root, edited)
    assert (row["word"], row["system"]["formVersion"], row["system"]["edits"]) == ("after", "1", 1)


def test_a_removed_fields_answers_leave_the_feed_but_not_the_xml(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="kept", number=7))
    before = feed_rows(trial)[0]["system"]
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    (row,) = feed_rows(trial)
    assert "word" not in row and row["number"] == 7
    assert row["system"] == before  # and nothing says that something is missing
    assert "<word>kept</word>" in trial.xml(FORM_ID, root, root)


def test_all_versions_newest_first_each_with_its_own_xml(trial: Central) -> None:
    root, second, third = trial.submit(FORM_ID, a_submission(word="1")), new_id(), new_id()
    trial.edit(FORM_ID, root, a_submission(second, replaces=root, word="2"))
    trial.edit(FORM_ID, root, a_submission(third, replaces=second, word="3"))
    versions = trial.versions(FORM_ID, root)
    assert [version.instance_id for version in versions] == [third, second, root]
    assert [version.form_version for version in versions] == ["1", "1", "1"]
    words = [trial.xml(FORM_ID, root, version.instance_id).count(f"<word>{n}</word>") for n, version in
             zip((3, 2, 1), versions, strict=True)]  # fmt: skip
    assert words == [1, 1, 1]


def test_a_deleted_submission_hides_its_versions_until_it_is_restored(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    delete(trial, root)
    assert refusal(lambda: trial.versions(FORM_ID, root)).startswith("central_not_found")
    assert refusal(lambda: trial.xml(FORM_ID, root, root)).startswith("central_not_found")
    assert listing(trial, FORM_ID) == []
    assert [s.root_id for s in listing(trial, FORM_ID, deleted=True)] == [root]
    restore(trial, root)
    assert [s.root_id for s in listing(trial, FORM_ID)] == [root]


def test_the_listing_tells_each_submissions_current_version_and_review(trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission()), new_id()
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root))
    (listed,) = listing(trial, FORM_ID)
    assert (listed.root_id, listed.instance_id, listed.review_state) == (
        root,
        edited,
        "edited",
    )
    assert trial.submission(FORM_ID, root).instance_id == edited


def test_refused_submissions(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    assert refusal(lambda: trial.submit(FORM_ID, a_submission(root))).startswith("central_refused 409")
    assert refusal(lambda: trial.submit(FORM_ID, a_submission(version="99"))) == "central_not_found 404.6"
    assert refusal(lambda: trial.submit(FORM_ID, "no xml")).startswith("central_refused 400")
    stale = a_submission(replaces=new_id())
    assert refusal(lambda: trial.edit(FORM_ID, root, stale)).startswith("central_refused 409")
    assert refusal(lambda: trial.edit(FORM_ID, root, a_submission())) == "central_refused 400.19"


# ── attachments


def test_files_a_submission_names_and_those_that_came(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    assert trial.attachments(FORM_ID, root, root) == [FileInfo("1.jpg", exists=False)]
    assert refusal(lambda: read_file(trial, root)).startswith("central_not_found")
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    assert trial.attachments(FORM_ID, root, root) == [FileInfo("1.jpg", exists=True)]
    assert read_file(trial, root) == JPEG


def read_file(central: Central, root: str, instance_id: str | None = None) -> bytes:
    with central.attachment(FORM_ID, root, instance_id or root, "1.jpg") as file:
        return b"".join(file.chunks or ())


def test_a_file_nobody_named_is_refused(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    assert refusal(lambda: trial.attach(FORM_ID, root, "2.jpg", JPEG)).startswith("central_not_found")


def test_a_file_can_be_replaced_and_cleared(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    trial.attach(FORM_ID, root, "1.jpg", JPEG + b"new")
    assert read_file(trial, root) == JPEG + b"new"
    path = f"projects/{trial.project}/forms/{FORM_ID}/submissions/{root}/attachments/1.jpg"
    trial.session.ask("DELETE", path).close()
    assert trial.attachments(FORM_ID, root, root) == [FileInfo("1.jpg", exists=False)]


def test_a_file_sent_as_a_page_comes_as_the_file_it_is(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    trial.attach(FORM_ID, root, "1.jpg", b"<html>", "text/html")
    assert read_file(trial, root) == b"<html>"


def test_an_edit_takes_over_the_files_it_still_names(trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG}), new_id()
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, photo="1.jpg"))
    assert read_file(trial, root, edited) == read_file(trial, root) == JPEG


# ── comments, audits


def test_comments_newest_first(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    for body in ("first", "second"):
        trial.comment(FORM_ID, root, body)
    assert [comment.body for comment in trial.comments(FORM_ID, root)] == ["second", "first"]


def test_the_audit_log_shows_what_no_timestamp_shows(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    delete(trial, root)
    restore(trial, root)
    log = trial.session.ask_json("GET", "audits", params={"action": "submission"})
    actions = [entry["action"] for entry in log if (entry["details"] or {}).get("instanceId") == root]
    assert actions == [
        "submission.restore", "submission.delete", "submission.attachment.update", "submission.create",
    ]  # fmt: skip


# ── entity lists


def test_an_entity_list_is_made_once_and_gains_properties(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    any_central.ensure_entity_list("facilities", ["kind", "village"])
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    any_central.create_entities("facilities", [
        {"uuid": one, "label": "Satu", "data": {"kind": "sekolah", "village": "99"}},
        {"uuid": other, "label": "Dua", "data": {"kind": "lksa"}},
    ])  # fmt: skip
    any_central.update_entity("facilities", {"uuid": one, "label": "Satu baru", "data": {"kind": "pojok_asi"}})
    entities = any_central.entities("facilities")
    shown = {key: (e["label"], e["kind"], e["village"]) for key, e in entities.items()}
    assert shown == {one: ("Satu baru", "pojok_asi", "99"), other: ("Dua", "lksa", "")}


def test_an_entitys_id_must_be_random(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    named = str(uuid.uuid5(uuid.NAMESPACE_URL, "a place"))
    entity = {"uuid": named, "label": "x", "data": {}}
    assert refusal(lambda: any_central.create_entities("facilities", [entity])).startswith("central_refused 400")


def test_the_same_entity_twice_is_refused(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    entity = {"uuid": str(uuid.uuid4()), "label": "x", "data": {"kind": "lksa"}}
    any_central.create_entities("facilities", [entity])
    assert refusal(lambda: any_central.create_entities("facilities", [entity])).startswith("central_refused 409")
