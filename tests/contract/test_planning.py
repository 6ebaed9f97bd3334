"""A plan is true of a Central: what it says would happen is what happens, and afterwards nothing is left to do."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.forms.changes import FormChanges
from server.forms.tables import FormChange
from server.publishing.publishing import agree, ask_for_plan, newest_publishing, steps_of
from server.register.tables import Facility
from tests.support.builders import VILLAGES
from tests.support.built import built
from tests.support.mending import edited
from tests.support.web import TESTER
from workers.central.api import Central
from workers.sending.form_plans import FormStep
from workers.sending.plan import note_what_changed, plan_publishing
from workers.sending.publish import publish_forms, publish_lists
from workers.sending.publishing import carry_out_plan, make_plan
from xlsforms.build import BuiltForm, build

SCHOOL, HOME = built("visit_school"), built("visit_lksa")
REWORDED = FormChanges(reworded=("refused_why",))


def in_other_words(folder: Path) -> BuiltForm:
    sheets = edited(folder, "parts/arrival.csv", "refused_why", **{"label::English (en)": "Why did they refuse?"})
    return build("visit_school", sheets)


def published(engine: Engine, central: Central, *forms: BuiltForm) -> list[tuple[FormStep, FormChanges | None, bool]]:
    """Plan, publish, and see that nothing is left to do; gives what the plan said of each form."""
    plan = plan_publishing(engine, central, forms)
    acts = tuple(form.form_id for form in plan.forms if form.acts)
    assert publish_forms(central, list(forms), in_a_round=True).new == acts
    note_what_changed(engine, central)
    assert publish_lists(engine, central) == plan.rows
    assert not plan_publishing(engine, central, forms).acts
    return [(form.step, form.changes, form.back) for form in plan.forms]


def test_what_a_plan_says_is_done(district: Engine, any_central: Central, tmp_path: Path) -> None:
    with writing(district) as session:
        session.add(Facility(id=a_number(), kind="sekolah", name="SD Rekaan", village=VILLAGES[0].code))
    assert published(district, any_central, SCHOOL, HOME) == [(FormStep.NEW, None, False)] * 2
    mended, unchanged = in_other_words(tmp_path), (FormStep.UNCHANGED, FormChanges(), False)
    assert published(district, any_central, mended, HOME) == [(FormStep.CHANGED, REWORDED, False), unchanged]
    assert published(district, any_central, SCHOOL, HOME) == [(FormStep.CHANGED, REWORDED, True), unchanged]
    assert any_central.published_versions("visit_school") == [f"{SCHOOL.version}-2", mended.version, SCHOOL.version]
    with snapshot(district) as session:
        kept = session.scalars(select(FormChange).filter_by(form_id="visit_school").order_by(FormChange.id))
        assert [(row.before, row.what) for row in kept] == [
            (None, {}), (SCHOOL.version, REWORDED.kept()), (mended.version, REWORDED.kept()),
        ]  # fmt: skip


def test_an_encrypted_project_is_published_to_once(district: Engine, any_central: Central, tmp_path: Path) -> None:
    published(district, any_central, SCHOOL)
    key = {"passphrase": "a long enough one", "hint": ""}
    any_central.session.ask("POST", f"projects/{any_central.project}/key", json=key).close()
    assert published(district, any_central, SCHOOL)[0][0] is FormStep.UNCHANGED
    assert published(district, any_central, in_other_words(tmp_path)) == [(FormStep.CHANGED, REWORDED, False)]
    assert published(district, any_central, SCHOOL)[0][2] is True
    (plan,) = plan_publishing(district, any_central, [SCHOOL]).forms
    assert plan.is_encrypted and any_central.form("visit_school").version != SCHOOL.version


def a_number() -> str:
    """Give an id of its own: Central's are one set for all its projects."""
    return str(uuid.uuid4())


def test_what_was_agreed_to_on_the_page_is_done_and_nothing_else(
    district: Engine, any_central: Central, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [SCHOOL, HOME]
    monkeypatch.setattr("workers.sending.publishing.build_with_childs", lambda: list(some))
    assert on_the_page(district, any_central) == {"done"}
    some[0] = in_other_words(tmp_path)
    assert on_the_page(district, any_central) == {"done"}
    assert any_central.published_versions("visit_school") == [some[0].version, SCHOOL.version]
    assert any_central.published_versions("visit_lksa") == [HOME.version]


def on_the_page(engine: Engine, central: Central) -> set[str]:
    """Have a plan made, agree to it and have it carried out; gives how its steps went."""
    with writing(engine) as session:
        number = ask_for_plan(session, central.project, TESTER).id
    make_plan(engine, central, number)
    with writing(engine) as session:
        found = newest_publishing(session, central.project)
        agree(session, central.project, number, (found.digest if found else None) or "", TESTER)
    carry_out_plan(engine, central, number, lambda: None)
    with snapshot(engine) as session:
        return {step.state for step in steps_of(session, number)}
