"""The pages before children are asked, as the officer and a facilitator use them."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.app import create_app
from server.children.sessions import COUNTS
from server.settings import Settings
from tests.support.children import KEY, ChildField
from tests.support.claiming import ROUND
from tests.support.web import Browser, as_read, browser_of
from tests.support.workbooks import DISTRICT

HERE, PART = f"/suara-anak/{ROUND}", f"/wilayah/{ROUND}/{DISTRICT}/suara-anak"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(field: ChildField) -> Flask:
    return create_app(field.engine, Settings.model_validate({"secret_key": KEY}))


@pytest.fixture
def officer(app: Flask, field: ChildField) -> Browser:
    return browser_of(app, field.officer.person_id or 0)


@pytest.fixture
def facilitator(app: Flask, field: ChildField) -> Browser:
    return browser_of(app, field.facilitator.person_id or 0)


def shown(response: TestResponse) -> str:
    return as_read(response.text)


def test_the_officer_is_told_all_that_is_missing_and_switches_on_once_nothing_is(
    field: ChildField, officer: Browser
) -> None:
    assert "Suara anak" in officer.get("/suara-anak").text
    page = shown(officer.get(HERE))
    assert "belum dinyalakan" in page and "Belum ada penilaian dampak pelindungan data." in page
    refused = officer.post(f"{HERE}/sakelar", data={"to": "on"}, headers=OURS)
    assert refused.status_code == 400 and shown(refused).count("Belum ada aturan siapa yang menyetujui") == 2
    field.ready()
    assert "Tidak ada yang kurang." in shown(officer.get(HERE))
    done = officer.post(f"{HERE}/sakelar", data={"to": "on"}, headers=OURS)
    assert "Suara anak dinyalakan untuk putaran ini." in shown(officer.get(done.location))


def test_what_was_typed_of_a_paper_that_is_refused_stays(officer: Browser) -> None:
    typed = {"kind": "data_protection", "number": "7/2026 (fiktif)", "dated": "2026-11-01", "basis": "bab 2 (fiktif)"}
    again = officer.post(f"{HERE}/berkas", data=typed, headers=OURS)
    assert again.status_code == 400 and "11 pertanyaan penilaian" in shown(again)
    assert 'value="bab 2 (fiktif)"' in again.text and "<details open>" in again.text


def test_a_facilitator_plans_prints_and_counts(field: ChildField, facilitator: Browser, officer: Browser) -> None:
    assert "belum dinyalakan pada putaran ini" in shown(facilitator.get(PART))
    field.switched_on()
    planned = {"place_kind": "sekolah", "month": field.wish().month, "attending": "90", "invited": "50"}
    assert facilitator.post(PART, data=planned | {"invited": "91"}, headers=OURS).status_code == 400
    assert facilitator.post(PART, data=planned, headers=OURS).status_code == 303
    page = facilitator.get(PART)
    (number,) = re.findall(r'id="session-(\d+)"', page.text)
    (lines,) = re.findall(r"daftar hadir: ([\d, ]+)\.", shown(page))
    assert len(lines.split(", ")) == 50 and "SKCK" not in shown(page)
    slips = facilitator.post(f"{PART}/{number}/kode", headers=OURS)
    assert slips.mimetype == "application/pdf" and slips.data.startswith(b"%PDF")
    assert slips.headers["Cache-Control"] == "no-store"
    counts = dict.fromkeys(COUNTS, "0") | {"parents_agreed": "47", "assented": "46", "aged_10_12": "37"}
    sent = counts | {"helper": "none", "same_thanks": "yes"}
    assert facilitator.post(f"{PART}/{number}/hitungan", data=sent | {"stopped": "x"}, headers=OURS).status_code == 400
    assert facilitator.post(f"{PART}/{number}/hitungan", data=sent, headers=OURS).status_code == 303
    after = shown(facilitator.get(PART))
    assert "selesai dihitung" in after and not {"47", "46", "37"} & {*re.findall(r"\d+", after)}, (
        "no count of children is shown again"
    )
    assert "Undang yang bernomor" not in shown(officer.get(PART)), "whom the lot invites is the facilitator's to know"


def test_a_facilitator_does_not_reach_a_rounds_papers(facilitator: Browser) -> None:
    assert facilitator.get(HERE).status_code == 403
    assert facilitator.post(f"{HERE}/sakelar", data={"to": "on"}, headers=OURS).status_code == 403
