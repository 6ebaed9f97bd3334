"""Deciding about several lines at once: of those that a page listed, those that are still as it showed them.

What changed meanwhile is left out and told. Each line has a decision of its own, which says that it was one of several.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.audit.entries import digest_of
from server.facts.before import BeforeEyes, FactWish, Part, Refused, before_eyes_of, newest_of, readable
from server.facts.deciding import (
    checked_why,
    decide_found,
    hold_to_decide,
    is_uuid,
    must_be_open,
    taken_before,
)
from server.facts.evidence import posted
from server.facts.lines import FoundLine, lines_found
from server.roles.account import Account
from verification.deciding.facts import WITHDRAWN
from verification.model import Outcome
from verification.reason import Reason

MOST = 50  # lines at once: as many as somebody can look through before they say the same of all
OUTCOMES = (Outcome.CONFIRMED, Outcome.NOT_FOUND, Outcome.OUTSIDE_DISTRICT, Outcome.UNSURE, WITHDRAWN)
"""What asks for nothing more of each line: criteria and the other line are of one line alone."""


@dataclass(frozen=True)
class BulkWish:
    """What a person wants to say of several lines: `shown` has what the page showed of each, by line."""

    outcome: str
    why: str
    uuid: str
    shown: Mapping[int, str]


@dataclass(frozen=True)
class BulkDone:
    """What became of it: the lines that were decided, and those left out with the reason."""

    decided: Sequence[FoundLine]
    left_out: Sequence[tuple[FoundLine, Reason]]


def mark_of(before: BeforeEyes, by: Account, part: Part) -> str:
    """Digest what a page shows of a line: its visits, versions and files, and the newest decision one may read."""
    return digest_of([posted(before.seen), newest_of(readable(before.history, by, part))])[:16]


def decide_several(session: Session, part: Part, wish: BulkWish, by: Account) -> BulkDone:
    """Decide the same about several lines; the same wish twice is one. Raises Refused, NotThere, Forbidden."""
    hold_to_decide(session, part, by)
    _check(wish)
    must_be_open(session, part)
    lines = lines_found(session, part.round_id, part.district, list(wish.shown))
    eyes = before_eyes_of(session, part, list(lines.values()))
    decided: list[FoundLine] = []
    left_out: list[tuple[FoundLine, Reason]] = []
    for line_id, line in lines.items():
        try:
            _decide_one(session, part, line, eyes[line_id], wish, by)
            decided.append(line)
        except Refused as refused:
            left_out.append((line, refused.reason))
    return BulkDone(decided, left_out)


def _check(wish: BulkWish) -> None:
    if not is_uuid(wish.uuid):
        raise Refused("decision_page_wrong")
    if not wish.shown:
        raise Refused("fact_no_lines", "lines")
    if len(wish.shown) > MOST:
        raise Refused("fact_too_many_lines", "lines", limit=MOST)
    if wish.outcome not in OUTCOMES:
        raise Refused("fact_outcome_missing", "outcome")
    checked_why(wish.why)


def _decide_one(session: Session, part: Part, line: FoundLine, before: BeforeEyes, wish: BulkWish, by: Account) -> None:
    """Decide about one of them, if it is as the page showed it."""
    own = str(uuid.uuid5(uuid.UUID(wish.uuid), f"{line.indicator} {line.claimed.facility_id}"))
    newest, seen = newest_of(readable(before.history, by, part)), posted(before.seen)
    one = FactWish(wish.outcome, why=wish.why, seen=seen, newest=newest, uuid=own, bulk=wish.uuid)
    if taken_before(session, one, by, line.known_by) is not None:
        return
    if mark_of(before, by, part) != wish.shown[line.line_id]:
        raise Refused("fact_evidence_changed")
    decide_found(session, part, line, before, one, by)
