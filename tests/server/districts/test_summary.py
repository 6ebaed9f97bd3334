"""A district summed up: three columns that say what they count, points only for whom they are no tuning."""

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.results.counts import count_lines
from server.results.sums import add_up
from server.results.tables import IndicatorResult, LineResult, Result
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND
from tests.support.room import a_part
from tests.support.statements import statements
from tests.support.web import entered
from tests.support.workbooks import DISTRICT
from verification.comparing.sources import side_by_side
from verification.reason import Value

HERE = f"/wilayah/{ROUND}/{DISTRICT}"
SUPERVISOR, OFFICER, ASSESSOR = Held(Role.SUPERVISOR), Held(Role.DISTRICT, DISTRICT, ROUND), Held(Role.ASSESSOR)


def a_result(engine: Engine, lines: int) -> int:
    """Make a part with so many lines, and all of its indicators: 15 of 15 points for each list."""
    number = a_part(engine, lines)
    with writing(engine) as session:
        counts = count_lines(session, number)
        for one in INDICATORS.indicators:
            found = counts.get(one.number)
            session.add(IndicatorResult(
                result_id=number, indicator=one.number, maximum=one.points, claimed=15.0, observed=found is not None,
                lines=found.lines if found else 0, confirmed=found.confirmed if found else 0,
                contradicted=found.contradicted if found else 0, undecided=0, lowest=6.0 if found else None,
                highest=13.5 if found else None, reasons=[], findings=[],
            ))  # fmt: skip
        add_up(session, number)
    return number


@pytest.fixture
def part(district: Engine) -> int:
    return a_result(district, 24)


def page(app: Flask, *held: Held, path: str = HERE) -> str:
    answer = entered(app, held).get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def row(found: str, indicator: int) -> str:
    """Give the words of an indicator's row."""
    return next(words(one) for one in re.findall(r"<tr.*?</tr>", found) if f"indikator={indicator}" in one)


