"""Words of form versions: fetched with a pull, once, and of a version that cannot be had later again."""

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.forms.tables import FormVersion
from server.forms.words import FormWords
from server.submissions.tables import Submission
from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.trial import make_anew
from workers.central.api import Central
from workers.pulling import words
from workers.pulling.pull import pull_form
from xlsforms.build import write_xlsx


def kept(engine: Engine) -> dict[str, FormVersion]:
    with snapshot(engine) as session:
        found = {one.version: one for one in session.scalars(select(FormVersion))}
        session.expunge_all()
    return found


def labelled(version: str, label: str) -> bytes:
    """Give a form whose one question is worded so."""
    survey = [{"type": "text", "name": "word", "label": label}]
    return write_xlsx(survey=survey, settings=[{"form_title": "T", "form_id": FORM_ID, "version": version}])


def label(engine: Engine, version: str) -> str | None:
    found = kept(engine)[version].words
    return FormWords.of(found).label("word", "id") if found else None


def test_each_version_that_was_filled_in_has_its_own_words_and_not_the_newest(engine: Engine, central: Central) -> None:
    central.publish(FORM_ID, labelled("1", "Kata yang lama?"), "1")
    central.submit(FORM_ID, a_submission(word="a"))
    central.publish(FORM_ID, labelled("2", "Kata yang baru?"), "2")
    central.submit(FORM_ID, a_submission(word="b", version="2"))
    central.publish(FORM_ID, labelled("3", "Belum pernah diisi?"), "3")
    pull_form(engine, central, FORM_ID)
    assert (label(engine, "1"), label(engine, "2")) == ("Kata yang lama?", "Kata yang baru?")
    assert kept(engine).keys() == {"1", "2"}, "what nobody filled in is not asked for"


def test_the_version_of_an_edit_is_fetched_too(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="a"))
    pull_form(engine, trial, FORM_ID)
    trial.publish(FORM_ID, a_form("2"), "2")
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, version="2", word="b"))
    pull_form(engine, trial, FORM_ID)
    assert {version: bool(one.words) for version, one in kept(engine).items()} == {"1": True, "2": True}


def test_words_are_fetched_once(engine: Engine, trial: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.submit(FORM_ID, a_submission(word="a"))
    pull_form(engine, trial, FORM_ID)
    monkeypatch.setattr(type(trial), "definition", lambda *_: pytest.fail("asked again"))
    pull_form(engine, trial, FORM_ID)


def test_a_version_that_is_gone_stops_no_pull_and_is_asked_for_again_later(engine: Engine, trial: Central) -> None:
    trial.submit(FORM_ID, a_submission(word="a"))
    pull_form(engine, trial, FORM_ID)
    with writing(engine) as session:
        session.execute(update(FormVersion).values(words=None, next_ask_at=now()))
    make_anew(trial)
    assert pull_form(engine, trial, FORM_ID).problem is None
    found = kept(engine)["1"]
    assert found.words is None and found.problem and found.problem.code == "central_not_found"
    assert found.next_ask_at and found.next_ask_at > now() and found.attempts == 1
    pull_form(engine, trial, FORM_ID)
    assert kept(engine)["1"].attempts == 1, "not before its time"


def test_a_definition_that_nobody_can_read_is_noted(
    engine: Engine, trial: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial.submit(FORM_ID, a_submission(word="a"))
    for made in (lambda *_: "<no/>", lambda *_: None):  # what was foreseen, and what was not
        monkeypatch.setattr(type(trial), "definition", made)
        assert pull_form(engine, trial, FORM_ID).problem is None
        problem = kept(engine)["1"].problem
        assert problem and problem.code == "form_unreadable"
        with writing(engine) as session:
            session.execute(update(FormVersion).values(next_ask_at=now()))
    monkeypatch.undo()
    pull_form(engine, trial, FORM_ID)
    assert kept(engine)["1"].words and kept(engine)["1"].problem is None


def test_doing_it_twice_at_once_keeps_what_came_first(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    trial.submit(FORM_ID, a_submission(word="a"))
    pull_form(engine, trial, FORM_ID)
    with snapshot(engine) as session:
        form_pk = session.scalars(select(Submission.form_pk)).one()
    before = kept(engine)["1"].words
    with writing(engine) as session:
        words.keep_words(session, form_pk, "1", FormWords(()))
        words.ask_later(session, form_pk, "1", words._UNREADABLE)
    assert kept(engine)["1"].words == before and kept(engine)["1"].next_ask_at is None
