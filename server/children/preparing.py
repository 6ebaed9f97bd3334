"""Before children are asked: papers entered, adults checked, and the switch of a round.

Who switches it on is the safeguarding officer, and only once nothing is missing. It can be switched off at any moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.children.ready import facilitators_of, missing_for_children
from server.children.tables import AdultCheck, ChildPaper, ChildSwitch
from server.db import now
from server.moments import CAPITAL, day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.tables import Round, RoundPart
from verification.reason import Reason, WithReason

KINDS = ("ethics_protocol", "ethics_exemption", "data_protection", "guardian_rule", "guardian_homes")
# what the assessment of data protection answers (UU 27/2022; PP 17/2025): each by where in the paper it does
QUESTIONS = (
    "basis", "record", "officer", "rights", "processors", "breach", "disability", "parents", "ages", "defaults",
    "profiling", "risks",
)  # fmt: skip
_LONGEST = 100


class NotPrepared(WithReason):
    """What was typed cannot be kept, or children cannot be asked yet."""

    @property
    def reasons(self) -> list[Reason]:
        """All that stands against it."""
        return [self.reason]


class StillMissing(NotPrepared):
    """What keeps children from being asked: all of it."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__("children_still_missing", count=len(reasons))
        self._missing = reasons

    @property
    def reasons(self) -> list[Reason]:
        """All that is missing."""
        return self._missing


@dataclass(frozen=True)
class PaperWish:
    """A paper as a person typed it; `answers` by question, for the assessment of data protection alone."""

    kind: str
    number: str
    dated: date | None
    district: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckWish:
    """When an adult's police record was looked at, and when they were trained; None where that is still to be done."""

    cleared_on: date | None
    trained_on: date | None


def enter_paper(session: Session, round_id: str, wish: PaperWish, by: Account) -> ChildPaper:
    """Put a paper on file, by its number and date. Raises NotPrepared, Forbidden."""
    must(by, Permission.PREPARE_CHILDREN, None, round_id)
    _must_know(session, round_id)
    if wish.kind == "ethics_exemption":  # that no protocol is needed is for the officer alone to say
        must(by, Permission.SWITCH_CHILDREN, None, round_id)
    number, district = " ".join(wish.number.split()), wish.district.strip() or None
    if wish.kind not in KINDS:
        raise NotPrepared("children_paper_kind_unknown")
    if not 3 <= len(number) <= _LONGEST:
        raise NotPrepared("children_paper_number_wrong", longest=_LONGEST)
    if wish.dated is None or wish.dated > _today():
        raise NotPrepared("children_paper_day_wrong")
    if (wish.kind == "guardian_homes") != (district is not None):
        raise NotPrepared("children_paper_district_wrong")
    if district is not None and session.get(RoundPart, (round_id, district)) is None:
        raise NotPrepared("children_paper_district_unknown")
    new = ChildPaper(round_id=round_id, kind=wish.kind, district=district, number=number, dated=wish.dated,
                     answers=_answers(wish), entered_by=by.label, entered_at=now())  # fmt: skip
    session.add(new)
    session.flush()
    after = digest_of([wish.kind, number, wish.dated, new.answers])
    write_down(session, Act(by.label, "children_paper_entered", f"paper:{new.id}", district, round_id, after=after))
    return new


def end_paper(session: Session, round_id: str, number: int, by: Account) -> None:
    """Take a paper off file, by its number here; it stays on record. Raises NotPrepared, Forbidden."""
    must(by, Permission.PREPARE_CHILDREN, None, round_id)
    found = session.get(ChildPaper, number)
    if found is None or found.round_id != round_id or found.ended_at is not None:
        raise NotPrepared("children_paper_gone")
    found.ended_at, found.ended_by = now(), by.label
    write_down(session, Act(by.label, "children_paper_ended", f"paper:{number}", found.district, round_id))


def check_adult(session: Session, round_id: str, person_id: int, wish: CheckWish, by: Account) -> None:
    """Note that an adult was cleared and trained; nobody says so of themselves. Raises NotPrepared, Forbidden."""
    must(by, Permission.PREPARE_CHILDREN, None, round_id)
    if person_id not in facilitators_of(session, round_id):
        raise NotPrepared("children_adult_unknown")
    if person_id == by.person_id:
        raise NotPrepared("children_adult_oneself")
    if any(one is not None and one > _today() for one in (wish.cleared_on, wish.trained_on)):
        raise NotPrepared("children_adult_day_wrong")
    found = session.get(AdultCheck, (person_id, round_id)) or AdultCheck(person_id=person_id, round_id=round_id)
    found.cleared_on, found.trained_on, found.entered_by, found.entered_at = (
        wish.cleared_on, wish.trained_on, by.label, now()
    )  # fmt: skip
    session.add(found)
    after = digest_of([wish.cleared_on, wish.trained_on])
    write_down(session, Act(by.label, "children_adult_checked", f"person:{person_id}", None, round_id, after=after))


def switch_on(session: Session, round_id: str, by: Account) -> None:
    """Let children be asked in a round. Raises StillMissing with all that is missing, NotPrepared, Forbidden."""
    must(by, Permission.SWITCH_CHILDREN, None, round_id)
    _must_know(session, round_id)
    if missing := missing_for_children(session, round_id):
        raise StillMissing(missing)
    _switch(session, round_id, by, to=True)


def switch_off(session: Session, round_id: str, by: Account) -> None:
    """Let no child be asked in a round any more, at once. Raises NotPrepared, Forbidden."""
    must(by, Permission.SWITCH_CHILDREN, None, round_id)
    _must_know(session, round_id)
    _switch(session, round_id, by, to=False)


def _switch(session: Session, round_id: str, by: Account, *, to: bool) -> None:
    found = session.get(ChildSwitch, round_id) or ChildSwitch(round_id=round_id)
    found.on, found.changed_by, found.changed_at = to, by.label, now()
    session.add(found)
    write_down(session, Act(by.label, "children_on" if to else "children_off", f"round:{round_id}", None, round_id))


def _answers(wish: PaperWish) -> dict[str, str] | None:
    if wish.kind != "data_protection":
        return None
    answers = {question: " ".join(wish.answers.get(question, "").split()) for question in QUESTIONS}
    if open_ones := sum(not answer for answer in answers.values()):
        raise NotPrepared("children_assessment_open", count=open_ones)
    if any(len(answer) > _LONGEST for answer in answers.values()):
        raise NotPrepared("children_assessment_long", longest=_LONGEST)
    return answers


def _must_know(session: Session, round_id: str) -> None:
    if session.get(Round, round_id) is None:
        raise NotPrepared("children_round_unknown")


def _today() -> date:
    return day_in(CAPITAL, now())
