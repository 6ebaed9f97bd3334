"""Pulling submissions: what happens to them at Central is here afterwards, once, and nothing else."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot
from server.submissions.tables import Form
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.faults import Dated
from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.odd import at_central, change_answers, change_row
from tests.support.proxy import FaultProxy
from tests.support.scripted import Answer, in_json, scripted
from tests.support.trial import delete, kept, restore, states, submit_many, versions
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.forbearance import TROUBLES_IN_A_ROW
from workers.pulling.pull import LOOK_BACK, changed_since, looking_back, pull_all, pull_form


def the_form(engine: Engine) -> Form:
    with snapshot(engine) as session:
        return session.scalars(select(Form)).one()


def test_a_submission_is_kept_as_it_was_sent(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="ä", rooms=("hall",)))
    report = pull_form(engine, trial, FORM_ID)
    assert (report.rows, report.new_versions, report.problem) == (1, 1, None)
    answers = json.loads(versions(engine)[root])
    assert (answers["word"], answers["room"][0]["use"], answers["meta"]["instanceID"]) == ("ä", "hall", root)


def test_pulling_again_changes_nothing(engine: Engine, trial: Central) -> None:
    trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    before = kept(engine)
    assert pull_form(engine, trial, FORM_ID).new_versions == 0
    assert kept(engine) == before


def test_batches_are_all_kept(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    roots = submit_many(sandbox, trial, 1203)
    seen: list[int] = []
    report = pull_form(engine, trial, FORM_ID, lambda form_id, rows: seen.append(rows))
    assert (report.rows, seen) == (1203, [500, 500, 203])
    assert set(versions(engine)) == set(roots) == set(states(engine))


def test_an_edit_is_a_new_version_and_the_old_one_stays(engine: Engine, trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(word="before")), new_id()
    pull_form(engine, trial, FORM_ID)
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, word="after"))
    assert pull_form(engine, trial, FORM_ID).new_versions == 1
    assert {key: json.loads(text)["word"] for key, text in versions(engine).items()} == {
        root: "before",
        edited: "after",
    }
    state = states(engine)[root]
    assert (state.instance_id, state.edits, state.review_state) == (edited, 1, "edited")


def test_versions_made_between_two_polls_are_fetched(engine: Engine, trial: Central) -> None:
    root, second, third = trial.submit(FORM_ID, a_submission(word="1")), new_id(), new_id()
    trial.edit(FORM_ID, root, a_submission(second, replaces=root, word="2"))
    trial.edit(FORM_ID, root, a_submission(third, replaces=second, word="3"))
    pull_form(engine, trial, FORM_ID)
    assert {key: json.loads(text)["word"] for key, text in versions(engine).items()} == {
        root: "1",
        second: "2",
        third: "3",
    }
    assert states(engine)[root].instance_id == third


def test_a_review_is_no_new_version(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    trial.review(FORM_ID, root, "hasIssues")
    assert pull_form(engine, trial, FORM_ID).new_versions == 0
    assert states(engine)[root].review_state == "hasIssues"


def test_what_is_deleted_is_noted_and_its_versions_stay(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    delete(trial, root)
    pull_form(engine, trial, FORM_ID)
    assert states(engine)[root].deleted_at is not None
    assert root in versions(engine)


def test_what_was_deleted_before_the_first_pull_is_known_too(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission())
    delete(trial, root)
    pull_form(engine, trial, FORM_ID)
    assert states(engine)[root].deleted_at is not None


def test_a_removed_fields_answers_first_pulled_after_the_removal_are_kept(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="kept", number=7))
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    new = trial.submit(FORM_ID, a_submission(number=8, version="2"))
    pull_form(engine, trial, FORM_ID)
    answers = {key: json.loads(text) for key, text in versions(engine).items()}
    assert (answers[root]["word"], answers[root]["number"]) == ("kept", "7")
    assert answers[new]["number"] == 8


def test_answers_kept_before_a_field_was_removed_stay_as_they_were(engine: Engine, trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(word="kept"))
    pull_form(engine, trial, FORM_ID)
    before = versions(engine)
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    trial.review(FORM_ID, root, "approved")
    pull_form(engine, trial, FORM_ID)
    assert versions(engine) == before


def test_a_deleted_submission_of_an_old_form_version_is_read_when_it_is_restored(
    engine: Engine, trial: Central
) -> None:
    root = trial.submit(FORM_ID, a_submission(word="kept"))
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    delete(trial, root)
    assert pull_form(engine, trial, FORM_ID).problem is None
    assert versions(engine) == {}
    restore(trial, root)
    pull_form(engine, trial, FORM_ID)  # still within the look-back
    assert json.loads(versions(engine)[root])["word"] == "kept"


def test_an_encrypted_submission_is_set_aside_with_a_sentence(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    secret = a_submission(word="x").replace("<word>", "<base64EncryptedKey>k</base64EncryptedKey><word>")
    root = trial.submit(FORM_ID, secret)
    fine = trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    found = states(engine)
    assert found[root].problem == Reason("encrypted")
    assert found[fine].problem is None and fine in versions(engine)


def test_the_watermark_is_centrals_clock_when_the_feed_was_opened(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    trial.submit(FORM_ID, a_submission())
    with FaultProxy(sandbox.url) as proxy, Central(proxy.url, USER, PASSWORD, trial.project) as central:
        proxy.always(Dated("Tue, 01 Feb 2022 00:00:01 GMT"), where=lambda request: ".svc/" in request.path)
        pull_form(engine, central, FORM_ID)
    form = the_form(engine)
    assert form.watermark == "2022-02-01T00:00:01.000Z"
    assert (form.cycle_started, form.cycle_reached, form.published_version) == (None, None, "1")


def test_the_next_pull_looks_back(engine: Engine, trial: Central) -> None:
    assert looking_back("2026-11-22T00:05:00.000Z") == "2026-11-21T23:55:00.000Z"
    assert LOOK_BACK.total_seconds() >= 600


def test_the_filter_names_all_three_moments() -> None:
    assert changed_since("T") == "__system/submissionDate ge T or __system/updatedAt ge T or __system/deletedAt ge T"
    assert changed_since("T", "R").endswith(") and __system/submissionDate le R")


def test_a_form_that_fails_leaves_the_others_pulled(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    trial.publish("other", a_form(form_id="other"), "1")
    trial.submit("other", a_submission(form_id="other"))
    trial.submit(FORM_ID, a_submission())
    forms = sandbox.state.projects[trial.project].forms
    forms[FORM_ID].submissions["uuid:broken"] = object()  # type: ignore[assignment]
    try:
        reports = {report.form_id: report for report in pull_all(engine, trial)}
    finally:
        del forms[FORM_ID].submissions["uuid:broken"]
    assert reports["other"].new_versions == 1
    problem = reports[FORM_ID].problem
    assert problem and problem.code == "central_busy"
    with snapshot(engine) as session:
        stored = session.scalars(select(Form).filter_by(form_id=FORM_ID)).one().problem
    assert stored == Reason("central_busy", {"status": "500"})
    assert pull_form(engine, trial, FORM_ID).problem is None
    with snapshot(engine) as session:
        assert session.scalars(select(Form).filter_by(form_id=FORM_ID)).one().problem is None


def break_xml(sandbox: Sandbox, central: Central, root: str) -> Callable[[], None]:
    """Let the sandbox fail with 500 whenever this submission's XML is asked for; returns what mends it."""
    version = sandbox.state.projects[central.project].forms[FORM_ID].submissions[root].current
    whole, version.xml = version.xml, object()  # type: ignore[assignment]
    return lambda: setattr(version, "xml", whole)


