"""What is asked of the desk check: rows of a part, as they were added."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from server.claims.tables import Claim, Document
from server.db import insert_into
from server.desk.tables import Clarification, DeskReading, DeskRules, QuestionScore
from server.desk.who import DESK
from server.documents.tables import HandedIn

Part = tuple[str, str]  # round, district
_Code = InstrumentedAttribute[str]


@dataclass
class Rows:
    """All rows of a part that its desk check rests on."""

    documents: list[tuple[int, Document]] = field(default_factory=list)  # with their indicators
    claimed: dict[int, float] = field(default_factory=dict)  # own scores, by indicator
    files: list[HandedIn] = field(default_factory=list)  # newest first
    readings: list[DeskReading] = field(default_factory=list)
    clarifications: list[Clarification] = field(default_factory=list)


def rows_of(session: Session, parts: Sequence[Part]) -> dict[Part, Rows]:
    """Read what the desk check of these parts rests on: five statements, however many they are."""
    found = {part: Rows() for part in parts}
    claims = select(Claim).where(_of(Claim.round_id, Claim.district, parts))
    for claim in session.scalars(claims.order_by(Claim.indicator)):
        if claim.self_score is not None:
            found[claim.round_id, claim.district].claimed[claim.indicator] = claim.self_score
    papers = select(Claim, Document).join(Document, Document.claim_id == Claim.id)
    papers = papers.where(_of(Claim.round_id, Claim.district, parts)).order_by(Claim.indicator, Document.id)
    for claim, document in session.execute(papers):
        found[claim.round_id, claim.district].documents.append((claim.indicator, document))
    files = select(HandedIn).where(_of(HandedIn.round_id, HandedIn.district, parts))
    files = files.options(joinedload(HandedIn.attached)).order_by(HandedIn.id.desc())
    for file in session.scalars(files).unique():
        found[file.round_id, file.district].files.append(file)
    readings = select(DeskReading).where(_of(DeskReading.round_id, DeskReading.district, parts))
    for reading in session.scalars(readings.order_by(DeskReading.id)):
        found[reading.round_id, reading.district].readings.append(reading)
    asked = select(Clarification).where(_of(Clarification.round_id, Clarification.district, parts))
    asked = asked.options(joinedload(Clarification.steps)).order_by(Clarification.id)
    for one in session.scalars(asked).unique():
        found[one.round_id, one.district].clarifications.append(one)
    return found


def _of(round_id: _Code, district: _Code, parts: Sequence[Part]) -> ColumnElement[bool]:
    return tuple_(round_id, district).in_(parts)


def desk_rules(session: Session, round_id: str) -> DeskRules:
    """Give what holds for the desk of a round; before anybody read there, the defaults, which draw nothing yet."""
    found = session.get(DeskRules, round_id)
    return found or DeskRules(round_id=round_id, seed="", second_percent=10, window_days=2)


def draw_rules(session: Session, round_id: str) -> DeskRules:
    """Give what holds for the desk of a round, with a seed from now on; of two at once both have the same."""
    values = {"round_id": round_id, "seed": secrets.token_hex(16), "second_percent": 10, "window_days": 2}
    session.execute(insert_into(session, DeskRules).values(values).on_conflict_do_nothing())
    return session.get_one(DeskRules, round_id, populate_existing=True)


def is_begun(session: Session, round_id: str, **where: Any) -> bool:
    """Tell whether anybody has read a document of a round for the desk, or of a district or an indicator there."""
    query = select(DeskReading.id).filter_by(round_id=round_id, stage=DESK, **where).limit(1)
    return session.scalar(query) is not None


def scores_of(session: Session, round_id: str, district: str) -> dict[int, dict[str, QuestionScore]]:
    """Give the newest score of each question of a part, by indicator; what was scored last comes last."""
    found: dict[int, dict[str, QuestionScore]] = {}
    query = select(QuestionScore).filter_by(round_id=round_id, district=district).order_by(QuestionScore.id)
    for row in session.scalars(query):
        of_it = found.setdefault(row.indicator, {})
        of_it.pop(row.question, None)
        of_it[row.question] = row
    return found
