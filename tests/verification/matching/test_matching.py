"""Which claim line does a visit belong to? A labelled table first: add a line to `cases.csv` to try another case."""

import csv
from math import log2
from pathlib import Path

import pytest

from tests.support.builders import NAMES, RULES, VILLAGES, a_fix, a_line, a_point, a_visit
from tests.verification.matching.reference import match_by_definition
from verification.matching.lines import Lines, Placed
from verification.matching.matching import Matching, match_visits
from verification.model import ClaimLine, Visit


def match(lines: list[ClaimLine], *visits: Visit) -> Matching:
    return match_visits([Placed(visit, (VILLAGES[0].code,)) for visit in visits], lines, NAMES, RULES)


def a_stranger(name: str | None = None, **other: object) -> Visit:
    """Visit a place that the verifier did not find in the list on the phone."""
    return a_visit(**({"facility_id": None, "name": name} | other))  # type: ignore[arg-type]


with (Path(__file__).parent / "cases.csv").open(newline="", encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_labelled_cases(case: dict[str, str]) -> None:
    """Each row: what the claim says, what the visit says, how far apart, and what should come of it."""
    line = a_line(
        kind="sekolah", name=case["claimed_name"], registry_no=case["claimed_registry"] or None, facility_id="claimed"
    )
    visit = a_stranger(
        case["visited_name"], kind="sekolah", registry_no=case["visited_registry"] or None,
        fix=a_fix(float(case["metres_apart"]), float(case["accuracy_m"])),
    )  # fmt: skip
    (found,) = match([line], visit).matches or (None,)
    assert ("none" if found is None else "sure" if found.sure else "person") == case["expected"]


def test_a_facility_picked_from_the_list_and_visited_is_sure() -> None:
    (found,) = match([a_line()], a_visit()).matches
    assert found.sure and [c.what for c in found.comparisons] == ["picked", "distance"]


def test_every_comparison_says_its_level_and_its_weight() -> None:
    (found,) = match([a_line(registry_no="R1")], a_visit(registry_no="R1")).matches
    assert {c.what: (c.level, round(c.bits, 1)) for c in found.comparisons} == {
        "picked": ("same", 6.6), "registry": ("same", 11.0), "distance": ("at_place", 4.6),
    }  # fmt: skip


def test_two_lines_that_fit_equally_share_the_probability_and_neither_reaches_a_half() -> None:
    lines = [a_line(n, name="Pojok ASI Pasar", facility_id=f"f{n}") for n in (1, 2)]
    assert match(lines, a_stranger("Pojok ASI Pasar")).matches == ()
    (found,) = match(lines[:1], a_stranger("Pojok ASI Pasar")).matches
    assert found.probability > 0.999, "one of them alone is sure"


def test_of_two_lines_that_fit_a_little_differently_a_person_has_to_say_which() -> None:
    lines = [a_line(1, name="Pojok ASI Pasar"), a_line(2, name="Pojok ASI Pasar", point=a_point(300))]
    (found,) = match(lines, a_stranger("Pojok ASI Pasar")).matches
    assert (found.line_id, found.sure) == (1, False)
    assert found.probability == pytest.approx(1 / (1 + 2 ** (1.322 - 5.482)), abs=0.001), "at the place, and near it"


def test_one_line_takes_one_place_and_the_better_one() -> None:
    here, there = (
        a_stranger("Pojok ASI Tempat 1", visit_id="here"),
        a_stranger("Ruang", visit_id="there", fix=a_fix(40)),
    )
    assert [m.visit_id for m in match([a_line()], there, here).matches] == ["here"]


def test_two_places_take_two_lines_even_if_both_prefer_the_same() -> None:
    lines = [a_line(1, name="Pojok ASI Pasar"), a_line(2, name="Pojok ASI Pasar Lama", point=a_point(60))]
    visits = [
        a_stranger("Pojok ASI Pasar", visit_id="a"),
        a_stranger("Pojok ASI Pasar Lama", visit_id="b", fix=a_fix(60)),
    ]
    assert {m.visit_id: m.line_id for m in match(lines, *visits).matches} == {"a": 1, "b": 2}


def test_homes_for_boys_and_for_girls_in_one_yard_are_told_apart() -> None:
    """Their names differ by a letter: each visit belongs to its own; where one alone is claimed, a person is asked."""
    names = ["Panti Asuhan Putra Harapan", "Panti Asuhan Putri Harapan"]
    lines = [a_line(n, kind="lksa", name=name) for n, name in enumerate(names)]
    visits = [a_stranger(name, kind="lksa", visit_id=name) for name in names]
    found = {m.visit_id: (m.line_id, m.sure) for m in match(lines, *visits).matches}
    assert found == {names[0]: (0, True), names[1]: (1, True)}
    (alone,) = match(lines[:1], visits[1]).matches
    assert not alone.sure
    assert ("opposites", "said") in {(c.what, c.level) for c in alone.comparisons}


FAR = a_line(village="99.01.09.2001", point=a_point(5000))


def test_a_line_in_another_subdistrict_and_far_off_is_not_compared() -> None:
    assert match([FAR], a_stranger("Ruang Laktasi Terminal")).matches == ()


def test_the_very_same_name_is_compared_anywhere_in_the_district() -> None:
    """A place moves, a point is wrong: its name is what is left to know it by. A person has to say so."""
    (found,) = match([FAR], a_stranger("POJOK ASI tempat 1")).matches
    assert (found.line_id, found.sure) == (1, False)
    assert {c.what: c.level for c in found.comparisons} == {"name": "same", "distance": "far"}


def test_a_name_whose_words_are_written_as_one_is_compared_anywhere_in_the_district() -> None:
    """Half of the health centres that were found nowhere, two years apart: Jatibarang, Jati Barang."""
    line = a_line(name="Puskesmas Karang Melati", village="99.01.09.2001", point=a_point(5000))
    (found,) = match([line], a_stranger("PKM Karangmelati")).matches
    assert {c.what: c.level for c in found.comparisons} == {"name": "same", "distance": "far"}


def test_a_name_that_many_bear_says_little_from_afar() -> None:
    many = [a_line(n, name="Pojok ASI Mawar", village="99.01.09.2001", point=a_point(5000 + n)) for n in range(9)]
    assert match(many, a_stranger("Pojok ASI Mawar")).matches == ()


def schools(*names: str, metres: int = 0) -> list[ClaimLine]:
    """Claim schools kilometres away from the visit, each a kilometre from the next."""
    return [
        a_line(n, kind="sekolah", name=name, village="99.01.09.2001", point=a_point(metres + n * 1000))
        for n, name in enumerate(names)
    ]


OTHERS = [f"SD {one} {other}" for one in ("Bina", "Karya", "Tunas", "Citra", "Putra") for other in (
    "Nusa", "Insani", "Mulia", "Harapan", "Cendekia", "Sentosa")]  # fmt: skip


def at_school(name: str, **other: object) -> Visit:
    return a_stranger(name, kind="sekolah", **other)


def test_a_name_that_one_line_of_many_bears_is_enough_wherever_it_is() -> None:
    (found,) = match(schools("SMP Garuda Sakti", *OTHERS, metres=9000), at_school("SMP Garuda Sakti")).matches
    assert (found.line_id, found.sure) == (0, True)


def test_a_name_that_two_of_many_bear_is_not() -> None:
    lines = schools("SMP Garuda Sakti", "SMP Garuda Sakti", *OTHERS, metres=9000)
    assert not any(found.sure for found in match(lines, at_school("SMP Garuda Sakti")).matches)


@pytest.mark.parametrize("visited", ["SMP Geruda Sakti", "SMP Garuda Sakti Contoh", "SMPS Garuda  Sakti"])
def test_a_word_that_few_have_leads_to_lines_far_away(visited: str) -> None:
    (found,) = match(schools("SMP Garuda Sakti", *OTHERS, metres=9000), at_school(visited)).matches
    assert found.line_id == 0


@pytest.mark.parametrize("lines, compared", [(20, 20), (21, 0)])
def test_a_word_that_many_have_leads_nowhere(lines: int, compared: int) -> None:
    """Or each visit would be compared with all that carry the district's favourite word."""
    many = schools(*(f"SD Garuda {chr(ord('a') + n) * 5}" for n in range(lines)), metres=9000)
    assert weigh(many, at_school("SD Garuda Sakti"))[0] == compared


def test_schools_in_one_yard_are_never_joined_crosswise_without_a_person() -> None:
    yard = [a_line(n, kind="sekolah", name=f"SDN {n} Mekarjaya", point=a_point(n * 20)) for n in (1, 2)]
    visits = [at_school(f"SDN {n} Mekarjaya", visit_id=f"v{n}", fix=a_fix(n * 20)) for n in (1, 2, 3)]
    found = {m.visit_id: (m.line_id, m.sure) for m in match(yard, *visits).matches}
    assert found["v1"] == (1, True) and found["v2"] == (2, True)
    assert not any(m.sure for m in match(yard[:1], visits[1]).matches)
    assert not any(m.sure for m in match(yard, visits[2]).matches)


def test_where_schools_were_numbered_anew_a_person_says_which() -> None:
    """The sign says 3, and 3 is claimed kilometres away; but at this gate 5 is claimed: was it made 3?"""
    lines = [a_line(5, kind="sekolah", name="SDN 5 Pakuwon"), *schools(*OTHERS, metres=9000)]
    namesake = a_line(99, kind="sekolah", name="SDN 3 Pakuwon", point=a_point(4000))
    (found,) = match([namesake, *lines[1:]], at_school("SDN 3 Pakuwon")).matches
    assert found.sure
    assert not any(found.sure for found in match([namesake, *lines], at_school("SDN 3 Pakuwon")).matches)


def test_a_person_says_so_even_where_the_namesake_is_likelier() -> None:
    """The namesake is 900 m away and likely by its rare name; but another number of that village is nearer."""
    lines = [a_line(99, kind="sekolah", name="SDN 3 Pakuwon", point=a_point(900)), *schools(*OTHERS, metres=9000)]
    nearer = a_line(98, kind="sekolah", name="SDN 5 Pakuwon", point=a_point(300))
    assert match(lines, at_school("SDN 3 Pakuwon")).matches[0].sure
    (found,) = match([*lines, nearer], at_school("SDN 3 Pakuwon")).matches
    assert (found.line_id, found.sure) == (99, False) and found.probability >= RULES.matching.automatic


def test_what_is_hardly_likely_takes_no_line() -> None:
    lines = [a_line(1, registry_no="R1"), a_line(2)]
    named = a_stranger("Pojok ASI Tempat 1", registry_no="R1", visit_id="v2")
    found = match(lines, a_visit(registry_no="R1", name="Pojok ASI Tempat 1"), named)
    assert [(m.visit_id, m.line_id) for m in (*found.matches, *found.faint)] == [("v1", 1)]


def test_two_schools_called_by_their_places_are_two() -> None:
    """Demak and Dempet are a district's and a subdistrict's names: without them nothing would be left to tell by."""
    names = {"99.01": "Kabupaten Demak", "99.01.09": "Kecamatan Dempet"}
    lines = schools("SMAN 1 Dempet", *OTHERS)
    placed = Placed(at_school("SMAN 1 Demak"), (VILLAGES[0].code,))
    assert not any(found.sure for found in match_visits([placed], lines, names, RULES).matches)
    same = Placed(at_school("SMA Negeri 1"), (VILLAGES[0].code,))
    assert match_visits([same], lines, names, RULES).matches[0].line_id == 0


@pytest.mark.parametrize("claimed, visited, says", [
    ("-", "-", False), ("BELUM", "belum", False), ("R1", "-", False), ("p9990001", "P 9990001", True),
])  # fmt: skip
def test_a_placeholder_says_nothing_of_which_place_it_is(claimed: str, visited: str, says: bool) -> None:
    line = a_line(facility_id="claimed", registry_no=claimed)
    (found,) = match([line], a_stranger(line.name, registry_no=visited)).matches
    assert ("registry" in {comparison.what for comparison in found.comparisons}) is says


def test_a_wrong_registry_coordinate_does_not_hide_a_picked_facility() -> None:
    """Honest registries err: some school coordinates lie in another district."""
    far = a_line(village="99.01.09.2001", point=a_point(50_000), registry_no="R1")
    (found,) = match([far], a_visit(registry_no="R1")).matches
    assert found.sure


def test_the_order_of_visits_and_lines_changes_nothing() -> None:
    lines = [a_line(n, point=a_point(n * 200)) for n in range(4)]
    visits = [a_visit(f"v{n}", facility_id=f"facility-{n}", fix=a_fix(n * 200)) for n in range(4)]
    assert match(lines, *visits).matches == match(lines[::-1], *visits[::-1]).matches


# ── what is counted instead of compared


def weigh(lines: list[ClaimLine], visit: Visit) -> tuple[int, Matching]:
    """Give how many lines a visit is compared with one by one, and what comes of it."""
    placed, index = Placed(visit, (VILLAGES[0].code,)), Lines(lines, NAMES, RULES)
    return len(index.to_compare(index.sought([placed]))[0]), match_visits([placed], lines, NAMES, RULES)


A_WHOLE_SUBDISTRICT = [a_line(1)] + [
    a_line(n, point=a_point(3000 + n) if n % 2 else None, registry_no=f"R{n}" if n % 3 else None) for n in range(2, 500)
]


def test_a_facility_picked_on_the_phone_meets_what_is_around_it_and_not_its_whole_subdistrict() -> None:
    compared, matching = weigh(A_WHOLE_SUBDISTRICT, a_visit())
    assert compared == 1
    defined = match_by_definition([Placed(a_visit(), (VILLAGES[0].code,))], A_WHOLE_SUBDISTRICT, NAMES, RULES)
    assert matching.matches[0].probability == pytest.approx(defined[0].probability)
    assert matching.matches[0].probability < 0.98, "each of them still counts"


def test_a_facility_picked_on_the_phone_is_compared_with_others_at_its_spot() -> None:
    there = [a_line(n, name=f"Pojok ASI Lantai {n}", point=a_point(n)) for n in range(1, 6)]
    compared, matching = weigh([*there, *A_WHOLE_SUBDISTRICT[5:]], a_visit())
    assert compared == 5
    assert matching.matches[0].line_id == 1


@pytest.mark.parametrize("accuracy_m, around", [(5, 0), (300, 1), (3000, 2)])
def test_a_vague_point_has_a_wider_neighbourhood(accuracy_m: float, around: int) -> None:
    """What may lie within two kilometres, seen from anywhere the phone may have been, is not called far."""
    lines = [a_line(1), a_line(2, point=a_point(2400)), a_line(3, point=a_point(6000))]
    compared, matching = weigh(lines, a_visit(fix=a_fix(0, accuracy_m)))
    assert compared == 1 + around
    defined = match_by_definition([Placed(a_visit(fix=a_fix(0, accuracy_m)), (VILLAGES[0].code,))], lines, NAMES, RULES)
    assert matching.matches[0].probability == pytest.approx(defined[0].probability, rel=1e-9)


def test_a_place_that_was_not_picked_is_compared_with_its_whole_subdistrict() -> None:
    assert weigh(A_WHOLE_SUBDISTRICT, a_stranger("Pojok ASI Pasar"))[0] == 499
    assert weigh(A_WHOLE_SUBDISTRICT, a_stranger())[0] == 499


def test_nothing_that_is_only_counted_could_be_the_place() -> None:
    """A line that is neither the one picked nor near has at most its village for it: that must not be enough."""
    area, other = RULES.matching.frequencies["area"].values(), RULES.matching.frequencies["picked"]["other"]
    assert log2(other.m / other.u) + max(log2(level.m / level.u) for level in area) < 0
