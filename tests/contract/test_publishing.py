"""The contract of publishing: what Tilik relies on at Central where forms and lists meet what is there already."""

import uuid
from typing import Any

import pytest

from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.listed import listing
from tests.support.trial import feed_rows, publish_trial, refusal
from verification.reason import Reason
from workers.central.api import Central
from workers.central.definitions import Defined, read_definition
from workers.central.entities import ListGap
from workers.central.session import CentralProblem
from workers.central.wire import FileInfo
from xlsforms.build import build, is_of_a_build


def ask(central: Central, method: str, path: str, **options: Any) -> None:
    central.session.ask(method, f"projects/{central.project}/{path}", **options).close()


def version_of(central: Central, form_id: str = FORM_ID) -> str:
    return central.form(form_id).version or ""


def upload_draft(central: Central, xlsx: bytes, path: str = f"forms/{FORM_ID}/draft") -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ask(central, "POST", path, params={"ignoreWarnings": "true"}, data=xlsx, headers={"Content-Type": kind})


# ── forms


def test_a_version_that_was_used_before_gets_a_number_and_leaves_no_draft(any_central: Central) -> None:
    seen = []
    for version in ("1", "2", "1", "1", "2"):
        seen.append((any_central.publish(FORM_ID, a_form(version), version), version_of(any_central)))
        assert any_central.draft_version(FORM_ID) is None
    assert seen == [(True, "1"), (True, "2"), (True, "1-2"), (False, "1-2"), (True, "2-2")]
    root = any_central.submit(FORM_ID, a_submission(version="2-2", word="x"))
    assert feed_rows(any_central)[0]["system"]["formVersion"] == "2-2"
    assert 'version="2-2"' in any_central.xml(FORM_ID, root, root)


def test_the_versions_of_a_form_that_was_deleted_stay_used(any_central: Central) -> None:
    publish_trial(any_central)
    ask(any_central, "DELETE", f"forms/{FORM_ID}")
    assert any_central.publish(FORM_ID, a_form(), "1") is True
    assert (version_of(any_central), any_central.draft_version(FORM_ID)) == ("1-2", None)


def test_a_form_that_is_only_a_draft_is_published(any_central: Central) -> None:
    upload_draft(any_central, a_form(), "forms")
    assert (any_central.form(FORM_ID).is_published, any_central.draft_version(FORM_ID)) == (False, "1")
    assert any_central.publish(FORM_ID, a_form(), "1") is True
    assert any_central.form(FORM_ID).is_published


@pytest.mark.ci
def test_a_draft_can_go_but_not_the_only_thing_there_is(any_central: Central) -> None:
    upload_draft(any_central, a_form(), "forms")
    assert refusal(lambda: ask(any_central, "DELETE", f"forms/{FORM_ID}/draft")) == "central_refused 409.7"
    any_central.publish(FORM_ID, a_form(), "1")
    upload_draft(any_central, a_form("2"))
    ask(any_central, "DELETE", f"forms/{FORM_ID}/draft")
    assert any_central.draft_version(FORM_ID) is None


@pytest.mark.ci
@pytest.mark.parametrize("state", ["closing", "closed"])
def test_a_form_that_is_not_open_is_published_and_stays_so(any_central: Central, state: str) -> None:
    publish_trial(any_central)
    ask(any_central, "PATCH", f"forms/{FORM_ID}", json={"state": state})
    assert any_central.publish(FORM_ID, a_form("2"), "2") is True
    assert (version_of(any_central), any_central.form(FORM_ID).state) == ("2", state)


FORM_IDS = ["a b", "a.b", "a/b", "50%", "ü", "表单", "a?b#c"]


