"""The pages on which people decide: what they show, what they take, and from whom."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from server.app import create_app
from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from server.submissions.changes import note_changes
from server.submissions.tables import Form
from server.words import catalogue
from tests.sandbox.server import Sandbox
from tests.support.deciding import DEADLINE, HOME, TYPED, Trial, a_trial, a_visit, decided, decision, jobs
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import delete, read_visits
from tests.support.web import entered
from workers.central.api import Central
from workers.pulling.pull import pull_form
from xlsforms.build import write_xlsx

OURS = {"Sec-Fetch-Site": "same-origin"}
WORK = "/pekerjaan"


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    with a_trial(engine, central, sandbox, tmp_path) as found:
        yield found


@pytest.fixture
def web(trial: Trial) -> FlaskClient:
    return entered(create_app(trial.engine, trial.context.settings))


def page_of(root: str) -> str:
    return f"/kiriman/{FORM_ID}/{root}"


def shown(response: TestResponse) -> str:
    """Give a page's text as a person reads it."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.text))
    return " ".join(text.split())


def hidden(response: TestResponse, kind: str) -> dict[str, str]:
    """Give what the page sends along with a kind's form."""
    (form,) = [f for f in re.findall(r"<form.*?</form>", response.text, re.S) if f'value="{kind}"' in f]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def post(web: FlaskClient, root: str, kind: str, **typed: object) -> TestResponse:
    """Fill in a kind's form on a submission's page, and send it."""
    data = hidden(web.get(page_of(root)), kind) | TYPED[kind] | typed
    return web.post(page_of(root), data=data, headers=OURS)


# ── a submission's page


def test_what_central_says_of_a_submission(trial: Trial, web: FlaskClient) -> None:
    root, edited = a_visit(trial.engine, trial.central, photo="1.jpg"), new_id()
    trial.central.edit(FORM_ID, root, a_submission(edited, replaces=root, photo="1.jpg", kind="sekolah"))
    pull_form(trial.engine, trial.central, FORM_ID)
    text = shown(web.get(page_of(root)))
    assert "Hasil peninjauan disunting setelah diterima" in text
    assert "0 dari 1 sudah ada di Central" in text
    assert f"versi lama formulir versi 1 {root}" in text and f"yang berlaku formulir versi 1 {edited}" in text


def test_what_an_edit_changed_is_told_with_both_answers_to_who_may_see_answers(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central, word="before", number=1)
    trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word="after", number=2, kind="sekolah",
                                                     arrival="open"))  # fmt: skip
    pull_form(trial.engine, trial.central, FORM_ID)
    read_visits(trial.engine)
    note_changes(trial.engine)
    text = shown(web.get(page_of(root)))
    assert "word : before → after" in text and "number : 1 → 2" in text
    reader = entered(create_app(trial.engine, trial.context.settings), [Held(Role.ASSESSOR)])
    kept_back = shown(reader.get(page_of(root)))
    assert "number : 1 → 2" in kept_back, "whoever decides points sees answers"
    assert "before" not in kept_back and "after" not in kept_back, "but no free text"


def test_a_submission_is_told_in_the_words_of_the_version_it_was_filled_in_with(trial: Trial, web: FlaskClient) -> None:
    for version, label in (("2", "Kata yang lama?"), ("3", "Kata yang baru?")):
        survey = [{"type": "text", "name": "kind"}, {"type": "text", "name": "arrival"},
                  {"type": "text", "name": "facility"}, {"type": "integer", "name": "number"}]  # fmt: skip
        form = write_xlsx(survey=[row | {"label": f"{label} {row['name']}"} for row in survey],
                          settings=[{"form_title": "T", "form_id": FORM_ID, "version": version}])  # fmt: skip
        trial.central.publish(FORM_ID, form, version)
        if version == "2":
            root = a_visit(trial.engine, trial.central, version="2", number=7)
    pull_form(trial.engine, trial.central, FORM_ID)
    text = shown(web.get(page_of(root)))
    assert "Kata yang lama? number 7" in text and "Kata yang baru?" not in text


def test_a_submission_nobody_knows_has_no_page(trial: Trial, web: FlaskClient) -> None:
    a_visit(trial.engine, trial.central)
    assert web.get(page_of("uuid:unknown")).status_code == 404
    assert web.get("/kiriman/unknown/uuid:unknown").status_code == 404
    sent = web.post("/kiriman/unknown/uuid:unknown", data={"kind": "comment"}, headers=OURS)
    assert sent.status_code == 404


