"""certify, repair, remove and files: what an operator asks, is told, and gets as an exit code."""

import json
from pathlib import Path

import pytest

from tests.support.cli import printed, said, tilik
from tests.support.forms import FORM_ID, a_submission
from tests.support.listed import listing
from tests.support.trial import delete, delete_form, publish_trial, restore
from workers.central.api import Central

JPEG = b"\xff\xd8\xff\xe0 a photograph"


@pytest.fixture
def root(a_central: Central) -> str:
    """Give a submission that was pulled."""
    publish_trial(a_central)
    root = a_central.submit(FORM_ID, a_submission(word="x", photo="1.jpg"), {"1.jpg": JPEG})
    said(0, "pull")
    return root


def test_a_certificate_is_code_0_only_where_everything_is_identical(root: str, a_central: Central) -> None:
    assert "Sama dengan Central" in printed("certify", "--deep")
    a_central.submit(FORM_ID, a_submission())
    result = tilik("certify")
    assert result.exit_code == 1 and "Ada perbedaan" in result.stdout and "sejak penarikan terakhir" in result.stdout
    assert "tidak dapat melihat kiriman yang masih ada di ponsel" in result.stdout


def test_a_program_reads_a_certificate_as_json(root: str) -> None:
    found = json.loads(printed("certify", "--json"))
    assert (found["verdict"], found["totals"]["living"], found["totals"]["files"]) == ("identical", 1, 1)
    assert found["forms"][0]["form_id"] == FORM_ID and found["visits_not_received"] == {"unvisited": [], "go_back": []}


def test_repair_says_what_it_did(root: str) -> None:
    (photo,) = [file for file in Path("var/store").rglob("*") if file.is_file()]
    photo.write_bytes(b"damaged")
    assert tilik("certify", "--deep").exit_code == 1
    assert "1 berkas diambil (1 rusak diganti)" in said(0, "repair")
    assert "Sama dengan Central" in printed("certify", "--deep")


def test_repairing_a_form_that_is_not_known_is_refused(root: str) -> None:
    assert "tidak dikenal" in said(1, "repair", "--form", "nobody")


def test_a_full_pull_sees_what_the_quick_one_cannot(root: str, a_central: Central) -> None:
    delete(a_central, root)
    said(0, "pull")
    restore(a_central, root)
    a_central.comment(FORM_ID, root, "seen")
    assert "1 komentar baru" in said(0, "pull", "--full")
    assert "Sama dengan Central" in printed("certify", "--deep")


def test_a_removal_asks_first_and_stays_removed(root: str, a_central: Central) -> None:
    words = ("remove", FORM_ID, root, "--purpose", "withdrawn_consent")
    assert "Tidak ada yang dihapus" in said(1, *words, answer="n\n")
    assert "Dihapus: 1 versi, 1 berkas" in said(0, *words, "--yes")
    said(0, "work", "--once")
    said(0, "pull", "--full")
    assert json.loads(printed("certify", "--json"))["totals"] | {"deleted": 0} == {
        "identical": 1, "living": 0, "versions": 0, "content": 0, "deleted": 0, "files": 0, "gone": 0, "removed": 1,
        "refused": 0, "given_up": 0, "removed_files": 0, "compared": 0, "stored_files": 0, "compared_files": 0,
    }  # fmt: skip
    assert [listed.root_id for listed in listing(a_central, FORM_ID, deleted=True)] == [root]
    assert "diminta lagi" in said(0, *words, "--yes")
    assert "tidak ada di sini" in said(1, "remove", FORM_ID, "uuid:nobody", "--purpose", "expired", "--yes")


def test_a_form_that_was_deleted_at_central_is_settled_with_a_reason(root: str, a_central: Central) -> None:
    assert "masih ada di Central" in said(1, "forms", "settle", FORM_ID, "--why", "x")
    delete_form(a_central)
    result = tilik("certify")
    assert result.exit_code == 1 and "tilik forms settle" in result.stdout
    assert "tilik forms settle" in said(0, "repair")
    assert "tilik forms settle" in said(1, "repair", "--form", FORM_ID)
    assert "alasannya" in said(1, "forms", "settle", FORM_ID, "--why", " ")
    assert "tetap dihitung" in said(0, "forms", "settle", FORM_ID, "--why", "Diganti.", "--keep-counting")
    assert "Diputuskan oleh" in (text := printed("certify")) and "Diganti." in text and "Sama dengan Central" in text
    assert "tidak dihitung" in said(0, "forms", "settle", FORM_ID, "--why", "Salah.")
    assert json.loads(printed("certify", "--json"))["forms"][0]["settled"]["why"] == "Salah."
    assert said(0, "repair") == ""


def test_what_was_replaced_is_shown(root: str, a_central: Central) -> None:
    assert "Tidak ada yang pernah diganti" in said(0, "replaced", FORM_ID, root)
    a_central.attach(FORM_ID, root, "1.jpg", b"\xff\xd8\xff\xe0 another")
    said(0, "pull", "--full")
    assert "berkas 1.jpg diganti" in printed("replaced", FORM_ID, root)


def test_files_that_have_not_come_are_listed_until_they_are_given_up(a_central: Central) -> None:
    publish_trial(a_central)
    root = a_central.submit(FORM_ID, a_submission(photo="late.jpg"))
    said(0, "pull")
    assert f"{FORM_ID} {root} ….jpg: ditanya 1 kali" in printed("files", "list")
    assert [file["name"] for file in json.loads(printed("files", "list", "--json"))] == ["….jpg"]
    assert "1 berkas tidak ditunggu lagi" in said(0, "files", "give-up", FORM_ID, root)
    assert printed("files", "list") == ""
    assert "tidak ada di sini" in said(1, "files", "give-up", FORM_ID, root)