@pytest.mark.ci
def test_odd_form_ids(any_central: Central) -> None:
    for form_id in FORM_IDS:
        any_central.publish(form_id, a_form(form_id=form_id), "1")
    assert sorted(form.form_id for form in any_central.forms()) == sorted(FORM_IDS)
    for form_id in FORM_IDS:
        root = any_central.submit(form_id, a_submission(form_id=form_id, photo="1.jpg"), {"1.jpg": b"\xff\xd8\xff"})
        assert (any_central.count(form_id), any_central.submission(form_id, root).root_id) == (1, root)
        assert any_central.attachments(form_id, root, root) == [FileInfo("1.jpg", exists=True)]


def test_a_form_whose_id_ends_like_the_feed_cannot_be_read(any_central: Central) -> None:
    upload_draft(any_central, a_form(form_id="x.svc"), "forms")
    assert refusal(lambda: any_central.form("x.svc")) == "central_not_found 404.1"


def test_versions_are_named_the_newest_first_and_each_has_its_definition(any_central: Central) -> None:
    for version in ("1", "2", "1"):
        any_central.publish(FORM_ID, a_form(version), version)
    assert any_central.published_versions(FORM_ID) == ["1-2", "2", "1"]
    found = [read_definition(any_central.definition(FORM_ID, one)) for one in ("1-2", "2", "1")]
    assert found == [Defined(FORM_ID, version, frozenset()) for version in ("1-2", "2", "1")]


def test_a_draft_is_read_back_and_refused_where_it_is_not_what_was_sent(any_central: Central) -> None:
    any_central.publish(FORM_ID, a_form("1", writes_to="follow_ups"), "1", {"follow_ups"})
    for version, lists in (("2", {"facilities"}), ("other", {"follow_ups"})):
        with pytest.raises(CentralProblem) as refused:
            any_central.publish(FORM_ID, a_form("2", writes_to="follow_ups"), version, lists)
        assert refused.value.reason.code == "form_draft_differs"
        assert version_of(any_central) == "1"
    made = read_definition(any_central.draft_definition(FORM_ID))
    assert made == Defined(FORM_ID, "2", frozenset({"follow_ups"})), "it may be another's, and is left alone"