@pytest.mark.parametrize("kind", TYPED)
def test_a_decision_taken_on_the_page_is_shown_with_what_became_of_it(
    trial: Trial, web: FlaskClient, kind: str
) -> None:
    root = a_visit(trial.engine, trial.central)
    answer = post(web, root, kind)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(root)}?lang=id")
    text = shown(web.get(page_of(root)))
    assert all(typed in text for name, typed in TYPED[kind].items() if name in ("text", "why"))
    assert "Menunggu dikirim ke Central." in text and "Orang Rekaan" in text
    trial.send()
    assert "Terkirim ke Central" in shown(web.get(page_of(root)))


def test_a_decision_that_failed_says_why(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    post(web, root, "review")
    trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root))
    trial.send()
    text = shown(web.get(page_of(root)))
    assert "Tidak terkirim. Kiriman disunting di Central setelah keputusan diambil." in text


def test_a_decision_that_waits_after_a_failure_says_what_is_in_its_way(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    post(web, root, "comment")
    trial.lose.append("POST /v1/projects")
    trial.send()
    reason = catalogue("id").say("reason.central_unreachable")
    assert f"Menunggu dikirim ke Central. {reason}" in shown(web.get(page_of(root)))


def test_what_cannot_be_decided_is_said_and_what_was_typed_is_kept(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    answer = post(web, root, "follow_up", text="Berapa ruang <b>?", deadline="2020-01-01")
    assert answer.status_code == 400
    assert "Batas waktu sudah lewat." in shown(answer)
    assert "Berapa ruang &lt;b&gt;?</textarea>" in answer.text and 'value="2020-01-01"' in answer.text
    assert jobs(trial.engine) == []


def test_a_page_from_before_an_edit_decides_nothing(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    page = hidden(web.get(page_of(root)), "review")
    trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root))
    pull_form(trial.engine, trial.central, FORM_ID)
    answer = web.post(page_of(root), data=page | TYPED["review"], headers=OURS)
    assert answer.status_code == 400 and "disunting setelah halaman dibuka" in shown(answer)
    assert jobs(trial.engine) == []


def test_a_page_sent_twice_decides_once(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    data = hidden(web.get(page_of(root)), "comment") | TYPED["comment"]
    for _ in range(2):
        assert web.post(page_of(root), data=data, headers=OURS).status_code == 303
    assert len(jobs(trial.engine)) == 1


def test_what_was_deleted_has_nothing_to_decide(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    delete(trial.central, root)
    pull_form(trial.engine, trial.central, FORM_ID)
    answer = web.get(page_of(root))
    assert "Dihapus di Central" in shown(answer) and 'class="decide"' not in answer.text


def test_approving_asks_a_question_that_must_be_answered_with_yes(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    assert "confirm" not in web.get(page_of(root)).text
    with writing(trial.engine) as session:
        session.execute(update(Form).values(approval_lists={"lists": ["homes"]}))
    assert "Ya, tambahkan ke daftar “homes”." in shown(web.get(page_of(root)))
    answer = post(web, root, "review")
    assert answer.status_code == 400 and "menambah isi daftar di Central (homes)" in shown(answer)
    assert post(web, root, "review", confirm=["homes"]).status_code == 303


def test_every_text_warns_against_names_of_children(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    page = web.get(page_of(root))
    assert page.text.count("<textarea") == 4 == shown(page).count("Jangan menulis nama anak")


@pytest.mark.parametrize("kind", ["lksa", "rumah_singgah", "rumah_aman"])
def test_a_home_is_shown_by_kind_and_subdistrict_without_its_name_village_and_answers(trial: Trial, kind: str) -> None:
    root = a_visit(trial.engine, trial.central, kind=kind, name=HOME, word="Rahasia")
    web = entered(create_app(trial.engine, trial.context.settings), [Held(Role.ASSESSOR)])
    for language in ("id", "en"):
        text = web.get(page_of(root), query_string={"lang": language}).text
        assert [word for word in (HOME, "Desa Satu", "Rahasia") if word in text] == []
        assert f"{catalogue(language).say(f'kind.{kind}')}, Kecamatan Satu" in html.unescape(text)


@pytest.mark.parametrize("kind, named", [("lksa", True), ("rumah_singgah", True), ("rumah_aman", False)])
def test_the_team_reads_a_homes_name_and_nobody_a_shelters(
    trial: Trial, web: FlaskClient, kind: str, named: bool
) -> None:
    text = web.get(page_of(a_visit(trial.engine, trial.central, kind=kind, name=HOME))).text
    assert ((HOME in text), ("Desa Satu" in text)) == (named, named)


def test_a_submission_that_cannot_be_read_is_shown_without_its_place(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central, kind="istana")
    assert "SD Rekaan" not in web.get(page_of(root)).text


def test_other_places_are_shown_by_name_and_free_text_to_the_team_alone(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central, word="Rahasia")
    text = web.get(page_of(root)).text
    assert "SD Rekaan Satu, Desa Satu, Kecamatan Satu" in text and "Rahasia" in text
    reader = entered(create_app(trial.engine, trial.context.settings), [Held(Role.ASSESSOR)])
    assert "Rahasia" not in reader.get(page_of(root)).text


def test_a_page_offers_what_its_reader_may_decide_and_takes_nothing_else(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    reader = entered(create_app(trial.engine, trial.context.settings), [Held(Role.ASSESSOR)])
    assert web.get(page_of(root)).text.count('class="decide"') == 3 and reader.get(page_of(root)).status_code == 200
    assert 'class="decide"' not in reader.get(page_of(root)).text
    data = hidden(web.get(page_of(root)), "comment") | TYPED["comment"]
    del data["csrf_token"]
    answer = reader.post(page_of(root), data=data, headers=OURS)
    assert answer.status_code == 403 and "tidak berhak memberi komentar" in shown(answer)
    assert jobs(trial.engine) == []


# ── from whom


OTHERS = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    "another port or name of this machine": {"Sec-Fetch-Site": "same-site"},
    "nobody's page": {"Sec-Fetch-Site": "none"},
    "an older browser, from elsewhere": {"Origin": "http://evil.example"},
    "an older browser, from another port": {"Origin": "http://localhost:81"},
    "an older browser that hides it": {"Origin": "null"},
    "a program that says nothing": {},
    "a name that was made to point here": {"Host": "evil.example", "Sec-Fetch-Site": "same-origin"},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
def test_a_decision_from_elsewhere_is_refused_with_a_sentence(
    trial: Trial, web: FlaskClient, headers: dict[str, str]
) -> None:
    root = a_visit(trial.engine, trial.central)
    data = hidden(web.get(page_of(root)), "comment") | TYPED["comment"]
    answer = web.post(page_of(root), data=data, headers=headers)
    assert answer.status_code == 403 and "tidak datang dari halaman Tilik" in answer.text
    assert web.post(WORK, data={"job": "1"}, headers=headers).status_code == 403
    assert jobs(trial.engine) == []


@pytest.mark.parametrize("headers", [OURS, {"Origin": "http://localhost"}, {"Host": "localhost", **OURS}])
def test_a_decision_from_our_own_page_is_taken(trial: Trial, web: FlaskClient, headers: dict[str, str]) -> None:
    root = a_visit(trial.engine, trial.central)
    data = hidden(web.get(page_of(root)), "comment") | TYPED["comment"]
    assert web.post(page_of(root), data=data, headers=headers).status_code == 303


def test_the_pages_work_without_javascript_and_send_only_to_us(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    for page in (web.get(page_of(root)), web.get(WORK)):
        ours = r'<script nonce="[^"]+" src="/static/tilik.js" defer></script>'
        assert "<script" not in re.sub(ours, "", page.text), "and that one only opens photographs"
        assert " style=" not in page.text and "onclick" not in page.text
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "same-origin", "with no-referrer a form's Origin would be null"


# ── the page of work that failed or waits


def test_work_that_failed_is_listed_with_its_reason_and_can_be_asked_for_again(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    assert "Tidak ada pekerjaan yang gagal" in shown(web.get(WORK))
    number = decided(trial.engine, root, "comment")
    delete(trial.central, root)
    trial.send()
    page = web.get(WORK)
    assert "Mengirim keputusan ke Central" in shown(page) and page_of(root) in page.text
    assert "gagal; menunggu seseorang" in shown(page) and "Tidak ada di Central" in shown(page)
    trial.central.session.ask(
        "POST", f"projects/{trial.central.project}/forms/{FORM_ID}/submissions/{root}/restore"
    ).close()
    (job,) = re.findall(r'name="job" value="(\d+)"', page.text)
    assert web.post(WORK, data={"job": job}, headers=OURS).status_code == 303
    assert "Tidak ada pekerjaan yang gagal" in shown(web.get(WORK))
    trial.send()
    assert decision(trial.engine, number).sent_at is not None


def test_asking_again_for_what_went_on_meanwhile_changes_nothing(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    decided(trial.engine, root, "comment")
    trial.send()
    for job in ("1", "2", "999"):
        assert web.post(WORK, data={"job": job}, headers=OURS).status_code == 303
    assert jobs(trial.engine) == [("done", None)] and len(trial.comments(root)) == 1


def test_both_pages_in_english(trial: Trial, web: FlaskClient) -> None:
    root = a_visit(trial.engine, trial.central)
    decided(trial.engine, root, "follow_up")
    assert f"Deadline: {catalogue('en').show(decision(trial.engine, 1).deadline)}" in shown(
        web.get(page_of(root), query_string={"lang": "en"})
    )
    assert DEADLINE and "No work has failed or waits." in shown(web.get(WORK, query_string={"lang": "en"}))
