"""Deciding what is so of a line: what it takes, what it does at once and afterwards, and what it refuses."""

import threading

import pytest
from sqlalchemy import Engine, select

from server.claims.tables import ClaimLine
from server.db import writing
from server.facts.before import FactWish, NotThere, Refused
from server.facts.deciding import decide_line
from server.facts.evidence import file_mark
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from server.rounds.states import CLOSED, change_part
from server.work.kinds import Verify
from server.work.queue import WAITING
from server.work.tables import Job
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND, TESTER, forget_jobs
from tests.support.facts import NAMES, PART, District, a_district, import_lines, reasons
from tests.support.web import account
from tests.support.workbooks import DISTRICT
from verification.deciding.facts import WITHDRAWN


@pytest.fixture
def here(district: Engine) -> District:
    return a_district(district)


def refused(here: District, **how: object) -> Refused:
    with pytest.raises(Refused) as caught:
        here.decide(**how)  # type: ignore[arg-type]
    return caught.value


# ── what it does


def test_a_decision_stands_in_place_of_the_proposal_and_says_so_at_once(here: District) -> None:
    here.visit(arrival="closed")
    number = here.decide("not_found")
    at_once, computed = here.row_now(), here.row()
    for row in (at_once, computed):
        assert (row.outcome, row.proposed, row.fact_id, row.reopened_id) == ("not_found", "unsure", number, None)
        assert reasons(row)[:2] == ["decided_by_person", "arrival_closed"]
        assert " decided_by_person " in row.reason_codes
    assert at_once.reasons == computed.reasons, "computing finds what was said at once"
    assert here.ledger() == (0, 1, 2)


def test_it_is_kept_with_the_evidence_that_was_before_the_person(here: District) -> None:
    state = here.visit(arrival="closed")
    here.file()
    here.decide("not_found", why=" Tutup tetap menurut tetangga. ")
    (fact,) = here.facts()
    assert (fact.outcome, fact.why, fact.decided_by) == ("not_found", "Tutup tetap menurut tetangga.", here.lead.label)
    assert (fact.indicator, fact.facility_id, fact.state_id) == (17, here.facility(), None)
    assert fact.evidence["visits"] == [{"submission": state, "version": "uuid:1",
                                        "files": {file_mark("1.jpg"): "a" * 64},
                                        "placed": None, "day": "2026-11-01", "number": 1}]  # fmt: skip
    assert fact.evidence["proposed"] == "unsure" and len(fact.evidence["rules"]) == 64
    assert fact.evidence["reasons"][0]["code"] == "arrival_closed"


def test_it_asks_for_the_district_to_be_computed_and_is_written_down_without_a_word_of_it(here: District) -> None:
    here.visit(arrival="closed")
    forget_jobs(here.engine)
    since = newest(here.engine)
    number = here.decide("not_found")
    with writing(here.engine) as session:
        assert [(job.kind, job.state) for job in session.query(Job)] == [(Verify.kind, WAITING)]
    (entry,) = written_down(here.engine, since)
    assert (entry.act, entry.about) == ("fact_decided", f"fact:{number} place:{here.facility()}")
    assert (entry.by, entry.district, entry.round_id) == (here.lead.label, DISTRICT, ROUND)


def test_the_same_page_sent_twice_is_one_decision(here: District) -> None:
    here.visit(arrival="closed")
    wish = here.wish(here.lead)
    assert here.decide(wish=wish) == here.decide(wish=wish)
    assert len(here.facts()) == 1
    with pytest.raises(Refused):
        here.decide(wish=wish, number=1)
    with pytest.raises(Refused):
        here.decide(wish=wish, by=here.supervisor)