@pytest.mark.parametrize("just_before", ["draft", "draft/attachments"])
def test_what_another_published_meanwhile_is_no_obstacle(
    any_central: Central, any_server: tuple[str, str, str], just_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the draft was sent, the name of the version is used then; after, the draft is gone."""
    any_central.publish(FORM_ID, a_form(), "1")
    url, user, password = any_server
    sent = any_central.session.request
    with Central(url, user, password, any_central.project) as other:

        def meanwhile(method: str, path: str, *args: Any, **options: Any) -> Any:
            if path.endswith(f"{FORM_ID}/{just_before}") and not other_did:
                other_did.append(other.publish(FORM_ID, a_form("2"), "2"))
            return sent(method, path, *args, **options)

        other_did: list[bool] = []
        monkeypatch.setattr(any_central.session, "request", meanwhile)
        assert any_central.publish(FORM_ID, a_form("2"), "2") is False
    assert other_did == [True] and any_central.published_versions(FORM_ID) == ["2", "1"]
    assert any_central.draft_version(FORM_ID) is None


# ── encryption


def test_encryption_renames_a_version_and_publishing_again_changes_nothing(any_central: Central) -> None:
    publish_trial(any_central)
    before = any_central.submit(FORM_ID, a_submission(word="plain"))
    ask(any_central, "POST", "key", json={"passphrase": "a long enough one", "hint": ""})
    renamed = version_of(any_central)
    assert renamed.startswith("1[encrypted:") and any_central.form(FORM_ID).is_encrypted
    assert any_central.is_encrypted() and any_central.published_versions(FORM_ID) == [renamed, "1"]
    assert any_central.publish(FORM_ID, a_form(), "1") is False
    assert version_of(any_central) == renamed
    assert any_central.publish(FORM_ID, a_form("2"), "2") is True
    assert version_of(any_central).startswith("2[encrypted:")
    assert any_central.publish(FORM_ID, a_form("2"), "2") is False
    assert any_central.publish(FORM_ID, a_form("1"), "1") is True, "back to what was there before it was encrypted"
    assert version_of(any_central).startswith("1[encrypted:") and version_of(any_central) != renamed
    assert any_central.publish(FORM_ID, a_form("1"), "1") is False
    assert [row["word"] for row in feed_rows(any_central) if row["__id"] == before] == ["plain"]


def test_encrypted_answers_come_as_files_and_the_feed_says_so(any_central: Central) -> None:
    publish_trial(any_central)
    ask(any_central, "POST", "key", json={"passphrase": "a long enough one", "hint": ""})
    root, version = new_id(), version_of(any_central)
    sealed = (
        f'<data id="{FORM_ID}" version="{version}" encrypted="yes"><base64EncryptedKey>a2V5</base64EncryptedKey>'
        f"<meta><instanceID>{root}</instanceID></meta><media><file>1.jpg.enc</file></media>"
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>"
    )
    any_central.submit(FORM_ID, sealed, {"submission.xml.enc": b"\x00\x01", "1.jpg.enc": b"\x02"})
    (row,) = feed_rows(any_central)
    assert set(row) == {"__id", "__system", "system"} and row["system"]["status"] is not None
    assert any_central.attachments(FORM_ID, root, root) == [
        FileInfo("1.jpg.enc", exists=True), FileInfo("submission.xml.enc", exists=True),
    ]  # fmt: skip
    with any_central.attachment(FORM_ID, root, root, "submission.xml.enc") as file:
        assert b"".join(file.chunks or ()) == b"\x00\x01"


# ── forms and the list of facilities


def linked(central: Central, form_id: str) -> list[bool]:
    return [file["datasetExists"] for file in central.ask_for(f"{central.path_of(form_id)}/attachments")]


def test_a_list_that_was_made_after_the_form_is_linked_when_the_form_is_published_again(any_central: Central) -> None:
    form = build("visit_school")
    any_central.publish(form.form_id, form.xlsx, form.version)
    assert linked(any_central, form.form_id) == [False] * 4
    assert any_central.publish(form.form_id, form.xlsx, form.version) is False, "there is nothing to link it to"
    any_central.ensure_entity_list("facilities", ["kind"])
    assert any_central.publish(form.form_id, form.xlsx, form.version) is True
    assert sorted(linked(any_central, form.form_id)) == [False, False, False, True]
    assert refusal(lambda: ask(any_central, "DELETE", "datasets/facilities")) == "central_refused 409.21"
    assert any_central.publish(form.form_id, form.xlsx, form.version) is False
    assert is_of_a_build(version_of(any_central, form.form_id))


def test_a_list_that_only_a_draft_asks_for_is_made(any_central: Central) -> None:
    upload_draft(any_central, a_form(writes_to="follow_ups"), "forms")
    assert any_central.ask_for(f"projects/{any_central.project}/datasets") == []
    any_central.ensure_entity_list("follow_ups", ["question"])
    any_central.create_entities("follow_ups", [an_entity(question="?")])
    assert len(any_central.entities("follow_ups")) == 1


# ── names at Central


def an_entity(label: str = "x", entity_id: str | None = None, **data: str) -> dict[str, Any]:
    return {"uuid": entity_id or str(uuid.uuid4()), "label": label, "data": data}


def test_what_a_list_lacks_is_told_before_it_is_made(any_central: Central) -> None:
    assert any_central.lacking("facilities", ["kind"]) == ListGap("facilities", ("kind",), is_new=True)
    any_central.ensure_entity_list("facilities", ["kind"])
    assert any_central.lacking("facilities", ["kind", "district"]) == ListGap("facilities", ("district",))
    assert not any_central.lacking("facilities", ["kind"]) and any_central.access_filter("facilities") == ()


def test_a_list_in_other_capitals_is_named(any_central: Central) -> None:
    ask(any_central, "POST", "datasets", json={"name": "Facilities"})
    with pytest.raises(CentralProblem) as taken:
        any_central.ensure_entity_list("facilities", ["kind"])
    assert taken.value.reason == Reason(
        "entity_list_in_other_capitals", {"wanted": "facilities", "found": "Facilities"}
    )
    assert refusal(lambda: ask(any_central, "POST", "datasets", json={"name": "facilities"})).endswith("409.16")


def test_a_property_in_other_capitals_is_named(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["Kind"])
    with pytest.raises(CentralProblem) as taken:
        any_central.ensure_entity_list("facilities", ["kind"])
    assert taken.value.reason == Reason(
        "entity_property_in_other_capitals", {"lists": "facilities", "wanted": "kind", "found": "Kind"}
    )
    path = "datasets/facilities/properties"
    assert refusal(lambda: ask(any_central, "POST", path, json={"name": "kind"})).endswith("409.3")
    entity = an_entity(kind="lksa")
    assert refusal(lambda: any_central.create_entities("facilities", [entity])) == "central_refused 400.28"


def test_properties_that_a_dot_tells_apart_are_read_apart(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["registry_no", "registry.no", "ü", "a-b"])
    entity = an_entity(registry_no="ours", **{"registry.no": "another's", "ü": "1"})
    any_central.create_entities("facilities", [entity])
    (found,) = any_central.entities("facilities").values()
    assert {name: found[name] for name in ("registry_no", "registry.no", "ü", "a-b")} == {
        "registry_no": "ours", "registry.no": "another's", "ü": "1", "a-b": "",
    }  # fmt: skip


LABELS = [
    "=1+1", 'Pojok "ASI", Pasar', "two\nlines", "a\rb", "a\r\nb", " spaces ", "😀", "\ufeffx", "\u202ex", "a\tb",
    "x" * 200_000, "'", "<b>&amp;", "\x0ba", "a;b", "trailing\n", '"', "؟",
]  # fmt: skip


def test_labels_and_values_of_odd_characters_come_back_as_they_went(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    entities = [an_entity(label, kind=label) for label in LABELS]
    assert any_central.create_each("facilities", entities) == {}
    found = any_central.entities("facilities")
    assert [(found[e["uuid"]]["label"], found[e["uuid"]]["kind"]) for e in entities] == [(x, x) for x in LABELS]


def test_a_blank_label_is_refused_and_what_no_database_takes_breaks_central(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    good, *bad = [an_entity(label) for label in ("good", "", " \n", "a\0b", "\ud800")]
    refused = any_central.create_each("facilities", [bad[0], bad[2], good, bad[1], bad[3]])
    reasons = [refused[e["uuid"]] for e in bad]
    assert [(reason.code, reason.values.get("number", reason.values["status"])) for reason in reasons] == [
        ("central_refused", "400.8"), ("central_refused", "400.8"), ("central_busy", "500"), ("central_busy", "500"),
    ]  # fmt: skip
    assert list(any_central.entities("facilities")) == [good["uuid"]]


# ── entities


def test_a_deleted_entity_keeps_its_id_and_can_be_restored(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    gone, *others = [an_entity(str(number)) for number in range(5)]
    any_central.create_entities("facilities", [gone])
    ask(any_central, "DELETE", f"datasets/facilities/entities/{gone['uuid']}")
    assert refusal(lambda: any_central.update_entity("facilities", gone)) == "central_not_found 404.1"
    assert refusal(lambda: any_central.create_entities("facilities", [*others, gone])) == "central_refused 409.19"
    assert any_central.entities("facilities") == {}, "all or none"
    refused = any_central.create_each("facilities", [*others, gone])
    assert refused == {gone["uuid"]: Reason("entity_deleted_at_central")}
    assert set(any_central.entities("facilities")) == {e["uuid"] for e in others}
    ask(any_central, "POST", f"datasets/facilities/entities/{gone['uuid']}/restore")
    assert gone["uuid"] in any_central.entities("facilities")


def test_an_id_is_used_once_in_all_lists_also_in_those_that_were_deleted(any_central: Central) -> None:
    for name in ("facilities", "another"):
        any_central.ensure_entity_list(name, ["kind"])
    here, there, new = an_entity(), an_entity(), an_entity()
    any_central.create_entities("another", [there])
    any_central.create_entities("facilities", [here])
    ask(any_central, "DELETE", "datasets/facilities")
    any_central.ensure_entity_list("facilities", ["kind"])
    refused = any_central.create_each("facilities", [here, there, new])
    assert refused == dict.fromkeys([here["uuid"], there["uuid"]], Reason("entity_id_taken"))
    assert list(any_central.entities("facilities")) == [new["uuid"]]


def test_what_a_list_asks_of_submissions_and_phones_does_not_hinder_us(any_central: Central) -> None:
    """Whom a list is shown to, and what it wants approved, is told again; the sandbox does no more with it."""
    any_central.ensure_entity_list("facilities", ["district"])
    for name in ("district", "district_2"):
        ask(any_central, "POST", "actor-properties", json={"name": name})
    named = any_central.ask_for(f"projects/{any_central.project}/actor-properties")
    assert named == [{"name": "district"}, {"name": "district_2"}]
    rules = [{"datasetProperty": "district", "actorProperty": one["name"]} for one in named]
    rule = {"type": "property", "rules": rules}
    ask(any_central, "PATCH", "datasets/facilities", json={"accessFilter": rule, "approvalRequired": True})
    said = any_central.ask_for(f"projects/{any_central.project}/datasets/facilities", headers=ALL_OF_IT)
    assert (said["accessFilter"], said["approvalRequired"]) == (rule, True)
    assert any_central.access_filter("facilities") == ("district",), "once, by however many a phone may have it"
    any_central.create_entities("facilities", [an_entity(district="33.21")])
    assert len(any_central.entities("facilities")) == 1


ALL_OF_IT = {"X-Extended-Metadata": "true"}


def test_a_phones_account_keeps_its_properties(any_central: Central) -> None:
    users = f"projects/{any_central.project}/app-users"
    ask(any_central, "POST", "actor-properties", json={"name": "district"})
    made = any_central.session.ask_json("POST", users, json={"displayName": "team 1"})
    ask(any_central, "PATCH", f"app-users/{made['id']}", json={"properties": {"district": "33.21"}})
    wrong = {"properties": {"nope": "x"}}
    assert refusal(lambda: ask(any_central, "PATCH", f"app-users/{made['id']}", json=wrong)).endswith("400.8")
    (user,) = any_central.ask_for(users, headers=ALL_OF_IT)
    assert (user["displayName"], user["properties"]) == ("team 1", {"district": "33.21"})


# ── a form deleted and made again


def test_the_listing_still_shows_what_a_deleted_form_brought_and_the_feed_does_not(any_central: Central) -> None:
    publish_trial(any_central)
    old, twice = [any_central.submit(FORM_ID, a_submission(word="old")) for _ in range(2)]
    ask(any_central, "DELETE", f"forms/{FORM_ID}")
    assert refusal(lambda: listing(any_central, FORM_ID)) == "central_not_found 404.1"
    any_central.publish(FORM_ID, a_form(), "1")
    assert feed_rows(any_central) == []
    assert {listed.root_id for listed in listing(any_central, FORM_ID)} == {old, twice}
    assert any_central.submission(FORM_ID, old).deleted_at is None
    assert any_central.versions(FORM_ID, old) == []
    assert refusal(lambda: any_central.xml(FORM_ID, old, old)) == "central_not_found 404.1"
    assert any_central.submit(FORM_ID, a_submission(twice, word="new", version=version_of(any_central))) == twice
    assert sorted(listed.root_id for listed in listing(any_central, FORM_ID)) == sorted([old, twice, twice])
    assert [row["word"] for row in feed_rows(any_central)] == ["new"]
    assert refusal(lambda: any_central.submission(FORM_ID, twice)) == "central_busy"
