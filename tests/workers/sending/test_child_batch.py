"""What children answered goes on to Central checked, shuffled, once; and is not pulled from there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from server.db import Json, snapshot, writing
from server.feedback.expiring import see_what_is_over
from server.feedback.fresh import new_key
from server.feedback.tables import ChildAnswer, ChildAnswersGone, ChildForm
from server.settings import Settings
from server.store.opening import open_store
from server.submissions.tables import Submission
from server.sync.certificates import Cause, latest_certificate, read_detail
from server.work.kinds import ChildBatch
from tests.sandbox.server import Sandbox
from tests.support.claiming import ROUND
from tests.support.lining import DISTRICT
from tests.support.phoning import FORM, a_kit
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.certify import certify
from workers.pulling.child_count import compare_counts
from workers.pulling.pull import pull_all
from workers.sending import child_batch
from workers.sending.child_batch import instance_id, pass_on
from workers.sending.child_forgetting import forget_at_central_too
from workers.sending.child_form import bring_child_form
from workers.sending.phones import bring_phones
from xlsforms.forms import CHILD_FORM

BATCH = ChildBatch(ROUND, DISTRICT, "2026-11")
GOOD: Json = {"assent": "yes", "age_band": "13_15", "may_come": "yes", "like_place": "no"}


@pytest.fixture
def published(district: Engine, central: Central) -> Engine:
    bring_child_form(district, central)
    return district


def keep(engine: Engine, *answers: Json, month: str = "2026-11") -> list[str]:
    """Keep answers as settling leaves them."""
    keys = [new_key() for _ in answers]
    with writing(engine) as session:
        version = session.scalars(select(ChildForm.version)).one()
        session.add_all(ChildAnswer(key=key, round_id=ROUND, district=DISTRICT, place_kind="perpustakaan", month=month,
                                    version=version, answers=one, state="kept")
                        for key, one in zip(keys, answers, strict=True))  # fmt: skip
    return keys


def states(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        return {one.key: one.state for one in session.scalars(select(ChildAnswer))}


def at_central(sandbox: Sandbox, central: Central) -> list[tuple[str, str]]:
    """Give what is at Central: instance id and XML, in the order of arrival."""
    found = sandbox.state.projects[central.project].forms[CHILD_FORM].submissions.values()
    return [(one.root_id, one.current.xml.decode()) for one in found]


def nobody() -> None:
    """Hold no lease."""


def test_what_the_form_takes_goes_on_and_what_it_refuses_is_set_aside_without_a_word(
    published: Engine, central: Central, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    good = keep(published, GOOD, {**GOOD, "may_come": "skip"})
    bad = keep(published, {}, {"assent": "yes", "may_come": "yes"}, {**GOOD, "age_band": "9"}, {**GOOD, "assent": "no"},
               {**GOOD, "school_asked": "yes"}, {**GOOD, "another": "x"})  # fmt: skip
    other_month = keep(published, GOOD, month="2026-12")
    pass_on(published, central, BATCH, nobody)
    assert states(published) == {
        **dict.fromkeys(good, "passed"), **dict.fromkeys(bad, "aside"), **dict.fromkeys(other_month, "kept"),
    }  # fmt: skip
    there = dict(at_central(sandbox, central))
    assert set(there) == {instance_id(key) for key in good}
    for xml in there.values():
        assert "<place_kind>perpustakaan</place_kind>" in xml and "<district_code>9901</district_code>" in xml
        assert "<age_band>13_15</age_band>" in xml and "<month>11</month>" in xml
        for word in ("deviceid", "start>", "end>", "username", "audit", *good):
            assert word not in xml
    assert caplog.text == ""


@pytest.mark.ci
def test_ended_half_way_it_is_sent_again_and_is_there_once(
    published: Engine, central: Central, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keep(published, *[GOOD] * 6)
    with ended_after(monkeypatch, 3), pytest.raises(KeyboardInterrupt):
        pass_on(published, central, BATCH, nobody)
    assert len(at_central(sandbox, central)) == 3 and set(states(published).values()) == {"kept"}
    pass_on(published, central, BATCH, nobody)
    pass_on(published, central, BATCH, nobody)
    assert sorted(found for found, _ in at_central(sandbox, central)) == sorted(map(instance_id, keys))
    assert set(states(published).values()) == {"passed"}


@contextmanager
def ended_after(monkeypatch: pytest.MonkeyPatch, count: int) -> Iterator[None]:
    send, sent = child_batch._send, list[str]()

    def some(central: Central, key: str, xml: str) -> None:
        if len(sent) == count:
            raise KeyboardInterrupt
        sent.append(key)
        send(central, key, xml)

    with monkeypatch.context() as patched:
        patched.setattr(child_batch, "_send", some)
        yield


@pytest.mark.ci
def test_the_order_of_a_batch_is_drawn(published: Engine, central: Central, sandbox: Sandbox) -> None:
    keys = keep(published, *[GOOD] * 12)
    pass_on(published, central, BATCH, nobody)
    arrived = [found for found, _ in at_central(sandbox, central)]
    for order in (keys, sorted(keys)):
        assert arrived != [instance_id(key) for key in order], "one in 479 million is so by chance"


def test_without_its_form_at_central_answers_wait(district: Engine, central: Central) -> None:
    with writing(district) as session:
        session.add(ChildForm(version="1", page={}))
    keep(district, GOOD)
    with pytest.raises(CentralProblem) as problem:
        pass_on(district, central, BATCH, nobody)
    assert problem.value.reason.code in ("child_form_not_there", "central_not_found")
    assert set(states(district).values()) == {"kept"}


@pytest.mark.ci
def test_it_is_not_pulled_and_a_certificate_says_so_and_compares_counts(
    published: Engine, central: Central, tmp_path: Path
) -> None:
    keys = keep(published, *[GOOD] * 3)
    pass_on(published, central, BATCH, nobody)
    assert CHILD_FORM not in {report.form_id for report in pull_all(published, central)}
    assert counted(published, central, tmp_path) == ((3, 3), {})
    with writing(published) as session:
        session.execute(delete(ChildAnswer).filter_by(key=keys[0]))
        assert session.scalars(select(Submission)).all() == []
    assert counted(published, central, tmp_path) == ((2, 3), {Cause.COUNT_DIFFERS: 1})
    keep(published, GOOD)
    assert counted(published, central, tmp_path)[1] == {}, "it may be on its way"


def counted(engine: Engine, central: Central, folder: Path) -> tuple[tuple[int, int], dict[Cause, int]]:
    certify(engine, central, open_store(Settings(data=folder)))
    with snapshot(engine) as session:
        kept = latest_certificate(session, central.project)
        assert kept
        detail = {form.form_id: form for form in read_detail(kept).forms}[CHILD_FORM]
    assert detail.counted
    return (detail.counted.passed, detail.counted.there), detail.causes


def test_no_phone_is_given_the_form(district: Engine, central: Central) -> None:
    kit = a_kit(district, central)
    bring_child_form(district, central)
    bring_phones(district, central, nobody)
    assert CHILD_FORM in {form.form_id for form in central.forms()}
    for phone in kit.living():
        assert set(central.forms_on_phone(kit.token(phone))) == {FORM, "visit_lksa"}


def living(sandbox: Sandbox, central: Central) -> set[str]:
    found = sandbox.state.projects[central.project].forms[CHILD_FORM].submissions.values()
    return {one.root_id for one in found if one.deleted_at is None}


def passed_long_ago_and_lately(engine: Engine, central: Central) -> tuple[list[str], list[str]]:
    """Pass on answers whose time is over, and others; gives their keys."""
    old, new = keep(engine, *[GOOD] * 3, month="2020-01"), keep(engine, GOOD, month="2026-11")
    for month in ("2020-01", "2026-11"):
        pass_on(engine, central, ChildBatch(ROUND, DISTRICT, month), nobody)
    return old, new


def test_when_its_time_is_over_it_goes_at_central_and_here(
    published: Engine, central: Central, sandbox: Sandbox
) -> None:
    _, new = passed_long_ago_and_lately(published, central)
    with writing(published) as session:
        see_what_is_over(session)
    assert len(states(published)) == 4, "nothing goes here that is at Central still"
    for _ in range(2):
        forget_at_central_too(published, central, nobody)
    assert living(sandbox, central) == set(map(instance_id, new)) and list(states(published)) == new
    counted = compare_counts(published, central)
    assert counted and not counted.causes
    with snapshot(published) as session:
        assert [(one.month, one.answers) for one in session.scalars(select(ChildAnswersGone))] == [("2020-01", 3)]


@pytest.mark.ci
def test_ended_half_way_through_deleting_it_goes_the_next_time(
    published: Engine, central: Central, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = passed_long_ago_and_lately(published, central)
    turns = iter([nobody, nobody])
    with pytest.raises(StopIteration):
        forget_at_central_too(published, central, lambda: next(turns))
    assert len(living(sandbox, central)) == 2 and len(states(published)) == 4
    forget_at_central_too(published, central, nobody)
    assert living(sandbox, central) == set(map(instance_id, new)) and list(states(published)) == new


@pytest.mark.ci
def test_what_goes_on_meanwhile_is_deleted_the_next_time(published: Engine, central: Central, sandbox: Sandbox) -> None:
    _, new = passed_long_ago_and_lately(published, central)
    late = keep(published, GOOD, month="2020-01")

    def goes_on() -> None:
        pass_on(published, central, ChildBatch(ROUND, DISTRICT, "2020-01"), nobody)

    forget_at_central_too(published, central, goes_on)
    assert late[0] in states(published), "it is at Central"
    forget_at_central_too(published, central, nobody)
    assert living(sandbox, central) == set(map(instance_id, new)) and list(states(published)) == new