def test_taking_it_back_is_a_decision_too_and_the_proposal_stands_again(here: District) -> None:
    here.visit(arrival="closed")
    here.decide("not_found")
    since = newest(here.engine)
    here.decide(WITHDRAWN, by=here.supervisor, why="Keliru baris.")
    for row in (here.row_now(), here.row()):
        assert (row.outcome, row.fact_id, row.reopened_id) == ("unsure", None, None)
        assert reasons(row)[0] == "arrival_closed"
    assert [fact.outcome for fact in here.facts()] == ["not_found", WITHDRAWN], "both stay in the history"
    assert [entry.act for entry in written_down(here.engine, since)] == ["fact_withdrawn"]
    assert refused(here, outcome=WITHDRAWN).reason.code == "fact_nothing_to_withdraw"


def test_a_decision_goes_with_its_place_into_a_workbook_imported_again(here: District) -> None:
    here.visit(arrival="closed")
    before, number = here.line(), here.decide("not_found")
    for names in (NAMES[1:], NAMES):  # without the place, and with it again
        import_lines(here.engine, names=names)
        here.compute()
    assert here.line() != before, "the line has another number"
    assert here.row().fact_id == number


# ── what it takes


def test_each_outcome_asks_for_what_belongs_to_it(here: District) -> None:
    here.visit()
    wrong = refused(here, outcome="criteria_not_met")
    assert (wrong.reason.code, wrong.field) == ("fact_criteria_missing", "criteria")
    wrong = refused(here, outcome="criteria_not_met", criteria=("nothing",))
    assert wrong.field == "criteria"
    for other in (0, 987654, here.line(0)):
        wrong = refused(here, outcome="duplicate_claim", other=other)
        assert (wrong.reason.code, wrong.field) == ("fact_other_missing", "other")
    here.decide("criteria_not_met", criteria=("chair", "refrigerator"))
    here.decide("duplicate_claim", other=here.line(2), criteria=("chair",))
    first, second = here.facts()
    assert sorted(first.criteria) == ["chair", "refrigerator"] and first.other is None
    assert second.other == {"indicator": 17, "facility_id": here.facility(2)} and second.criteria == []
    assert reasons(here.row())[:2] == ["decided_by_person", "decided_same_place"]


def test_a_line_that_is_a_double_itself_is_none_to_be_the_same_as_or_the_place_would_count_nowhere(
    here: District,
) -> None:
    here.decide("duplicate_claim", number=1, other=here.line(2))
    for again in (2, 0):  # a circle of two, and what may yet become one of three
        wrong = refused(here, outcome="duplicate_claim", number=again, other=here.line(1))
        assert (wrong.reason.code, wrong.field) == ("fact_other_is_double", "other")
    here.decide(WITHDRAWN, number=1)
    here.decide("duplicate_claim", number=2, other=here.line(1))


@pytest.mark.parametrize("outcome", ["", "not_visited", "belongs", "x" * 40])
def test_nothing_else_can_be_decided(here: District, outcome: str) -> None:
    here.visit()
    wrong = refused(here, outcome=outcome)
    assert (wrong.reason.code, wrong.field) == ("fact_outcome_missing", "outcome")


@pytest.mark.parametrize("why, code", [("  ", "decision_why_missing"), ("x" * 1001, "decision_text_too_long")])
def test_a_reason_is_asked_for(here: District, why: str, code: str) -> None:
    here.visit()
    wrong = refused(here, why=why)
    assert (wrong.reason.code, wrong.field) == (code, "why")


@pytest.mark.parametrize("outcome", ["confirmed", "not_found", "criteria_not_met"])
def test_only_who_was_there_can_say_what_is_there(here: District, outcome: str) -> None:
    assert refused(here, outcome=outcome, criteria=("chair",)).reason.code == "fact_needs_a_visit"


def test_what_papers_show_can_be_decided_without_a_visit(here: District) -> None:
    here.decide("outside_district")
    here.decide("duplicate_claim", number=1, other=here.line())
    here.decide("unsure", number=2)
    assert here.ledger() == (0, 2, 1)


def test_a_result_that_is_not_there_yet_decides_nothing(here: District) -> None:
    import_lines(here.engine, names=("Pasar", "Terminal", "Balai", "Stasiun"))
    with pytest.raises(Refused) as caught, writing(here.engine) as session:
        line = session.scalars(select(ClaimLine.id).filter_by(name="Stasiun")).one()
        decide_line(session, PART, line, FactWish("unsure", why="x", seen="[]"), here.lead)
    assert caught.value.reason.code == "fact_not_computed"


