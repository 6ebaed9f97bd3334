"""Opening a sealed assignment: only by one of the two whom it names, with its code, a few times wrong at most."""

from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.people.links import MOST_WRONG_CODES, as_typed
from server.people.passwords import fits
from server.roles.account import Account
from server.roles.table import Permission
from server.sealed.tables import SealedAssignment
from server.sealed.typed import Unsealed


def is_for(given: SealedAssignment, account: Account) -> bool:
    """Tell whether somebody is one of the two, and still verifies there without a tie."""
    named = account.person_id is not None and account.person_id in (given.first_id, given.second_id)
    return (named and given.withdrawn_at is None
            and account.may(Permission.VISIT_SHELTERS, given.district, given.round_id))  # fmt: skip


def open_sealed(session: Session, given: SealedAssignment, code: str, by: Account) -> bool:
    """Open an assignment by its code; tells whether it was the right one, and counts a wrong one.

    Raises Unsealed where too many were wrong: an officer has to draw another.
    """
    if given.wrong_codes >= MOST_WRONG_CODES:
        raise Unsealed("sealed_locked")
    right = fits(given.code, as_typed(code))
    given.wrong_codes = 0 if right else given.wrong_codes + 1
    act = "sealed_opened" if right else "sealed_code_wrong"
    write_down(session, Act(by.label, act, f"sealed:{given.id}", given.district, given.round_id))
    return right
