"""What reopens a decision, and what does not; that it is said with the difference, and that nothing is overwritten."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from server.db import writing
from server.facts.evidence import file_mark
from server.removals.removing import remove_file, remove_submission
from server.submissions.tables import Form
from tests.support.facts import FORM, District, a_district, import_lines, reasons


@pytest.fixture
def decided(district: Engine) -> District:
    """Give a line that a person decided by the one visit and its photograph."""
    here = a_district(district)
    here.visit(arrival="closed")
    here.file()
    here.decide("not_found")
    return here


def state_of(here: District) -> int:
    number = here.visit_row().state_id
    assert number is not None
    return number


OPENS: dict[str, tuple[Callable[[District], object], str]] = {
    "a visit newly on the line": (lambda here: here.visit("2"), "reopened_visit"),
    "an earlier visit that came late": (
        lambda here: here.visit("2", point={"type": "Point", "coordinates": [110.005, -5.0051, 0]}), "reopened_visit"),
    "an edit": (lambda here: here.visit(version="b", arrival="closed"), "reopened_version"),
    "a deletion": (lambda here: here.changed(state_of(here), deleted_at="2026-11-03T00:00:00.000Z"), "reopened_gone"),
    "a purge": (lambda here: here.changed(state_of(here), gone_at="2026-11-03T00:00:00.000Z"), "reopened_gone"),
    "another file in its place": (lambda here: here.file(digest="b" * 64), "reopened_files"),
    "another file beside it": (lambda here: here.file(file="2.jpg"), "reopened_files"),
    "a visit put there": (lambda here: here.put(here.visit("2", place=1), "belongs", 0), "reopened_visit"),
    "its visit put elsewhere": (lambda here: here.put(state_of(here), "belongs", 1), "reopened_moved"),
    "its visit set aside": (lambda here: here.put(state_of(here), "set_aside"), "reopened_moved"),
}  # fmt: skip


@pytest.mark.parametrize("change, code", OPENS.values(), ids=OPENS)
def test_later_evidence_reopens_and_says_what(
    decided: District, change: Callable[[District], object], code: str
) -> None:
    change(decided)
    row = decided.row()
    assert (row.fact_id, row.reopened_id, row.outcome) == (None, 1, row.proposed)
    assert reasons(row)[:2] == ["reopened", code]
    assert decided.facts()[0].outcome == "not_found", "never overwritten"


def rules_change(here: District) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("server.results.verifying.code_digest", lambda: "c" * 64)
        here.compute()
        assert here.result().code == "c" * 64


STAYS: dict[str, Callable[[District], object]] = {
    "other rules": rules_change,
    "a review": lambda here: here.changed(state_of(here), review_state="approved"),
    "a review that finds issues": lambda here: here.changed(state_of(here), review_state="hasIssues"),
    "a rejection": lambda here: here.changed(state_of(here), review_state="rejected"),
    "a visit to another line": lambda here: here.visit("2", place=1),
    "another score": lambda here: import_lines(here.engine, score=14),
    "nothing": lambda here: None,
}


@pytest.mark.parametrize("change", STAYS.values(), ids=STAYS)
def test_what_is_no_evidence_does_not(decided: District, change: Callable[[District], object]) -> None:
    change(decided)
    row = decided.row()
    assert (row.outcome, row.fact_id, row.reopened_id) == ("not_found", 1, None)


def test_a_file_that_comes_late_reopens(district: Engine) -> None:
    """It was named and had not come: nobody who decided had seen it."""
    here = a_district(district)
    here.visit(arrival="closed")
    here.file(digest=None)
    here.decide("not_found")
    assert here.row().fact_id == 1
    here.file()
    assert reasons(here.row())[:2] == ["reopened", "reopened_files"]


def test_until_a_new_decision_the_proposal_stands_and_then_that_does(decided: District) -> None:
    decided.visit("2")
    assert decided.row().outcome == "confirmed", "what the rules say of the new visit"
    number = decided.decide("not_found", why="Juga kunjungan kedua salah tempat.")
    row = decided.row()
    assert (row.outcome, row.fact_id, row.reopened_id) == ("not_found", number, None)
    assert len(decided.facts()) == 2


def test_what_goes_back_to_what_it_was_is_decided_again(decided: District) -> None:
    """It is no event: once the evidence is again what the person saw, so is the decision."""
    decided.changed(state_of(decided), deleted_at="2026-11-03T00:00:00.000Z")
    assert decided.row().reopened_id == 1
    decided.changed(decided.facts()[0].evidence["visits"][0]["submission"], deleted_at=None)
    assert decided.row().fact_id == 1


# ── lawful removal


def a_form(here: District, session: object) -> Form:
    found: Form = session.query(Form).filter_by(form_id=FORM).one()  # type: ignore[attr-defined]
    return found


def test_a_submission_that_is_lawfully_removed_takes_what_decisions_say_of_it_along(decided: District) -> None:
    decided.put(state_of(decided), "belongs", 0)
    with writing(decided.engine) as session:
        remove_submission(session, a_form(decided, session), "uuid:1", "ordered", "terminal:test")
    line, visit = decided.facts()
    assert (line.outcome, line.why, line.evidence["visits"]) == ("not_found", None, [
        {"submission": line.evidence["visits"][0]["submission"], "version": "removed", "files": {}, "placed": None}
    ])  # fmt: skip
    assert visit.why is None and "uuid" not in str(visit.evidence)
    assert reasons(decided.row())[:2] == ["reopened", "reopened_gone"]


def test_a_file_that_is_lawfully_removed_leaves_no_digest_and_reopens(decided: District) -> None:
    with writing(decided.engine) as session:
        remove_file(session, a_form(decided, session), "uuid:1", "1.jpg", "ordered", "terminal:test")
    (fact,) = decided.facts()
    assert fact.evidence["visits"][0]["files"] == {file_mark("1.jpg"): "removed"} and fact.why
    assert reasons(decided.row())[:2] == ["reopened", "reopened_files"]