def words(found: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_the_columns_say_what_was_found_of_how_many(app: Flask, district: Engine, part: int) -> None:
    """8 lines of an indicator, 4 of them visited; what is confirmed, contradicted and open adds up to those."""
    with snapshot(district) as session:
        counts = count_lines(session, part)[17]
    assert (counts.lines, counts.visited) == (8, 4)
    assert counts.confirmed + counts.contradicted + counts.undecided == counts.visited
    said = row(page(app, SUPERVISOR), 17)
    assert "8 tempat belum ada dokumen 4 dari 8 tempat dikunjungi" in said
    assert f"{counts.confirmed} terkonfirmasi" in said


def test_what_is_not_made_yet_has_no_number(app: Flask, part: int) -> None:
    assert "Tanggapan daerah belum ada" in words(page(app, ASSESSOR))


def of_the_desk(engine: Engine, indicator: int, points: float | None, scored: int, questions: int) -> None:
    """Store what reading an indicator's documents left."""
    left = {"points": points, "scored": scored, "questions": questions}
    with writing(engine) as session:
        session.execute(update(IndicatorResult).filter_by(indicator=indicator).values(desk=left))


def test_what_the_desk_left_stands_apart_and_in_place_of_what_nobody_visits(
    app: Flask, district: Engine, part: int
) -> None:
    """Of 1 and 2, which no visit sees, 15 points were claimed each; 1 keeps 9.5, 2 is not scored wholly."""
    of_the_desk(district, 1, 9.5, 2, 2)
    of_the_desk(district, 2, None, 1, 3)
    of_the_desk(district, 17, 11.0, 1, 1)
    found = page(app, ASSESSOR)
    assert "Sesudah pemeriksaan dokumen: 9,5 poin; 2 dari 2 pertanyaan sudah dinilai." in words(found)
    assert "Sesudah pemeriksaan dokumen: 1 dari 3 pertanyaan sudah dinilai." in words(found)
    assert "11,0 poin; 1 dari 1 pertanyaan sudah dinilai" in row(found, 17)
    total = "Nilai verifikasi administrasi (jumlah semua pertanyaan)"
    assert f"{total}: 20,5 poin; 4 dari 6 pertanyaan sudah dinilai" in words(found), "Σ: 9.5 and 11"
    assert "544,5 – 644,5" in words(found), "5.5 points less than claimed; 17 counts by its visits"
    assert "Terendah 494,5 + 50,0 = 544,5" in words(found)
    hidden = words(page(app, SUPERVISOR))
    assert f"{total}: 4 dari 6 pertanyaan sudah dinilai" in hidden
    assert "2 dari 2 pertanyaan sudah dinilai" in hidden and "9,5" not in hidden and "11,0" not in hidden


def test_an_indicators_page_says_how_many_points_are_claimed_to_whom_points_are_told(app: Flask, part: int) -> None:
    assert "Diklaim 15,0 dari 15,0 poin" in words(page(app, ASSESSOR, path=f"{HERE}/indikator/17"))
    assert "15,0" not in words(page(app, SUPERVISOR, path=f"{HERE}/indikator/17"))


def test_how_far_the_borders_are_and_what_could_decide_between_them(app: Flask, district: Engine, part: int) -> None:
    """From 550 to 650 points: each list could add 7.5 of them, and none alone reaches 601 or leaves 650."""
    found = words(page(app, ASSESSOR))
    assert "Dari ujung terendah kurang 51,0 poin ke Madya." in found
    assert "Ujung tertinggi 49,0 poin di atas awal Madya." in found
    assert "7,5 poin, 0 tempat belum diputuskan" in found and "Sendiri dapat mengubah kategori." not in found
    with writing(district) as session:
        session.execute(update(Result).values(standing=550.0))
        session.execute(update(IndicatorResult).filter_by(indicator=13).values(lowest=0.0, highest=80.0))
    assert words(page(app, ASSESSOR)).count("Sendiri dapat mengubah kategori.") == 1


def test_what_a_person_decided_without_a_visit_is_named_apart(app: Flask, district: Engine, part: int) -> None:
    with writing(district) as session:
        decided = LineResult.line_id == 3
        session.execute(update(LineResult).where(decided).values(indicator=17, outcome="confirmed", fact_id=1))
        add_up(session, part)
    found = page(app, SUPERVISOR)
    assert "1 diputuskan orang tanpa kunjungan" in row(found, 17)
    assert "Diputuskan orang: 1" in found


def test_places_of_an_indicator_that_visits_only_inform_of_count_in_their_clusters_row(
    app: Flask, district: Engine, part: int
) -> None:
    before = words(page(app, SUPERVISOR))
    with writing(district) as session:
        session.execute(update(LineResult).where(LineResult.line_id == 3).values(indicator=28))
        add_up(session, part)
    name = INDICATORS.clusters[-1].name["id"]
    found = words(page(app, SUPERVISOR))
    assert f"{name} –" in before and f"{name} 1 tempat" in found


def test_every_indicator_leads_to_its_lines_and_to_its_claim(app: Flask, part: int) -> None:
    found = page(app, SUPERVISOR)
    assert f'href="{HERE}/baris?indikator=17"' in found
    for one in INDICATORS.indicators:
        assert f'href="{HERE}/indikator/{one.number}"' in found
    assert "Hingga" not in page(app, SUPERVISOR, path=f"{HERE}/indikator/17")


def test_an_indicator_without_places_leads_to_no_list_of_them(app: Flask, part: int) -> None:
    to_lines = 'class="button" href="' + f"{HERE}/baris?indikator="
    for number, lists in ((17, True), (1, False), (14, False)):
        assert (to_lines in page(app, SUPERVISOR, path=f"{HERE}/indikator/{number}")) is lists, number


# ── points


def test_who_plans_sees_points_their_formula_and_the_category_that_they_would_be(
    app: Flask, district: Engine, part: int
) -> None:
    found = words(page(app, ASSESSOR))
    assert "550,0 – 650,0" in found and "dari kategori Pratama sampai Madya" in found
    assert "Terendah 500,0 + 50,0 = 550,0; tertinggi 500,0 + 150,0 = 650,0" in found
    assert "Terendah 15,0 × " in found, "each indicator has its own"
    with writing(district) as session:
        session.execute(update(Result).values(highest=100.4))
    assert "kurang dari satu poin dari batas kategori" in words(page(app, ASSESSOR))


@pytest.mark.parametrize("held", [[SUPERVISOR], [SUPERVISOR, ASSESSOR], [Held(Role.OBSERVER)],
                                  [Held(Role.LEAD, DISTRICT, ROUND)]])  # fmt: skip
def test_who_decides_facts_sees_no_points_whatever_else_they_are(app: Flask, part: int, held: list[Held]) -> None:
    for path in (HERE, f"{HERE}/indikator/17"):
        found = words(page(app, *held, path=path)).replace("Poin mandiri", "")  # that it lacks is no number
        for told in ("550,0", "650,0", "Pratama", "Madya", "15,0", "13,5", "700,0", "poin", "Poin"):
            assert told not in found, told


def test_once_the_part_is_closed_they_do(app: Flask, district: Engine, part: int) -> None:
    with writing(district) as session:
        session.execute(update(RoundPart).values(state=CLOSED))
    found = words(page(app, SUPERVISOR))
    assert "550,0 – 650,0" in found and "sudah ditutup" in found


def test_a_district_reads_no_adverse_word_and_learns_nothing_by_counting(app: Flask, part: int) -> None:
    """What contradicts is one number, "belum dapat dikonfirmasi", whichever way it does."""
    found = page(app, OFFICER)
    assert "belum dapat dikonfirmasi" in found
    for code in ("not_found", "criteria_not_met", "duplicate", "outside_district", "required_absent"):
        assert code not in found


# ── the verification factor


def test_the_factor_says_what_is_there_and_what_meets_and_guesses_nothing(
    app: Flask, district: Engine, part: int
) -> None:
    """E-LINE: of five places one is confirmed, one lacks something, one is there but open, one not, one unvisited."""
    told = [("confirmed", "criteria_counted"), ("criteria_not_met", "required_absent"), ("unsure", "needed_not_seen"),
            ("not_found", "not_at_claimed_place"), ("not_visited", "not_visited")]  # fmt: skip
    with writing(district) as session:
        lines = session.scalars(select(LineResult).filter_by(indicator=17)).all()
        for one in lines[len(told) :]:
            session.delete(one)
        for one, (outcome, code) in zip(lines, told, strict=False):
            one.outcome, one.reason_codes = outcome, f" {code} "
    found = words(page(app, SUPERVISOR, path=f"{HERE}/indikator/17"))
    assert (
        "Ada: 3 dari 5 tempat, 1 tidak, 1 belum diketahui: dari 0,6 sampai 0,8. Dari yang sudah diketahui saja: 0,75."
        in found
    )
    assert "Ada dan memenuhi yang diminta: 1 dari 5 tempat, 2 tidak, 2 belum diketahui: dari 0,2 sampai 0,6." in found
    assert "Faktor" not in page(app, OFFICER, path=f"{HERE}/indikator/17"), "it would tell in which way it is not"
    assert "Faktor" not in page(app, SUPERVISOR, path=f"{HERE}/indikator/1"), "no place is claimed"


# ── what sources differ in


def it_is_found(engine: Engine, indicator: int, about: str, values: dict[str, Value], claimed: float) -> None:
    finding = {"code": "sources_differ", "values": values, "verdict": "differs", "about": about}
    with writing(engine) as session:
        one = session.scalars(select(IndicatorResult).filter_by(indicator=indicator)).one()
        one.findings, one.claimed = [*one.findings, finding], claimed


@pytest.fixture
def differing(district: Engine, part: int) -> None:
    """17: one pair of 15 points; 27: two of three pairs differ, of 4 points; 22: all agree."""
    it_is_found(district, 17, "yes_no", {"topic": "17a1 refrigerator", "claimed": True, "there": 1, "of": 2}, 15.0)
    it_is_found(district, 27, "heard", side_by_side("free_entry", None, (2, 2), False), 4.0)
    it_is_found(district, 27, "children", side_by_side("free_entry", None, (1, 1), True), 4.0)
    it_is_found(district, 22, "heard", side_by_side("22a1 nobody_smoking", True, (1, 1), True), 60.0)


def topics(found: str) -> list[str]:
    return [words(one) for one in re.findall(r"<tr.*?</tr>", found.partition('id="sources"')[2].split("</table>")[0])][
        1:
    ]


def test_what_sources_differ_in_is_ranked_by_points_at_stake_for_whom_points_are(app: Flask, differing: None) -> None:
    """E-TRI: 15 × 1 comes before 4 × 2; what agrees is not asked about."""
    found = topics(page(app, ASSESSOR))
    assert [one.split()[0] for one in found] == ["17", "27"]
    assert found[0].endswith("terpenuhi tidak terpenuhi – – 1 15,0 × 1 = 15,0")
    assert found[1].endswith("– terpenuhi tidak terpenuhi terpenuhi 2 4,0 × 2 = 8,0")


def test_who_decides_facts_reads_them_by_disagreement_alone(app: Flask, differing: None) -> None:
    found = topics(page(app, SUPERVISOR))
    assert [one.split()[0] for one in found] == ["27", "17"]
    assert not any("×" in one for one in found)
    assert "poin" not in words(page(app, SUPERVISOR)).replace("Poin mandiri", "").lower()


def test_who_may_not_read_findings_is_told_of_no_source(app: Flask, differing: None) -> None:
    for held in (OFFICER, Held(Role.PROVINCIAL), Held(Role.OBSERVER)):
        assert 'id="sources"' not in page(app, held)


# ── what it costs


def test_it_asks_as_much_and_weighs_as_much_with_many_lines(app: Flask, district: Engine) -> None:
    a_result(district, 30)
    web = entered(app)
    with statements(district) as few:
        web.get(HERE)
    with writing(district) as session:
        for table in (LineResult,):
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]
    with statements(district) as said:
        answer = web.get(HERE)
    assert len(said) == len(few) <= 15 and len(answer.data) < 150_000
    with statements(district) as said:
        web.get(f"{HERE}/indikator/17")
    assert len(said) <= 15


def test_before_its_first_result_it_says_so(app: Flask, district: Engine) -> None:
    from server.rounds.states import begin_part
    from tests.support.claiming import TESTER

    with writing(district) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
    assert "Belum diverifikasi" in page(app, SUPERVISOR)
    assert entered(app, [SUPERVISOR]).get(f"/wilayah/{ROUND}/99.77").status_code == 404


def test_what_people_said_leads_to_it_for_whom_that_is_open(app: Flask, district: Engine, part: int) -> None:
    it_is_found(district, 27, "heard", side_by_side("free_entry", None, (2, 2), False), 4.0)
    it_is_found(district, 27, "yes_no", {"topic": "27a1", "claimed": True, "there": 1, "of": 2}, 4.0)
    of_people = f'<a href="{HERE}/wawancara'
    found = page(app, SUPERVISOR, path=f"{HERE}/indikator/27").partition('id="findings"')[2].partition("</ul>")[0]
    assert found.count(of_people) == 1, "the other one is of claim and visits alone"
    assert "Wawancara" in words(found)
    assert of_people not in page(app, OFFICER, path=f"{HERE}/indikator/27")
