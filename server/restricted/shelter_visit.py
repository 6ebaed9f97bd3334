"""What two verifiers enter about a shelter, from its papers: one fills it in, the other confirms or says what differs.

What both confirmed is closed. What has to be put right then is a further version, with a reason, confirmed again; until
that is so, the one before counts. No field takes a word: nothing of a story fits anywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed, today_in
from server.audit.entries import Act, digest_of, write_down
from server.db import Json
from server.fields import PAGE, Misread, read_field
from server.restricted.tables import ShelterVisit
from server.roles.account import Account
from server.rounds.states import hold_part
from server.sealed.tables import SealedAssignment
from server.sealed.typed import read_month
from verification.protection.shelter import LARGEST, NUMBERS
from verification.protection.totals import read_total
from verification.reason import Reason
from verification.sets.criteria import Criterion

WHY_CHANGED = ("typing_error", "papers_came", "papers_read_again")


class NotEntered(Misread):
    """What cannot be entered."""


@dataclass(frozen=True)
class ShelterWish:
    """What was typed: the version that the page showed (0 for none), a month, answers by field, and a reason."""

    before: int
    month: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def versions_of(session: Session, assignment_id: int) -> list[ShelterVisit]:
    """List what was entered for an assignment, the newest first."""
    query = select(ShelterVisit).filter_by(assignment_id=assignment_id).order_by(ShelterVisit.number.desc())
    return list(session.scalars(query))


def fill_in(
    session: Session, given: SealedAssignment, asked: Iterable[Criterion], wish: ShelterWish, by: Account
) -> ShelterVisit:
    """Enter a version. Raises NotEntered."""
    newest = _newest(session, given, wish.before)
    if newest and newest.confirmed_by is None and not newest.differs and newest.filled_by != by.person_id:
        raise NotEntered({PAGE: Reason("shelter_confirm_first")})
    problems: dict[str, Reason] = {}
    answers = _seen(asked, wish.answers, problems) | _numbers(wish.answers, problems)
    today = today_in(session, given.district)
    month = read_field(problems, "month", lambda: read_month(today, wish.month, may_come=False))
    corrects = any(one.confirmed_by for one in versions_of(session, given.id))
    if corrects and wish.why not in WHY_CHANGED:
        problems["why"] = Reason("shelter_why_missing")
    if problems:
        raise NotEntered(problems)
    entered = ShelterVisit(assignment_id=given.id, number=wish.before + 1, month=month, answers=answers,
                           filled_by=by.person_id, why=wish.why if corrects else None)  # fmt: skip
    session.add(entered)
    session.flush()
    _note(session, given, "shelter_filled", by, answers)
    return entered


def confirm(session: Session, given: SealedAssignment, before: int, by: Account) -> None:
    """Confirm what the other one filled in: it is closed. Raises NotEntered."""
    waiting = _of_the_other(session, given, before, by)
    waiting.confirmed_by = by.person_id
    _note(session, given, "shelter_confirmed", by, waiting.answers)


def say_what_differs(session: Session, given: SealedAssignment, before: int, names: Iterable[str], by: Account) -> None:
    """Say which fields are not so, of what the other one filled in: it is to be filled in anew. Raises NotEntered."""
    waiting = _of_the_other(session, given, before, by)
    found = sorted({"month", *waiting.answers}.intersection(names))
    if not found:
        raise NotEntered({PAGE: Reason("shelter_nothing_differs")})
    waiting.differs = found
    _note(session, given, "shelter_differs", by, found)


def _newest(session: Session, given: SealedAssignment, before: int) -> ShelterVisit | None:
    """Give the newest version, if it is the one that the page showed and the part is open. Raises NotEntered."""
    hold_part(session, given.round_id, given.district)
    if against := part_is_closed(session, given.round_id, given.district):
        raise NotEntered({PAGE: against})
    newest = next(iter(versions_of(session, given.id)), None)
    if before != (newest.number if newest else 0):
        raise NotEntered({PAGE: Reason("restricted_changed")})
    return newest


def _of_the_other(session: Session, given: SealedAssignment, before: int, by: Account) -> ShelterVisit:
    newest = _newest(session, given, before)
    if newest is None or newest.confirmed_by is not None or newest.differs or newest.filled_by == by.person_id:
        raise NotEntered({PAGE: Reason("shelter_not_to_confirm")})
    return newest


def _seen(asked: Iterable[Criterion], typed: Mapping[str, str], problems: dict[str, Reason]) -> Json:
    answers: Json = {}
    for criterion in asked:
        answer = typed.get(criterion.code, "")
        if answer in set(criterion.scale.answers):
            answers[criterion.code] = answer
        else:
            problems[criterion.code] = Reason("shelter_answer_missing")
    return answers


def _numbers(typed: Mapping[str, str], problems: dict[str, Reason]) -> Json:
    found: Json = {}
    for name in NUMBERS:
        try:
            number = read_total(typed.get(name, ""), LARGEST)
        except ValueError:
            problems[name] = Reason("restricted_number_wrong", {"most": LARGEST})
        else:
            found[name] = number
    return found


def _note(session: Session, given: SealedAssignment, act: str, by: Account, what: Any) -> None:
    write_down(session, Act(by.label, act, f"sealed:{given.id}", given.district, given.round_id,
                            after=digest_of(what)))  # fmt: skip
