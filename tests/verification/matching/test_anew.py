"""Where a district's schools were numbered anew: noticed from its visits alone, and then no number alone joins two."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.words import catalogue
from tests.support.builders import LON, METRE, NAMES, RULES, VILLAGES, a_fix, a_line, a_point, a_visit, verify
from verification.freezing import freeze
from verification.matching.anew import NumbersAnew
from verification.matching.likely import Match
from verification.matching.lines import Lines, Placed
from verification.matching.matching import Matching, match_visits, match_with
from verification.model import Claim, ClaimLine, Fix, Visit
from verification.remembering import Remembered

APART_M = 700  # from one school to the next
SCHOOLS = 30
BY_EIGHT = 8  # what was 9 is 1 now, as if eight schools had gone


def a_school(number: int, called: str = "SD Negeri {} Contoh", **other: object) -> ClaimLine:
    """Claim the school of a number, at its own place."""
    values = {"kind": "sekolah", "name": called.format(number), "point": a_point(number * APART_M)}
    return a_line(number, **(values | other))


def at_school(place: int, number: int, called: str = "SDN {} Contoh", metres: float = 0, **other: object) -> Visit:
    """Visit the place where a school is claimed, with the number that its sign says now."""
    fix = a_fix(place * APART_M + metres)
    values = {"kind": "sekolah", "facility_id": None, "name": called.format(number), "fix": fix}
    return a_visit(f"v{place:02}", **(values | other))


CLAIMED = [a_school(number) for number in range(1, SCHOOLS + 1)]
ANEW = [at_school(place, place - BY_EIGHT) for place in range(1 + BY_EIGHT, SCHOOLS + 1)]


def placed(visits: list[Visit]) -> list[Placed]:
    return [Placed(visit, (VILLAGES[0].code,)) for visit in visits]


def match(visits: list[Visit], lines: list[ClaimLine] = CLAIMED) -> Matching:
    return match_visits(placed(visits), lines, NAMES, RULES)


def of(visit: Visit, matching: Matching) -> Match | None:
    return next((match for match in matching.matches if match.visit_id == visit.visit_id), None)


def test_it_is_noticed_and_counted() -> None:
    assert match(ANEW).anew == (NumbersAnew("SD Negeri", together=22, changed=22),)


def test_a_person_is_asked_about_the_places_line_and_told_of_the_namesake() -> None:
    matching = match(ANEW)
    found = {one.visit_id: (one.line_id, one.sure) for one in matching.matches}
    assert found == {visit.visit_id: (int(visit.visit_id[1:]), False) for visit in ANEW}
    told = {(other.visit_id, other.line_id) for other in matching.considered}
    near_the_edge = {"v09", "v10", "v11"}  # their namesakes lie eight schools off, and are nobody's place
    assert {(visit, int(visit[1:]) - BY_EIGHT) for visit in near_the_edge} <= told


def test_no_number_alone_joins_a_place_that_was_not_claimed() -> None:
    """A school without a line, 900 m to the east of the claimed one of its number: that says little here."""
    stranger = at_school(60, 25, fix=a_fix(25 * APART_M, lon=LON + 900 * METRE))
    alone, beside = of(stranger, match([stranger])), of(stranger, match([*ANEW, stranger]))
    assert alone is not None and alone.sure, "where nothing was numbered anew"
    assert beside is None or not beside.sure


def test_what_stands_at_its_place_with_its_number_needs_no_person() -> None:
    kept = [at_school(place, place) for place in range(1, 6)]
    matching = match([*ANEW, *kept])
    assert all(found is not None and found.sure for found in (of(visit, matching) for visit in kept))


# ── a district where only some were numbered anew, in families of their own


WORDS = ("Anggrek", "Bakung", "Cempaka", "Dahlia", "Edelweis", "Flamboyan", "Gladiol", "Kenanga", "Lili", "Melati",
         "Nusa", "Puspa", "Rosela", "Sakura", "Teratai", "Wijaya")  # fmt: skip
FAMILIES = [
    a_school(3 * place + number, f"SD Negeri {word} {number + 1}")
    for place, word in enumerate(WORDS, start=1)
    for number in range(3)
]
A_FEW = [at_school(line.line_id, 0, f"{line.name[:-1]}{int(line.name[-1]) + 3 * (n % 3 == 0)}")
         for n, line in enumerate(FAMILIES)]  # fmt: skip


def without(visits: list[Visit], *places: int) -> list[Visit]:
    return [visit for visit in visits if int(visit.visit_id[1:]) not in places]


def test_what_stands_at_its_place_alone_needs_no_person_in_such_a_district() -> None:
    matching = match(A_FEW, FAMILIES)
    assert matching.anew == (NumbersAnew("SD Negeri", together=48, changed=16),)
    kept = [visit for n, visit in enumerate(A_FEW) if n % 3]
    assert all(found is not None and found.sure for found in (of(visit, matching) for visit in kept))


def test_but_where_another_of_its_sort_is_beside_it_a_person_is_asked() -> None:
    """400 m away, and the namesake at the gate is likely enough; only its number tells the two apart."""
    visit = at_school(31, 0, FAMILIES[28].name)
    others, known = without(A_FEW, 31, 99), [line for line in FAMILIES if line.line_id != 33]
    beside = a_school(99, FAMILIES[30].name.replace("1", "7"), point=a_point(31 * APART_M + 400))
    relative = replace(beside, name=FAMILIES[28].name.replace("2", "7"))
    for other, sure in ((beside, True), (relative, False)):
        found = of(visit, match([*others, visit], [*known, other]))
        assert found is not None and (found.line_id, found.sure) == (31, sure)
        assert found.probability >= RULES.matching.automatic


def test_not_quite_at_the_place_a_number_alone_is_a_persons_to_say() -> None:
    """Likely enough by its rare name: in a district where nothing was noticed nobody is asked."""
    visit = at_school(31, 0, FAMILIES[28].name, fix=a_fix(31 * APART_M, lon=LON + 400 * METRE))
    for others, sure in (([], True), (without(A_FEW, 31), False)):
        found = of(visit, match([*others, visit], FAMILIES))
        assert found is not None and (found.line_id, found.sure) == (31, sure)
        assert found.probability >= RULES.matching.automatic


def test_so_it_is_where_only_one_bears_the_name_but_with_a_number() -> None:
    lines = [*FAMILIES, a_school(99, "SD Negeri Zamrud 2", point=a_point(-9 * APART_M))]
    for name, sure in (("SDN Zamrud 2", False), ("SDN Zamrud", True)):
        away = at_school(99, 0, name, fix=a_fix(-9 * APART_M - 900))
        matching = match([*A_FEW, away], [*lines[:-1], replace(lines[-1], name=name)])
        found = of(away, matching)
        assert found is not None and (found.line_id, found.sure) == (99, sure)


# ── and again where all were


def test_of_several_in_a_yard_the_nearest_is_asked_about() -> None:
    yard = [a_school(20 + n, point=a_point(20 * APART_M + n * 15)) for n in (1, 2)]
    lines = [line for line in CLAIMED if line.line_id not in (20, 21, 22)] + yard
    visit = at_school(20, 12, metres=28)
    found = of(visit, match([*[one for one in ANEW if one.visit_id not in ("v20", "v21", "v22")], visit], lines))
    assert found is not None and (found.line_id, found.sure) == (22, False)
    assert ("numbers", "nearest") in {(c.what, c.level) for c in found.comparisons}


@pytest.mark.parametrize("visit", [
    at_school(12, 4, facility_id="facility-12"), at_school(12, 4, registry_no="99000012"),
])  # fmt: skip
def test_who_picked_it_from_the_list_or_read_its_registry_number_asks_nobody(visit: Visit) -> None:
    lines = [replace(line, registry_no=f"990000{line.line_id:02}") for line in CLAIMED]
    found = of(visit, match([*[one for one in ANEW if one.visit_id != "v12"], visit], lines))
    assert found is not None and (found.line_id, found.sure) == (12, True)


def test_another_sort_of_school_of_the_district_is_as_it_was() -> None:
    lines = [*CLAIMED, *(a_school(100 + n, f"SMP Negeri {n} Contoh", point=a_point(-n * APART_M)) for n in range(1, 9))]
    away = at_school(0, 3, "SMPN {} Contoh", fix=a_fix(-3 * APART_M - 900))
    before, now = of(away, match([away], lines)), of(away, match([*ANEW, away], lines))
    assert before is not None and before == now


@pytest.mark.parametrize("changed, kept", [(4, 0), (5, 60), (2, 20), (0, 30)])
def test_a_few_in_the_yard_of_another_notice_nothing(changed: int, kept: int) -> None:
    lines = [a_school(number) for number in range(1, 100)]
    visits = [at_school(n, n) for n in range(1, kept + 1)]
    visits += [at_school(n, n + 100, metres=30) for n in range(kept + 1, kept + changed + 1)]
    matching = match(visits, lines)
    assert matching.anew == ()
    assert "numbers" not in {c.what for found in matching.matches for c in found.comparisons}


@pytest.mark.parametrize("name", ["SD {} Contoh", "SD PGRI {} Contoh", "Sekolah Contoh {}"])
def test_names_of_another_owner_or_of_no_kind_say_nothing_of_it(name: str) -> None:
    assert match([at_school(place, place - BY_EIGHT, name) for place in range(9, SCHOOLS + 1)]).anew == ()


@pytest.mark.parametrize("claimed, now", [
    ("SD Negeri Mekarjaya {}", "SDN {} Mekarjaya"), ("SDN Contoh {}", "UPT SPF SD Negeri {} Contoh"),
    ("SD Inpres Contoh {}", "SD INP. Contoh {}"), ("SD Negeri Desa 00 {}", "SDN 0{} Desa 00"),
    ("MIN {} Contoh", "MI Negeri {} Contoh"), ("Puskesmas Contoh {}", "PKM Contoh {}"),
    ("Posyandu Mawar {}", "Pos Pelayanan Terpadu Mawar {}"), ("MTs N {} Contoh", "MTsN {} Contoh"),
])  # fmt: skip
def test_however_the_names_are_written(claimed: str, now: str) -> None:
    lines = [a_school(number, claimed) for number in range(1, SCHOOLS + 1)]
    matching = match([at_school(place, place - BY_EIGHT, now) for place in range(9, SCHOOLS + 1)], lines)
    assert [one.changed for one in matching.anew] == [22]
    assert not any(found.sure for found in matching.matches)


FEW = CLAIMED[:12]


@given(st.permutations(range(1, 13)), st.integers(0, 12))
@settings(max_examples=max(settings().max_examples // 4, 10))
def test_however_the_numbers_were_given_whoever_is_sure_stands_at_a_line_of_that_number(
    numbers: list[int], kept: int
) -> None:
    """Numbers in any order: once it is noticed, nobody is given a school by its number alone."""
    said = [*range(1, kept + 1), *(number for number in numbers if number > kept)]
    matching = match([at_school(place, number) for place, number in enumerate(said, start=1)], FEW)
    if matching.anew:
        assert [one for one in matching.matches if one.sure and one.line_id != int(one.visit_id[1:])] == []


@given(st.permutations([*(at_school(place, 13 - place) for place in range(4, 12)), at_school(1, 1), at_school(2, 2)]))
@settings(max_examples=max(settings().max_examples // 4, 10))
def test_the_order_changes_nothing(visits: list[Visit]) -> None:
    found = match(visits, FEW)
    assert found.anew
    assert found == match(sorted(visits, key=lambda visit: visit.visit_id), FEW[::-1])


def test_what_comes_late_finds_what_computing_everything_again_finds() -> None:
    """One more visit tips the balance: those that were compared before are compared once more."""
    index, known = Lines(CLAIMED, NAMES, RULES), Remembered()
    for visits in (ANEW[:4], ANEW[:5], [*ANEW[:5], *ANEW[9:]], ANEW[:3]):
        known.begin()
        assert match_with(placed(visits), index, RULES, known) == match(visits)


def test_the_result_says_so_in_both_languages() -> None:
    found = verify([replace(line, indicator=25) for line in CLAIMED], ANEW)
    (finding,) = [one for one in found.findings if one.about == "anew"]
    assert finding.reason.values == {"sort": "SD Negeri", "count": 22, "of": 22}
    for language in ("id", "en"):
        words = catalogue(language).say("reason.numbers_anew", **finding.reason.values)
        assert "SD Negeri" in words and "22" in words


def test_it_is_still_known_when_the_points_are_deleted() -> None:
    lines = [replace(line, indicator=25) for line in CLAIMED]
    before = verify(lines, ANEW)
    kept = freeze(ANEW, {25: Claim(25, None, lines=tuple(lines))}, before, date(2026, 11, 20))
    gone: Fix | None = None
    closed = [replace(visit, fix=gone, frozen=kept[visit.visit_id]) for visit in ANEW]
    after = verify(lines, closed)
    assert after.findings == before.findings
    assert [line.match for line in after.lines] == [line.match for line in before.lines]
    stranger = at_school(60, 25)
    assert not any(line.match.sure for line in verify(lines, [*closed, stranger]).lines if line.match)
