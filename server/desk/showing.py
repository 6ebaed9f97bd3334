"""Putting a document before whoever looks: readers see no other's answers before their own, and no points at all."""

import uuid as ids
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.claims.queries import claims_of
from server.claims.tables import Answer
from server.desk.checked import DeskChecked
from server.desk.clarifying import is_over, newest_step, still_waits
from server.desk.drafts import SentDraft, code_of
from server.desk.queries import scores_of
from server.desk.reading import SEEN_FIELDS
from server.desk.scoring import is_settled
from server.desk.tables import Clarification, DeskReading
from server.desk.views import (
    AnswerBeside,
    AskedShown,
    DeskChoice,
    DeskDocument,
    DeskReadingShown,
    DeskScoreShown,
    DeskStepShown,
    DeskTried,
    PaperShown,
    ReaderAsked,
)
from server.desk.waiting import waits_for
from server.desk.who import DESK, PROVINCE, is_from_elsewhere, stage_of
from server.disclosure.cleared import Cleared, ClearedValues
from server.disclosure.clearing import Clearance
from server.documents.part import PartHere
from server.facts.before import Refused
from server.facts.deciding import why_closed
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import CLOSED
from server.rulebook import load_days_off
from verification.desk.reading import COMPARED, Says, asks_child_input, asks_clusters
from verification.desk.states import CONCLUSIONS, DocumentState, DocumentStep
from verification.model import Seen
from verification.reason import Reason
from verification.sets.indicators import Indicator

_YES_NO = ("yes", "no")


@dataclass(frozen=True)
class AtTheDesk:
    """Who looks at a document of a part, and all documents there."""

    session: Session
    here: PartHere
    account: Account
    documents: Sequence[DeskChecked]
    clear: Clearance

    @property
    def part(self) -> tuple[str, str]:
        """The part of the round."""
        return self.here.round.id, self.here.district

    @property
    def judges(self) -> bool:
        """Tell whether they are of Tim Penilai, who judges; who reads is kept from that meanwhile."""
        return self.account.may(Permission.JUDGE_DOCUMENTS, self.here.district, self.here.round.id)

    @property
    def stage(self) -> str | None:
        """For whom they read."""
        return stage_of(self.account, *self.part)


def shown_document(
    at: AtTheDesk, one: DeskChecked, papers: Sequence[PaperShown], said: Sequence[Cleared], tried: DeskTried | None
) -> DeskDocument:  # fmt: skip
    """Show a document beside its question."""
    clear, here = at.clear, at.here
    indicator = here.indicators.by_number[one.indicator]
    repeats = clear.read_document if at.stage == DESK else lambda text: clear.document(indicator, (), text)
    why = why_not_now(at, one)
    reads = at.stage is not None and why is None
    mine = [other for other in waits_for(at.session, at.account, at.part, at.documents)
            if other.document.id != one.document.id]  # fmt: skip
    return DeskDocument(
        round_id=clear.id(here.round.id), district=clear.id(here.district), district_name=clear.area(here.district),
        round_name=clear.ours(here.round.name), row=one.document.id, indicator=one.indicator,
        indicator_name=clear.ours(indicator.name[clear.language]),
        question=clear.id(one.question) if one.question else None,
        questions=tuple(clear.ours(asked.text[clear.language]) for asked in indicator.questions
                        if one.question in ("", asked.code)),
        number=repeats(one.document.number), title=repeats(one.document.title), said=tuple(said),
        cell=clear.id(one.document.cell), state=clear.id(_state_for(at, one)),
        answers=tuple(_answers(at, one, indicator)), papers=tuple(papers),
        asks=tuple(_asks(at, one, indicator)) if reads else (), why=clear.why(why) if why else None,
        before=clear.id(one.before), uuid=clear.id(str(ids.uuid4())), of_province=at.stage == PROVINCE,
        readings=tuple(_readings(at, one, one.readings)), province=tuple(_readings(at, one, one.province)),
        asked=shown_asked(at.session, one.asked, clear) if one.asked and at.judges else None,
        earlier=tuple(shown_asked(at.session, past, clear) for past in one.earlier) if at.judges else (),
        may_retract=at.judges and here.takes and one.asked is not None and still_waits(one.asked),
        may_ask=at.judges and here.takes and one.state is DocumentState.UNCLEAR and one.asked is None,
        may_conclude=tuple(_conclusions(at, one)), concluded=one.stands.concluded is not None,
        newest=newest_step(one.asked) if one.asked else 0, score=_score(at, one, indicator),
        following=mine[0].document.id if mine else None, tried=tried if reads or at.stage is None else None,
        code=clear.id(code_of(at.part, one)) if at.stage else None,
    )  # fmt: skip


