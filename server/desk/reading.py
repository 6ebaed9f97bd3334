"""Reading a document: what somebody answered is kept for good, and shown to no other reader before theirs is too."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.db import Json, now
from server.desk.checked import DeskChecked
from server.desk.queries import Part, draw_rules
from server.desk.refusing import checked_words, document_here, hold_open, must_be_ours
from server.desk.tables import DeskReading
from server.desk.who import DESK, is_from_elsewhere, stage_of
from server.facts.before import Refused
from server.roles.account import Account, Forbidden
from server.roles.table import Permission
from server.rounds.rules import indicators_of
from verification.desk.reading import Says, asks_child_input
from verification.model import Seen
from verification.sets.indicators import Indicator, IndicatorSet

SEEN_FIELDS = ("matches_number", "matches_date", "in_force")
YES_NO = {"yes": True, "no": False}
HIGHEST_PAGE = 100_000


@dataclass(frozen=True)
class ReadingWish:
    """Answers as they were typed; `before` is what was before the reader, `uuid` the id that the page offered."""

    typed: Mapping[str, str]
    covers: tuple[str, ...] = ()
    before: str = ""
    uuid: str = ""

    def get(self, name: str) -> str:
        """Give what was typed into a field."""
        return self.typed.get(name, "").strip()


def read_document(
    session: Session, part: Part, row: int, wish: ReadingWish, by: Account, *, has_scanner: bool
) -> DeskReading:  # fmt: skip
    """Keep what a reader answered; the same page twice is one. Raises Refused, NotThere, Forbidden."""
    must_be_ours(wish.uuid)
    found = hold_open(session, part)
    draw_rules(session, part[0])
    checked, stage = document_here(session, part, row, has_scanner=has_scanner), stage_of(by, *part)
    if stage is None:
        raise Forbidden(Permission.READ_DOCUMENTS)
    known = session.scalar(select(DeskReading).filter_by(uuid=wish.uuid))
    if known is not None and known.read_by == by.label:
        return known
    _must_be_next(checked, by, stage, part)
    if wish.before != checked.before:
        raise Refused("desk_files_changed")
    indicators = indicators_of(session, found)
    values = answers_of(wish, indicators, indicators.by_number[checked.indicator])
    reading = DeskReading(
        uuid=wish.uuid, round_id=part[0], district=part[1], indicator=checked.indicator,
        number=checked.document.number, question=checked.question, stage=stage, files=checked.before,
        read_by=by.label, read_at=now(), **values,
    )  # fmt: skip
    session.add(reading)
    session.flush()
    write_down(session, Act(by.label, "document_read", f"reading:{reading.id}", part[1], part[0],
                            after=digest_of(values)))  # fmt: skip
    return reading


def _must_be_next(checked: DeskChecked, by: Account, stage: str, part: Part) -> None:
    """Refuse who may not be the next reader: where nothing is to be read, and where somebody else has read since."""
    if not checked.files:
        raise Refused("desk_nothing_here")
    if stage != DESK:
        return
    others = [one for one in checked.readings if one.read_by != by.label]
    if checked.read_by(by.label):
        if others or checked.asked:
            raise Refused("desk_read_already")
    elif not checked.stands.asks_reader:
        raise Refused("desk_no_reader_needed")
    elif others and not is_from_elsewhere(by, part[1]):
        raise Refused("desk_second_elsewhere")


def answers_of(wish: ReadingWish, indicators: IndicatorSet, indicator: Indicator) -> Json:
    """Read what was typed. Of a document that could not be opened nothing else is asked. Raises Refused."""
    opened = YES_NO.get(wish.get("opened"))
    if opened is None:
        raise Refused("desk_answer_missing", "opened")
    note = checked_words(wish.get("note"), "note", needed=False) or None
    values: Json = dict.fromkeys((*SEEN_FIELDS, "issuer_ok", "says", "child_input_named", "page"))
    values |= {"opened": opened, "covers": [], "note": note}
    if not opened:
        return values
    for name in SEEN_FIELDS:
        values[name] = _one_of(wish, name, {one.value: one.value for one in Seen})
    values["issuer_ok"] = _one_of(wish, "issuer_ok", YES_NO)
    values["says"] = _one_of(wish, "says", {one.value: one.value for one in Says})
    if asks_child_input(indicator):
        values["child_input_named"] = _one_of(wish, "child_input_named", YES_NO)
    values["covers"] = [one.code for one in indicators.clusters if one.code in wish.covers]
    values["page"] = _page(wish.get("page"))
    return values


def _one_of(wish: ReadingWish, name: str, known: Mapping[str, str | bool]) -> str | bool:
    if (typed := wish.get(name)) not in known:
        raise Refused("desk_answer_missing", name)
    return known[typed]


def _page(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) <= HIGHEST_PAGE):
        raise Refused("desk_page_wrong", "page")
    return int(typed)
