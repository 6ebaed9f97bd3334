"""Asking a district about a document: what is in doubt, its reply within a window, and what is concluded from it.

The window is so many working days from the day after the receipt was confirmed, by the calendar of the district's own
zone. What comes later is kept and said to be late; it is never turned away.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_and_zone
from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.desk.checked import DeskChecked
from server.desk.queries import Part, desk_rules
from server.desk.refusing import checked_words, document_here, hold_open, must_be_ours
from server.desk.tables import Clarification, ClarificationStep
from server.facts.before import NotThere, Refused
from server.moments import ZONES, day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.tables import Round
from server.rulebook import load_days_off
from verification.desk.states import DocumentState, DocumentStep, waits_for_reply
from verification.desk.window import last_day


@dataclass(frozen=True)
class DeskWords:
    """What somebody typed, and the id that the page offered; `has_file`: another file came with it."""

    words: str
    uuid: str
    has_file: bool = False


def ask_district(
    session: Session, part: Part, row: int, said: DeskWords, by: Account, *, has_scanner: bool
) -> Clarification:
    """Ask a district about a document that two readers doubt. Raises Refused, NotThere, Forbidden."""
    must(by, Permission.JUDGE_DOCUMENTS, part[1], part[0])
    must_be_ours(said.uuid)
    hold_open(session, part)
    checked = document_here(session, part, row, has_scanner=has_scanner)
    if (known := session.scalar(select(Clarification).filter_by(uuid=said.uuid))) is not None:
        return known
    if checked.state is not DocumentState.UNCLEAR or checked.asked:
        raise Refused("desk_nothing_to_ask")
    asked = Clarification(
        uuid=said.uuid, round_id=part[0], district=part[1], indicator=checked.indicator, question=checked.question,
        number=checked.document.number, doubts=list(checked.stands.doubts), words=checked_words(said.words, "words"),
        asked_by=by.label, asked_at=now(),
    )  # fmt: skip
    session.add(asked)
    session.flush()
    _note(session, "clarification_asked", asked, by, said.words)
    return asked


def confirm_receipt(session: Session, part: Part, number: int, by: Account) -> Clarification:
    """Note that a district has received a question: its window begins. Twice is once. Raises Refused, NotThere."""
    must(by, Permission.IMPORT_CLAIMS, part[1], part[0])
    found = hold_open(session, part)
    asked = _asked(session, part, number)
    _must_stand(asked)
    _receive(session, found, asked, by)
    return asked


def reply(session: Session, part: Part, number: int, said: DeskWords, by: Account) -> ClarificationStep:
    """Take a district's reply, in words or with another file; a late one says so. Raises Refused, NotThere."""
    must(by, Permission.IMPORT_CLAIMS, part[1], part[0])
    must_be_ours(said.uuid)
    found = hold_open(session, part)
    asked = _asked(session, part, number)
    if known := _sent_before(asked, said):
        return known
    words = words_of_reply(asked, said)
    _receive(session, found, asked, by)
    return _step(
        session,
        asked,
        DocumentStep.REPLIES,
        DeskWords(words, said.uuid, said.has_file),
        by,
        late=is_over(session, asked),
    )


def words_of_reply(asked: Clarification, said: DeskWords) -> str:
    """Give the words of a reply. Raises Refused, as a page has to know before it takes the reply's files."""
    _must_stand(asked)
    if asked.last_step == DocumentStep.SETTLES:
        raise Refused("desk_settled_already")
    return checked_words(said.words, "words", needed=not said.has_file)


def retract(
    session: Session, part: Part, row: int, said: DeskWords, by: Account, *, newest: int, has_scanner: bool
) -> ClarificationStep:  # fmt: skip
    """Take back what a district was asked of a document, with a reason that it reads, before it replied.

    Nothing is removed: the question stays to be read, and another may be asked. `newest` is as for `conclude`. Raises
    Refused, NotThere, Forbidden.
    """
    must(by, Permission.JUDGE_DOCUMENTS, part[1], part[0])
    must_be_ours(said.uuid)
    hold_open(session, part)
    checked = document_here(session, part, row, has_scanner=has_scanner)
    for known in filter(None, (_sent_before(one, said) for one in checked.earlier)):
        return known
    asked = checked.asked
    if asked is None:
        raise Refused("desk_not_asked")
    if newest != newest_step(asked):
        raise Refused("desk_went_on")
    if not still_waits(asked):
        raise Refused("desk_question_stays")
    words = checked_words(said.words, "words")
    return _step(session, asked, DocumentStep.RETRACTS, DeskWords(words, said.uuid), by, late=False)


def still_waits(asked: Clarification) -> bool:
    """Tell whether a question waits for its first reply: until then it may be taken back."""
    return waits_for_reply([DocumentStep(one.step) for one in asked.steps])


