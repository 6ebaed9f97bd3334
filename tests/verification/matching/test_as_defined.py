"""The quick way finds what the definition says: the same lines, the same reasons, the same probabilities."""

from dataclasses import replace
from math import isclose
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.support.builders import LON, METRE, NAMES, NEIGHBOUR, RULES, VILLAGES, a_fix, a_line, a_visit
from tests.support.sampling import ALL
from tests.verification.matching.reference import Tie, match_by_definition
from verification.matching.likely import Match
from verification.matching.lines import Lines, Placed
from verification.matching.matching import match_visits, match_with
from verification.model import ClaimedPoint, ClaimLine
from verification.remembering import Remembered
from verification.rules import Rules

AREA_NAMES = NAMES | {
    "99.01.01": "Kecamatan Harapan",
    "99.01.02": "Kecamatan Dua",
    "99.01": "Kabupaten Bahari",
    VILLAGES[1].code: "Pertiwi",
}
CODES = [*(village.code for village in VILLAGES), NEIGHBOUR.code]
names = st.sampled_from([
    "SD Harapan Putra", "SD Harapan Putri", "Posyandu Harapan RT 1 RW 2", "Posyandu Harapan RT 2 RW 1", "SMPK Pertiwi",
    "SD Negeri 1 Harapan", "SDN 1 Harapan", "SDN 2 Harapan", "SD Pertiwi", "SMA Pertiwi", "SMK Pertiwi", "Pertiwi",
    "SMA Pertivi", "SMA Pertiwi Bahari", "Bahari Pertiwi SMA", "SDN 1 Dua", "SDN 1 Bahari", "SD Islam Harapan",
    "Pojok ASI Pasar", "Pojok ASI Pasar Lama", "MI", "?!",
])  # fmt: skip
kinds = st.sampled_from(["sekolah", "pojok_asi"])
registries = st.none() | st.sampled_from(["R1", "R2", "R3"])
metres = st.sampled_from([0, 10, 60, 180, 450, 520, 1400, 1990, 2010, 2600, 6000]) | st.integers(-7000, 7000)
accuracies = st.sampled_from([None, 0, 4, 30, 300, 3000])
points = st.builds(lambda north, half: ClaimedPoint(LON, -5.005 + north * METRE, half), metres,
                   st.sampled_from([0.6, 5.6, 556.0, 5560.0]))  # fmt: skip


@st.composite
def districts(draw: st.DrawFn) -> tuple[list[ClaimLine], list[Placed]]:
    lines = [
        a_line(number, kind=draw(kinds), name=draw(names), registry_no=draw(registries), point=draw(st.none() | points),
               village=draw(st.sampled_from(CODES)), facility_id=f"facility-{number}")
        for number in range(draw(st.integers(0, 9)))
    ]  # fmt: skip
    placed = []
    for number in range(draw(st.integers(1, 7))):
        fix = draw(st.none() | st.builds(a_fix, metres, accuracies))
        way: dict[str, Any] = draw(st.sampled_from([
            {"facility_id": f"facility-{number}", "name": None}, {"facility_id": f"facility-{number}"},
            {"facility_id": None}, {"facility_id": None, "name": None},
        ]))  # fmt: skip
        registry = f"own-{number}" if way["facility_id"] is None else draw(registries)
        if draw(st.booleans()) and lines:
            registry = draw(st.sampled_from(lines)).registry_no
        visit = a_visit(f"v{number}", kind=draw(kinds), fix=fix, registry_no=registry, **({"name": draw(names)} | way))
        villages = draw(st.lists(st.sampled_from(CODES), max_size=3, unique=True)) if fix else []
        placed.append(Placed(visit, tuple(villages)))
    return lines, _one_visit_a_place(placed)


def _one_visit_a_place(placed: list[Placed]) -> list[Placed]:
    """Leave out whom a later visit would replace: that is another rule."""
    keys = [(p.visit.facility_id, p.visit.kind, p.visit.facility_id is None and p.visit.registry_no) for p in placed]
    return [p for number, p in enumerate(placed) if p.visit.facility_id or not p.visit.registry_no
            or keys[number] not in keys[:number]]  # fmt: skip


def same(found: Match, defined: Match) -> bool:
    return (
        (found.visit_id, found.line_id, found.sure) == (defined.visit_id, defined.line_id, defined.sure)
        and [(c.what, c.level) for c in found.comparisons] == [(c.what, c.level) for c in defined.comparisons]
        and isclose(found.probability, defined.probability, rel_tol=1e-9)
    )


@given(districts())
@settings(max_examples=3 * ALL)
def test_the_quick_way_finds_what_the_definition_says(district: tuple[list[ClaimLine], list[Placed]]) -> None:
    agree(*district, RULES)


@pytest.mark.ci
@given(districts())
@settings(max_examples=3 * ALL)
def test_and_where_a_single_visit_tells_that_numbers_were_given_anew(
    district: tuple[list[ClaimLine], list[Placed]],
) -> None:
    """By the rules it takes more visits than a drawn district has."""
    anew = {"usual_share": 0.03, "usual_visits": 1.0, "noticed_from": 0.10, "least": 1.0, "nearest": 3.0}
    agree(*district, replace(RULES, matching=replace(RULES.matching, anew=anew)))


def agree(lines: list[ClaimLine], placed: list[Placed], rules: Rules) -> None:
    try:
        defined = match_by_definition(placed, lines, AREA_NAMES, rules)
    except Tie:
        reject()
    found = match_visits(placed, lines, AREA_NAMES, rules).matches
    assert len(found) == len(defined)
    assert [pair for pair in zip(found, defined, strict=True) if not same(*pair)] == []


@given(districts(), st.data())
def test_what_is_remembered_changes_no_match(
    district: tuple[list[ClaimLine], list[Placed]], data: st.DataObject
) -> None:
    """Visits come and go: each time the lines are given as if nobody had ever given one before."""
    lines, placed = district
    index, known = Lines(lines, AREA_NAMES, RULES), Remembered()
    for _ in range(3):
        now = [one for one in placed if data.draw(st.booleans())]
        known.begin()
        assert match_with(now, index, RULES, known) == match_with(now, index, RULES, Remembered())
