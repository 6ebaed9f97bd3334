"""Publishing shows a plan before it acts: what is new, changed and how, blocked and why; and then does just that."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.forms.changes import FormChanges
from server.forms.tables import FormChange
from server.register.tables import Facility
from server.rounds.tables import Round
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.builders import VILLAGES
from tests.support.built import built
from tests.support.forms import a_form
from tests.support.mending import edited, with_a_question
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.form_plans import FormPlan, FormStep, plan_forms
from workers.sending.plan import note_what_changed, plan_publishing
from workers.sending.publish import PHONE_LISTS, PROPERTIES, publish_forms, publish_lists
from xlsforms.build import BuiltForm, build

SCHOOL, HOME = built("visit_school"), built("visit_lksa")


def plan_of(central: Central, form: BuiltForm, *, in_a_round: bool = False) -> FormPlan:
    (plan,) = plan_forms(central, [form], in_a_round=in_a_round)
    return plan


def reworded(folder: Path) -> BuiltForm:
    return build("visit_school", edited(folder, "parts/arrival.csv", "refused_why", **{
        "label::English (en)": "Why did they refuse? (made up)"}))  # fmt: skip


# ── what it says


def test_a_plan_changes_nothing(district: Engine, central: Central, sandbox: Sandbox) -> None:
    plan = plan_publishing(district, central, [SCHOOL])
    assert plan.acts and [form.step for form in plan.forms] == [FormStep.NEW]
    assert [(gap.name, gap.is_new) for gap in plan.lists] == [
        (name, True) for name in ("facilities", "follow_ups", "districts", "areas")
    ]  # fmt: skip
    project = sandbox.state.projects[central.project]
    assert (project.forms, project.lists) == ({}, {})


def test_once_published_nothing_is_to_be_done(district: Engine, central: Central) -> None:
    with writing(district) as session:
        session.add(Facility(id="00000000-0000-4000-8000-000000000001", kind="sekolah", name="SD Rekaan",
                             village=VILLAGES[0].code))  # fmt: skip
    before = plan_publishing(district, central, [SCHOOL])
    assert len(before.rows[0].create) == 1
    publish_forms(central, [SCHOOL])
    publish_lists(district, central)
    after = plan_publishing(district, central, [SCHOOL])
    assert not after.acts and [form.step for form in after.forms] == [FormStep.UNCHANGED]


def test_it_says_which_questions_words_and_choices_change(central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    more = with_a_question(tmp_path, "visit_school", "canteen")
    plan = plan_of(central, more)
    assert (plan.step, plan.published, plan.changes) == (
        FormStep.CHANGED, SCHOOL.version, FormChanges(added=("canteen",))
    )  # fmt: skip
    words = plan_of(central, reworded(tmp_path / "words"))
    assert words.changes == FormChanges(reworded=("refused_why",))
    choice = build("visit_school", edited(tmp_path / "choice", "parts/choices.csv", "permanently", name="for_good"))
    changes = plan_of(central, choice).changes
    assert changes and changes.choices_added == ("closed_why: for_good",)
    assert changes.choices_removed == ("closed_why: permanently",)


def test_only_conditions_are_no_change_of_words(central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    sheets = edited(tmp_path, "parts/arrival.csv", "refused_why", required="")
    plan = plan_of(central, build("visit_school", sheets))
    assert (plan.step, bool(plan.changes)) == (FormStep.CHANGED, False)


def test_a_property_that_a_list_lacks_and_what_shows_it_are_in_the_plan(district: Engine, central: Central) -> None:
    publish_forms(central, [])
    central.ensure_entity_list("facilities", ["kab"])
    lists = f"projects/{central.project}/datasets/facilities"
    rule = {"type": "property", "rules": [{"datasetProperty": "kab", "actorProperty": "kab"}]}
    central.session.ask("PATCH", lists, json={"accessFilter": rule}).close()
    plan = plan_publishing(district, central, [])
    assert (plan.shown_by, plan.acts) == (("kab",), False)
    publish_lists(district, central)
    assert central.access_filter("facilities") == ("kab",)


def test_a_list_made_anew_lacks_its_properties(district: Engine, central: Central) -> None:
    for name in PHONE_LISTS:
        central.ensure_entity_list(name, ["kind"])
    plan = plan_publishing(district, central, [])
    assert plan.acts and plan.lists[0].properties == tuple(name for name in PROPERTIES if name != "kind")


# ── what is blocked


def test_a_form_that_loses_what_went_out_is_blocked_and_the_others_go_out(central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    lost = build("visit_school", edited(tmp_path, "parts/arrival.csv", "refused_why"))
    plan = plan_of(central, lost)
    assert plan.step is FormStep.BLOCKED and plan.why and plan.why.values["fields"] == "refused_why"
    done = publish_forms(central, [lost, HOME])
    assert (done.new, [one.what for one in done.obstacles]) == (("visit_lksa",), ["visit_school"])
    assert central.form("visit_school").version == SCHOOL.version


def test_a_question_tried_in_a_round_stays_and_outside_of_one_may_go(central: Central, tmp_path: Path) -> None:
    """It is in no record yet, but phones of this project have it."""
    tried = with_a_question(tmp_path, "visit_school", "canteen")
    publish_forms(central, [tried])
    assert plan_of(central, SCHOOL).changes == FormChanges(removed=("canteen",))
    blocked = plan_of(central, SCHOOL, in_a_round=True)
    assert blocked.why and (blocked.why.code, blocked.why.values) == ("form_loses", {"fields": "canteen"})
    assert publish_forms(central, [SCHOOL], in_a_round=True).new == ()
    assert publish_forms(central, [SCHOOL]).new == ("visit_school",)


# ── back, again, encrypted


def test_a_change_that_is_taken_back_is_published_under_a_name_of_its_own_and_then_stays(
    central: Central, tmp_path: Path
) -> None:
    more = with_a_question(tmp_path, "visit_school")
    for form, version, back in ((SCHOOL, SCHOOL.version, False), (more, more.version, False),
                                (SCHOOL, f"{SCHOOL.version}-2", True), (more, f"{more.version}-2", True)):  # fmt: skip
        assert plan_of(central, form).back is back
        assert publish_forms(central, [form]).new == ("visit_school",)
        assert central.form("visit_school").version == version
        assert (plan_of(central, form).step, publish_forms(central, [form]).new) == (FormStep.UNCHANGED, ())


def test_encryption_is_said_and_publishes_nothing_again(central: Central) -> None:
    publish_forms(central, [SCHOOL])
    assert not plan_of(central, SCHOOL).is_encrypted
    key = {"passphrase": "a long enough one", "hint": ""}
    central.session.ask("POST", f"projects/{central.project}/key", json=key).close()
    for _ in range(2):
        plan = plan_of(central, SCHOOL)
        assert (plan.step, plan.is_encrypted, publish_forms(central, [SCHOOL]).new) == (FormStep.UNCHANGED, True, ())
    assert plan_of(central, HOME).is_encrypted


# ── a draft that is not what was sent; two at once


def test_a_draft_that_central_made_otherwise_is_not_published_and_goes(central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    more = with_a_question(tmp_path, "visit_school")
    with pytest.raises(CentralProblem) as refused:
        central.publish(more.form_id, more.xlsx, more.version, {"a_list_it_does_not_write_to"})
    assert refused.value.reason.code == "form_draft_differs"
    assert (central.form("visit_school").version, central.draft_version("visit_school")) == (SCHOOL.version, None)


def test_what_a_form_writes_to_has_to_be_in_the_draft(central: Central) -> None:
    assert central.publish("trial", a_form(writes_to="follow_ups"), "1", {"follow_ups"})
    with pytest.raises(CentralProblem):
        central.publish("trial", a_form("2"), "2", {"follow_ups"})
    assert (central.form("trial").version, central.draft_version("trial")) == ("1", None)


def test_an_obstacle_of_one_draft_stops_no_other_form(central: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    real = central.draft_definition
    monkeypatch.setattr(central, "draft_definition",
                        lambda form_id: "no form" if form_id == "visit_lksa" else real(form_id))  # fmt: skip
    done = publish_forms(central, [HOME, SCHOOL])
    assert done.new == ("visit_school",) and [one.why.code for one in done.obstacles] == ["form_draft_differs"]


@pytest.mark.ci
def test_two_who_publish_at_once_publish_each_form_once(central: Central, sandbox: Sandbox, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    forms = [with_a_question(tmp_path, "visit_school"), HOME]
    start, done = threading.Barrier(3), []

    def publisher() -> None:
        with Central(sandbox.url, USER, PASSWORD, central.project) as mine:
            start.wait()
            done.append(publish_forms(mine, forms))

    several = [threading.Thread(target=publisher) for _ in range(3)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert [publishing.obstacles for publishing in done] == [(), (), ()]
    for form in forms:
        versions = central.published_versions(form.form_id)
        assert versions.count(form.version) == 1 and f"{form.version}-2" not in versions
        assert central.draft_version(form.form_id) is None


# ── what changed is kept


def kept(engine: Engine) -> list[tuple[str, str | None, str | None, dict[str, object] | None]]:
    with snapshot(engine) as session:
        rows = session.scalars(select(FormChange).order_by(FormChange.id))
        return [(row.version, row.before, row.round_id, row.what) for row in rows]


def test_what_a_version_changed_is_kept_once_with_its_round(district: Engine, central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    note_what_changed(district, central)
    more = with_a_question(tmp_path, "visit_school", "canteen")
    publish_forms(central, [more])
    for _ in range(2):
        note_what_changed(district, central)
    with snapshot(district) as session:
        (round_id,) = session.scalars(select(Round.id))
    assert kept(district) == [
        (SCHOOL.version, None, round_id, {}),
        (more.version, SCHOOL.version, round_id, {"added": ["canteen"]}),
    ]


def test_who_is_stopped_after_publishing_is_made_up_for(district: Engine, central: Central, tmp_path: Path) -> None:
    publish_forms(central, [SCHOOL])
    publish_forms(central, [with_a_question(tmp_path, "visit_school", "canteen")])
    with writing(district) as session:
        session.execute(update(Round).values(project=central.project + 1))
    note_what_changed(district, central)
    assert [(round_id, what) for _, _, round_id, what in kept(district)] == [(None, {"added": ["canteen"]})]


def test_another_form_is_none_of_ours(district: Engine, central: Central) -> None:
    central.publish("trial", a_form(), "1")
    note_what_changed(district, central)
    assert kept(district) == []