def test_a_submission_central_fails_to_give_is_set_aside_and_its_neighbours_are_kept(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    poisoned, neighbour = (trial.submit(FORM_ID, a_submission(word=word)) for word in ("poisoned", "fine"))
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    mend = break_xml(sandbox, trial, poisoned)
    assert pull_form(engine, trial, FORM_ID).problem is None
    assert set(versions(engine)) == {neighbour}
    assert states(engine)[poisoned].problem == Reason("central_busy", {"status": "500"})
    mend()
    pull_form(engine, trial, FORM_ID, everything=True)  # as the slow pass does
    assert set(versions(engine)) == {poisoned, neighbour} and states(engine)[poisoned].problem is None


def test_a_central_that_gives_nothing_is_not_a_poisoned_submission(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    roots = [trial.submit(FORM_ID, a_submission(word="x")) for _ in range(TROUBLES_IN_A_ROW)]
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    for root in roots:
        break_xml(sandbox, trial, root)
    problem = pull_form(engine, trial, FORM_ID).problem
    assert problem and problem.code == "central_busy"
    assert states(engine) == {}


def test_what_came_before_the_feed_broke_is_kept(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    oldest, *others = (trial.submit(FORM_ID, a_submission()) for _ in range(3))
    change_row(at_central(sandbox, trial, FORM_ID, oldest), lambda row: row.replace("}", "]"))
    problem = pull_form(engine, trial, FORM_ID).problem
    assert problem and problem.code == "central_malformed"
    assert set(versions(engine)) == set(others), "the newest come first"
    del at_central(sandbox, trial, FORM_ID, oldest).odata
    assert pull_form(engine, trial, FORM_ID).problem is None
    assert set(versions(engine)) == {oldest, *others}


def test_a_submission_that_is_gone_between_the_feed_and_its_xml_leaves_its_neighbours_pulled(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    gone, edited, neighbour = (trial.submit(FORM_ID, a_submission(word="w")) for _ in range(3))
    for root, words in ((gone, {}), (edited, {"edits": 1})):
        change_answers(at_central(sandbox, trial, FORM_ID, root), __id=new_id(), __system=words)
    trial.publish(FORM_ID, a_form("2", drop="word"), "2")
    assert pull_form(engine, trial, FORM_ID).problem is None
    assert set(versions(engine)) == {neighbour}
    problems = [state.problem for root, state in states(engine).items() if root != neighbour]
    assert problems == [Reason("content_not_given")] * 2


def test_central_may_stamp_by_a_clock_that_is_behind_the_one_it_answers_by(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    """Its database stamps what comes, its web server says when it answered: two machines, often enough."""
    trial.submit(FORM_ID, a_submission())
    with FaultProxy(sandbox.url) as proxy, Central(proxy.url, USER, PASSWORD, trial.project) as central:
        proxy.always(Dated("Sun, 01 Feb 2099 00:00:01 GMT"), where=lambda request: ".svc/" in request.path)
        pull_form(engine, central, FORM_ID)
        new = trial.submit(FORM_ID, a_submission())
        pull_form(engine, central, FORM_ID)
    assert new in versions(engine)


def test_one_submission_twice_in_a_feed_is_taken_once(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    root, other = trial.submit(FORM_ID, a_submission(word="w")), trial.submit(FORM_ID, a_submission())
    change_row(at_central(sandbox, trial, FORM_ID, root), lambda row: f"{row},{row}")
    assert pull_form(engine, trial, FORM_ID).problem is None
    assert set(versions(engine)) == {root, other}


ANSWER_OF_ANOTHER_KIND = [in_json(200), Answer(200, b"[1]"), Answer(200, b"[{}]"), Answer(200, b'"x"')]


@pytest.mark.parametrize("answer", ANSWER_OF_ANOTHER_KIND, ids=lambda answer: answer.body.decode())
@pytest.mark.parametrize("ask", [
    Central.forms, lambda central: central.form("f"), lambda central: central.submission("f", "r"),
    lambda central: central.versions("f", "r"), lambda central: central.comments("f", "r"),
    lambda central: central.attachments("f", "r", "i"),
], ids=["forms", "form", "submission", "versions", "comments", "files"])  # fmt: skip
def test_an_answer_of_another_kind_cannot_be_read(ask: Callable[[Central], object], answer: Answer) -> None:
    with scripted(answer) as script, Central(script.url, "user", "password", 1) as central:
        try:
            found = ask(central)
        except CentralProblem as problem:
            assert problem.reason.code == "central_malformed"
        else:
            assert found == []
