"""Numbers of the country: stated with who published them, known to rounds planned afterwards, to others by a minute."""

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.benchmarks.known import known_benchmarks
from server.benchmarks.stating import BenchmarkWish, NotStated, codes_asked, state_benchmark, take_away
from server.benchmarks.tables import StatedBenchmark
from server.db import snapshot, writing
from server.results.tables import IndicatorResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.rules import rules_of, take_present_rules
from server.rounds.states import Entry
from server.rounds.tables import Round
from server.rulebook import load_benchmarks
from tests.support.claiming import ROUND, claims_come
from tests.support.days import today_here
from tests.support.web import account
from tests.support.workbooks import DISTRICT, TEMPLATE, filled, opened, row_of
from verification.comparing.beside import Benchmark

AKB = BenchmarkWish("akb", "2025", "16,1", "Lembaga rekaan, terbitan rekaan")
STATED = Benchmark("akb", 2025, 16.1, AKB.source)


def state(session: Session, wish: BenchmarkWish = AKB) -> StatedBenchmark | None:
    return state_benchmark(session, wish, account(session, Held(Role.SECRETARIAT)))


def used_by(engine: Engine) -> tuple[Benchmark, ...]:
    with snapshot(engine) as session:
        return rules_of(session, session.get_one(Round, ROUND)).benchmarks


def test_what_was_stated_stands_beside_what_comes_with_tilik_and_in_its_place(engine: Engine) -> None:
    of_ours = load_benchmarks()[0]
    with writing(engine) as session:
        assert known_benchmarks(session) == load_benchmarks()
        state(session)
        state(session, BenchmarkWish(of_ours.code, str(of_ours.year), "17", "Lembaga rekaan"))
        first, *others, last = known_benchmarks(session)
    assert first == Benchmark(of_ours.code, of_ours.year, 17.0, "Lembaga rekaan")
    assert tuple(others) == load_benchmarks()[1:] and last == STATED


def test_the_last_word_stands_and_the_same_word_twice_is_said_once(engine: Engine) -> None:
    with writing(engine) as session:
        assert state(session) is not None and state(session, replace(AKB, value=" 16.10 ")) is None
        state(session, replace(AKB, value="15,9"))
        assert [one.value for one in known_benchmarks(session) if one.year == 2025] == [15.9]
        take_away(session, "akb", 2025, account(session, Held(Role.SECRETARIAT)))
        assert known_benchmarks(session) == load_benchmarks()
        assert [row.value for row in session.scalars(select(StatedBenchmark).order_by(StatedBenchmark.id))] == [
            16.1, 15.9, None,
        ]  # fmt: skip
        state(session)
        assert known_benchmarks(session)[-1] == STATED


def test_one_that_comes_with_tilik_can_be_taken_away_too(engine: Engine) -> None:
    of_ours = load_benchmarks()[0]
    with writing(engine) as session:
        take_away(session, of_ours.code, of_ours.year, account(session, Held(Role.SECRETARIAT)))
        assert known_benchmarks(session) == load_benchmarks()[1:]
        with pytest.raises(NotStated, match="benchmark_not_known"):
            take_away(session, of_ours.code, of_ours.year, account(session, Held(Role.SECRETARIAT)))


@pytest.mark.parametrize("wrong, code", [
    ({"code": "akb "}, "benchmark_code_unknown"), ({"code": ""}, "benchmark_code_unknown"),
    ({"year": "1999"}, "benchmark_year_unusable"), ({"year": "dua ribu"}, "benchmark_year_unusable"),
    ({"year": "２０２５"}, "benchmark_year_unusable"),
    *(({"value": value}, "benchmark_value_unusable") for value in (
        "", "-1", "16,854", "1.234", "1.234,5", "16,", ",5", "nan", "1e3", "16 %", "１６", "999999")),
    ({"source": " "}, "benchmark_source_missing"), ({"source": "x" * 201}, "benchmark_source_missing"),
], ids=str)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_what_is_wrong(engine: Engine, wrong: dict[str, str], code: str) -> None:
    with writing(engine) as session, pytest.raises(NotStated, match=code):
        state(session, replace(AKB, **wrong))


def test_a_number_of_next_year_is_refused(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(NotStated, match="benchmark_year_unusable"):
        state(session, replace(AKB, year=str(today_here().year + 1)))


def test_codes_are_those_that_sets_name_in_the_order_of_indicators(engine: Engine) -> None:
    with snapshot(engine) as session:
        asked = codes_asked(session)
    assert [one.indicator.number for one in asked.values()] == [14, 15, 15, 15, 16, 21, 23, 23, 23, 23]
    assert {code: one.answer.code for code, one in asked.items()}["stunting"] == "15c1"
    assert {code: one.direction for code, one in asked.items()}["air_bersih"] == "above"


def test_a_round_goes_by_the_numbers_it_was_planned_with_until_a_minute_says_otherwise(district: Engine) -> None:
    answers = opened(TEMPLATE).book["Jawaban"]
    row = next(number for number, cells in answers.items() if cells["code"] == "14a1")
    claims_come(district, filled({f"Klaim!E{row_of(14)}": 20, f"Jawaban!E{row}": 15.2}))

    def said() -> list[str]:
        verify(district, ROUND, DISTRICT)
        with snapshot(district) as session:
            found = session.scalars(select(IndicatorResult.findings).filter_by(indicator=14)).one()
        return re.findall(r'"(\w+_benchmark|benchmark_\w+)"', json.dumps(found))

    assert said() == ["benchmark_of_another_time"], "of 2022, and the data of 2026"
    with writing(district) as session:
        state(session)
    assert STATED not in used_by(district) and said() == ["benchmark_of_another_time"]
    with writing(district) as session:
        assert take_present_rules(session, ROUND, Entry("terminal:test", "Notulen rekaan")) is True
    assert STATED in used_by(district) and said() == ["own_number_below_benchmark"]
