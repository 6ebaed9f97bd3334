"""Tim Penilai's scores of what documents show, question by question, each with its reason (Pasal 13 b and c)."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.desk.checked import SETTLED, DeskChecked, checked_part
from server.desk.clarifying import DeskWords
from server.desk.queries import Part, scores_of
from server.desk.refusing import checked_words, document_of, hold_open, must_be_ours
from server.desk.tables import QuestionScore
from server.facts.before import NotThere, Refused
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.rules import rules_of
from server.work.kinds import Verify
from server.work.queue import ask
from verification.desk.scoring import why_not
from verification.reason import Reason, Value

_EXACT = 2
_TYPED = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,6}))?")


def score_question(
    session: Session, part: Part, row: int, points: str, said: DeskWords, by: Account, *, has_scanner: bool
) -> QuestionScore:  # fmt: skip
    """Give the question of a document its points, 0 to the indicator's maximum. Raises Refused, NotThere, Forbidden."""
    must(by, Permission.JUDGE_DOCUMENTS, part[1], part[0])
    must_be_ours(said.uuid)
    found = hold_open(session, part)
    documents = checked_part(session, part, has_scanner=has_scanner)
    about = document_of(documents, row)
    if (known := session.scalar(select(QuestionScore).filter_by(uuid=said.uuid))) is not None:
        return known
    indicator = rules_of(session, found).indicators.by_number.get(about.indicator)  # its points as the round has them
    if indicator is None:
        raise NotThere
    if not is_settled(about, documents):
        raise Refused("desk_score_waits", "points")
    before = scores_of(session, *part).get(about.indicator, {})
    value = _number(points)
    answered = {one.question for one in documents if one.indicator == about.indicator} - {about.question}
    others = sum(one.points for question, one in before.items() if question in answered)
    if (why := why_not(value, others, indicator.points)) or value is None:
        raise _because(why.code if why else "", why.values if why else {})
    score = QuestionScore(
        uuid=said.uuid, round_id=part[0], district=part[1], indicator=about.indicator, question=about.question,
        points=round(value, _EXACT), why=checked_words(said.words, "words"), scored_by=by.label, scored_at=now(),
    )  # fmt: skip
    session.add(score)
    session.flush()
    ask(session, Verify(*part))
    write_down(session, Act(by.label, "question_scored", f"score:{score.id}", part[1], part[0],
                            after=digest_of([score.points, score.why])))  # fmt: skip
    return score


def is_settled(about: DeskChecked, documents: Iterable[DeskChecked]) -> bool:
    """Tell whether no document of a question is being read, asked about or answered."""
    mine = (about.indicator, about.question)
    return all(one.state in SETTLED for one in documents if (one.indicator, one.question) == mine)


def _number(typed: str) -> float | None:
    """Read points as they are typed in either language."""
    found = _TYPED.fullmatch(typed.strip())
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def _because(code: str, values: dict[str, Value]) -> Refused:
    refused = Refused(code, "points")
    refused.reason = Reason(code, values)
    return refused
