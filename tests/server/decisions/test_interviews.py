"""What one person said in an interview is shown to nobody, on no page and in no file; of a visit it would be."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.db import snapshot, writing
from server.forms.queries import keep_words, note_versions
from server.forms.words import CHOICE, NUMBER, TEXT, FormQuestion, FormWords
from server.results.reading import read_unread
from server.roles.account import Held
from server.roles.table import GIVEN, Role
from server.settings import Settings
from server.submissions.changes import note_changes
from server.submissions.keeping import insert_versions
from server.submissions.tables import Form, SubmissionState
from server.visits.tables import Visit
from server.words import catalogue
from tests.support.claiming import ROUND
from tests.support.room import PROJECT, a_part
from tests.support.trial import it_comes
from tests.support.web import entered
from tests.support.workbooks import DISTRICT

ROOT, SECOND = "uuid:said-by-one", "uuid:said-anew"
SAID = {"role": "ngo", "akta_paid": "yes", "gt_met": 4321, "statement": "Pernyataan Rekaan"}
BY_CHANCE = re.compile(r"[0-9a-f]{32,}|\.[0-9]{6}")  # digests and parts of a second may say any number
TOLD = ("Pernyataan", "4321", "4.321", "4,321", "Ya, dibayar", "Lembaga masyarakat", "akta_paid", "gt_met", "Peran?")
WORDS = FormWords(
    (FormQuestion("role", CHOICE, "role"), FormQuestion("akta_paid", CHOICE, "yn"), FormQuestion("gt_met", NUMBER),
     FormQuestion("families_reached", NUMBER), FormQuestion("statement", TEXT)),
    {"id": {"role": "Peran?", "akta_paid": "Biaya?", "gt_met": "Rapat?", "statement": "Kata?"}},
    {"id": {"role": {"ngo": "Lembaga masyarakat"}, "yn": {"yes": "Ya, dibayar"}}}, "id",
)  # fmt: skip


@pytest.fixture
def app(district: Engine) -> Flask:
    a_part(district, 6)
    return create_app(district, Settings.model_validate({"secret_key": "k" * 40, "central_project": PROJECT}))


def said(engine: Engine, read_as: str | None, form_id: str = "interview_adult", **more: Any) -> str:
    """Let a submission come that was edited once, with the words of its form; gives its page."""
    form_pk = it_comes(engine, form_id, ROOT, SAID | more, read=False)
    with writing(engine) as session:
        session.execute(update(Form).where(Form.id == form_pk).values(read_as=read_as))
        note_versions(session, form_pk, ["1"])
        keep_words(session, form_pk, "1", WORDS)
        insert_versions(session, [{
            "form_pk": form_pk, "root_id": ROOT, "instance_id": SECOND, "number": 2, "digest": "y", "source": "odata",
            "form_version": "1", "answers": json.dumps(SAID | more | {"akta_paid": "no", "gt_met": 4322}),
        }])  # fmt: skip
    note_changes(engine)
    read_unread(engine)
    return f"/kiriman/{form_id}/{ROOT}"


def test_no_role_is_shown_what_one_person_said(app: Flask, district: Engine) -> None:
    page, opened = said(district, "interview"), 0
    for role in GIVEN:
        held = Held(role, DISTRICT, ROUND) if role in (Role.VERIFIER, Role.LEAD) else Held(role)
        answer = entered(app, [held]).get(page)
        assert not [text for text in TOLD if text in answer.text], role
        opened += answer.status_code == 200
        assert (catalogue("id").say("answer.of_one") in answer.text) == (answer.status_code == 200)
    assert opened > 2, "else nothing was tried"


@pytest.mark.parametrize("read_as", ["interview", "desk", "of_a_later_tilik"])
def test_what_is_read_of_people_is_kept_back(app: Flask, district: Engine, read_as: str) -> None:
    text = entered(app).get(said(district, read_as)).text
    assert not [told for told in TOLD if told in text]
    assert "Pilih putaran" not in text and 'name="round_id"' not in text, "it is in no round"


def test_of_a_form_that_is_not_ours_the_same_answers_are_shown(app: Flask, district: Engine) -> None:
    """So that the test above would see them."""
    text = entered(app).get(said(district, None, "trial")).text
    assert {told for told in TOLD if told in text} >= {"Ya, dibayar", "Peran?", "Lembaga masyarakat"}
    assert catalogue("id").say("answer.of_one") not in text


@pytest.mark.parametrize("number, shown", [(0, "7 atau kurang"), (7, "7 atau kurang"), (8, "sekitar 10"),
                                           (38, "sekitar 40")])  # fmt: skip
def test_of_a_programme_small_numbers_of_families_are_hidden_and_others_rounded(
    app: Flask, district: Engine, number: int, shown: str
) -> None:
    text = entered(app).get(said(district, "programme", "ampk_programme", families_reached=number)).text
    assert re.search(rf"families_reached</dt>\s*<dd>{shown}<", text)
    assert "Lembaga masyarakat" in text, "its other answers are an institution's"


def test_it_is_no_visit_and_in_nothing_that_is_told_of_a_district(app: Flask, district: Engine) -> None:
    said(district, "interview")
    with snapshot(district) as session:
        assert session.scalars(select(Visit)).all() == []
        state = session.scalars(select(SubmissionState).filter_by(root_id=ROOT)).one()
        assert (state.district, state.round_id, state.facility_id, state.day) == (None, None, None, None)
    web, asked = entered(app), 0
    values = {"round_id": ROUND, "district": DISTRICT}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and
             rule.arguments <= values.keys()]  # fmt: skip
    to = app.url_map.bind("localhost")
    paths = [to.build(rule.endpoint, {name: values[name] for name in rule.arguments}) for rule in rules]
    for path in paths:
        answer = web.get(path, buffered=True)
        if answer.status_code != 200:
            continue
        asked += 1
        found = BY_CHANCE.sub("", answer.data.decode("utf-8", "ignore"))
        assert not [text for text in (*TOLD[:4], ROOT, SECOND) if text in found], path
    assert asked > 20


def test_it_does_not_keep_a_district_from_being_closed(app: Flask, district: Engine) -> None:
    said(district, "interview")
    answer = entered(app).get(f"/wilayah/{ROUND}/{DISTRICT}/penutupan")
    assert answer.status_code == 200 and "kiriman belum dibaca" not in answer.text
