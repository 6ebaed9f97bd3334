"""Between which tenths a share lies in each subdistrict: as the catalogue works it, and no few are told apart."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.comparing.answers import percent
from verification.comparing.areas import TOLD, share_by_area
from verification.comparing.finding import Verdict
from verification.model import Answer, Claim

CODES = ("8b1", "8b2", "8b3", "8b4")  # boys and girls; of them with a birth certificate
Areas = Mapping[str, tuple[object, object, object, object]]


def a_claim(areas: Areas, of_all: tuple[int | None, ...] = ()) -> Claim:
    """Claim these numbers in areas, and of all; None is a gap."""
    by_area = {code: {area: str(numbers[at]) for area, numbers in areas.items() if numbers[at] is not None}
               for at, code in enumerate(CODES)}  # fmt: skip
    answers = {code: Answer(str(number)) for code, number in zip(CODES, of_all, strict=False) if number is not None}
    return Claim(8, 1.0, answers, by_area=by_area)


def said(claim: Claim) -> list[tuple[object, ...]]:
    """Give what is said: the code, the area or how many they are, and the ends of the share."""
    found: list[tuple[object, ...]] = []
    for verdict, reason in share_by_area(claim, ["8b3", "8b4"], ["8b1", "8b2"]):
        assert verdict is (Verdict.DIFFERS if reason.code == "area_part_exceeds_whole" else Verdict.OPEN), "not scored"
        values = reason.values
        found.append((reason.code, values.get("area", values.get("count")), values.get("low"), values.get("high")))
    return found


def named(claim: Claim) -> list[object]:
    return [area for code, area, *_ in said(claim) if code == "own_share_of_area"]


def test_a_share_by_subdistrict_as_the_catalogue_works_it() -> None:
    """E-8: (4,820 + 4,655) of (5,100 + 4,960) are 94.2 per cent; here of two subdistricts, one far below."""
    assert percent(4820 + 4655, 5100 + 4960) == pytest.approx(94.2, abs=0.05)
    claim = a_claim(
        {"99.01.01": (4000, 3900, 3950, 3850), "99.01.02": (1100, 1060, 870, 805)}, (5100, 4960, 4820, 4655)
    )
    assert said(claim) == [("own_share_of_area", "99.01.02", 75, 85), ("own_share_of_areas", 2, 75, 100)]


def test_where_nearly_all_have_one_everywhere_no_subdistrict_is_named() -> None:
    assert said(a_claim({"99.01.01": (100, 100, 98, 97), "99.01.02": (50, 50, 49, 50)})) == [
        ("own_share_of_areas", 2, 85, 100),
    ]  # fmt: skip


def test_the_lowest_are_named_and_the_others_counted() -> None:
    claim = a_claim({f"99.01.{n:02}": (100, 100, 10 * n, 10 * n) for n in range(1, 10)})
    assert named(claim) == [f"99.01.{n:02}" for n in range(1, TOLD + 1)]
    assert said(claim)[-1] == ("own_share_of_areas", 9, 0, 100)


def test_where_one_number_was_not_broken_down_there_is_nothing_to_say() -> None:
    assert said(Claim(8, 1.0)) == []
    assert said(a_claim({"99.01.01": (100, 100, 80, None), "99.01.02": (100, 100, None, 80)})) == []


def test_where_nobody_lives_no_other_subdistrict_is_left_out_for_it() -> None:
    claim = a_claim({"99.01.01": (0, 0, 0, 0), "99.01.02": (100, 100, 50, 50)}, (100, 100, 50, 50))
    assert named(claim) == ["99.01.02"]


def test_a_part_that_is_more_than_the_whole_differs() -> None:
    claim = a_claim({"99.01.01": (100, 100, 101, 100), "99.01.02": (100, 100, 50, 50)})
    assert said(claim)[0] == ("area_part_exceeds_whole", "99.01.01", None, None)
    assert named(claim) == ["99.01.02"]


FEW = {
    "few there": ({"99.01.01": (5, 4, 4, 4), "99.01.02": (100, 100, 50, 50), "99.01.03": (60, 60, 50, 10)}, ()),
    "few left of all": ({"99.01.02": (100, 100, 50, 50)}, (104, 104, 50, 50)),
    "few, as they are written": ({"99.01.01": ("<8", "<8", "<8", "<8")}, ()),
    "no number": ({"99.01.01": ("banyak", 10, 5, 5)}, ()),
}


@pytest.mark.parametrize("areas, of_all", FEW.values(), ids=FEW)
def test_of_few_nothing_is_said_and_of_others_nothing_that_tells_it(areas: Areas, of_all: tuple[int, ...]) -> None:
    assert "99.01.01" not in named(a_claim(areas, of_all)) and len(named(a_claim(areas, of_all))) <= 1
    assert len(areas) > 1 or said(a_claim(areas, of_all)) == []


counts = st.integers(0, 300)


@given(st.dictionaries(st.integers(1, 30), st.tuples(counts, counts, counts, counts), max_size=12),
       st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_rows_never_matters(areas: dict[int, tuple[int, int, int, int]], random: Random) -> None:
    rows = [(f"99.01.{area:02}", numbers) for area, numbers in areas.items()]
    before = said(a_claim(dict(rows)))
    random.shuffle(rows)
    assert said(a_claim(dict(rows))) == before