def test_in_a_closed_part_and_a_round_that_is_not_open_nothing_is_decided(here: District) -> None:
    here.visit()
    with writing(here.engine) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
    assert refused(here).reason.code == "fact_part_closed"


def test_a_line_of_elsewhere_is_not_there(here: District) -> None:
    with pytest.raises(NotThere), writing(here.engine) as session:
        decide_line(session, PART, 987654, here.wish(here.lead), here.lead)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ASSESSOR, Role.VERIFIER, Role.PROVINCIAL, Role.DISTRICT])
def test_only_leads_and_supervisors_decide(here: District, role: Role) -> None:
    with writing(here.engine) as session:
        somebody = account(session, Held(role, DISTRICT, ROUND))
    with pytest.raises(Forbidden):
        here.decide(by=somebody, wish=here.wish(here.lead))
    assert here.facts() == []


def test_who_has_a_tie_to_the_district_does_not(here: District) -> None:
    tied = Account(here.lead.label, here.lead.held, frozenset({DISTRICT}), here.lead.person_id)
    with pytest.raises(Forbidden):
        here.decide(by=tied, wish=here.wish(here.lead))


# ── the evidence before their eyes


def test_what_came_after_the_page_was_shown_is_told_and_nothing_decided(here: District) -> None:
    here.visit(arrival="closed")
    wish = here.wish(here.lead)
    here.visit("2")
    wrong = refused(here, wish=wish)
    assert wrong.reason.code == "fact_evidence_changed"
    assert [(came.code, came.values["visit"]) for came in wrong.came] == [("reopened_visit", "uuid:2")]
    assert here.facts() == []


def test_an_edit_a_deletion_and_a_file_after_the_page_was_shown_are_told(here: District) -> None:
    state = here.visit(arrival="closed")
    wish = here.wish(here.lead)
    here.file()
    assert [came.code for came in refused(here, wish=wish).came] == ["reopened_files"]
    here.visit(version="b", compute=False, arrival="closed")
    assert [came.code for came in refused(here, wish=wish).came] == ["reopened_version"]
    here.changed(state, deleted_at="2026-11-03T00:00:00.000Z")
    assert [came.code for came in refused(here, wish=wish).came] == ["reopened_gone"]


@pytest.mark.parametrize("seen", ["", "[", "{}x", "[[1]]", '[["a","b",{},null]]', "[" * 10000])
def test_a_form_that_is_not_ours_is_refused(here: District, seen: str) -> None:
    here.visit()
    assert refused(here, seen=seen).reason.code == "decision_page_wrong"


# ── two at once


def test_the_second_of_two_is_told_of_the_firsts_decision(here: District) -> None:
    here.visit(arrival="closed")
    wish = here.wish(here.supervisor, "confirmed")
    number = here.decide("not_found")
    assert refused(here, wish=wish, by=here.supervisor).reason.code == "fact_other_came"
    assert here.row().fact_id == number
    here.decide("confirmed", by=here.supervisor)
    assert here.row().outcome == "confirmed", "having seen it, they may"


def test_of_two_in_the_same_moment_one_comes_first(here: District) -> None:
    here.visit(arrival="closed")
    wishes = {by: here.wish(by, outcome) for by, outcome in ((here.lead, "not_found"), (here.supervisor, "confirmed"))}
    barrier = threading.Barrier(2)
    answers: list[int | str] = []

    def decides(by: Account) -> None:
        barrier.wait()
        try:
            answers.append(here.decide(by=by, wish=wishes[by]))
        except Refused as why:
            answers.append(why.reason.code)

    both = [threading.Thread(target=decides, args=(by,), daemon=True) for by in wishes]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert sorted(map(str, answers)) == ["1", "fact_other_came"]
    assert len(here.facts()) == 1
