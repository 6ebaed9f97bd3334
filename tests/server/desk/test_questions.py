"""Whether a question to a district still waits is told once; its page reads each question once."""

import uuid
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import now, snapshot, writing
from server.desk.clarifying import still_waits
from server.desk.tables import Clarification, ClarificationStep
from server.desk.waiting import asked_districts, questions_that_wait
from server.roles.account import Account, Held
from server.roles.table import Role
from tests.support.claiming import ROUND
from tests.support.desk import ASKED, CENTRE, NOT_SO, a_reading_desk, reads, row_of, sends, somebody
from tests.support.handing import Desk
from tests.support.statements import statements
from tests.support.workbooks import DISTRICT
from verification.desk.states import DocumentStep

STEPS = (DocumentStep.REPLIES, DocumentStep.SETTLES, DocumentStep.FAILS, DocumentStep.WITHDRAWS, DocumentStep.RETRACTS)
OFFICER = Held(Role.DISTRICT, DISTRICT, ROUND)


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    return a_reading_desk(district, tmp_path)


def ask(desk: Desk, number: str, *after: DocumentStep) -> None:
    """Ask about a document of 1a, and let this come after it."""
    with writing(desk.engine) as session:
        steps = [
            ClarificationStep(uuid=str(uuid.uuid4()), step=step.value, words="x", made_by="person:1", made_at=now())
            for step in after
        ]
        session.add(Clarification(
            uuid=str(uuid.uuid4()), round_id=ROUND, district=DISTRICT, indicator=1, number=number, question="1a",
            doubts=[], words="Di pasal berapa?", asked_by="person:1", asked_at=now(), steps=steps,
        ))  # fmt: skip


def test_whatever_came_after_it_lists_and_the_rules_say_the_same_of_a_question(desk: Desk) -> None:
    somebody(desk, OFFICER)
    for after in (of for length in range(4) for of in product(STEPS, repeat=length)):
        ask(desk, "12/2026", *after)
    with snapshot(desk.engine) as session:
        waits = {one.id for one in session.scalars(select(Clarification)) if still_waits(one)}
        assert {number for _, number in questions_that_wait(session)} == waits and len(waits) > 5
        ((part, _, count),) = asked_districts(session, Account("person:9", (OFFICER,)))
    assert (part, count) == ((ROUND, DISTRICT), len(waits))


def test_of_a_document_that_is_claimed_no_more_nothing_is_waited_for(desk: Desk) -> None:
    somebody(desk, OFFICER)
    ask(desk, "99/2026")
    with snapshot(desk.engine) as session:
        assert [*questions_that_wait(session)] == []


def test_the_page_of_a_district_reads_its_questions_once_also_those_of_documents_that_are_gone(desk: Desk) -> None:
    readers, assessor, officer = [somebody(desk, CENTRE) for _ in range(2)], somebody(desk, Held(Role.ASSESSOR)), (
        somebody(desk, OFFICER)
    )  # fmt: skip
    row = row_of(desk, "12/2026", "1a")
    assert all(reads(reader, row, NOT_SO).status_code == 303 for reader in readers)
    assert sends(assessor, row, "klarifikasi", words="Di pasal berapa?").status_code == 303
    for _ in range(2):
        ask(desk, "99/2026")
    with statements(desk.engine) as asked:
        page = officer.get(ASKED).text
    assert page.count("Di pasal berapa?") == 3 and page.count("99/2026") == 1, "one heading for both"
    assert len([one for one in asked if "clarifications.words" in one]) == 1
