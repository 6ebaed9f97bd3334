"""The certificate says "identical" only where it is, and how much it compared: on the sandbox and on a real Central."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.store.interface import Store
from server.submissions.keeping import digest
from server.submissions.tables import Submission, SubmissionState
from server.sync.certificates import DIFFERENT, IDENTICAL, Cause, Detail, latest_certificate, read_detail
from server.sync.compared import forget_compared
from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID, a_form, a_form_without_ids, a_submission, new_id
from tests.support.purging import Purge, purge_at
from tests.support.trial import delete, feed_rows, pretend_that_time_has_passed, publish_trial, publish_xml, states
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import pull_form
from workers.pulling.repair import repair


class Tilik:
    """Tilik before a Central, as an operator uses it."""

    def __init__(self, engine: Engine, central: Central, store: Store) -> None:
        self.engine, self.central, self.store = engine, central, store

    def pull(self) -> None:
        assert pull_form(self.engine, self.central, FORM_ID).problem is None

    def certify(self, *, deep: bool = True) -> str:
        return certify(self.engine, self.central, self.store, deep=deep)

    def repair(self) -> int:
        return repair(self.engine, self.central, self.store, FORM_ID).rewritten

    @property
    def detail(self) -> Detail:
        with snapshot(self.engine) as session:
            found = latest_certificate(session, self.central.project)
            assert found is not None
            return read_detail(found)

    @property
    def causes(self) -> dict[Cause, int]:
        (form,) = self.detail.forms
        return form.causes

    @property
    def content(self) -> tuple[int, int]:
        """Of how many versions the newest certificate says that it compared the answers, and of how many."""
        totals = self.detail.totals
        return totals["content"], totals["versions"]

    def kept(self) -> dict[str, tuple[int, str | None, str, str | None]]:
        """Give what is kept of each version: its number, form version, source and word."""
        with snapshot(self.engine) as session:
            found = session.scalars(select(Submission))
            return {v.instance_id: (v.number, v.form_version, v.source, json.loads(v.answers).get("word"))
                    for v in found}  # fmt: skip

    def alter(self, instance_id: str, **values: Any) -> None:
        """Make what is kept of a version another, as an earlier Tilik kept it; its digest goes with its answers."""
        if "answers" in values:
            values["digest"] = digest(values["answers"])
        with writing(self.engine) as session:
            session.execute(update(Submission).filter_by(instance_id=instance_id).values(**values))
            forget_compared(session, self.central.project)


@pytest.fixture
def trial(any_central: Central) -> Central:
    return publish_trial(any_central)


@pytest.fixture
def tilik(engine: Engine, any_central: Central, store: Store) -> Tilik:
    return Tilik(engine, any_central, store)


@pytest.fixture
def purge(any_server: tuple[str, str, str], sandbox: Sandbox) -> Purge:
    found = purge_at(sandbox, any_server[0])
    if found is None:
        pytest.skip("nobody says how to purge at this Central")
    return found


def publish(central: Central, version: str, drop: str | None = None) -> None:
    central.publish(FORM_ID, a_form(version, drop=drop), version)


# ── what an edit was filled in with ──────────────────────────────────────────────────────────────────────────────


def test_an_edit_with_an_older_form_version_keeps_what_the_feed_hides(trial: Central, tilik: Tilik) -> None:
    publish(trial, "2", drop="word")
    root, edited = trial.submit(FORM_ID, a_submission(version="2")), new_id()
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, version="1", word="SECRETWORD"))
    assert "word" not in feed_rows(trial)[0] and feed_rows(trial)[0]["system"]["formVersion"] == "2"
    tilik.pull()
    assert tilik.kept() == {root: (1, "2", "xml", None), edited: (2, "1", "xml", "SECRETWORD")}
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)


def test_an_edit_with_a_newer_form_version_is_kept_as_filled_in_with_it(trial: Central, tilik: Tilik) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(word="before")), new_id()
    tilik.pull()
    publish(trial, "2")
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, version="2", word="after"))
    tilik.pull()
    assert tilik.kept() == {root: (1, "1", "odata", "before"), edited: (2, "2", "odata", "after")}
    assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (1, 2)
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)


def test_what_was_kept_by_the_feed_though_it_hides_answers_is_found_and_repaired(trial: Central, tilik: Tilik) -> None:
    publish(trial, "2", drop="word")
    root, edited = trial.submit(FORM_ID, a_submission(version="2")), new_id()
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, version="1", word="SECRETWORD", number="7"))
    tilik.pull()
    tilik.alter(edited, answers='{"number":7}', source="odata", form_version=None)
    assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (0, 2), "and it says so"
    assert tilik.certify() == DIFFERENT and tilik.causes == {Cause.CONTENT_DIFFERS: 1}
    assert tilik.content == (0, 2)
    assert tilik.repair() == 1
    assert tilik.kept()[edited] == (2, "1", "xml", "SECRETWORD")
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)


def test_a_version_kept_as_filled_in_with_another_form_version_is_found(trial: Central, tilik: Tilik) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(word="before")), new_id()
    publish(trial, "2")
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, version="2", word="after"))
    tilik.pull()
    tilik.alter(edited, form_version="1")
    assert tilik.certify() == DIFFERENT and tilik.causes == {Cause.FORM_VERSION_DIFFERS: 1}
    tilik.repair()
    assert tilik.kept()[edited][1] == "2"
    assert tilik.certify() == IDENTICAL


# ── content, whatever it was kept from ───────────────────────────────────────────────────────────────────────────


def test_after_a_new_form_version_the_answers_of_older_submissions_are_compared(trial: Central, tilik: Tilik) -> None:
    answers = {"word": "before", "number": "007", "share": "0.50", "point": "-6.89 110.64 5 8.5",
               "moment": "2026-11-01T08:00:00.000+07", "rooms": ("hall",)}  # fmt: skip
    root = trial.submit(FORM_ID, a_submission(**answers))  # type: ignore[arg-type] # a submission's are of any kind
    tilik.pull()
    assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (1, 1), "by the feed"
    publish(trial, "2", drop="share")
    assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (0, 1), "the feed shows them no longer"
    assert tilik.certify() == IDENTICAL and tilik.content == (1, 1)
    assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (1, 1), "and what was compared stays so"
    tilik.alter(root, answers='{"word":"forged"}')
    assert tilik.certify() == DIFFERENT and tilik.causes == {Cause.CONTENT_DIFFERS: 1}
    assert tilik.content == (0, 1)


def test_answers_of_an_older_version_are_compared(trial: Central, tilik: Tilik) -> None:
    root = trial.submit(FORM_ID, a_submission(word="before"))
    tilik.pull()
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word="after"))
    tilik.pull()
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)
    tilik.alter(root, answers='{"word":"forged"}')
    assert tilik.certify() == DIFFERENT and tilik.causes == {Cause.CONTENT_DIFFERS: 1}
    assert tilik.repair() == 1 and tilik.kept()[root][3] == "before"
    assert tilik.certify() == IDENTICAL


@pytest.mark.parametrize("pulled", [False, True])
def test_what_was_purged_and_sent_again_under_its_id_is_found(
    trial: Central, tilik: Tilik, purge: Purge, pulled: bool
) -> None:
    root = trial.submit(FORM_ID, a_submission(word="before"))
    publish(trial, "2")
    tilik.pull()
    delete(trial, root)
    purge(trial, [root])
    assert trial.submit(FORM_ID, a_submission(root, word="after")) == root
    pretend_that_time_has_passed(tilik.engine)
    if pulled:  # as an earlier Tilik did, which kept the answers that came first
        let_it_have_been_seen(tilik, root)
        assert tilik.certify(deep=False) == IDENTICAL and tilik.content == (0, 1)
    assert tilik.certify() == DIFFERENT
    assert tilik.causes == {Cause.CONTENT_DIFFERS if pulled else Cause.SENT_AGAIN: 1}
    tilik.repair()
    tilik.certify()
    tilik.repair()
    assert tilik.certify() == IDENTICAL and tilik.content == (1, 1)
    assert tilik.kept() == {root: (1, "1", "xml", "after")}


def let_it_have_been_seen(tilik: Tilik, root: str) -> None:
    with writing(tilik.engine) as session:
        moment = {"submitted_at": feed_rows(tilik.central)[0]["system"]["submissionDate"], "deleted_at": None}
        session.execute(update(SubmissionState).filter_by(root_id=root).values(**moment))


# ── ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_that_asks_for_no_instance_id_has_all_versions(any_central: Central, tilik: Tilik) -> None:
    publish_xml(any_central, a_form_without_ids())
    root, edited = any_central.submit(FORM_ID, a_submission(word="before")), new_id()
    any_central.edit(FORM_ID, root, a_submission(edited, replaces=root, word="after"))
    assert "instanceID" not in feed_rows(any_central)[0]["meta"]
    for _ in range(2):
        tilik.pull()
        assert tilik.kept() == {root: (1, "1", "xml", "before"), edited: (2, "1", "odata", "after")}
        assert states(tilik.engine)[root].instance_id == edited
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)


@pytest.mark.parametrize("odd", ["ü'\"?#&x", "a&lt;b&#65;", "<tag>", " uuid:padded ", "100%&amp;"])
def test_an_odd_instance_id_is_no_disagreement(trial: Central, tilik: Tilik, odd: str) -> None:
    edited = new_id() + odd
    root = trial.submit(FORM_ID, a_submission(escaped(odd), word="before"))
    other = trial.submit(FORM_ID, a_submission(word="other"))
    tilik.pull()
    assert tilik.certify() == IDENTICAL and tilik.content == (2, 2)
    trial.edit(FORM_ID, root, a_submission(escaped(edited), replaces=root, word="after"))
    for _ in range(2):
        tilik.pull()
        kept = {v.instance_id for v in trial.versions(FORM_ID, root)} | {other}
        assert tilik.kept().keys() == kept and len(kept) == 3
    assert tilik.certify() == IDENTICAL and tilik.content == (3, 3)
    delete(trial, root)
    tilik.pull()
    assert tilik.certify() == IDENTICAL and tilik.content == (1, 1)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
