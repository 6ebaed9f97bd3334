"""What waits at the desk, and for whom: documents to read, districts to ask, replies to look at or to give."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.areas.tables import Area
from server.claims.tables import Claim, Document
from server.desk.checked import DeskChecked, checked_part, checked_parts, key_of
from server.desk.clarifying import is_over
from server.desk.queries import Part
from server.desk.tables import Clarification, ClarificationStep
from server.desk.who import DESK, is_from_elsewhere, stage_of
from server.documents.tables import HandedIn
from server.roles.account import Account
from server.roles.queries import holders_by_part
from server.roles.table import Permission, Role
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from verification.desk.states import DocumentState, DocumentStep, waits_for_reply

MOST_PARTS = 20  # that are looked through at once, the first by their codes


def parts_at_the_desk(session: Session, account: Account, offset: int = 0) -> list[tuple[Part, str, str]]:
    """Give open parts with documents, within somebody's reach at the desk: each with its own name and its round's."""
    name = select(func.max(Area.name)).where(Area.code == RoundPart.district, Area.until.is_(None)).scalar_subquery()
    has = select(HandedIn.id).where(HandedIn.round_id == RoundPart.round_id, HandedIn.district == RoundPart.district)
    query = (
        select(RoundPart.round_id, RoundPart.district, name, Round.name)
        .join(Round, Round.id == RoundPart.round_id)
        .where(account.reach(Permission.SEE_DESK, RoundPart.district, RoundPart.round_id), RoundPart.state == OPEN,
               Round.state == OPEN, has.where(HandedIn.digest.is_not(None)).exists())
        .order_by(RoundPart.district, RoundPart.round_id)
    )  # fmt: skip
    found = session.execute(query.offset(offset).limit(MOST_PARTS)).all()
    return [((round_id, district), called or district, round_name) for round_id, district, called, round_name in found]


def waits_for(session: Session, account: Account, part: Part, found: Iterable[DeskChecked]) -> list[DeskChecked]:
    """Give the documents of a part that wait for somebody: to be read, or to be judged."""
    round_id, district = part
    if stage := stage_of(account, round_id, district):
        elsewhere = is_from_elsewhere(account, district)
        return [one for one in found if _to_read(one, account, stage, from_elsewhere=elsewhere)]
    if account.may(Permission.JUDGE_DOCUMENTS, district, round_id):
        return [one for one in found if _to_judge(session, one)]
    return []


def _to_read(one: DeskChecked, account: Account, stage: str, *, from_elsewhere: bool) -> bool:
    if stage == DESK:
        return one.waits_for_reader(account.label, from_elsewhere=from_elsewhere)
    return bool(one.files) and not any(read.read_by == account.label for read in one.province)


def _to_judge(session: Session, one: DeskChecked) -> bool:
    """Tell whether Tim Penilai is to ask, to look at a reply, or to say what comes of a window that is over."""
    if one.state is DocumentState.ANSWERED:
        return True
    return one.state is DocumentState.UNCLEAR and (one.asked is None or is_over(session, one.asked))


def desk_queue(
    session: Session, account: Account, offset: int, *, has_scanner: bool
) -> Sequence[tuple[Part, str, str, int, int]]:
    """Give parts with how many documents wait for somebody, and how many for somebody else; most of their own first."""
    parts = parts_at_the_desk(session, account, offset)
    found = checked_parts(session, [part for part, *_ in parts], has_scanner=has_scanner)
    rows = []
    for part, name, round_name in parts:
        mine = len(waits_for(session, account, part, found[part]))
        busy = sum(
            one.stands.asks_reader or one.state in (DocumentState.UNCLEAR, DocumentState.ANSWERED)
            for one in found[part]
        )
        rows.append((part, name, round_name, mine, max(0, busy - mine)))
    return sorted(rows, key=lambda row: -row[3])


def asked_districts(session: Session, account: Account) -> list[tuple[Part, str | None, int]]:
    """Count the questions that wait for a district's reply, part by part, where somebody may reply."""
    within = account.reach(Permission.IMPORT_CLAIMS, Clarification.district, Clarification.round_id)
    counts = Counter(_unanswered(session, within).values())
    codes = {district for _, district in counts}
    names = names_of(session, None, codes) if codes else {}
    return [(part, names.get(part[1]), counts[part]) for part in sorted(counts, key=lambda part: part[::-1])]


def count_asked(session: Session, account: Account, part: Part) -> int:
    """Count the questions of a part that wait for somebody's reply."""
    if not account.may(Permission.IMPORT_CLAIMS, part[1], part[0]):
        return 0
    return len(_unanswered(session, Clarification.round_id == part[0], Clarification.district == part[1]))


def count_waiting(session: Session, account: Account, part: Part, *, has_scanner: bool) -> int:
    """Count the documents of a part that somebody is to read or to judge."""
    judges = account.may(Permission.JUDGE_DOCUMENTS, part[1], part[0])
    if not judges and stage_of(account, *part) is None:
        return 0
    return len(waits_for(session, account, part, checked_part(session, part, has_scanner=has_scanner)))


def questions_that_wait(session: Session) -> Iterator[tuple[int, int]]:
    """Give the questions about documents that nobody has replied to, each with every officer of its district."""
    asked = _unanswered(session)
    officers = holders_by_part(session, Role.DISTRICT, {*asked.values()})
    for number, part in asked.items():
        for person_id in officers[part]:
            yield person_id, number


def _unanswered(session: Session, *where: ColumnElement[bool]) -> dict[int, Part]:
    """Give the questions of open parts whose first reply is waited for (`waits_for_reply`).

    Of a document that the district does not claim any more nothing is waited for.
    """
    part = (RoundPart.round_id == Clarification.round_id) & (RoundPart.district == Clarification.district)
    claimed = (
        (Claim.round_id == Clarification.round_id)
        & (Claim.district == Clarification.district)
        & (Claim.indicator == Clarification.indicator)
    )
    of_it = (Document.claim_id == Claim.id) & (func.coalesce(Document.question, "") == Clarification.question)
    asked, step = Clarification, ClarificationStep
    query = (
        select(asked.id, asked.round_id, asked.district, asked.number, Document.number, step.id, step.step)
        .join(Round, Round.id == asked.round_id)
        .join(RoundPart, part)
        .join(Claim, claimed)
        .join(Document, of_it)
        .outerjoin(step, step.clarification_id == asked.id)
        .where(Round.state == OPEN, RoundPart.state == OPEN, *where)
        .order_by(asked.id, step.id)
    )
    parts: dict[int, Part] = {}
    after: dict[int, dict[int, DocumentStep]] = defaultdict(dict)  # by question; a document may have several rows
    for number, round_id, district, asked_of, named, step_id, made in session.execute(query):
        if key_of(asked_of) == key_of(named):
            parts[number] = (round_id, district)
            if step_id is not None:
                after[number][step_id] = DocumentStep(made)
    return {number: its for number, its in parts.items() if waits_for_reply([*after[number].values()])}