def _state_for(at: AtTheDesk, one: DeskChecked) -> str:
    """Name how it stands; to who has yet to read it, only that it is to be read."""
    if at.stage and not one.read_by(at.account.label) and one.files:
        return DocumentState.RECEIVED.value
    return one.state.value


def why_not_now(at: AtTheDesk, one: DeskChecked) -> Reason | None:
    """Say why a reader is not asked now, if so; to whoever judges, that another reader is waited for."""
    if not at.here.takes:
        return why_closed(at.here.round.state, CLOSED) if at.stage or at.judges else None
    if at.stage is None:
        return Reason("desk_waits") if at.judges and one.readings and one.stands.asks_reader else None
    if not one.files:
        return Reason("desk_nothing_here")
    own = one.read_by(at.account.label)
    if at.stage == PROVINCE:
        return None
    others = [read for read in one.readings if read.read_by != at.account.label]
    if own:
        return Reason("desk_read_already") if others or one.asked else None
    if not one.stands.asks_reader:
        return Reason("desk_no_reader_needed")
    elsewhere = is_from_elsewhere(at.account, at.here.district)
    return Reason("desk_second_elsewhere") if others and not elsewhere else None


def _answers(at: AtTheDesk, one: DeskChecked, indicator: Indicator) -> Iterator[AnswerBeside]:
    fields = {answer.code: answer for asked in indicator.questions if one.question in ("", asked.code)
              for answer in asked.answers}  # fmt: skip
    claim = claims_of(at.session, *at.part).get(one.indicator)
    given: Mapping[str, Answer] = {answer.code: answer for answer in claim.answers} if claim else {}
    for code, field in fields.items():
        if answer := given.get(code):
            value, before = (at.clear.answer(field, text) for text in (answer.value, answer.value_before))
            label = at.clear.ours(field.label[at.clear.language])
            yield AnswerBeside(label, value, before, at.clear.id(answer.cell))


def _asks(at: AtTheDesk, one: DeskChecked, indicator: Indicator) -> Iterator[ReaderAsked]:
    clear = at.clear
    yield _asked_by(clear, "opened", _YES_NO)
    for name in SEEN_FIELDS:
        yield _asked_by(clear, name, [seen.value for seen in Seen])
    yield _asked_by(clear, "issuer_ok", _YES_NO)
    if asks_clusters(indicator, one.clusters):
        choices = tuple(DeskChoice(clear.id(each.code), clear.ours(f"{each.code}. {each.name[clear.language]}"))
                        for each in at.here.indicators.clusters)  # fmt: skip
        yield ReaderAsked(clear.id("covers"), clear.say("desk.ask.covers"), choices, several=True)
    yield _asked_by(clear, "says", [says.value for says in Says])
    if asks_child_input(indicator):
        yield _asked_by(clear, "child_input_named", _YES_NO)


def _asked_by(clear: Clearance, name: str, values: Sequence[str]) -> ReaderAsked:
    choices = tuple(DeskChoice(clear.id(value), clear.say(f"desk.answer.{value}")) for value in values)
    return ReaderAsked(clear.id(name), clear.say(f"desk.ask.{name}"), choices, several=False)


def _readings(at: AtTheDesk, one: DeskChecked, rows: Sequence[DeskReading]) -> Iterator[DeskReadingShown]:
    """Show readings: a reader's own; all of them once their own is here; those of the province to it and who judges."""
    sees_all = at.stage is None or (at.stage == DESK and one.read_by(at.account.label) is not None)
    found = one.stands.found
    for number, row in enumerate(rows, 1):
        own = row.read_by == at.account.label
        if not own and not (sees_all and (row.stage == DESK or at.stage is None)):
            continue
        words = tuple(_said(at.clear, row))
        differs = bool(found and row.stage == DESK and found.left)
        note = at.clear.read_document(row.note) if at.judges or own else None
        yield DeskReadingShown(number, own, words, differs, note, row.read_at)


