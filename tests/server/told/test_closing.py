"""Interviews and programmes follow their district's part and their round as visits do: closed, opened again, moved."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.areas.geojson import AreaPlan
from server.db import snapshot, writing
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.removals.removing import remove_submission
from server.results import closing
from server.results.closing import close_part
from server.results.reading import read_unread
from server.results.verifying import verify
from server.rounds.planning import set_stages
from server.settings import Settings
from server.submissions.keeping import read_again
from server.submissions.tables import Form, SubmissionState
from server.told.queries import programmes_in, statements_in, told_of_places
from server.told.tables import WhatWasTold
from server.work.kinds import Place
from tests.support.claiming import ROUND, TESTER, YEAR, claims_come, open_round
from tests.support.geojson import feature, read, square
from tests.support.rounds import begin, let_be, move_part
from tests.support.told import THIRD_PARTY, a_programme, an_interview, it_is_told
from tests.support.workbooks import DISTRICT, a_place, filled
from workers.queue.context import Context
from workers.queue.here import place

Counted = tuple[set[int], int, int]


@pytest.fixture
def begun(district: Engine) -> Engine:
    claims_come(district, filled(None, a_place()))
    return district


def they_say(engine: Engine, root: str, *, read: bool = True, **other: str) -> int:
    return it_is_told(engine, "interview", root, an_interview(THIRD_PARTY, **other), read=read)


def counted(engine: Engine) -> Counted:
    """Give the interviews that count in the district's part; and how many programmes of it, and that concern it."""
    with snapshot(engine) as session:
        own, all_of_them = programmes_in(session, ROUND, DISTRICT)
        numbers = {one.submission_id for one in statements_in(session, ROUND, DISTRICT)}
        return numbers, len(own), len(all_of_them)


def test_what_nobody_has_read_yet_is_read_before_a_part_is_closed(begun: Engine) -> None:
    number = they_say(begun, "uuid:1", read=False)
    close_part(begun, ROUND, DISTRICT, TESTER)
    assert counted(begun) == ({number}, 0, 0)


def test_what_comes_while_it_is_being_closed_is_in_it_too(begun: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    come: list[int] = []

    def verify_and(engine: Engine, round_id: str, district: str) -> bool:
        if not come:
            come.append(they_say(engine, "uuid:late", read=False))
        return verify(engine, round_id, district)

    monkeypatch.setattr(closing, "verify", verify_and)
    close_part(begun, ROUND, DISTRICT, TESTER)
    assert counted(begun)[0] == set(come)


def test_what_comes_later_changes_nothing_until_it_is_opened_again(begun: Engine) -> None:
    first, second = they_say(begun, "uuid:1"), they_say(begun, "uuid:2")
    it_is_told(begun, "programme", "uuid:p1", a_programme(YEAR))
    it_is_told(begun, "programme", "uuid:p2", a_programme(YEAR, level="pusat"))
    before = counted(begun)
    close_part(begun, ROUND, DISTRICT, TESTER)
    third = they_say(begun, "uuid:3")
    edited = it_is_told(
        begun, "interview", "uuid:2", an_interview(THIRD_PARTY, topic="smoke"), version="uuid:2b", edits=1
    )
    it_is_told(begun, "programme", "uuid:p3", a_programme(YEAR, level="pusat"))
    with writing(begun) as session:
        session.execute(update(SubmissionState).filter_by(root_id="uuid:1").values(review_state="rejected"))
    assert counted(begun) == before == ({first, second}, 1, 2)
    move_part(begun, DISTRICT, "open")
    assert counted(begun) == ({edited, third}, 1, 3)
    close_part(begun, ROUND, DISTRICT, TESTER)
    assert counted(begun) == ({edited, third}, 1, 3)


def test_what_is_removed_by_law_is_gone_from_a_closed_part_too(begun: Engine) -> None:
    they_say(begun, "uuid:1")
    close_part(begun, ROUND, DISTRICT, TESTER)
    with writing(begun) as session:
        form = session.scalars(select(Form).filter_by(form_id="interview_adult")).one()
        remove_submission(session, form, "uuid:1", "withdrawn_consent", "terminal:test")
    assert counted(begun)[0] == set()


def test_other_days_of_a_round_place_them_again(begun: Engine, a_context: Context) -> None:
    number = they_say(begun, "uuid:1", interview_day="2025-11-03")
    for days, found in (((date(2020, 1, 1), date(2020, 2, 1)), set()), ((None, None), {number})):
        with writing(begun) as session:
            set_stages(session, ROUND, {"visits": days}, TESTER)
        place(a_context, Place(), None)  # type: ignore[arg-type]
        read_unread(begun)
        assert counted(begun)[0] == found


def test_a_place_that_moves_takes_its_interviews_along(begun: Engine) -> None:
    with writing(begun) as session:
        session.add(Facility(id="f1", kind="taman", name="Taman Rekaan", village="99.01.02.2001"))
    they_say(begun, "uuid:1", facility="f1", subdistrict_given="")
    they_say(begun, "uuid:2")
    with writing(begun) as session:
        session.get_one(Facility, "f1").village = "99.01.01.2001"
        read_again(session, told_of_places(session, ["f1"]))
    assert read_unread(begun) == 1
    assert subdistricts(begun) == ["99.01.01", "99.01.01"]


# ── versions of areas

NAMES = {"99": "Provinsi", "99.01": "Kabupaten Satu", "99.02": "Kabupaten Dua", "99.03": "Kabupaten Satu",
         "99.01.01": "Kecamatan Satu", "99.03.01": "Kecamatan Satu"}  # fmt: skip


def country(*codes: str) -> AreaPlan:
    return read(*(feature(code, square(column * 4), nama=f"Desa {column}") for column, code in enumerate(codes)),
                names=NAMES)  # fmt: skip


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    load_areas(engine, country("99.01.01.2001", "99.02.01.2001"), AreasWish("terminal:test", date(2026, 1, 1)))
    open_round(engine)
    begin(engine, "99.01")
    return engine


def subdistricts(engine: Engine) -> list[str | None]:
    with snapshot(engine) as session:
        return list(session.scalars(select(WhatWasTold.subdistrict).order_by(WhatWasTold.submission_id)))


def follow(engine: Engine) -> None:
    later = AreasWish("terminal:test", date(2027, 1, 1), whole=True)
    load_areas(engine, country("99.03.01.2001", "99.02.01.2001"), later)


def test_a_round_that_goes_over_to_new_codes_takes_what_was_told_along_at_once(loaded: Engine) -> None:
    number = they_say(loaded, "uuid:1", subdistrict_given="Kecamatan Satu")
    follow(loaded)
    with snapshot(loaded) as session:
        assert [one.submission_id for one in statements_in(session, ROUND, "99.03")] == [number]
    assert subdistricts(loaded) == ["99.03.01"]


def test_a_round_that_keeps_its_codes_has_what_is_told_of_a_recoded_place_by_these(
    loaded: Engine, a_context: Context
) -> None:
    with writing(loaded) as session:
        session.add(Facility(id="f1", kind="taman", name="Taman Rekaan", village="99.01.01.2001"))
    they_say(loaded, "uuid:1", facility="f1", subdistrict_given="")
    let_be(loaded, "closed")
    follow(loaded)
    place(a_context, Place(), None)  # type: ignore[arg-type]
    read_unread(loaded)
    assert subdistricts(loaded) == ["99.01.01"]


@pytest.fixture
def a_context(engine: Engine, tmp_path: Path) -> Context:
    return Context(engine, Settings(data=tmp_path))
