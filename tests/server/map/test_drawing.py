"""The drawing for paper and for who has no JavaScript: what is on it, told apart without colours, names uncovered."""

import re
from collections import Counter

import pytest

from server.disclosure.cleared import ClearedPoint
from server.disclosure.clearing import Clearance
from server.lines.filter import OUTCOMES
from server.map.grouping import grouped
from server.map.outlines import FOR_A_PAGE, simplified
from server.map.places import Counted, MapMark
from server.map.svg import SHAPES, Links, Sheet, draw_map
from server.words import catalogue
from tests.support.mapping import SIDE, SOUTH, WEST, crooked
from tests.support.workbooks import DISTRICT
from verification.model import subdistrict_of

VILLAGES = crooked(4, 4)
NAMES = {v.code: v.name for v in VILLAGES} | {subdistrict_of(v.code): "Kecamatan Contoh" for v in VILLAGES}
CLEAR = Clearance(catalogue("id"), NAMES)
HERE = (WEST + SIDE / 2, SOUTH + SIDE / 2)


def a_mark(
    number: int = 1, outcome: str = "confirmed", at: tuple[float, float] | None = HERE, **more: object
) -> MapMark:
    values = {
        "line": number, "indicator": 17, "number": number, "outcome": CLEAR.id(outcome), "label": CLEAR.id("Pojok"),
        "village": CLEAR.id(VILLAGES[0].code), "claimed": ClearedPoint(*at) if at else None, "half_cell_m": 0.6,
        "visited": None, "error_m": None, "distance_m": None,
    }  # fmt: skip
    return MapMark(**(values | more))  # type: ignore[arg-type]


def drawn(*marks: MapMark, subdistrict: str | None = None, are_many: bool = False) -> str:
    counted = Counter((str(mark.village), str(mark.outcome)) for mark in marks)
    links = Links(lambda mark: f"/{mark.line}", lambda group: f"/di/{group.code}")
    return draw_map(simplified(VILLAGES, FOR_A_PAGE), Counted(counted, 0), None if are_many else marks,
                    Sheet(DISTRICT, subdistrict), links, CLEAR, catalogue("id")).svg  # fmt: skip


def test_each_outcome_has_a_shape_of_its_own() -> None:
    """Told apart in black and white too."""
    assert set(SHAPES) == set(OUTCOMES) and len(set(SHAPES.values())) == len(OUTCOMES)
    assert all(SHAPES[outcome] in drawn(a_mark(outcome=outcome)) for outcome in OUTCOMES)


def test_a_visit_is_as_large_as_it_is_uncertain_and_joined_to_its_claim() -> None:
    north = ClearedPoint(HERE[0], HERE[1] + 0.005)
    near, far = (drawn(a_mark(visited=north, error_m=error)) for error in (20.0, 900.0))
    small, large = (float(re.findall(r'class="visit"[^>]* r="([\d.]+)"', svg)[0]) for svg in (near, far))
    assert large > 5 * small and 'class="between"' in near


def test_a_claim_written_without_decimals_shows_how_little_it_says() -> None:
    assert 'class="cell"' in drawn(a_mark(half_cell_m=600.0)) and 'class="cell"' not in drawn(a_mark())


def test_a_place_visited_but_claimed_without_a_point_is_drawn_at_its_visit() -> None:
    svg = drawn(a_mark(at=None, visited=ClearedPoint(*HERE), error_m=8.0))
    assert 'class="visit"' in svg and 'class="claim"' not in svg and 'class="between"' not in svg


@pytest.mark.parametrize("subdistrict", [None, subdistrict_of(VILLAGES[0].code)])
def test_no_name_stands_on_a_mark_or_on_another_name(subdistrict: str | None) -> None:
    marks = [a_mark(n, at=(WEST + SIDE * (0.2 + n % 8 * 0.4), SOUTH + SIDE * (0.2 + n // 8 * 0.4))) for n in range(60)]
    svg = drawn(*marks, subdistrict=subdistrict)
    places = [(float(x), float(y)) for x, y in re.findall(r'class="claim" d="M([\d.-]+) ([\d.-]+)', svg)]
    names = [(float(x), float(y), len(name) * 3.6)
             for x, y, name in re.findall(r'class="place" x="(\d+)" y="(\d+)">([^<]+)', svg)]  # fmt: skip
    assert len(places) == 60 and names
    for x, y, half in names:
        assert not [p for p in places if abs(p[0] - x) < half + 7 and y - 12 - 7 < p[1] < y + 4 + 7]
        assert not [n for n in names if n != (x, y, half) and abs(n[0] - x) < half + n[2] and abs(n[1] - y) < 15]


def test_many_are_counted_by_subdistrict_and_those_of_one_by_village() -> None:
    marks = [a_mark(n, OUTCOMES[n % 4], village=CLEAR.id(VILLAGES[n % 16].code)) for n in range(800)]
    first = subdistrict_of(VILLAGES[0].code)
    whole, one = drawn(*marks, are_many=True), drawn(*marks, subdistrict=first, are_many=True)
    assert whole.count("<a ") == 2 and 'class="count"' in whole and "/di/99.01.01" in whole
    assert one.count('class="count"') == 16 and 'class="mark' not in whole
    assert sum(int(n) for n in re.findall(r'class="count"[^>]*>(\d+)', whole)) == 800


def test_counting_loses_none() -> None:
    counted = {(village.code, outcome): n for n, village in enumerate(VILLAGES) for outcome in OUTCOMES}
    for by_village, groups in ((True, 16), (False, 2)):
        found = grouped(counted, {}, CLEAR, by_village=by_village)
        assert (len(found), sum(group.total for group in found)) == (groups, sum(counted.values()))


def test_what_it_shows_is_said_in_words() -> None:
    svg = drawn(a_mark(1), a_mark(2, "unsure"), a_mark(3))
    assert 'role="group"' in svg and "3 tempat yang diklaim: 2 terkonfirmasi, 1 bukti belum cukup" in svg


def test_a_name_is_text() -> None:
    svg = drawn(a_mark(label=CLEAR.id('</title><script>"')))
    assert "<script" not in svg and "&lt;script&gt;&quot;" in svg


def test_without_outlines_nothing_is_drawn() -> None:
    nothing = draw_map(simplified([], 10), Counted(Counter(), 0), [], Sheet(DISTRICT), Links(str), CLEAR,
                       catalogue("id"))  # fmt: skip
    assert nothing.svg == ""
