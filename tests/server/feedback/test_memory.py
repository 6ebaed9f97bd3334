"""What is known by heart: used once however many ask, forgotten in time, never more than there is room for."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from server.feedback.memory import MINUTE, MOST_ONCE, OF_A_CODE, OF_ALL, REMEMBERED, WRONG, Memory, MinuteLimit
from server.feedback.opened import CodeRefused
from server.settings import CHECKOUT
from tests.support.environment import examples

CODES = st.sampled_from("abcd")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("use"), CODES, st.sampled_from([None, "x", "y"]), st.booleans()),
        st.tuples(st.just("ask"), CODES, st.none(), st.booleans()),
        st.tuples(st.just("wrong"), st.none(), st.none(), st.booleans()),
        st.tuples(st.just("pass"), st.none(), st.integers(0, 400), st.booleans()),
        st.tuples(st.just("settle"), CODES, st.none(), st.booleans()),
    ),
    max_size=60,
)


class Broken(Exception):
    """The answer could not be stored."""


@settings(max_examples=examples(200))
@given(STEPS)
def test_whatever_happens_a_code_is_used_once_and_no_key_of_a_limit_outlives_a_minute(
    steps: list[tuple[str, str | None, object, bool]],
) -> None:
    seconds = [0.0]
    memory = Memory(lambda: seconds[0])
    stored: Counter[str] = Counter()
    once_at: dict[tuple[str, object], float] = {}
    asked_at: dict[str, float] = {}
    for what, code, other, flag in steps:
        if what == "pass":
            assert isinstance(other, int)
            seconds[0] += other
            memory.forget_old()
        elif what == "wrong":
            memory.count_wrong()
        elif what == "settle" and code:
            memory.forget_codes([code])
            stored[code] = 0
        elif what == "ask" and code:
            asked_at[code] = seconds[0]
            try:
                memory.count_code(code)
            except CodeRefused as refused:
                assert refused.why == "wait"
        elif code:
            fresh_once = other is not None and seconds[0] < once_at.get((code, other), float("-inf")) + REMEMBERED
            try:
                with memory.using(code, str(other) if other else None) as is_new:
                    assert is_new is not fresh_once
                    if is_new:
                        memory.uses(code)
                        assert memory.used_of(code) == {code} and not memory.is_used(code)
                    if is_new and flag:
                        raise Broken
                    stored[code] += is_new
                    if is_new and other:
                        once_at[code, other] = seconds[0]
            except Broken:
                assert not memory.is_used(code) or stored[code]
            except CodeRefused as refused:
                assert refused.why == "used" and stored[code] and not fresh_once
        assert max(stored.values(), default=0) <= 1
        assert memory.used_of("abcd") == {one for one in "abcd" if stored[one]}
        if what == "pass":
            assert memory.held()["codes"] <= sum(at > seconds[0] - MINUTE - 1 for at in asked_at.values())
            assert memory.held()["once"] <= sum(at > seconds[0] - REMEMBERED - 1 for at in once_at.values())
    assert memory.held()["in_hand"] == 0


@settings(max_examples=examples(100))
@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 9))
def test_no_minute_has_more_than_its_limit(pauses: list[float], most: int) -> None:
    seconds, let_in = [0.0], []
    limit = MinuteLimit(most, lambda: seconds[0])
    for pause in pauses:
        seconds[0] += pause
        if not limit.is_reached():
            limit.count()
            let_in.append(seconds[0])
        assert sum(at > seconds[0] - MINUTE for at in let_in) <= most


def test_it_does_not_grow_beyond_its_room() -> None:
    seconds = [0.0]
    memory = Memory(lambda: seconds[0])
    for number in range(MOST_ONCE + 500):
        with memory.using(str(number), "x" * 16):
            pass
        seconds[0] += 0.001
    seconds[0] += 1
    memory.forget_old()
    assert memory.held()["once"] <= MOST_ONCE
    seconds[0] += REMEMBERED
    memory.forget_old()
    assert memory.held() == {"used": MOST_ONCE + 500, "once": 0, "codes": 0, "in_hand": 0}


def test_how_many_there_may_be_stands_in_the_page_on_security() -> None:
    page = (CHECKOUT / "docs" / "security.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| the children's line \| (8 kB.*)\|$", page, re.MULTILINE)
    for number in (OF_A_CODE, WRONG, OF_ALL):
        assert f"{number:,}" in row, number
