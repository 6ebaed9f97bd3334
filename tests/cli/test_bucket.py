"""A bucket as an operator meets it: moved into, and a sentence where it does not do what it should."""

from pathlib import Path

import pytest

from tests.support.cli import said, tilik
from tests.support.forms import FORM_ID, a_submission
from tests.support.storing import SECRET, a_new_bucket, everything_in, settings_for, the_bucket
from tests.support.trial import publish_trial
from workers.central.api import Central

JPEG = b"\xff\xd8\xff\xe0 a photograph"
REMOVE = ("remove", FORM_ID, "--purpose", "withdrawn_consent", "--yes")


@pytest.fixture
def root(a_central: Central) -> str:
    """Give a submission that was pulled, its file into the folder."""
    publish_trial(a_central)
    root = a_central.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    said(0, "pull")
    return root


def name_a_bucket(monkeypatch: pytest.MonkeyPatch, address: str, bucket: str = "tilik") -> None:
    """Set a bucket, as an operator does."""
    settings = settings_for(address, bucket)
    values = {"URL": settings.store_url, "ENDPOINT": address, "KEY": "key", "SECRET": SECRET}
    for name, value in values.items():
        monkeypatch.setenv(f"TILIK_STORE_{name}", str(value))


def in_the_folder() -> list[Path]:
    return [file for file in Path("var/store").rglob("*") if file.is_file()]


def test_there_is_nothing_to_move_into_where_no_bucket_is_set() -> None:
    assert "TILIK_STORE_URL" in said(1, "files", "move")


@pytest.mark.ci
def test_files_are_moved_and_all_is_identical_before_and_after(
    root: str, a_central: Central, monkeypatch: pytest.MonkeyPatch, s3_address: str
) -> None:
    bucket = a_new_bucket(s3_address)
    name_a_bucket(monkeypatch, s3_address, bucket)
    result = tilik("certify", "--deep")
    assert result.exit_code == 1 and "tilik repair" in result.stdout, "what was not moved yet is missed"
    assert "1 berkas dipindahkan" in said(0, "files", "move")
    assert in_the_folder() == [] and tilik("certify", "--deep").exit_code == 0
    assert "0 berkas dipindahkan" in said(0, "files", "move")
    a_central.attach(FORM_ID, root, "1.jpg", b"\xff\xd8\xff\xe0 another")
    said(0, "pull", "--full")
    there = the_bucket(settings_for(s3_address, bucket))
    assert sorted(everything_in(there).values()) == sorted([JPEG, b"\xff\xd8\xff\xe0 another"])
    assert "2 berkas" in said(0, *REMOVE, root)
    assert everything_in(there) == {}


@pytest.mark.ci
def test_what_is_removed_before_it_was_moved_is_removed_from_the_folder_too(
    root: str, monkeypatch: pytest.MonkeyPatch, s3_address: str
) -> None:
    name_a_bucket(monkeypatch, s3_address, a_new_bucket(s3_address))
    said(0, *REMOVE, root)
    assert in_the_folder() == []


def test_what_is_removed_while_the_store_is_away_is_gone_here_and_its_files_later(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_a_bucket(monkeypatch, "http://127.0.0.1:1")
    text = said(1, *REMOVE, root)
    assert "1 berkasnya belum terhapus" in text and "tidak dapat dihubungi" in text
    assert "diminta lagi" in said(0, *REMOVE, root)


def test_a_bucket_that_cannot_be_reached_is_said_and_what_came_is_asked_for_again(
    a_central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_trial(a_central)
    a_central.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    with monkeypatch.context() as elsewhere:
        name_a_bucket(elsewhere, "http://127.0.0.1:1")
        text = said(1, "pull")
        assert "tidak dapat dihubungi" in text and SECRET not in text
        assert "dicoba lagi" in said(1, "work", "--once")
    said(0, "pull", "--full")
    assert [file.read_bytes() for file in in_the_folder()] == [JPEG]


@pytest.mark.parametrize("name, value, sentence", [
    ("URL", "https://s3.example/tilik", "s3://bucket/awalan"), ("SECRET", None, "TILIK_STORE_SECRET"),
])  # fmt: skip
def test_settings_that_name_no_bucket_are_said_by_whatever_needs_a_file(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, sentence: str
) -> None:
    name_a_bucket(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.delenv(f"TILIK_STORE_{name}")
    if value:
        monkeypatch.setenv(f"TILIK_STORE_{name}", value)
    assert sentence in said(1, "files", "move")
