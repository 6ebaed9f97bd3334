"""The districts' parts of rounds as a list: how far each is, and what that adds up to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.districts.filter import (
    AREA,
    BY_STAKE,
    NAMES,
    ORDERS,
    PROVINCE,
    PROVINCE_CODE,
    STATE,
    STATES,
    PartFilter,
    over_parts,
)  # fmt: skip
from server.moments import CAPITAL
from server.results.tables import Result
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundPart
from server.web.facets import Facets, count_facets
from server.web.listing import PAGE_SIZE, Field, Fields, Listing, offset, paging

SUMMED = ("lines", "visited", "confirmed", "contradicted", "waiting", "decided", "reopened")


@view
class Progress:
    """How far claimed places are: how many were visited, and what was found; `waiting` for a person to decide."""

    lines: int
    visited: int
    confirmed: int
    contradicted: int
    waiting: int
    decided: int
    reopened: int


@view
class PartPoints:
    """A part's points: claimed, and what visits support at least and at most of what they can see."""

    claimed: float
    lowest: float
    highest: float

    @property
    def at_stake(self) -> float:
        """What still hangs on visits and decisions."""
        return self.highest - self.lowest


@view
class ListedPart:
    """A district's part of a round; `zone` is that of its clocks. `progress` is None before its first result.

    `points` are None also where the account sees none.
    """

    round_id: Cleared
    round_name: Cleared
    district: Cleared
    name: Cleared
    province: Cleared
    zone: Cleared
    state: Cleared
    closed: bool
    progress: Progress | None
    points: PartPoints | None
    computed_at: datetime | None


@view
class ProvinceSum:
    """What the parts of a province come to that fit the filter."""

    code: Cleared
    name: Cleared
    parts: int
    progress: Progress


def may_sort_by_stake(account: Account) -> bool:
    """Tell whether somebody may see points anywhere at all, and so plan by them."""
    return account.may_somewhere(Permission.SEE_POINTS)


def count_parts(session: Session, account: Account, wanted: PartFilter) -> Facets:
    """Count what could be asked for."""
    keys = {"province": PROVINCE_CODE, "round": RoundPart.round_id, "state": STATE}
    return count_facets(session, over_parts(account), keys, wanted.conditions())


def listing_of(
    facets: Facets, wanted: PartFilter, sums: list[ProvinceSum], page: str | None, clear: Clearance, *, by_stake: bool
) -> Listing:
    """Make the list's filter and find its page; provinces are called as the sums call them."""
    args = wanted.args()
    cleared = {name: clear.own(value) for name, value in args.items()}
    unknown = tuple(clear.say(f"list.{name}") for name in wanted.unknown)
    fields = tuple(_fields(facets, wanted, sums, clear, by_stake=by_stake))
    return Listing(fields, paging(facets, page), cleared, unknown)


def _fields(
    facets: Facets, wanted: PartFilter, sums: list[ProvinceSum], clear: Clearance, *, by_stake: bool
) -> Iterator[Field]:
    make, names = Fields(clear, NAMES, wanted.args(), wanted.unknown), {one.code: one.name for one in sums}

    def count(name: str) -> dict[str, int | None]:
        return {value: found.count for value, found in sorted(facets.of(name).items())}

    yield make.text("search")
    if len(facets.of("province")) > 1 or wanted.province:
        yield make.choice(
            "province", count("province"), lambda code: names.get(clear.id(code), clear.id(code)), "label"
        )
    yield make.choice("round", count("round"), clear.id)
    states = {state: facets.of("state")[state].count for state in STATES if state in facets.of("state")}
    yield make.choice("state", dict(states), lambda code: clear.say(f"districts.state.{code}"))
    yield make.order("order", (*ORDERS, *((BY_STAKE,) if by_stake else ())))


def sums_by_province(session: Session, account: Account, wanted: PartFilter, clear: Clearance) -> list[ProvinceSum]:
    """Add up the parts that fit the filter, province by province: of all provinces, whichever was asked for."""
    columns: list[Any] = [func.coalesce(func.sum(getattr(Result, name)), 0).label(name) for name in SUMMED]
    query = over_parts(account).add_columns(
        PROVINCE_CODE.label("code"), func.max(PROVINCE.name).label("name"), func.count().label("parts"), *columns
    )
    query = query.where(*(which for name, which in wanted.conditions().items() if name != "province"))
    return [
        ProvinceSum(clear.id(row["code"]), clear.ours(row["name"] or row["code"]), row["parts"],
                    Progress(*(row[name] for name in SUMMED)))
        for row in session.execute(query.group_by(PROVINCE_CODE).order_by(PROVINCE_CODE)).mappings()
    ]  # fmt: skip


def listed_parts(
    session: Session, account: Account, wanted: PartFilter, listing: Listing, clear: Clearance
) -> list[ListedPart]:
    """List a page of the parts that fit the filter."""
    query = over_parts(account).add_columns(Round, RoundPart, Result, AREA.name, PROVINCE.name, PROVINCE.zone, STATE)
    query = query.where(*wanted.conditions().values()).order_by(*wanted.sorted_by(account))
    rows = session.execute(query.limit(PAGE_SIZE).offset(offset(listing.paging))).all()
    return [_listed(account, clear, *row) for row in rows]


def _listed(
    account: Account, clear: Clearance, found: Round, part: RoundPart, result: Result | None, name: str | None,
    province: str | None, zone: str | None, state: str,
) -> ListedPart:  # fmt: skip
    viewer = viewer_of(account, part.district, part.round_id, is_open=part.state != CLOSED)
    points = PartPoints(result.claimed, result.lowest, result.highest) if result and viewer.points else None
    return ListedPart(
        round_id=clear.id(found.id), round_name=clear.ours(found.name), district=clear.id(part.district),
        name=clear.ours(name or part.district), province=clear.ours(province or ""), zone=clear.ours(zone or CAPITAL),
        state=clear.id(state), closed=part.state == CLOSED,
        progress=Progress(*(getattr(result, column) for column in SUMMED)) if result else None,
        points=points, computed_at=result.computed_at if result else None,
    )  # fmt: skip
