"""Sessions: planned only where all is ready, invited by lot, counted; codes on paper, and nothing else anywhere."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.tables import AuditEntry
from server.children.kinds import HOMES, OFFERED
from server.children.preparing import NotPrepared, StillMissing, switch_off
from server.children.ready import is_offered
from server.children.sessions import (
    COUNTS,
    CountsWish,
    count_session,
    destroy_papers,
    draw_codes,
    drop_session,
    lot_of,
    plan_session,
)
from server.children.tables import ChildCode, ChildSession
from server.db import snapshot, writing
from server.register.tables import Facility
from server.roles.account import Account, Forbidden, Held
from server.roles.queries import account_of
from server.roles.table import Role
from server.words import LANGUAGES, catalogue
from tests.support.children import KEY, PAPERS, PART, YESTERDAY, ChildField, digests, in_months
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.web import person
from tests.support.workbooks import DISTRICT
from verification.protection.shelter import KINDS as SHELTERS

COUNTED = CountsWish(dict(zip(COUNTS, (11, 10, 1, 3, 4, 2, 1, 0, 2), strict=True)), "none", same_thanks=True,
                     outsiders=False)  # fmt: skip


@pytest.fixture
def on(field: ChildField) -> ChildField:
    field.switched_on()
    return field


def refused(field: ChildField, act: Any) -> str:
    with pytest.raises(NotPrepared) as caught, writing(field.engine) as session:
        act(session)
    for reason in (*getattr(caught.value, "reasons", ()), caught.value.reason):
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
    return caught.value.reason.code


def another(field: ChildField) -> Account:
    with writing(field.engine) as session:
        found = account_of(session, person(session, Held(Role.FACILITATOR, DISTRICT, ROUND)))
    assert found
    return found


def test_no_session_before_it_is_switched_on(field: ChildField) -> None:
    field.ready()
    with pytest.raises(StillMissing) as caught:
        field.planned()
    assert [reason.code for reason in caught.value.reasons] == ["children_off"]


def test_a_facilitator_who_is_not_ready_plans_none(on: ChildField) -> None:
    with pytest.raises(StillMissing) as caught, writing(on.engine) as session:
        plan_session(session, PART, on.wish(), another(on))
    assert {reason.code for reason in caught.value.reasons} == {
        "children_adult_code", "children_adult_not_cleared", "children_adult_not_trained"}  # fmt: skip
    with pytest.raises(Forbidden), writing(on.engine) as session:
        plan_session(session, PART, on.wish(), on.officer)


@pytest.mark.parametrize("said, code", [
    ({"place_kind": "lksa"}, "children_kind_not_offered"), ({"place_kind": "rumah_aman"}, "children_kind_not_offered"),
    ({"invited": 31}, "children_numbers_wrong"), ({"invited": 0}, "children_numbers_wrong"),
    ({"invited": None}, "children_numbers_wrong"), ({"attending": 201, "invited": 5}, "children_numbers_wrong"),
    ({"month": in_months(YESTERDAY, -2)}, "children_month_wrong"), ({"month": "2026-13"}, "children_month_wrong"),
    ({"month": "besok"}, "children_month_wrong"), ({"place": "Tidak ada"}, "children_place_unknown"),
    ({"invited": 9, "place": "SD Rekaan"}, "children_place_too_few"),
])  # fmt: skip
def test_what_cannot_be_planned_is_refused_in_words(on: ChildField, said: dict[str, Any], code: str) -> None:
    wish = on.wish(**said)
    assert refused(on, lambda session: plan_session(session, PART, wish, on.facilitator)) == code


def test_homes_are_asked_about_only_by_a_written_rule_and_shelters_never(on: ChildField) -> None:
    with snapshot(on.engine) as session:
        assert not any(is_offered(session, *PART, kind) for kind in (*HOMES, *SHELTERS))
        assert all(is_offered(session, *PART, kind) for kind in OFFERED)
    on.papers(PAPERS[2].__class__("guardian_homes", "9/2026 (fiktif)", YESTERDAY, DISTRICT))
    with snapshot(on.engine) as session:
        assert all(is_offered(session, *PART, kind) for kind in HOMES)
        assert not any(is_offered(session, ROUND, "98.01", kind) for kind in HOMES)
        assert not any(is_offered(session, *PART, kind) for kind in SHELTERS)


def test_one_place_is_named_where_ten_or_more_are_invited(on: ChildField) -> None:
    with writing(on.engine) as session:
        for name, number in (("SD Rekaan", "1"), ("SD Kembar", "2"), ("SD Kembar", "3")):
            session.add(Facility(id=number * 36, kind="sekolah", name=name, registry_no=f"0000000{number}",
                                 village=f"{DISTRICT}.01.2001"))  # fmt: skip
    named = [on.planned(place="sd  rekaan", invited=10), on.planned(place="00000003")]
    with snapshot(on.engine) as session:
        assert [session.get_one(ChildSession, one).facility_id for one in named] == ["1" * 36, "3" * 36]
    wish = on.wish(place="SD Kembar")
    assert refused(on, lambda session: plan_session(session, PART, wish, on.facilitator)) == "children_place_several"


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 10**9))
def test_the_lot_invites_as_many_as_were_wanted_of_the_list_and_always_the_same(a: int, b: int, number: int) -> None:
    found = ChildSession(id=number, attending=max(a, b), invited=min(a, b))
    lines, instead = lot_of(KEY, found)
    assert sorted((*lines, *instead)) == list(range(1, found.attending + 1)) and len(lines) == found.invited
    assert lot_of(KEY, found) == (lines, instead)


def test_the_lot_favours_no_line_of_the_list() -> None:
    """4,000 lots of 5 of 20: each line is expected 1,000 times, with a deviation of 27; six of them are allowed."""
    drawn = Counter(line for number in range(4000)
                    for line in lot_of(KEY, ChildSession(id=number, attending=20, invited=5))[0])  # fmt: skip
    assert set(drawn) == set(range(1, 21)) and all(abs(count - 1000) < 165 for count in drawn.values())


def test_codes_are_on_paper_only_and_those_before_are_void(on: ChildField) -> None:
    number = on.planned()
    first, second = on.codes(number), on.codes(number)
    assert len(set(first) | set(second)) == 24
    with snapshot(on.engine) as session:
        rows = {row.digest: row.state for row in session.scalars(select(ChildCode))}
    assert {digest for digest, state in rows.items() if state == "out"} == digests(second)
    assert {digest for digest, state in rows.items() if state == "revoked"} == digests(first)


def test_no_code_is_drawn_once_it_is_off_or_the_month_is_over(on: ChildField) -> None:
    number = on.planned()
    with writing(on.engine) as session:
        switch_off(session, ROUND, on.officer)
    with pytest.raises(StillMissing):
        on.codes(number)
    on.switched_on()
    with writing(on.engine) as session:
        session.execute(update(ChildSession).values(month=in_months(YESTERDAY, -1)))
    assert refused(on, lambda session: draw_codes(
        session, session.get_one(ChildSession, number), KEY, on.facilitator)) == "children_month_over"  # fmt: skip


@pytest.mark.parametrize("changed, code", [
    ({"stopped": 11}, "children_counts_chain"), ({"assented": 12}, "children_counts_chain"),
    ({"parents_agreed": 13}, "children_counts_chain"), ({"stopped": -1}, "children_counts_chain"),
    ({"aged_10_12": 9}, "children_counts_ages"), ({"of_minority": 11}, "children_counts_groups"),
    ({"of_minority": None}, "children_counts_open"),
])  # fmt: skip
def test_counts_that_do_not_follow_from_each_other_are_refused(
    on: ChildField, changed: dict[str, int | None], code: str
) -> None:
    number = on.planned()
    wish = CountsWish(COUNTED.counts | changed, "none", same_thanks=True, outsiders=False)
    assert refused(on, lambda session: count_session(
        session, session.get_one(ChildSession, number), wish, on.facilitator)) == code  # fmt: skip


def test_a_session_is_counted_then_its_consents_are_destroyed_and_it_cannot_be_called_off(on: ChildField) -> None:
    number = on.planned()

    def found(session: Session) -> ChildSession:
        return session.get_one(ChildSession, number)

    assert refused(on, lambda session: destroy_papers(session, found(session), on.facilitator)) == (
        "children_papers_early")  # fmt: skip
    with writing(on.engine) as session:
        count_session(session, found(session), COUNTED, on.facilitator)
        destroy_papers(session, found(session), on.facilitator)
    with snapshot(on.engine) as session:
        assert (found(session).state, found(session).assented) == ("held", 10)
        assert found(session).papers_destroyed_on == today_here() or found(session).papers_destroyed_on
    assert refused(on, lambda session: drop_session(session, found(session), on.facilitator)) == "children_session_held"


def test_a_session_called_off_leaves_no_code_that_works(on: ChildField) -> None:
    number = on.planned()
    on.codes(number)
    with writing(on.engine) as session:
        drop_session(session, session.get_one(ChildSession, number), on.facilitator)
    with snapshot(on.engine) as session:
        assert set(session.scalars(select(ChildCode.state))) == {"revoked"}
    for act in (lambda session, found: draw_codes(session, found, KEY, on.facilitator),
                lambda session, found: count_session(session, found, COUNTED, on.facilitator)):  # fmt: skip
        code = refused(on, lambda session, act=act: act(session, session.get_one(ChildSession, number)))
        assert code == "children_session_dropped"


def test_a_session_is_its_facilitators_alone(on: ChildField) -> None:
    number, other = on.planned(), another(on)
    assert refused(on, lambda session: draw_codes(
        session, session.get_one(ChildSession, number), KEY, other)) == "children_session_of_another"  # fmt: skip


def test_the_audit_does_not_say_of_which_session_something_was_done(on: ChildField) -> None:
    """With the session's number in it, an entry's moment would tell the day of its answers."""
    number = on.planned()
    on.codes(number)
    with writing(on.engine) as session:
        count_session(session, session.get_one(ChildSession, number), COUNTED, on.facilitator)
    with snapshot(on.engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act.like("children_%session%"))).all()
        entries = [*entries, *session.scalars(select(AuditEntry).filter_by(act="children_codes_printed"))]
    assert {entry.act for entry in entries} >= {"children_session_planned", "children_codes_printed",
                                                "children_session_counted"}  # fmt: skip
    assert all(entry.about == "" and entry.before is None and entry.after is None for entry in entries)
