"""Both forms about children, at the sandbox and a real Central: what goes on there, what comes back, and what does not.

Children's answers go in batches and are never pulled, and a certificate compares counts alone; minutes of a forum are
filled in by Collect's own engine, sent, pulled and read.
"""

from pathlib import Path

from sqlalchemy import Engine, select

from server.db import Json, snapshot, writing
from server.feedback.fresh import new_key
from server.feedback.gathering import told_in
from server.feedback.tables import ChildAnswer, ChildForm
from server.forum.queries import minutes_in
from server.forum.tables import ForumCode
from server.settings import Settings
from server.store.opening import open_store
from server.submissions.tables import Form, Submission
from server.sync.certificates import Cause, FormDetail, latest_certificate, read_detail
from server.told.reading import read_told
from server.work.kinds import ChildBatch
from tests.support.built import built
from tests.support.claiming import ROUND
from tests.support.rounds import begin
from tests.support.workbooks import DISTRICT
from verification.reading.forum import ForumAnswer, ForumLedBy, ForumProcess
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import pull_all
from workers.sending.child_batch import pass_on
from workers.sending.child_form import bring_child_form
from workers.sending.publish import publish_forms, publish_lists
from xlsforms.fill import FormFiller
from xlsforms.forms import CHILD_FORM
from xlsforms.scenarios import DISTRICT as ON_THE_PHONE
from xlsforms.scenarios import media_for

BATCH, MINUTES, CODE = ChildBatch(ROUND, DISTRICT, "2026-11"), "forum_minutes", "N-7KQM2F"
SAID: Json = {"assent": "yes", "age_band": "13_15", "may_come": "yes", "pay_here": "no", "like_place": "sometimes",
              "feel_ok_place": "unknown", "sex_opt": "skip"}  # fmt: skip


def keep(engine: Engine, *answers: Json) -> None:
    """Keep answers as settling leaves them."""
    with writing(engine) as session:
        version = session.scalars(select(ChildForm.version)).one()
        session.add_all(ChildAnswer(key=new_key(), round_id=ROUND, district=DISTRICT, place_kind="perpustakaan",
                                    month=BATCH.month, version=version, answers=one, state="kept")
                        for one in answers)  # fmt: skip


def nobody() -> None:
    """Hold no lease."""


def certified(engine: Engine, central: Central, folder: Path, form_id: str = CHILD_FORM) -> FormDetail:
    certify(engine, central, open_store(Settings(data=folder)))
    with snapshot(engine) as session:
        kept = latest_certificate(session, central.project)
        assert kept
        return {form.form_id: form for form in read_detail(kept).forms}[form_id]


def test_a_batch_of_children_is_taken_once_is_told_and_stays_there(
    district: Engine, any_central: Central, tmp_path: Path
) -> None:
    bring_child_form(district, any_central)
    keep(
        district, *[SAID] * 11, {**SAID, "may_come": "no"}, {**SAID, "school_asked": "yes"}
    )  # no library is asked that
    pass_on(district, any_central, BATCH, nobody)
    with writing(district) as session:  # as if the process had ended before it could note what it sent
        for one in session.scalars(select(ChildAnswer).filter_by(state="passed")):
            one.state = "kept"
    pass_on(district, any_central, BATCH, nobody)
    with snapshot(district) as session:
        assert sorted(session.scalars(select(ChildAnswer.state))) == ["aside"] + ["passed"] * 12
        assert len(told_in(session, ROUND, (DISTRICT,))) == 12
    pull_all(district, any_central)
    found = certified(district, any_central, tmp_path)
    assert found.counted and (found.counted.passed, found.counted.there) == (12, 12)
    assert not found.causes and found.counted.there == any_central.count(CHILD_FORM)
    with snapshot(district) as session:
        left_out = select(Form.form_id).join(Submission, Submission.form_pk == Form.id).filter_by(form_id=CHILD_FORM)
        assert session.scalars(left_out).all() == [], "not one of them came back"


def test_one_that_somebody_sent_there_by_hand_is_a_difference_of_counts_and_nothing_more(
    district: Engine, any_central: Central, filler: FormFiller, tmp_path: Path
) -> None:
    bring_child_form(district, any_central)
    filled = filler.fill(built(CHILD_FORM).xform, {**SAID, "place_kind": "perpustakaan", "district_code": 9901,
                                                   "year": 2026, "month": 11})  # fmt: skip
    any_central.submit(CHILD_FORM, filled.xml)
    pull_all(district, any_central)
    found = certified(district, any_central, tmp_path)
    assert found.counted and (found.counted.passed, found.counted.there) == (0, 1)
    assert found.causes == {Cause.COUNT_DIFFERS: 1} and found.differences == []


def test_minutes_are_filled_in_sent_pulled_and_read(
    district: Engine, any_central: Central, filler: FormFiller, tmp_path: Path
) -> None:
    begin(district, DISTRICT)
    publish_lists(district, any_central)
    publish_forms(any_central, [built(MINUTES)])
    with writing(district) as session:
        session.add(ForumCode(code=CODE, round_id=ROUND, district=DISTRICT))
    answers: Json = {
        "forum_district": ON_THE_PHONE, "forum_year": 2026, "forum_month": "11", "outsiders": "no",
        "two_adults": "yes", "n_invited": 14, "n_parent_consent": 12, "n_assent": 11, "n_present": 10, "n_stopped": 0,
        "q_invited_planning": "yes", "q_invited_monitoring": "no", "q_who_leads": "official",
        "summary": "Ingin taman (fiktif).",
    }  # fmt: skip
    for code in ({"forum_code": CODE}, {}):
        filled = filler.fill(built(MINUTES).xform, answers | code, media=media_for(built(MINUTES)))
        assert filled.problem is None and not filled.refused
        any_central.submit(MINUTES, filled.xml)
    assert [report.problem for report in pull_all(district, any_central)] == [None]
    read_told(district)
    with snapshot(district) as session:
        kept = minutes_in(session, ROUND, DISTRICT)
    assert sorted(one.independent for one in kept) == [False, True], "without a code they are the district's own side"
    one = next(one.minutes for one in kept if one.independent)
    assert (one.present, one.led_by, one.summary) == (10, ForumLedBy.OFFICIAL, "Ingin taman (fiktif).")
    assert one.invited_to == {ForumProcess.PLANNING: ForumAnswer.YES, ForumProcess.MONITORING: ForumAnswer.NO}
    assert not any(certified(district, any_central, tmp_path, MINUTES).causes.values())
