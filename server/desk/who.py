"""Who reads a document: for the desk or for the province, and who may be the second (practice 18)."""

from server.roles.account import EVERYWHERE, Account
from server.roles.table import Permission, Role
from verification.model import province_of

DESK, PROVINCE = "desk", "province"  # stages of reading; the province's decides nothing


def stage_of(account: Account, round_id: str, district: str) -> str | None:
    """Say for whom somebody reads documents of a part; None where they do not."""
    if account.may(Permission.READ_DOCUMENTS, district, round_id):
        return DESK
    return PROVINCE if account.may(Permission.READ_FOR_PROVINCE, district, round_id) else None


def is_from_elsewhere(account: Account, district: str) -> bool:
    """Tell whether a reader is of the centre or of another province: their roles say so, and none is of this one's.

    Who reads in this province alone is counted to it, whether the role names the province or one of its districts.
    """
    here = province_of(district)
    own = {province_of(held.area) for held in account.held if held.area != EVERYWHERE and held.role is not Role.READER}
    reads = {province_of(held.area) for held in account.held if held.role is Role.READER}
    return here not in own and bool(own or reads - {here})