def conclude(
    session: Session, part: Part, row: int, said: DeskWords, by: Account, *, step: DocumentStep, newest: int,
    before: str, has_scanner: bool,
) -> ClarificationStep:  # fmt: skip
    """Say what comes of a reply, or of none once the window is over; or replace or take back what was said so.

    `step` is a conclusion, or that one is taken back; `newest` is the number of the last step that the page showed,
    0 for none, and `before` digests the files that it showed. Nothing is changed: the newer counts. Raises Refused,
    NotThere, Forbidden.
    """
    must(by, Permission.JUDGE_DOCUMENTS, part[1], part[0])
    must_be_ours(said.uuid)
    hold_open(session, part)
    checked = document_here(session, part, row, has_scanner=has_scanner)
    asked = checked.asked
    if asked is None:
        raise Refused("desk_not_asked")
    if known := _sent_before(asked, said):
        return known
    if newest != newest_step(asked):
        raise Refused("desk_went_on")
    if before != checked.before:
        raise Refused("desk_files_changed")
    _must_follow(session, checked, asked, step)
    words = DeskWords(checked_words(said.words, "words"), said.uuid)
    return _step(session, asked, step, words, by, late=False, files=before)


def _must_stand(asked: Clarification) -> None:
    """Refuse what is about a question that was taken back."""
    if asked.last_step == DocumentStep.RETRACTS:
        raise Refused("desk_retracted")


def newest_step(asked: Clarification) -> int:
    """Give the number of the last that came after a district was asked; 0 for nothing."""
    return asked.steps[-1].id if asked.steps else 0


def _must_follow(session: Session, checked: DeskChecked, asked: Clarification, step: DocumentStep) -> None:
    if not checked.stands.may_follow(step):
        raise Refused("desk_nothing_to_conclude")
    if step is DocumentStep.WITHDRAWS or checked.stands.judged is not DocumentState.UNCLEAR:
        return
    if asked.received_at is None:
        raise Refused("desk_not_received")
    if not is_over(session, asked):
        raise Refused("desk_window_open")


def is_over(session: Session, asked: Clarification) -> bool:
    """Tell whether a window is over: its last day has ended where the district is."""
    if asked.last_day is None:
        return False
    here = {day_in(zone, now()) > asked.last_day for zone in ZONES}  # mostly the same day everywhere
    return here.pop() if len(here) == 1 else today(session, asked) > asked.last_day


def today(session: Session, asked: Clarification) -> date:
    """Give the day that it is in the district that was asked."""
    areas = session.get_one(Round, asked.round_id).areas_id
    return day_in(names_and_zone(session, areas, asked.district)[1], now())


def _receive(session: Session, found: Round, asked: Clarification, by: Account) -> None:
    if asked.received_at is None:
        _, zone = names_and_zone(session, found.areas_id, asked.district)
        asked.received_by, asked.received_at = by.label, now()
        days = desk_rules(session, found.id).window_days
        asked.last_day = last_day(day_in(zone, asked.received_at), days, load_days_off())
        _note(session, "clarification_received", asked, by, str(asked.last_day))


def _asked(session: Session, part: Part, number: int) -> Clarification:
    found = session.get(Clarification, number)
    if found is None or (found.round_id, found.district) != part:
        raise NotThere
    return found


def _sent_before(asked: Clarification, said: DeskWords) -> ClarificationStep | None:
    """Give what came of the same form when it was sent before."""
    return next((one for one in asked.steps if one.uuid == said.uuid), None)


def _step(
    session: Session, asked: Clarification, step: DocumentStep, said: DeskWords, by: Account, *, late: bool,
    files: str | None = None,
) -> ClarificationStep:  # fmt: skip
    if known := _sent_before(asked, said):
        return known
    made = ClarificationStep(uuid=said.uuid, step=step.value, words=said.words or None, has_file=said.has_file,
                             late=late, files=files, made_by=by.label, made_at=now())  # fmt: skip
    asked.steps.append(made)
    session.flush()
    if step is DocumentStep.REPLIES:
        _note(session, "clarification_replied", asked, by, said.words)
    elif step is DocumentStep.WITHDRAWS:
        _note(session, "conclusion_withdrawn", asked, by, said.words)
    elif step is DocumentStep.RETRACTS:
        _note(session, "clarification_retracted", asked, by, said.words)
    else:
        _note(session, "clarification_concluded", asked, by, f"{step} {said.words}")
    return made


def _note(session: Session, act: str, asked: Clarification, by: Account, after: str) -> None:
    about = Act(by.label, act, f"clarification:{asked.id}", asked.district, asked.round_id, after=digest_of(after))
    write_down(session, about)
