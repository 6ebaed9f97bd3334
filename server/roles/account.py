"""Who acts, and what they may do where. Pure: what somebody holds is read by server/roles/queries.py."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.sql.elements import SQLCoreOperations

from server.roles.table import JUDGING, MAY, Permission, Role, Scope, asks_second_factor, roles_with
from verification.reason import WithReason

EVERYWHERE = ""


@dataclass(frozen=True)
class Held:
    """A role held for an area ("" is everywhere) and a round (None is every round)."""

    role: Role
    area: str = EVERYWHERE
    round_id: str | None = None

    def covers(self, district: str | None, round_id: str | None) -> bool:
        """Tell whether it reaches a district in a round; what is in none is reached everywhere, or in any."""
        if not lies_in(district, self.area):
            return False
        return round_id is None or self.round_id in (None, round_id)


def lies_in(district: str | None, area: str) -> bool:
    """Tell whether a district, by its code, lies in an area; one of no district lies only in everywhere."""
    if area == EVERYWHERE:
        return True
    return district is not None and (district == area or district.startswith(f"{area}."))


def column_lies_in(district: SQLCoreOperations[Any], area: str) -> ColumnElement[bool]:
    """Write `lies_in` as SQL, about a column that holds a code."""
    return true() if area == EVERYWHERE else (district == area) | district.startswith(f"{area}.")


@dataclass(frozen=True)
class Account:
    """Who acts: a person who logged in, or whoever holds the server's terminal. `tied` are districts by code."""

    label: str  # what is written down: "person:12", "terminal:root"
    held: tuple[Held, ...]
    tied: frozenset[str] = frozenset()
    person_id: int | None = None

    def may(self, permission: Permission, district: str | None = None, round_id: str | None = None) -> bool:
        """Tell whether something is permitted, about a district in a round where that matters."""
        if MAY[permission].scope is Scope.NATION:
            return any(held.area == EVERYWHERE for held in self._with(permission))
        if MAY[permission].scope is Scope.SELF:
            return bool(self._with(permission)) or self.person_id is not None
        return any(held.covers(district, round_id) and not self._is_tied(held, district)
                   for held in self._with(permission))  # fmt: skip

    def may_somewhere(self, permission: Permission) -> bool:
        """Tell whether something is permitted anywhere at all."""
        if MAY[permission].scope is Scope.DISTRICT:
            return bool(self._with(permission))
        return self.may(permission)

    def may_give(self, given: Held) -> bool:
        """Tell whether somebody may give a role, or take it: where they manage people, and no further."""
        return any(lies_in(given.area or None, own.area) and own.round_id in (None, given.round_id)
                   for own in self._with(Permission.MANAGE_PEOPLE))  # fmt: skip

    def reach(
        self, permission: Permission, district: SQLCoreOperations[Any], round_id: SQLCoreOperations[Any]
    ) -> ColumnElement[bool]:
        """Write `may` as SQL, about columns that hold a district's code and a round's id."""
        return or_(false(), *(self._reached(held, district, round_id) for held in self._with(permission)))

    def _reached(
        self, held: Held, district: SQLCoreOperations[Any], round_id: SQLCoreOperations[Any]
    ) -> ColumnElement[bool]:
        where = column_lies_in(district, held.area)
        if held.round_id is not None:
            where &= round_id.is_(None) | (round_id == held.round_id)
        if self.tied and held.role in JUDGING:
            where &= district.is_(None) | district.not_in(self.tied)
        return where

    @property
    def asks_second_factor(self) -> bool:
        """Tell whether a password alone is not enough for what they hold."""
        return any(asks_second_factor(held.role) for held in self.held)

    def _with(self, permission: Permission) -> tuple[Held, ...]:
        return tuple(held for held in self.held if held.role in roles_with(permission))

    def _is_tied(self, held: Held, district: str | None) -> bool:
        return held.role in JUDGING and district in self.tied


class NotGiven(WithReason):
    """A role, a place in a team or a tie that cannot be so, with the reason."""


class Forbidden(Exception):
    """Something that the account may not do; raised before anything is looked up or changed."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


def must_somewhere(account: Account, permission: Permission) -> None:
    """Refuse what is not permitted anywhere. Raises Forbidden."""
    if not account.may_somewhere(permission):
        raise Forbidden(permission)


def must(account: Account, permission: Permission, district: str | None = None, round_id: str | None = None) -> None:
    """Refuse what is not permitted. Raises Forbidden."""
    if not account.may(permission, district, round_id):
        raise Forbidden(permission)
