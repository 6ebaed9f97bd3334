"""Signs raised by visits that nobody fabricated: the rates that pages show, measured again on a small scale."""

import random
import re
from collections import Counter

import pytest

from server.rulebook import load_flag_rates, load_rules
from server.settings import CHECKOUT
from verification.flags.flag import Flag
from verification.flags.together import flagged
from workers.bench.flags import Supposed, bench_flags, false_alarms, honest_district, measured, table

VISITS = 3_000


def test_the_rates_that_are_shown_are_those_that_are_measured() -> None:
    """Within four standard deviations of so few; signs are raised by two at once, which doubles them."""
    found = Counter(flag for signs in false_alarms(VISITS, seed=2) for flag in signs)
    for flag, rate in load_flag_rates().items():
        share = rate.alarms / rate.visits
        expected, spread = share * VISITS, (2 * share * VISITS) ** 0.5
        assert abs(found[flag] - expected) <= 4 * spread + 3, flag


def test_what_lies_close_together_says_less_of_how_often_it_is() -> None:
    even, heaped = (measured(Flag.HURRIED, each, 3000) for each in ([3] * 10, [30, *[0] * 9]))
    assert (even.alarms, even.visits, even.one_in) == (heaped.alarms, heaped.visits, heaped.one_in) == (30, 3000, 100)
    assert even.at_most == round(0.01 + 1.96 * (0.01 * 0.99 / 3000) ** 0.5, 6), "as independent visits"
    assert heaped.at_most == round(0.01 + 1.96 * (10 * 90) ** 0.5 / 3000, 6)
    assert measured(Flag.HURRIED, [0] * 10, 3000).at_most == 0.001


def test_the_same_seed_makes_up_the_same_visits() -> None:
    assert bench_flags(200, 7) == bench_flags(200, 7) != bench_flags(200, 8)
    assert "began_away" in table(bench_flags(50, 1))


@pytest.mark.parametrize("worse, flag", [
    ({"opened_on_the_way": 0.5}, Flag.BEGAN_AWAY), ({"without_height": 0.5}, Flag.NO_ALTITUDE),
    ({"same_building": 0.5, "last_point_again": 0.9}, Flag.SAME_COORDINATES),
    ({"clock_by_hand": 1.0, "clock_minutes": 60.0}, Flag.ENDED_AFTER_RECEIPT), ({"spread": 1.2}, Flag.HURRIED),
    ({"other_zone": 0.9, "put_right": 0.0}, Flag.ENDED_AFTER_RECEIPT),
    ({"account_shared": 0.9}, Flag.TWO_PHONES), ({"account_shared": 0.9, "phones_known": 0}, Flag.TOO_FAST),
    ({"long_before": 0.2, "somewhere_else": 0.9}, Flag.PHOTOGRAPHED_AWAY),
    ({"by_masts": 0.9, "same_mast": 0.9}, Flag.SAME_COORDINATES),
], ids=str)  # fmt: skip
def test_what_is_supposed_is_what_raises_it(worse: dict[str, float], flag: Flag) -> None:
    assert raised(flag, **worse) > 3 * raised(flag)


@pytest.mark.parametrize("habit, flag", [
    ({"account_shared": 0.9}, Flag.TOO_FAST), ({"other_zone": 1.0}, Flag.PHOTOGRAPHED_BEFORE_OR_AFTER),
    ({"ended_in_the_evening": 0.6}, Flag.HURRIED), ({"put_right": 0.3, "clock_by_hand": 1.0}, Flag.TOO_FAST),
], ids=str)  # fmt: skip
def test_what_many_honest_teams_may_do_raises_no_more(habit: dict[str, float], flag: Flag) -> None:
    without = {"long_before": 0.0, "other_camera": 0.0}
    assert raised(flag, **without, **habit) <= raised(flag, **without) + 1


def raised(flag: Flag, **how: float) -> int:
    rules = load_rules()
    visits = honest_district(random.Random(3), 300, rules, Supposed(**how))  # type: ignore[arg-type]
    signs = flagged(visits, rules.flags, rules.location)
    return sum(one.flag is flag for those in signs.values() for one in those)


def test_the_guide_has_the_figures_that_pages_show() -> None:
    text = (CHECKOUT / "docs/flags.md").read_text("utf-8")
    rows = {name: (int(alarms), int(visits)) for name, alarms, visits in re.findall(
        r"^\| `(\w+)` \|[^|]*\| (\d+) of (\d+) \|", text, re.MULTILINE)}  # fmt: skip
    assert rows == {flag.value: (rate.alarms, rate.visits) for flag, rate in load_flag_rates().items()}
