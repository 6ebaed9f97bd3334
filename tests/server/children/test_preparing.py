"""Nothing is switched on before all that protects children is there, and each thing by itself keeps it off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.children.preparing import (
    KINDS,
    CheckWish,
    NotPrepared,
    StillMissing,
    check_adult,
    end_paper,
    enter_paper,
    switch_off,
    switch_on,
)
from server.children.ready import is_on, missing_for_children
from server.children.tables import AdultCheck, ChildPaper
from server.db import now, snapshot, writing
from server.incidents.tables import DutyShift, IncidentEntry
from server.opening.tables import Contact, EthicsAcceptance
from server.people.tables import Person
from server.roles.account import Forbidden
from server.roles.table import Role
from server.roles.tables import HeldRole
from server.words import LANGUAGES, catalogue
from tests.support.children import ANSWERED, PAPERS, YESTERDAY, ChildField
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.workbooks import DISTRICT


def missing(field: ChildField) -> list[str]:
    with snapshot(field.engine) as session:
        found = missing_for_children(session, ROUND)
    for reason in found:
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
    return [reason.code for reason in found]


def test_all_that_is_missing_is_named_and_one_by_one_goes(field: ChildField) -> None:
    assert missing(field)[:3] == ["register_no_officer", "register_no_deputy", "register_days_open"]
    field.manned()
    assert missing(field) == ["children_no_contacts", "children_no_ethics", "children_no_assessment",
                              "children_no_guardian_rule", "children_adults_not_ready"]  # fmt: skip
    field.phoned()
    assert "children_no_contacts" not in missing(field)
    field.papers(*PAPERS)
    assert missing(field) == ["children_adults_not_ready"]
    field.agrees()
    field.checked(CheckWish(YESTERDAY, None))
    assert missing(field) == ["children_adults_not_ready"]
    field.checked()
    assert missing(field) == []


def forget(table: type[Any], **which: object) -> Callable[[ChildField], None]:
    def act(field: ChildField) -> None:
        with writing(field.engine) as session:
            for row in session.scalars(select(table).filter_by(**which)):
                session.delete(row)

    return act


def without_address(field: ChildField) -> None:
    with writing(field.engine) as session:
        session.get_one(Person, field.officer.person_id).email = None


def stale(field: ChildField) -> None:
    with writing(field.engine) as session:
        session.execute(update(Contact).where(Contact.kind == "police").values(
            phoned_on=today_here() - timedelta(days=92)))  # fmt: skip


NEEDED = {
    "officer": (forget(HeldRole, role=Role.SAFEGUARDING), "opening_no_officer"),
    "deputy": (forget(HeldRole, role=Role.DEPUTY), "opening_no_deputy"),
    "duty roster": (forget(DutyShift, kind="ministry"), "register_days_open"),
    "drill": (forget(IncidentEntry), "register_not_tried"),
    "channel": (without_address, "register_no_officer"),
    "a fresh number": (stale, "children_no_contacts"),
    "ethics": (forget(ChildPaper, kind="ethics_protocol"), "children_no_ethics"),
    "assessment": (forget(ChildPaper, kind="data_protection"), "children_no_assessment"),
    "guardian rule": (forget(ChildPaper, kind="guardian_rule"), "children_no_guardian_rule"),
    "facilitator": (forget(HeldRole, role=Role.FACILITATOR), "children_no_facilitator"),
    "code of ethics": (forget(EthicsAcceptance), "children_adults_not_ready"),
    "police record": (forget(AdultCheck), "children_adults_not_ready"),
}


@pytest.mark.parametrize("without", NEEDED)
def test_each_by_itself_keeps_it_off(field: ChildField, without: str) -> None:
    field.ready()
    take_away, code = NEEDED[without]
    take_away(field)
    with pytest.raises(StillMissing) as refused, writing(field.engine) as session:
        switch_on(session, ROUND, field.officer)
    assert code in [reason.code for reason in refused.value.reasons]
    with snapshot(field.engine) as session:
        assert not is_on(session, ROUND)


def test_the_officer_alone_switches_it_on_and_off(field: ChildField) -> None:
    field.ready()
    for who in (field.secretariat, field.facilitator):
        with pytest.raises(Forbidden), writing(field.engine) as session:
            switch_on(session, ROUND, who)
    with writing(field.engine) as session:
        switch_on(session, ROUND, field.officer)
        assert is_on(session, ROUND)
        switch_off(session, ROUND, field.officer)
        assert not is_on(session, ROUND)


def test_an_exemption_stands_in_for_the_protocol_and_is_the_officers_to_give(field: ChildField) -> None:
    exemption = replace(PAPERS[0], kind="ethics_exemption")
    with pytest.raises(Forbidden):
        field.papers(exemption)
    field.papers(exemption, by=field.officer)
    assert "children_no_ethics" not in missing(field)


@pytest.mark.parametrize("changed, code", [
    ({"kind": "consents"}, "children_paper_kind_unknown"), ({"number": " 1 "}, "children_paper_number_wrong"),
    ({"number": "n" * 101}, "children_paper_number_wrong"), ({"dated": None}, "children_paper_day_wrong"),
    ({"dated": today_here() + timedelta(days=1)}, "children_paper_day_wrong"),
    ({"district": DISTRICT}, "children_paper_district_wrong"),
    ({"kind": "guardian_homes"}, "children_paper_district_wrong"),
    ({"kind": "guardian_homes", "district": "98.01"}, "children_paper_district_unknown"),
    ({"kind": "data_protection"}, "children_assessment_open"),
    ({"kind": "data_protection", "answers": ANSWERED | {"breach": " "}}, "children_assessment_open"),
    ({"kind": "data_protection", "answers": ANSWERED | {"breach": "b" * 101}}, "children_assessment_long"),
])  # fmt: skip
def test_a_paper_that_says_nothing_is_refused_in_words(field: ChildField, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(NotPrepared) as refused:
        field.papers(replace(PAPERS[0], **changed))
    assert refused.value.reason.code == code
    assert all("{" not in catalogue(language).reason(refused.value.reason) for language in LANGUAGES)
    with snapshot(field.engine) as session:
        assert session.scalars(select(ChildPaper)).all() == []


def test_a_paper_taken_off_file_is_missing_and_stays_on_record(field: ChildField) -> None:
    field.papers(*PAPERS)
    with writing(field.engine) as session:
        number = session.scalars(select(ChildPaper.id).filter_by(kind="guardian_rule")).one()
        end_paper(session, ROUND, number, field.secretariat)
        with pytest.raises(NotPrepared):
            end_paper(session, ROUND, number, field.secretariat)
    assert "children_no_guardian_rule" in missing(field)
    with snapshot(field.engine) as session:
        assert session.get_one(ChildPaper, number).ended_by == field.secretariat.label


def test_nobody_checks_themselves_nor_whom_nobody_named(field: ChildField) -> None:
    by, wish = field.secretariat, CheckWish(YESTERDAY, YESTERDAY)
    with writing(field.engine) as session:
        session.add(HeldRole(person_id=by.person_id, role=Role.FACILITATOR, area=DISTRICT, round_id=ROUND,
                             given_by="terminal:test", given_at=now()))  # fmt: skip
    assert by.person_id and field.officer.person_id and field.facilitator.person_id
    for whose, code in ((by.person_id, "children_adult_oneself"), (field.officer.person_id, "children_adult_unknown")):
        with pytest.raises(NotPrepared) as refused, writing(field.engine) as session:
            check_adult(session, ROUND, whose, wish, by)
        assert refused.value.reason.code == code
    tomorrow = CheckWish(today_here() + timedelta(days=1), YESTERDAY)
    with pytest.raises(NotPrepared) as refused, writing(field.engine) as session:
        check_adult(session, ROUND, field.facilitator.person_id, tomorrow, by)
    assert refused.value.reason.code == "children_adult_day_wrong"


def test_a_facilitator_may_not_enter_papers(field: ChildField) -> None:
    with pytest.raises(Forbidden), writing(field.engine) as session:
        enter_paper(session, ROUND, PAPERS[0], field.facilitator)
    assert KINDS  # every kind has its name
    assert all(catalogue(language).knows(f"child_paper.{kind}") for language in LANGUAGES for kind in KINDS)
