"""What waits in a whole country is asked of all parts at once: as many statements for one district as for many."""

import uuid

from sqlalchemy import Engine, insert, select

from server.claims.tables import Claim, ClaimFile, Document
from server.db import now, snapshot, writing
from server.desk.tables import Clarification
from server.desk.waiting import asked_districts, questions_that_wait
from server.facts.tables import Fact
from server.facts.waiting import facts_that_wait
from server.messages.waiting import tell_what_waits
from server.people.tables import Person
from server.roles.account import Account, Held
from server.roles.table import Role
from server.roles.tables import HeldRole
from server.rounds.tables import Round
from tests.support.claiming import ROUND
from tests.support.nation import a_nation, codes_of
from tests.support.statements import statements
from tests.support.telling import mailing, set_aside

EACH = 3  # questions and opinions in each district


def people(engine: Engine, codes: list[str]) -> None:
    """Give each district an officer, each province a supervisor, and the country two."""
    held = [*((Role.DISTRICT, code) for code in codes), *((Role.SUPERVISOR, code) for code in {c[:2] for c in codes}),
            (Role.SUPERVISOR, ""), (Role.SUPERVISOR, "")]  # fmt: skip
    with writing(engine) as session:
        first = (session.scalars(select(Person.id).order_by(Person.id.desc())).first() or 0) + 1
        session.execute(insert(Person), [
            {"id": first + at, "email": f"p{first + at}@contoh.test", "name": f"Orang {first + at}",
             "language": "id", "made_by": "x", "made_at": now()} for at in range(len(held))
        ])  # fmt: skip
        session.execute(insert(HeldRole), [
            {"person_id": first + at, "role": role, "area": area, "given_by": "x", "given_at": now()}
            for at, (role, area) in enumerate(held)
        ])  # fmt: skip


def waiting(engine: Engine, codes: list[str]) -> None:
    """Ask each district about documents, and let somebody say something that another has to agree to."""
    with writing(engine) as session:
        session.scalars(select(Round).filter_by(id=ROUND)).one().two_checkers = "all"
        file = ClaimFile(
            digest="x" * 64, filename="x", round_id=ROUND, district=codes[0], template_version="2", imported_at=now()
        )
        session.add(file)
        session.flush()
        claims = [Claim(round_id=ROUND, district=code, indicator=1, file_id=file.id) for code in codes]
        session.add_all(claims)
        session.flush()
        numbers = [f"{n}/2026" for n in range(EACH)]
        session.execute(insert(Document), [{"claim_id": one.id, "number": number, "question": "1a", "cell": "x"}
                                           for one in claims for number in numbers])  # fmt: skip
        session.execute(insert(Clarification), [
            {"uuid": str(uuid.uuid4()), "round_id": ROUND, "district": code, "indicator": 1, "number": number,
             "question": "1a", "doubts": [], "words": "x", "asked_by": "person:1", "asked_at": now()}
            for code in codes for number in numbers
        ])  # fmt: skip
        session.execute(insert(Fact), [
            {"uuid": str(uuid.uuid4()), "round_id": ROUND, "district": code, "indicator": 17,
             "facility_id": number, "outcome": "not_found", "criteria": [], "second": True, "evidence": {},
             "decided_by": "person:999999", "decided_at": now()} for code in codes for number in numbers
        ])  # fmt: skip


def test_many_districts_questions_and_opinions_ask_no_more_than_few_and_each_waits_for_its_own(
    district: Engine,
) -> None:
    asked = []
    codes = a_nation(district, 40)
    for some in (codes[:3], codes[3:]):
        people(district, some)
        waiting(district, some)
        with snapshot(district) as session, statements(district) as said:
            questions, opinions = [*questions_that_wait(session)], [*facts_that_wait(session)]
            count = asked_districts(session, Account("person:9", (Held(Role.SECRETARIAT),)))
        asked.append(len(said))
    assert asked[0] == asked[1] < 20
    assert len(count) == len(codes) and len({person for person, _ in questions}) == len(codes) == len(questions) / EACH
    with snapshot(district) as session:
        held = [*session.execute(select(HeldRole.person_id, HeldRole.area).filter_by(role=Role.SUPERVISOR))]
    expected = {(person, code) for person, area in held for code in codes if code.startswith(area)}
    assert len(opinions) == EACH * len(expected)


def test_of_many_districts_what_was_set_aside_asks_no_more_than_of_few(roomy: Engine) -> None:
    def asked(codes: list[str]) -> int:
        with writing(roomy) as session, statements(roomy) as said:
            for code in codes:
                set_aside(session, code, "2026")
            session.flush()
            said.clear()
            tell_what_waits(session, mailing())
        return sum(HeldRole.__tablename__ in one for one in said)

    people(roomy, codes_of(30))
    assert asked(codes_of(2)) == asked(codes_of(28, begin=2)) > 0
