"""Who may do something somewhere, asked of all at once, is whom their accounts say one by one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.people.tables import Person
from server.roles.account import Held
from server.roles.queries import account_of, holders_by_part, people_by_part, people_holding, people_who_may
from server.roles.table import GIVEN, MAY, Permission, Role, Scope
from server.roles.tables import HeldRole, Team, TeamMember, Tie
from server.rounds.tables import Round
from tests.support.statements import statements
from tests.support.telling import somebody

AREAS = ("", "99", "99.01", "99.02", "98", "9", "98.01")
ROUNDS = (None, "2026", "2027")
ASKED = [permission for permission in Permission if MAY[permission].scope is not Scope.SELF]


def a_held(role: Role, area: str, round_id: str | None) -> Held:
    in_team = role in (Role.VERIFIER, Role.LEAD)
    return Held(
        role, area if area and not in_team else "99.01" if in_team else "", round_id or ("2026" if in_team else None)
    )


held = st.builds(a_held, st.sampled_from(GIVEN), st.sampled_from(AREAS), st.sampled_from(ROUNDS))
people = st.lists(
    st.tuples(st.lists(held, max_size=3), st.sampled_from([None, "99.01", "99.02"]), st.booleans()), max_size=6
)


# each example undoes what it wrote
@pytest.mark.ci
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(people=people, permission=st.sampled_from(ASKED), district=st.sampled_from([None, "99.01", "99.02", "98.01"]),
       round_id=st.sampled_from(ROUNDS), state=st.sampled_from(["open", "archived"]))  # fmt: skip
def test_all_at_once_is_one_by_one(
    roomy: Engine, people: list[tuple[list[Held], str | None, bool]], permission: Permission, district: str | None,
    round_id: str | None, state: str,
) -> None:  # fmt: skip
    with Session(roomy) as session, session.begin() as transaction:
        session.execute(update(Round).values(state=state))
        for number, (roles, tie, ended) in enumerate(people):
            person = somebody(session, f"a{number}@contoh.test", *roles, ended_at=now() if ended else None)
            if tie:
                session.add(Tie(person_id=person.id, district=tie, why="x", declared_by="x", declared_at=now()))
        session.flush()
        one_by_one = [
            number for number in session.scalars(select(Person.id).order_by(Person.id))
            if (account := account_of(session, number)) and account.may(permission, district, round_id)
        ]  # fmt: skip
        assert list(people_who_may(session, permission, district, round_id)) == one_by_one
        if district:
            part, other = (round_id, district), (round_id, "98.02")
            assert list(people_by_part(session, permission, [other, part])[part]) == one_by_one
        transaction.rollback()


def test_what_was_taken_away_counts_no_more_and_it_is_one_statement(roomy: Engine) -> None:
    with Session(roomy) as session, session.begin():
        lead, supervisor = Held(Role.LEAD, "99.01", "2026"), Held(Role.SUPERVISOR, "99")
        numbers = [
            somebody(session, f"b{n}@contoh.test", one).id for n, one in enumerate((lead, supervisor, lead, lead))
        ]

        def who() -> list[int]:
            with statements(roomy) as said:
                found = people_who_may(session, Permission.REVIEW, "99.01", "2026")
            assert len(said) == 1
            return list(found)

        assert who() == numbers
        assert list(people_who_may(session, Permission.REVIEW, "99.01", "2027")) == numbers[1:2]
        session.scalars(select(HeldRole)).one().ended_at = now()
        session.scalars(select(TeamMember).filter_by(person_id=numbers[2])).one().ended_at = now()
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=numbers[3])).one()
        session.get_one(Team, team).ended_at = now()
        session.flush()
        assert who() == numbers[:1]
        session.get_one(Round, "2026").state = "archived"
        session.flush()
        assert who() == []


def test_many_parts_ask_no_more_than_one_and_none_nothing(roomy: Engine) -> None:
    def asked(count: int) -> int:
        with statements(roomy) as said:
            people_by_part(session, Permission.APPROVE_DRAW, [("2026", f"99.{part:02}") for part in range(count)])
        return len(said)

    with Session(roomy) as session, session.begin():
        for number in range(9):
            somebody(session, f"c{number}@contoh.test", Held(Role.ASSESSOR))
        assert (asked(0), asked(1), asked(60)) == (0, 4, 4)


def test_who_holds_a_role_in_many_parts_is_who_holds_it_in_each(roomy: Engine) -> None:
    parts = [(round_id, district) for round_id in ("2026", "2027") for district in ("99.01", "99.02", "98.01", "90.01")]
    with Session(roomy) as session, session.begin():
        for number, (area, round_id) in enumerate((area, number) for area in AREAS for number in ROUNDS):
            somebody(session, f"h{number}@contoh.test", Held(Role.DISTRICT, area, round_id), Held(Role.READER, area))
        gone = somebody(session, "gone@contoh.test", Held(Role.DISTRICT))
        gone.ended_at = now()
        left = somebody(session, "left@contoh.test", Held(Role.DISTRICT))
        session.scalars(select(HeldRole).filter_by(person_id=left.id)).one().ended_at = now()
        session.flush()
        each = {part: list(people_holding(session, Role.DISTRICT, part[1], part[0])) for part in parts}
        with statements(roomy) as said:
            assert holders_by_part(session, Role.DISTRICT, parts) == each
        assert len(said) == 1 and len({*map(tuple, each.values())}) > 3


def test_of_many_parts_nobody_is_named_whose_account_has_ended_or_who_has_a_tie_there(roomy: Engine) -> None:
    there, beside = ("2026", "99.01"), ("2026", "99.02")
    with Session(roomy) as session, session.begin():
        able, tied, gone = (somebody(session, f"d{n}@contoh.test", Held(Role.ASSESSOR)) for n in range(3))
        session.add(Tie(person_id=tied.id, district="99.01", why="x", declared_by="x", declared_at=now()))
        gone.ended_at = now()
        session.flush()
        found = people_by_part(session, Permission.APPROVE_DRAW, [there, beside])
        assert (found[there], found[beside]) == ([able.id], [able.id, tied.id])
