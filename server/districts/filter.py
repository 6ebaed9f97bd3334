"""Which districts are wanted, and in which order: one value, read from an address and applied to a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from server.areas.tables import Area
from server.results.tables import Result
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import ARCHIVED, CLOSED, OPEN
from server.rounds.tables import Round, RoundPart
from server.web import asked

WAITING, UNVERIFIED, UNDER_WAY, SEEN, SHUT = "waiting", "unverified", "under_way", "seen", "closed"
STATES = (WAITING, UNDER_WAY, SEEN, UNVERIFIED, SHUT)
FIRST_WHAT_WAITS, BY_STAKE = "waiting", "stake"
ORDERS = (FIRST_WHAT_WAITS, "name", "unvisited", "newest")
NAMES = {"province": "provinsi", "round": "putaran", "state": "keadaan", "search": "cari", "order": "urut"}
AREA, PROVINCE = aliased(Area), aliased(Area)
PROVINCE_CODE = func.substr(RoundPart.district, 1, 2)
STATE: ColumnElement[str] = case(
    (RoundPart.state == CLOSED, SHUT), (Result.id.is_(None), UNVERIFIED), (Result.waiting > 0, WAITING),
    (Result.visited < Result.lines, UNDER_WAY), else_=SEEN,
)  # fmt: skip


def over_parts(account: Account) -> Select[Any]:
    """Select from the parts of rounds that are not archived, so far as an account sees them, with names and result."""
    mine = (Result.round_id == RoundPart.round_id) & (Result.district == RoundPart.district)
    return (
        select()
        .select_from(RoundPart)
        .join(Round, Round.id == RoundPart.round_id)
        .outerjoin(Result, mine)
        .outerjoin(AREA, (AREA.code == RoundPart.district) & _in_the_rounds_version(AREA))
        .outerjoin(PROVINCE, (PROVINCE.code == PROVINCE_CODE) & _in_the_rounds_version(PROVINCE))
        .where(Round.state != ARCHIVED, account.reach(Permission.SEE_REPORT, RoundPart.district, RoundPart.round_id))
    )


def _in_the_rounds_version(area: type[Area]) -> ColumnElement[bool]:
    return (area.since <= Round.areas_id) & (area.until.is_(None) | (area.until > Round.areas_id))


def points_are_seen(account: Account) -> ColumnElement[bool]:
    """Write as SQL whether an account sees the points of a part (`server.disclosure.viewer`)."""
    about = (RoundPart.district, RoundPart.round_id)
    decides = account.reach(Permission.DECIDE_FACTS, *about) | account.reach(Permission.READ_DOCUMENTS, *about)
    return case((decides, RoundPart.state != OPEN), else_=account.reach(Permission.SEE_POINTS, *about))


@dataclass(frozen=True)
class PartFilter:
    """Which parts are wanted; a field that is None asks for nothing."""

    province: str | None = None
    round: str | None = None
    state: str | None = None
    search: str | None = None
    order: str = FIRST_WHAT_WAITS
    unknown: tuple[str, ...] = ()

    def args(self) -> dict[str, str]:
        """Write it for an address."""
        values = {name: getattr(self, name) for name in NAMES}
        if self.order == FIRST_WHAT_WAITS:
            del values["order"]
        return asked.write_fields(values, NAMES)

    def conditions(self) -> dict[str, ColumnElement[bool]]:
        """Write each field that asks for something as SQL over `over_parts`, by its name."""
        found: dict[str, ColumnElement[bool]] = {}
        if self.province:
            found["province"] = PROVINCE_CODE.is_not_distinct_from(self.province)
        if self.round:
            found["round"] = RoundPart.round_id == self.round
        if self.state:
            found["state"] = STATE.is_not_distinct_from(self.state)
        if self.search:
            name = func.lower(func.coalesce(AREA.name, RoundPart.district), type_=String)
            found["search"] = name.contains(self.search.lower(), autoescape=True)
        return found

    def sorted_by(self, account: Account) -> list[SQLCoreOperations[Any]]:
        """Say what comes first; by points only among those whose points are seen: an order would tell them too."""
        at_stake = case((points_are_seen(account), Result.highest - Result.lowest), else_=None)
        orders: dict[str, list[SQLCoreOperations[Any]]] = {
            FIRST_WHAT_WAITS: [func.coalesce(Result.waiting, 0).desc()], "name": [AREA.name],
            "unvisited": [func.coalesce(Result.lines - Result.visited, 0).desc()],
            "newest": [Result.computed_at.desc().nulls_last()], BY_STAKE: [at_stake.desc().nulls_last()],
        }  # fmt: skip
        return [*orders[self.order], RoundPart.district, RoundPart.round_id.desc()]


def read(args: Mapping[str, str], *, by_stake: bool) -> PartFilter:
    """Read a filter from an address; `by_stake` where the account may sort by points."""
    readers = {
        "province": asked.code, "round": asked.search, "state": asked.one_of(*STATES), "search": asked.search,
        "order": asked.one_of(*ORDERS, *((BY_STAKE,) if by_stake else ())),
    }  # fmt: skip
    values, unknown = asked.read_fields(args, NAMES, readers)
    return PartFilter(**values, unknown=unknown)
