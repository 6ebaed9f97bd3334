"""Whatever becomes of sixteen villages by chance, the plan says where each of them is now."""

import time
from collections.abc import Iterable

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.support.environment import examples
from tests.verification.places.ground import compare, recoded, square, unsure, version
from verification.places.succession import Areas
from verification.places.versions import compare_versions

CODES = [f"99.01.0{subdistrict}.20{number:02}" for subdistrict in (1, 2) for number in range(1, 9)]
FRESH = [f"99.01.03.20{number:02}" for number in range(1, 99)]
Ground = dict[str, frozenset[tuple[int, int]]]  # by code: a village's cells


def start() -> Ground:
    """Give sixteen villages of two by two cells."""
    return {
        code: frozenset((2 * (index % 4) + x, 2 * (index // 4) + y) for x in (0, 1) for y in (0, 1))
        for index, code in enumerate(CODES)
    }


@st.composite
def changes(draw: st.DrawFn) -> tuple[Ground, dict[str, str]]:
    """Draw what becomes of the sixteen, with names for the new ones: by ground the old ones', or made up."""
    ground, fresh = start(), iter(FRESH)
    names = {code: f"Desa {chr(65 + index)}" for index, code in enumerate(ground)}
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["rename", "recode", "split", "merge", "swap", "chain", "drop"]))
        some = draw(st.permutations(sorted(ground)))[:3]
        if kind == "rename":
            names[some[0]] = f"Baru {draw(st.integers(0, 99))}"
        elif kind == "recode":
            _move(ground, names, {some[0]: next(fresh)})
        elif kind == "split" and len(ground[some[0]]) > 1:
            cells = sorted(ground[some[0]])
            part = frozenset(cells[: draw(st.integers(1, len(cells) - 1))])
            code = next(fresh)
            ground[some[0]], ground[code], names[code] = ground[some[0]] - part, part, f"Pecahan {code}"
        elif kind == "merge":
            ground[some[0]] |= ground.pop(some[1])
        elif kind == "swap":
            _move(ground, names, {some[0]: some[1], some[1]: some[0]})
        elif kind == "chain":
            _move(ground, names, {some[0]: some[1], some[1]: some[2], some[2]: next(fresh)})
        elif kind == "drop" and len(ground) > 4:
            del ground[some[0]]
    return ground, {code: names[code] for code in ground}


def _move(ground: Ground, names: dict[str, str], codes: dict[str, str]) -> None:
    moved = {new: (ground.pop(old), names.pop(old)) for old, new in codes.items()}
    for code, (cells, name) in moved.items():
        ground[code], names[code] = cells, name


def outline(cells: frozenset[tuple[int, int]]) -> BaseGeometry:
    return shapely.union_all([square(x, y) for x, y in cells])


def as_version(ground: Ground, names: dict[str, str], without: Iterable[str] = ()) -> Areas:
    return version({code: (names[code], None if code in without else outline(ground[code])) for code in ground})


OLD = start()
OLD_NAMES = {code: f"Desa {chr(65 + index)}" for index, code in enumerate(OLD)}


def villages(codes: Iterable[str]) -> set[str]:
    return {code for code in codes if code.count(".") == 3}


@settings(max_examples=examples(100))
@given(changes())
def test_a_code_s_successor_covers_its_ground(changed: tuple[Ground, dict[str, str]]) -> None:
    ground, names = changed
    plan = compare_versions(as_version(OLD, OLD_NAMES), as_version(ground, names))
    moved = plan.successors()
    for code, cells in OLD.items():
        shares = {new: len(cells & others) for new, others in ground.items() if cells & others}
        successor = moved.get(code, code)
        assert (successor is None) == (not shares)
        assert successor is None or shares[successor] == max(shares.values())


@settings(max_examples=examples(100))
@given(changes())
def test_every_code_has_one_place_in_the_plan(changed: tuple[Ground, dict[str, str]]) -> None:
    ground, names = changed
    plan = compare_versions(as_version(OLD, OLD_NAMES), as_version(ground, names))
    old, moved = set(OLD), plan.successors()
    lists = [villages(plan.gone), villages(recoded(plan)), villages(unsure(plan))]
    assert sum(map(len, lists)) == len(set().union(*lists)) and set().union(*lists) <= old
    stays = old - set().union(*lists)
    assert stays <= ground.keys() and {one.code for one in plan.renamed if one.code in old} <= stays
    heirs = {moved.get(code, code) for code in old} - {None}
    assert villages(plan.new) == ground.keys() - heirs
    assert len({recoded(plan).get(code, code) for code in stays | lists[1]}) == len(stays | lists[1])


@settings(max_examples=examples(100))
@given(changes())
def test_a_village_that_only_moved_is_never_a_question(changed: tuple[Ground, dict[str, str]]) -> None:
    ground, names = changed
    questions = unsure(compare_versions(as_version(OLD, OLD_NAMES), as_version(ground, names)))
    assert not [code for code in villages(questions) if OLD[code] in ground.values()]
    split_or_merged = [code for code, cells in OLD.items() if cells and cells not in ground.values()]
    assert villages(questions) <= set(split_or_merged)


@settings(max_examples=examples(100))
@given(changes(), st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(CODES + FRESH[:9])))
def test_without_outlines_nothing_wrong_is_sure(
    changed: tuple[Ground, dict[str, str]], unseen_before: set[str], unseen_after: set[str]
) -> None:
    ground, names = changed
    plan = compare_versions(as_version(OLD, OLD_NAMES, unseen_before), as_version(ground, names, unseen_after))
    moved, questions = plan.successors(), unsure(plan)
    for code, cells in OLD.items():
        successor = moved.get(code, code)
        kept = successor == code and names[code] == OLD_NAMES[code]
        assert successor is None or kept or code in questions or cells & ground[successor]


# ── a country ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_has_not_changed_costs_little() -> None:
    side = 60
    old = {f"99.{1 + x:02}.{1 + y:02}.2001": (f"Desa {x} {y}", square(x, y)) for x in range(side) for y in range(side)}
    new = {code.replace("99.01.", "98.01."): value for code, value in old.items()}
    started = time.process_time()
    plan = compare(old, new)
    assert len(villages(recoded(plan))) == side and villages([*plan.new, *plan.gone, *unsure(plan)]) == set()
    assert time.process_time() - started < 5