def _said(clear: Clearance, row: DeskReading) -> Iterator[Cleared]:
    for name in COMPARED:
        value = getattr(row, name)
        if name == "covers":
            if value:
                yield clear.say("desk.said", ask=clear.say("desk.ask.covers"), answer=clear.id(", ".join(value)))
        elif value is not None:
            answer = clear.say(f"desk.answer.{_as_typed(value)}")
            yield clear.say("desk.said", ask=clear.say(f"desk.ask.{name}"), answer=answer)
    if row.page:
        yield clear.say("desk.said", ask=clear.say("desk.ask.page"), answer=row.page)


def shown_asked(session: Session, asked: Clarification, clear: Clearance) -> AskedShown:
    """Show what a district was asked, and what came."""
    steps = tuple(
        DeskStepShown(clear.id(step.step), clear.read_document(step.words), step.has_file, step.late, step.made_at)
        for step in asked.steps
    )
    unknown = bool(asked.last_day and not load_days_off().knows(asked.last_day))
    return AskedShown(
        id=asked.id, doubts=tuple(clear.why(Reason(code)).sentence for code in asked.doubts),
        words=clear.read_document(asked.words) or clear.id("–"), asked_at=asked.asked_at,
        received_at=asked.received_at, last_day=asked.last_day, over=is_over(session, asked), weekends_alone=unknown,
        steps=steps, uuid=clear.id(str(ids.uuid4())), retracted=asked.last_step == DocumentStep.RETRACTS,
    )  # fmt: skip


def _conclusions(at: AtTheDesk, one: DeskChecked) -> Iterator[Cleared]:
    """Name what may be concluded now, or taken back."""
    if not at.judges or not at.here.takes or one.asked is None:
        return
    if one.stands.judged is DocumentState.UNCLEAR and not is_over(at.session, one.asked):
        return
    for step in (*CONCLUSIONS, DocumentStep.WITHDRAWS):
        if one.stands.may_follow(step):
            yield at.clear.id(step.value)


def _score(at: AtTheDesk, one: DeskChecked, indicator: Indicator) -> DeskScoreShown | None:
    """Show what Tim Penilai gave and may give, once nothing of the question is being read or asked."""
    if not at.judges or at.stage or not is_settled(one, at.documents):
        return None
    given = scores_of(at.session, *at.part).get(one.indicator, {}).get(one.question)
    why = at.clear.read_document(given.why) if given else None
    return DeskScoreShown(indicator.points, given.points if given else None, why, at.here.takes)


def shown_tried(clear: Clearance, refused: Refused, typed: Mapping[str, str], covers: Sequence[str]) -> DeskTried:
    """Show again what was refused, and why: nothing that was typed is lost."""
    values = ClearedValues({name: clear.own(value) for name, value in typed.items()})
    return DeskTried(clear.why(refused.reason).sentence, clear.id(refused.field), values,
                      tuple(map(clear.own, covers)))  # fmt: skip


def shown_own(at: AtTheDesk, one: DeskChecked) -> DeskTried | None:
    """Put what a reader answered before into the questions, to be put right: nobody's but their own."""
    rows = one.readings if at.stage == DESK else one.province
    row = next((read for read in rows if read.read_by == at.account.label), None)
    if row is None:
        return None
    clear, asked = at.clear, [name for name in (*COMPARED, "page", "note") if name != "covers"]
    typed = {name: clear.own(_as_typed(value)) for name in asked if (value := getattr(row, name)) is not None}
    return DeskTried(clear.say("desk.answered_before", day=row.read_at), clear.id(""), ClearedValues(typed),
                      tuple(map(clear.own, row.covers)))  # fmt: skip


def _as_typed(value: str | bool | int) -> str:
    """Write an answer as its question offers it."""
    return _YES_NO[0 if value else 1] if isinstance(value, bool) else str(value)


def shown_draft(clear: Clearance, sent: SentDraft) -> DeskTried:
    """Put what a reader answered on a phone into the questions, to be looked through and kept as ever."""
    draft = sent.draft
    typed = dict(draft.answers or {}) | ({"note": draft.note} if draft.note else {})
    sentence = clear.say("desk.from_phone", day=sent.sent_at)
    return DeskTried(sentence, clear.id(""), ClearedValues({name: clear.own(value) for name, value in typed.items()}),
                      tuple(map(clear.own, draft.covers)))  # fmt: skip
