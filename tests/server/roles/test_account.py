"""What may be done, by the table: the same told by a page, written as SQL, and worked out anew here."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, String, literal, select, union_all

from server.db import snapshot
from server.roles import table
from server.roles.account import Account, Held
from server.roles.table import JUDGING, MAY, Permission, Role, Row, Scope, asks_second_factor

AREAS = ["", "11", "11.01", "11.011", "11.0", "1", "11.02", "12", "12.01", "1101"]
DISTRICTS = [None, *AREAS[2:]]
ROUNDS = [None, "2025", "2026", "202"]
EXAMPLES = int(os.environ.get("TILIK_TEST_EXAMPLES") or 60)
held = st.builds(Held, st.sampled_from(list(Role)), st.sampled_from(AREAS), st.sampled_from(ROUNDS))
accounts = st.builds(
    Account, st.just("person:1"), st.lists(held, max_size=5).map(tuple),
    st.frozensets(st.sampled_from(DISTRICTS[1:]), max_size=3), st.sampled_from([None, 1]),
)  # fmt: skip
ASKING = {
    Permission.SEE_HOMES, Permission.SEE_PHOTOGRAPHS, Permission.SEE_SUBMISSION, Permission.GIVE_SEALED,
    Permission.VISIT_SHELTERS, Permission.ENTER_TOTALS, Permission.SEE_TOTALS_EXACT, Permission.SEE_SHELTER_SUMS,
    Permission.MANAGE_PEOPLE, Permission.READ_DOCUMENTS, Permission.OPERATE,
    Permission.READ_INCIDENTS, Permission.KEEP_DUTY, Permission.SEE_INCIDENT_READS,
}  # fmt: skip
WHERES = [(district, round_id) for district in DISTRICTS for round_id in ROUNDS]


def by_hand(account: Account, permission: Permission, district: str | None, round_id: str | None) -> bool:
    """Say it as the design does: a role held for an area and a round or all, unless it judges where one is tied."""
    row = MAY[permission]
    for one in account.held:
        if one.role not in row.roles:
            continue
        lies = one.area == "" or (district or "").split(".")[: one.area.count(".") + 1] == one.area.split(".")
        of_it = round_id is None or one.round_id is None or one.round_id == round_id
        if lies and of_it and not (one.role in JUDGING and district in account.tied):
            return True
    return False


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(account=accounts, permission=st.sampled_from([p for p in Permission if MAY[p].scope is Scope.DISTRICT]))
def test_reach_as_sql_is_may(engine: Engine, account: Account, permission: Permission) -> None:
    pairs = (select(literal(district, String).label("district"), literal(round_id, String).label("round_id"))
             for district, round_id in WHERES)  # fmt: skip
    rows = union_all(*pairs).subquery()
    reached = account.reach(permission, rows.c.district, rows.c.round_id)
    with snapshot(engine) as session:
        found = {(district, round_id) for district, round_id in session.execute(select(rows).where(reached))}
    assert found == {where for where in WHERES if account.may(permission, *where)}
    assert found == {where for where in WHERES if by_hand(account, permission, *where)}


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(account=accounts, permission=st.sampled_from(list(Permission)))
def test_what_is_about_all_there_is_asks_for_a_role_everywhere(account: Account, permission: Permission) -> None:
    mine = [one for one in account.held if one.role in MAY[permission].roles]
    if MAY[permission].scope is Scope.NATION:
        assert account.may(permission) == any(one.area == "" for one in mine)
        assert account.may(permission, "11.01", "2025") == account.may(permission)
    if not mine:
        assert not account.may_somewhere(permission) or MAY[permission].scope is Scope.SELF


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(account=accounts, given_role=held)
def test_nobody_gives_what_reaches_where_they_manage_nobody(account: Account, given_role: Held) -> None:
    """Whatever the given role may reach, whoever gave it manages people there."""
    if account.may_give(given_role):
        for district, round_id in WHERES:
            if given_role.covers(district, round_id):
                assert account.may(Permission.MANAGE_PEOPLE, district, round_id)
        assert given_role.round_id is not None or any(
            one.round_id is None for one in account.held if one.role in MAY[Permission.MANAGE_PEOPLE].roles
        )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TERMINAL])
def test_every_role_may_something(role: Role) -> None:
    assert [permission for permission in Permission if role in MAY[permission].roles]


def test_every_permission_is_in_the_table_and_somebodys() -> None:
    assert set(MAY) == set(Permission)
    assert [permission for permission in Permission if not MAY[permission].roles] == []


@pytest.mark.parametrize("permission", Permission)
def test_each_of_these_asks_for_a_second_step_by_itself(
    monkeypatch: pytest.MonkeyPatch, permission: Permission
) -> None:
    """Whatever else the same roles hold today: a row that is changed must not let a password alone see answers."""
    alone = {one: Row(MAY[one].scope, frozenset({Role.OBSERVER} if one is permission else ())) for one in Permission}
    monkeypatch.setattr(table, "MAY", alone)
    assert asks_second_factor(Role.OBSERVER) is (permission in ASKING)
