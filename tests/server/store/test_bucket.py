"""A bucket as the store: nothing of a removed file stays in any version, and each trouble is a sentence."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from urllib3 import HTTPResponse

from server.machine import what_ails
from server.settings import Settings
from server.store import s3
from server.store.folder import Folder
from server.store.interface import Store, StoreProblem
from server.store.opening import every_store, open_store
from server.words import catalogue
from tests.support.scripted import Answer, scripted
from tests.support.storing import SECRET, a_new_bucket, damage, settings_for, the_bucket, versions_in

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

CONTENT, LIMIT = b"\xff\xd8\xff\xe0 a photograph", 1000


def the_reason(settings: Settings, how: str = "put") -> str:
    """Give the code of what goes wrong with a store."""
    with pytest.raises(StoreProblem) as raised:
        store = open_store(settings)
        {"put": lambda: store.put([CONTENT], LIMIT), "has": lambda: store.has("0" * 64),
         "read": lambda: store.read("0" * 64), "list": lambda: list(store.digests()),
         "remove": lambda: store.remove("0" * 64), "sweep": lambda: store.sweep(set(), 0.0)}[how]()  # fmt: skip
    reason = what_ails(raised.value)
    for language in ("id", "en"):
        sentence = catalogue(language).reason(reason)
        assert len(sentence) > 30 and SECRET not in sentence
    assert SECRET not in repr(raised.value) and raised.value.__cause__ is None
    return reason.code


@pytest.mark.ci
def test_no_version_of_a_removed_file_stays_nor_a_mark_that_it_was_there(s3_address: str) -> None:
    bucket = the_bucket(settings_for(s3_address, a_new_bucket(s3_address, versions=True)))
    digest, other = (bucket.put([content], LIMIT).digest for content in (CONTENT, b"another"))
    bucket.put_drawn(digest, "small", b"a small picture")
    damage(bucket, digest)
    bucket.put([CONTENT], LIMIT)
    bucket.client.delete_object(
        Bucket=bucket.address.bucket, Key=bucket.key(digest)
    )  # by another tool: a mark hides it
    assert len(versions_in(bucket)) == 6 and not bucket.has(digest)
    bucket.remove(digest)
    assert [(name, content) for name, _, content in versions_in(bucket)] == [(other, b"another")]


@pytest.mark.ci
def test_versions_stay_where_they_were_switched_off_later_and_are_removed_too(s3_address: str) -> None:
    bucket = the_bucket(settings_for(s3_address, a_new_bucket(s3_address, versions=True)))
    digest = bucket.put([CONTENT], LIMIT).digest
    status = {"Status": "Suspended"}
    bucket.client.put_bucket_versioning(Bucket=bucket.address.bucket, VersioningConfiguration=status)
    bucket.put([CONTENT], LIMIT)
    bucket.remove(digest)
    assert versions_in(bucket) == []


@pytest.mark.ci
def test_a_sweep_takes_old_versions_of_what_nothing_names(s3_address: str) -> None:
    bucket = the_bucket(settings_for(s3_address, a_new_bucket(s3_address, versions=True)))
    digest = bucket.put([CONTENT], LIMIT).digest
    damage(bucket, digest)
    assert bucket.sweep(set(), 2.0**33) == 1
    assert versions_in(bucket) == []


@pytest.mark.ci
def test_a_bucket_that_locks_what_it_holds_is_refused_before_anything_is_in_it(s3_address: str) -> None:
    settings = settings_for(s3_address, a_new_bucket(s3_address, ObjectLockEnabledForBucket=True))
    bucket = the_bucket(settings)
    kept = bucket.put([CONTENT], LIMIT).digest
    bucket.remove(kept)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 3650}}
    bucket.client.put_object_lock_configuration(
        Bucket=bucket.address.bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    later = settings.model_copy(update={"store_region": "ap-southeast-3"})  # as another process opens it
    assert the_reason(later) == "store_keeps_by_force"
    assert versions_in(bucket) == []


@pytest.mark.ci
def test_what_others_keep_in_the_bucket_is_left_alone(s3_address: str) -> None:
    bucket = the_bucket(settings_for(s3_address, a_new_bucket(s3_address)))
    digest = bucket.put([CONTENT], LIMIT).digest
    others = ["notes.txt", "tilik/files/notes.txt", f"tilik/files/elsewhere/{digest}", f"another/{digest[:2]}/{digest}"]
    for key in others:
        bucket.client.put_object(Bucket=bucket.address.bucket, Key=key, Body=b"not ours")
    assert list(bucket.digests()) == [digest]
    assert bucket.sweep(set(), 2.0**33) == 1
    bucket.remove(digest)
    page = bucket.client.list_objects_v2(Bucket=bucket.address.bucket)
    assert {one["Key"] for one in page["Contents"]} == set(others)


@pytest.mark.ci
@pytest.mark.parametrize("how", ["put", "has", "read", "list", "remove", "sweep"])
def test_a_bucket_that_is_gone_is_no_file_that_is_not_there(s3_address: str, how: str) -> None:
    assert the_reason(settings_for(s3_address, "a-bucket-that-was-deleted"), how) == "store_not_there"


@pytest.mark.parametrize("how", ["put", "has", "read", "list", "remove", "sweep"])
def test_a_line_that_is_down_is_said(how: str) -> None:
    assert the_reason(settings_for("http://127.0.0.1:1"), how) == "store_unreachable"


def in_xml(status: int, code: str) -> Answer:
    body = f"<Error><Code>{code}</Code><Message>{SECRET}</Message></Error>"
    return Answer(status, body.encode(), "application/xml")


UNLOCKED = in_xml(404, "ObjectLockConfigurationNotFoundError")


@pytest.mark.parametrize("answer, reason", [
    (in_xml(403, "InvalidAccessKeyId"), "store_refused"), (in_xml(403, "SignatureDoesNotMatch"), "store_refused"),
    (in_xml(403, "AccessDenied"), "store_refused"), (in_xml(403, "RequestTimeTooSkewed"), "store_refused"),
    (in_xml(404, "NoSuchBucket"), "store_not_there"), (in_xml(507, "XMinioStorageFull"), "disk_full"),
    (in_xml(403, "QuotaExceeded"), "disk_full"), (in_xml(503, "SlowDown"), "store_disturbed"),
    (in_xml(400, "XAmzContentSHA256Mismatch"), "store_disturbed"),
    (Answer(502, b"<html>Bad Gateway</html>", "text/html"), "store_disturbed"),
    (Answer(200, b"<html>Please log in</html>", "text/html"), "store_disturbed"),
], ids=str)  # fmt: skip
def test_what_a_service_answers_becomes_a_sentence(answer: Answer, reason: str) -> None:
    with scripted(UNLOCKED, answer) as script:
        assert the_reason(settings_for(script.url)) == reason


def test_a_file_whose_line_is_cut_is_no_file() -> None:
    with scripted(Answer(200, b"x" * 1000, "application/octet-stream", missing=500)) as script:
        assert the_reason(settings_for(script.url), "read") == "store_unreachable"


def test_a_service_that_knows_no_versions_has_one_of_each() -> None:
    digest = "ab" * 32
    page = f"""<ListBucketResult><Contents><Key>tilik/files/ab/{digest}</Key>
        <LastModified>2026-11-26T00:00:00Z</LastModified></Contents></ListBucketResult>"""
    unknown, nothing = in_xml(501, "NotImplemented"), Answer(200, b"<ListBucketResult/>", "application/xml")
    answers = (unknown, Answer(200, page.encode(), "application/xml"), Answer(204, b""), unknown, nothing)
    with scripted(*answers) as script:
        the_bucket(settings_for(script.url)).remove(digest)
    assert [asked for asked in script.asked if asked.startswith("DELETE")] == [f"DELETE /tilik/tilik/files/ab/{digest}"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_files_digest_is_signed_so_that_what_is_altered_on_its_way_is_refused(scheme: str) -> None:
    bucket = the_bucket(settings_for(f"{scheme}://127.0.0.1:4"))
    signed: list[Any] = []

    def answered(request: AWSRequest, **_more: Any) -> AWSResponse:
        """Answer instead of the service, as botocore lets anybody do."""
        signed.append(request.headers["X-Amz-Content-SHA256"])
        return AWSResponse(request.url, 200, {"ETag": '"x"'}, HTTPResponse(BytesIO(), preload_content=False))

    bucket.client.meta.events.register("before-send.s3.PutObject", answered)
    vars(bucket)["_lets_go"] = True
    digest = bucket.put([CONTENT], LIMIT).digest
    assert [found.decode() if isinstance(found, bytes) else found for found in signed] == [digest]


@pytest.mark.parametrize("url, bucket, prefix", [
    ("s3://tilik", "tilik", ""), ("s3://tilik/", "tilik", ""), ("s3://til-ik.2/a/b", "til-ik.2", "a/b/"),
    ("s3://tilik/a/", "tilik", "a/"),
])  # fmt: skip
def test_an_address_is_a_bucket_and_what_stands_before_all_names(url: str, bucket: str, prefix: str) -> None:
    place = the_bucket(settings_for("http://127.0.0.1:1", store_url=url)).address
    assert (place.bucket, place.prefix) == (bucket, prefix)


@pytest.mark.parametrize("wrong, reason", [
    ({"store_url": "s3://"}, "store_address_wrong"), ({"store_url": "https://s3.example"}, "store_address_wrong"),
    ({"store_url": "s3://a"}, "store_address_wrong"), ({"store_url": "s3://tilik/a?b"}, "store_address_wrong"),
    ({"store_url": "/srv/store"}, "store_address_wrong"), ({"store_endpoint": "minio"}, "store_address_wrong"),
    ({"store_key": None}, "store_needs_keys"), ({"store_secret": None}, "store_needs_keys"),
])  # fmt: skip
def test_settings_that_name_no_bucket_are_said(wrong: dict[str, object], reason: str) -> None:
    assert the_reason(settings_for("http://127.0.0.1:1").model_copy(update=wrong)) == reason


def test_without_the_library_a_bucket_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.config", None)
    assert the_reason(settings_for("http://127.0.0.1:2")) == "store_needs_library"


def test_a_folder_needs_no_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    (store,) = every_store(Settings(data=tmp_path))
    assert isinstance(store, Folder) and store.put([CONTENT], LIMIT)


def test_only_the_settings_say_where_and_with_which_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "config"
    elsewhere.write_text("[default]\nregion = nowhere\n[broken\n")
    for name, value in {"PROFILE": "nobody", "CONFIG_FILE": str(elsewhere), "SHARED_CREDENTIALS_FILE": str(elsewhere),
                        "ENDPOINT_URL": "http://127.0.0.1:1", "ENDPOINT_URL_S3": "http://127.0.0.1:1",
                        "ACCESS_KEY_ID": "another", "SECRET_ACCESS_KEY": "another"}.items():  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    s3._session.cache_clear()
    with scripted(UNLOCKED, Answer(200, b"", headers={"ETag": '"x"'})) as script:
        open_store(settings_for(script.url)).put([CONTENT], LIMIT)
    assert len(script.asked) == 2 and all("Credential=key/" in str(token) for token in script.tokens)


@pytest.mark.ci
def test_many_are_asked_for_by_one_list_and_what_came_since_is_found(s3_address: str) -> None:
    bucket = the_bucket(settings_for(s3_address, a_new_bucket(s3_address)))
    first = bucket.put([CONTENT], LIMIT).digest
    is_here = bucket.asked_of_many()
    later = bucket.put([b"later"], LIMIT).digest
    assert is_here(first) and is_here(later) and not is_here("0" * 64)
    bucket.client.delete_object(Bucket=bucket.address.bucket, Key=bucket.key(first))
    assert is_here(first), "it was listed"


def test_a_client_is_made_once_and_shows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    first: Store = open_store(settings := settings_for("http://127.0.0.1:3"))
    assert open_store(settings) is first
    assert SECRET not in repr(the_bucket(settings).address)
    assert s3.SILENCE_SECONDS < 60, "a proxy waits no longer for a page"
