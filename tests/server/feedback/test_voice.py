"""Which answers of children are told, of which area, and what the pages of it say."""

import re
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from server.children.tables import ChildSession
from server.db import snapshot, writing
from server.feedback.gathering import gather, gather_what_is_left, told_in
from server.feedback.tables import ChildAnswer, ChildForm
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import CLOSED
from server.rounds.tables import Round
from server.rulebook import load_indicators
from tests.support.claiming import ROUND
from tests.support.lining import plan_session
from tests.support.rounds import begin
from tests.support.web import as_read, entered
from tests.support.workbooks import DISTRICT

NEIGHBOUR, ELSEWHERE = "99.02", "98.01"
PAGE = {"questions": [{"name": name, "label": {"id": f"{name}? (fiktif)", "en": f"{name}? (made up)"}}
                      for name in ("may_come", "like_place")]}  # fmt: skip
HERE = f"/wilayah/{ROUND}/{DISTRICT}/suara-anak"


@pytest.fixture
def part(district: Engine) -> Engine:
    begin(district, DISTRICT, NEIGHBOUR)
    with writing(district) as session:
        session.add(ChildForm(version="1", page=PAGE))
    return district


def come(engine: Engine, many: int, district: str = DISTRICT, kind: str = "sekolah", *, state: str = "passed",
         said: str = "yes", month: str = "2026-10") -> None:  # fmt: skip
    """Put answers there as settling leaves them."""
    with writing(engine) as session:
        before = len(session.scalars(select(ChildAnswer.key)).all())
        for number in range(before, before + many):
            session.add(ChildAnswer(key=f"{number:032x}", round_id=ROUND, district=district, place_kind=kind,
                                    month=month, version="1", answers={"may_come": said}, state=state))  # fmt: skip


def gathered(engine: Engine, *, has_ended: bool = False) -> Counter[tuple[str, str, int]]:
    with writing(engine) as session:
        gather(session, ROUND, has_ended=has_ended)
    with snapshot(engine) as session:
        return Counter((one.area, one.place_kind, one.batch) for one in told_in(session, ROUND, (DISTRICT, "99", "")))


def test_nine_wait_and_ten_are_told_together(part: Engine) -> None:
    come(part, 9)
    assert gathered(part) == {}
    come(part, 1)
    assert gathered(part) == {(DISTRICT, "sekolah", 1): 10}


def test_what_was_told_stays_in_its_batch_and_the_next_ten_are_another(part: Engine) -> None:
    come(part, 12)
    first = gathered(part)
    come(part, 9)
    assert gathered(part) == first
    come(part, 4)
    assert gathered(part) == first | {(DISTRICT, "sekolah", 2): 13}


def test_kinds_and_what_failed_or_was_not_checked_are_not_mixed(part: Engine) -> None:
    come(part, 9)
    come(part, 5, kind="taman")
    come(part, 5, state="aside")
    come(part, 5, state="kept")
    assert gathered(part) == {}


def test_what_is_left_of_a_round_is_told_of_the_province_then_of_the_country_or_never(part: Engine) -> None:
    come(part, 6)
    come(part, 5, NEIGHBOUR)
    come(part, 4, kind="taman")
    come(part, 7, ELSEWHERE, kind="taman")
    come(part, 3, ELSEWHERE, kind="museum")
    assert gathered(part) == {}
    assert gathered(part, has_ended=True) == {("99", "sekolah", 1): 11, ("", "taman", 1): 11}
    with snapshot(part) as session:
        waiting = session.scalars(select(ChildAnswer.place_kind).where(ChildAnswer.batch.is_(None))).all()
    assert waiting == ["museum"] * 3, "three of a country are never told"


def test_a_round_that_has_ended_is_gathered_once_all_its_sessions_are_settled(part: Engine) -> None:
    come(part, 6)
    come(part, 5, NEIGHBOUR)
    with writing(part) as session:
        plan_session(session, 0)
        gather_what_is_left(session)
        session.execute(update(Round).values(state=CLOSED))
        gather_what_is_left(session)
        assert told_in(session, ROUND, ("99",)) == [], "a session's answers may still come"
        session.execute(update(ChildSession).values(state="settled"))
        gather_what_is_left(session)
        assert len(told_in(session, ROUND, ("99",))) == 11


def shown(response: TestResponse) -> str:
    return as_read(response.text)


def test_the_page_tells_a_share_in_words_and_no_number_of_who_said_it(part: Engine, app: Flask) -> None:
    web = entered(app, [Held(Role.FACILITATOR, DISTRICT, ROUND)])
    assert "Belum ada jawaban anak" in shown(web.get(f"{HERE}/jawaban"))
    come(part, 9)
    come(part, 3, said="no")
    gathered(part)
    page = shown(web.get(f"{HERE}/jawaban"))
    assert "may_come? (fiktif)" in page and "lebih dari separuh (60 sampai 80 %)" in page
    assert "Sekolah" in page and "like_place" not in page, "nobody answered it"
    numbers = {*re.findall(r"\d+", page)} - {*re.findall(r"\d+", shown(web.get(f"{HERE}/kabar")))}
    assert not numbers & {"9", "12", "3"}


def test_the_page_for_children_says_what_was_asked_and_seen_and_what_happens_now(part: Engine, app: Flask) -> None:
    web = entered(app, [Held(Role.FACILITATOR, DISTRICT, ROUND)])
    come(part, 10)
    gathered(part)
    for language, wanted in (("id", ("Yang menjawab ya: hampir semua", "belum mendatangi", "129", "Apa yang terjadi")),
                             ("en", ("Said yes: nearly all", "has not been", "129", "What happens now"))):  # fmt: skip
        page = shown(web.get(f"{HERE}/kabar?lang={language}"))
        assert all(text in page for text in wanted), page


def test_it_stands_beside_the_claims_about_such_places_and_no_others(part: Engine, app: Flask) -> None:
    come(part, 10)
    gathered(part)
    web = entered(app, [Held(Role.SUPERVISOR)])
    about_schools = [one.number for one in load_indicators().indicators if "sekolah" in one.facility_kinds]
    others = [one.number for one in load_indicators().indicators if "sekolah" not in one.facility_kinds][:2]
    pages = {number: shown(web.get(f"/wilayah/{ROUND}/{DISTRICT}/indikator/{number}"))
             for number in (*about_schools, *others)}  # fmt: skip
    assert about_schools and {number for number, page in pages.items() if "hampir semua" in page} == set(about_schools)
    assert "Di samping klaim daerah" in pages[about_schools[0]]
