"""Settling: once, all of it, among themselves; whatever ends half-way, no answer is lost and none doubled."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from server.children.codes import digest_of_code
from server.children.tables import ChildCode, ChildSession
from server.db import Json, snapshot, writing
from server.feedback import keys as keys_module
from server.feedback.line import line_of
from server.feedback.settling import settle_ended
from server.feedback.tables import ChildAnswer, FreshAnswer, SettledSession
from server.register.tables import Facility
from server.settings import Settings
from server.work.kinds import ChildBatch
from server.work.tables import Job
from tests.support.claiming import ROUND
from tests.support.environment import examples
from tests.support.lining import (
    DECEMBER,
    NOVEMBER,
    SECRET,
    Clock,
    a_line,
    answer,
    ask,
    fresh,
    in_order,
    kept,
    planned,
    why,
)
from tests.support.workbooks import DISTRICT

ANSWERS: list[Json] = [{"mark_0": "abcdefgh"[number % 8], "mark_1": "abcdefgh"[number // 8]} for number in range(20)]


def all_answer(app: Flask, codes: list[str]) -> list[Json]:
    for code, sent in zip(codes, ANSWERS, strict=False):
        assert answer(app, code, sent).status_code == 204
    return in_order(ANSWERS[: len(codes)])


def settle(app: Flask, clock: Clock) -> int:
    clock.moment = DECEMBER
    return settle_ended(line_of(app).settling, clock.moment)


def counted(engine: Engine, session_id: int) -> tuple[int, int, int]:
    with snapshot(engine) as session:
        found = session.get_one(SettledSession, session_id)
        return found.answers, found.codes, found.lost


def a_place(engine: Engine) -> str:
    with writing(engine) as session:
        made = Facility(
            id="7c0e3bb2-0f51-4d5e-a0a5-1f4d3c9a7b11",
            kind="child_information_centre",
            name="Taman Rekaan",
            village="99.01.01.2001",
        )
        session.add(made)
        return made.id


@pytest.mark.parametrize("came", [10, 9])
def test_a_months_answers_are_written_anew_and_a_place_is_named_only_where_ten_came(
    line: Flask, district: Engine, clock: Clock, came: int
) -> None:
    place = a_place(district)
    made = planned(district, facility_id=place)
    sent = all_answer(line, made.codes[:came])
    before = {row.key for row in all_fresh(district)}
    assert settle_ended(line_of(line).settling, clock.moment) == 0, "its month goes on"
    assert settle(line, clock) == 1
    assert kept(district) == sent and not all_fresh(district)
    found = all_kept(district)
    assert {(row.round_id, row.district, row.place_kind, row.facility_id, row.month, row.state) for row in found} == {
        (ROUND, DISTRICT, "children_group", place if came == 10 else None, "2026-11", "kept")
    }
    assert not before & {row.key for row in found}
    assert counted(district, made.id) == (came, came, 0)
    with snapshot(district) as session:
        used = set(session.scalars(select(ChildCode.digest).filter_by(state="used")))
        assert session.scalars(select(ChildSession.state)).all() == ["settled"]
        jobs = session.execute(select(Job.kind, Job.key).filter_by(kind=ChildBatch.kind)).all()
    assert used == {digest_of_code(SECRET, code) for code in made.codes[:came]}
    assert jobs == [("child_batch", f"{ROUND}/{DISTRICT}/2026-11")]
    assert line_of(line).keys.sessions() == [] and line_of(line).memory.held()["used"] == 0
    assert why(ask(line, "kode", code=made.codes[0])) == (410, "used")
    assert why(answer(line, made.codes[-1])) == (410, "expired")
    assert settle(line, clock) == 0 and kept(district) == sent


def all_fresh(engine: Engine) -> Sequence[FreshAnswer]:
    with snapshot(engine) as session:
        return session.scalars(select(FreshAnswer)).all()


def all_kept(engine: Engine) -> Sequence[ChildAnswer]:
    with snapshot(engine) as session:
        return session.scalars(select(ChildAnswer)).all()


def test_a_session_that_nobody_answered_ends_too_and_asks_for_nothing(
    line: Flask, district: Engine, clock: Clock
) -> None:
    made = planned(district)
    with writing(district) as session:
        session.execute(delete(Job))
    assert settle(line, clock) == 1
    assert counted(district, made.id) == (0, 0, 0)
    with snapshot(district) as session:
        assert session.scalars(select(Job)).all() == []


def test_what_came_before_a_session_was_dropped_is_kept(line: Flask, district: Engine, clock: Clock) -> None:
    made = planned(district)
    sent = all_answer(line, made.codes[:2])
    with writing(district) as session:
        session.get_one(ChildSession, made.id).state = "dropped"
    assert settle(line, clock) == 1 and settle(line, clock) == 0
    assert kept(district) == sent


def test_what_a_process_that_ended_had_known_of_used_codes_is_counted(
    line: Flask, district: Engine, settings: Settings, clock: Clock
) -> None:
    made = planned(district)
    sent = all_answer(line, made.codes[:5])
    again = a_line(district, settings, clock)
    assert fresh(again, made.id) == sent, "what was stored is there"
    assert [answer(again, code).status_code for code in made.codes[4:6]] == [204, 204]
    assert why(answer(again, made.codes[4])) == (410, "used")
    assert settle(again, clock) == 1
    assert counted(district, made.id) == (7, 2, 0), "five came by codes that nobody knows of any more"


def test_without_its_keys_nothing_of_a_month_is_left_and_that_is_counted(
    line: Flask, district: Engine, settings: Settings, clock: Clock
) -> None:
    made = planned(district)
    all_answer(line, made.codes[:3])
    (settings.data / "line" / "keys").unlink()
    again = a_line(district, settings, clock)
    assert answer(again, made.codes[5], {"may_come": "no"}).status_code == 204
    assert settle(again, clock) == 1
    assert kept(district) == [{"may_come": "no"}] and counted(district, made.id) == (1, 1, 3)


# ── what ends half-way


class Killed(BaseException):
    """The process ended here."""


@contextmanager
def killed_at(engine: Engine, point: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """End at the so-manyth point: before any statement or commit, or around any writing of the keys."""
    passed, points = [0], count()

    def pass_by(*_: object) -> None:
        passed[0] += 1
        if next(points) == point:
            raise Killed

    def passing(do: Callable[..., None]) -> Callable[..., None]:
        def done(*arguments: Any) -> None:
            pass_by()
            do(*arguments)

        return done

    replace, overwrite = keys_module.os.replace, keys_module._opened.overwrite
    with monkeypatch.context() as patched:
        patched.setattr(keys_module.os, "replace", passing(replace))
        patched.setattr(keys_module._opened, "overwrite", passing(overwrite))
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, pass_by)
        try:
            yield passed
        except Killed:
            pass
        finally:
            for name in ("before_cursor_execute", "commit"):
                event.remove(engine, name, pass_by)


def test_wherever_settling_ends_half_way_nothing_is_lost_or_doubled(
    district: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each point in turn, until none is left; then it is done again by a process that knows nothing."""
    for point in range(200):
        clock = Clock()
        settings = Settings.model_validate({"secret_key": SECRET, "data": tmp_path / str(point)})
        app = a_line(district, settings, clock)
        made = planned(district)
        sent = all_answer(app, made.codes[:3])
        with killed_at(district, point, monkeypatch) as passed:
            settle(app, clock)
        again = a_line(district, settings, clock)
        settle(again, clock)
        assert kept(district) == sent, point
        assert line_of(again).keys.sessions() == [], point
        with snapshot(district) as session:
            assert session.scalars(select(FreshAnswer)).all() == []
            assert session.get_one(ChildSession, made.id).state == "settled"
        with writing(district) as session:
            session.execute(delete(ChildAnswer))
        if passed[0] <= point:
            assert point > 10
            return
    raise AssertionError("there were more points")


