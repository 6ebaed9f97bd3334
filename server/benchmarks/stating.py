"""Stating a number of the country, and taking one away. Rounds go on by the numbers that they were planned with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.benchmarks.known import known_benchmarks
from server.benchmarks.tables import StatedBenchmark
from server.db import now
from server.moments import CAPITAL, day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rulebook import built_in_sets, load_indicators
from server.sets.keeping import kept_sets
from server.sets.tables import KEPT
from verification.comparing.beside import Benchmark
from verification.reason import WithReason
from verification.sets.indicators import AnswerField, Indicator, IndicatorSet

LONGEST_SOURCE = StatedBenchmark.source.type.length or 0
FIRST_YEAR = 2000
_VALUE = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,2}))?")


class NotStated(WithReason):
    """A number of the country that cannot be taken as it was typed."""


@dataclass(frozen=True)
class BenchmarkWish:
    """A number as it was typed: its value with a comma or a point before its decimals."""

    code: str
    year: str
    value: str
    source: str


@dataclass(frozen=True)
class SetAgainst:
    """What a number of the country is for: the answer of an indicator that is set against it."""

    indicator: Indicator
    answer: AnswerField
    direction: str  # above, below: on which side of it a district is to be


def codes_asked(session: Session) -> Mapping[str, SetAgainst]:
    """Give the codes that the sets on offer name, each with the first answer that is set against it."""
    kept = [row.id for row in kept_sets(session) if row.state == KEPT]
    found: dict[str, SetAgainst] = {}
    for set_id in (*built_in_sets(), *kept):
        found = dict(_of_set(load_indicators(set_id))) | found
    return found


def _of_set(indicators: IndicatorSet) -> dict[str, SetAgainst]:
    return {
        how.benchmark: SetAgainst(one, next(field for field in one.answer_fields if field.code in how.answers),
                                  how.direction)
        for one in indicators.indicators for how in one.compares if how.benchmark
    }  # fmt: skip


def state_benchmark(session: Session, wish: BenchmarkWish, by: Account) -> StatedBenchmark | None:
    """State a number; gives None where it is known just so already. Raises NotStated, Forbidden."""
    must(by, Permission.MANAGE_ROUNDS)
    if wish.code not in codes_asked(session):
        raise NotStated("benchmark_code_unknown", found=wish.code[:40])
    source = " ".join(wish.source.split())
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise NotStated("benchmark_source_missing", limit=LONGEST_SOURCE)
    wanted = Benchmark(wish.code, _year(wish.year), _value(wish.value), source)
    return None if wanted in known_benchmarks(session) else _write(session, wanted, wanted.value, by)


def take_away(session: Session, code: str, year: int, by: Account) -> StatedBenchmark:
    """Let a number be known no more to rounds that are planned from now on. Raises NotStated, Forbidden."""
    must(by, Permission.MANAGE_ROUNDS)
    known = next((one for one in known_benchmarks(session) if (one.code, one.year) == (code, year)), None)
    if known is None:
        raise NotStated("benchmark_not_known", found=code[:40], year=str(year))
    return _write(session, known, None, by)


def _write(session: Session, one: Benchmark, value: float | None, by: Account) -> StatedBenchmark:
    row = StatedBenchmark(code=one.code, year=one.year, value=value, source=one.source, stated_by=by.label,
                          stated_at=now())  # fmt: skip
    session.add(row)
    session.flush()
    act = "benchmark_stated" if value is not None else "benchmark_taken_away"
    write_down(session, Act(by.label, act, f"benchmark:{row.id}"))
    return row


def _year(typed: str) -> int:
    last = day_in(CAPITAL, now()).year
    if not re.fullmatch("[0-9]{4}", typed.strip()) or not FIRST_YEAR <= int(typed) <= last:
        raise NotStated("benchmark_year_unusable", found=typed[:20], first=str(FIRST_YEAR), last=str(last))
    return int(typed)


def _value(typed: str) -> float:
    found = _VALUE.fullmatch(typed.strip())
    if found is None:
        raise NotStated("benchmark_value_unusable", found=typed[:20])
    return float(f"{found[1]}.{found[2] or 0}")
