"""What readers found of documents, as the page of an indicator tells it, apart from visits."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.desk.checked import DeskChecked, checked_part
from server.desk.queries import Part, is_begun
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.results.parts import JudgedPart
from server.roles.account import Account
from server.roles.table import Permission
from verification.desk.states import reasons
from verification.sets.indicators import IndicatorSet


@view
class DeskEvidence:
    """A document for a question: what it is called, and what the desk found; None where its number is not repeated."""

    indicator: int
    number: Cleared | None
    cell: Cleared
    question: Cleared | None
    state: Cleared
    why: tuple[Why, ...]


def desk_evidence(
    session: Session, here: JudgedPart, number: int, by: Account, clear: Clearance, *, has_scanner: bool
) -> tuple[DeskEvidence, ...]:  # fmt: skip
    """Tell what the desk found of an indicator's documents, to whom that is told; nothing where nobody has begun."""
    part, indicators = (here.round.id, here.part.district), here.indicators
    told = sees_evidence(by, part, is_open=here.is_open)
    if not told or not is_begun(session, part[0], district=part[1], indicator=number):
        return ()
    found = [one for one in checked_part(session, part, has_scanner=has_scanner) if one.indicator == number]
    return tuple(shown_evidence(found, indicators, clear))


def shown_evidence(found: Iterable[DeskChecked], indicators: IndicatorSet, clear: Clearance) -> Iterable[DeskEvidence]:
    """Show what the desk found of documents."""
    for one in found:
        if indicator := indicators.by_number.get(one.indicator):
            yield DeskEvidence(
                one.indicator, clear.document(indicator, (), one.document.number), clear.id(one.document.cell),
                clear.id(one.question) if one.question else None, clear.id(one.state.value),
                tuple(map(clear.why, reasons(one.stands))),
            )  # fmt: skip


def sees_evidence(account: Account, part: Part, *, is_open: bool) -> bool:
    """Tell whether somebody is told what readers found: nobody who may still have to read it themselves."""
    about = (part[1], part[0])
    reads = any(account.may(one, *about) for one in (Permission.READ_DOCUMENTS, Permission.READ_FOR_PROVINCE))
    return account.may(Permission.SEE_FINDINGS, *about) and not (is_open and reads)