def test_wherever_an_answer_ends_half_way_those_before_are_there_and_it_is_whole_or_not_at_all(
    district: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in range(200):
        clock = Clock()
        settings = Settings.model_validate({"secret_key": SECRET, "data": tmp_path / str(point)})
        app = a_line(district, settings, clock)
        app.testing = True
        made = planned(district)
        before = all_answer(app, made.codes[:2])
        with killed_at(district, point, monkeypatch) as passed:
            answer(app, made.codes[2], ANSWERS[2])
        again = a_line(district, settings, clock)
        assert fresh(again, made.id) in (before, in_order(ANSWERS[:3])), point
        assert answer(again, made.codes[3], ANSWERS[3]).status_code == 204
        assert fresh(again, made.id) in (in_order([*ANSWERS[:2], ANSWERS[3]]), in_order(ANSWERS[:4]))
        assert len(line_of(again).keys.of(made.id)) == 1, "the keys before are gone"
        if passed[0] <= point:
            assert point > 8
            return
    raise AssertionError("there were more points")


def test_settling_just_after_an_answer_is_kept_knows_its_code(line: Flask, district: Engine, clock: Clock) -> None:
    made = planned(district)
    settled = list[int]()

    def settles(_session: Session) -> None:
        if not settled:
            settled.append(0)
            settled[0] = settle(line, clock)

    event.listen(Session, "after_commit", settles)
    try:
        assert answer(line, made.codes[0], ANSWERS[0]).status_code == 204
    finally:
        event.remove(Session, "after_commit", settles)
    assert settled == [1] and counted(district, made.id) == (1, 1, 0)
    with snapshot(district) as session:
        assert session.scalars(select(ChildCode.digest).filter_by(state="used")).all() == [
            digest_of_code(SECRET, made.codes[0])]  # fmt: skip


def test_an_answer_that_comes_while_its_session_is_settled_is_in_time_or_told_that_it_is_late(
    line: Flask, district: Engine, clock: Clock
) -> None:
    for _ in range(examples(7)):
        made = planned(district, codes=8)
        clock.moment = NOVEMBER
        with ThreadPoolExecutor(9) as pool:
            found = [pool.submit(answer, line, code, sent) for code, sent in zip(made.codes, ANSWERS, strict=False)]
            pool.submit(settle_ended, line_of(line).settling, DECEMBER).result()
            told = [one.result().status_code for one in found]
        settle(line, clock)
        assert set(told) <= {204, 410}
        assert len(kept(district)) == told.count(204), json.dumps(told)
        assert counted(district, made.id)[:2] == (told.count(204),) * 2
        with writing(district) as session:
            session.execute(delete(ChildAnswer))
