"""The district that docs/satu-kabupaten.md works out by hand: its figures, worked out again from the same tables."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.results.totals import totals
from server.rulebook import load_benchmarks
from tests.support.builders import (
    ALL_FIVE,
    ALL_SEVEN,
    INDICATORS,
    NAMES,
    RULES,
    VILLAGES,
    a_fix,
    a_line,
    a_point,
    a_visit,
    verify,
)
from verification.comparing.beside import Beside
from verification.desk.score import DeskScore
from verification.model import Answer, Arrival, Claim, ClaimLine, Outcome, Seen, Visit
from verification.places.areas import Villages
from verification.points.open import Range, still_open
from verification.rules import PointRules
from verification.verify import DistrictResult, verify_district

TEXT = (Path(__file__).parents[2] / "docs/satu-kabupaten.md").read_text(encoding="utf-8")
Rows = list[dict[str, str]]


def table(*head: str) -> Rows:
    """Give the rows of the page's table that has exactly these columns."""
    lines = TEXT.splitlines()
    begin = lines.index(f"| {' | '.join(head)} |")
    rows = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(head, (cell.strip() for cell in line.strip("|").split("|")), strict=True)))
    return rows


COLUMNS = table("indikator", "diklaim", "sesudah dokumen", "terendah", "tertinggi")
PLACES = table("tempat", "indikator", "yang terlihat", "hasil")
SUMS = {row["jumlah"]: float(row["poin"]) for row in table("jumlah", "poin")}
ANSWERS = {
    8: {"8b1": Answer("5100"), "8b2": Answer("4960"), "8b3": Answer("4820"), "8b4": Answer("4655")},
    14: {"14a1": Answer("15.2", "16.1")},
    25: {"25a1": Answer("40"), "25a3": Answer("20")},
    29: {"29a1": Answer("40", "32"), "29b1": Answer("30", "20")},
}
WITHOUT_COLD = ALL_FIVE | {"refrigerator": Seen.NO}
SIX_OF_SEVEN = ALL_SEVEN | {min(ALL_SEVEN): Seen.NO}
SEEN: dict[str, dict[str, Any]] = {
    "kelima syarat ada": {"answers": ALL_FIVE}, "tanpa lemari pendingin": {"answers": WITHOUT_COLD},
    "tutup": {"arrival": Arrival.CLOSED, "answers": {}}, "ketujuh hal ada": {"answers": ALL_SEVEN},
    "tidak ada di tempat": {"arrival": Arrival.NOT_THERE, "answers": {}, "asked_third_party": Seen.YES},
    "enam dari tujuh hal": {"answers": SIX_OF_SEVEN}, "ditolak": {"arrival": Arrival.REFUSED, "answers": {}},
}  # fmt: skip


def points(text: str) -> float | None:
    return None if text == "–" else float(text)


def places() -> list[tuple[ClaimLine, Visit | None]]:
    """Make the places of the page's first table, those of an indicator 100 m from one another, and visits to them."""
    made = []
    for number, row in enumerate(PLACES):
        indicator, name = int(row["indikator"]), row["tempat"]
        north = 100 * (int(name.split()[-1]) - 1)
        (kind,) = INDICATORS.by_number[indicator].facility_kinds
        line = a_line(number, indicator=indicator, kind=kind, name=name, facility_id=name, point=a_point(north))
        seen = SEEN.get(row["yang terlihat"])
        visit = a_visit(f"v{number}", kind=kind, facility_id=name, fix=a_fix(north), **seen) if seen else None
        made.append((line, visit))
    return made


@pytest.fixture(scope="module")
def result() -> DistrictResult:
    made = places()
    claims = {}
    for row in COLUMNS:
        number = int(row["indikator"])
        lines = tuple(line for line, _ in made if line.indicator == number)
        claims[number] = Claim(number, float(row["diklaim"]), ANSWERS.get(number, {}), lines=lines)
    desk = tuple(DeskScore(int(row["indikator"]), left, 1, 1) for row in COLUMNS
                 if (left := points(row["sesudah dokumen"])) is not None)  # fmt: skip
    beside = Beside(2024, None, load_benchmarks(), desk)
    visits = [visit for _, visit in made if visit]
    return verify_district(INDICATORS, claims, visits, Villages(VILLAGES), NAMES, RULES, beside)


def test_what_was_seen_at_each_place_is_the_outcome_that_the_page_names(result: DistrictResult) -> None:
    assert {PLACES[line.line_id]["tempat"]: line.outcome for line in result.lines} == {
        row["tempat"]: Outcome(row["hasil"]) for row in PLACES
    }


def on(day: str) -> datetime:
    """Read a day of the table: 2 November."""
    return datetime(2024, 11, int(day.split()[0]), 2, tzinfo=UTC)


def test_of_several_visits_to_a_place_that_one_counts_which_the_page_names() -> None:
    rows = table("ruang", "dikunjungi", "tiba", "yang terlihat saat itu", "dihitung", "hasilnya")
    rooms = sorted({row["ruang"] for row in rows})
    lines = [a_line(at, facility_id=room, point=a_point(100 * at)) for at, room in enumerate(rooms)]
    visits = [a_visit(f"v{number}", facility_id=row["ruang"], fix=a_fix(100 * rooms.index(row["ruang"])),
                      began_at=on(row["dikunjungi"]), received_at=on(row["tiba"]) + timedelta(hours=1),
                      **SEEN[row["yang terlihat saat itu"]]) for number, row in enumerate(rows)]  # fmt: skip
    told = {row["ruang"]: (f"v{number}", row["hasilnya"]) for number, row in enumerate(rows) if row["dihitung"] == "ya"}
    found = {rooms[line.line_id]: (line.match and line.match.visit_id, line.outcome)
             for line in verify(lines, visits).lines}  # fmt: skip
    assert found == {room: (visit, Outcome(outcome)) for room, (visit, outcome) in told.items()}
    before_9 = replace(RULES, matching=replace(RULES.matching, latest_that_looked=False))
    (said,) = re.findall(r"A menjadi (\w+) dan B (\w+)\.", TEXT)
    assert [line.outcome for line in verify(lines, visits, rules=before_9).lines][:2] == [*map(Outcome, said)]


def test_both_readings_come_to_the_points_worked_out_by_hand(result: DistrictResult) -> None:
    ledger = {line.indicator: line for line in result.ledger}
    head = ("indikator", "S", "C", "K", "X", "U", "pembacaan", "terendah", "tertinggi")
    for row in table(*head):
        line = ledger[int(row["indikator"])]
        assert (line.claimed, line.lines, line.confirmed, line.contradicted, line.undecided) == tuple(
            float(row[name]) for name in "SCKXU"
        )
        reading = next(one for one in line.readings if one.name == row["pembacaan"])
        assert (reading.lowest, reading.highest) == pytest.approx((float(row["terendah"]), float(row["tertinggi"])))


def test_a_list_of_which_a_place_had_ended_comes_to_the_points_worked_out_by_hand() -> None:
    made = [(line, visit) for line, visit in places() if line.indicator == 17]
    visits = [visit for _, visit in made if visit]
    for row in table("daftar 17, S = 15", "C", "K", "X", "U", "terendah", "tertinggi"):
        said = re.fullmatch(r"(Pojok ASI \d+) berhenti (\d+)", row["daftar 17, S = 15"])
        name, year = said.groups() if said else ("", "0")
        lines = [replace(line, ended_year=int(year)) if line.name == name else line for line, _ in made]
        now, before_10 = (
            next(
                line for line in verify(lines, visits, rules=rules, beside=Beside(2024)).ledger if line.indicator == 17
            )
            for rules in (RULES, replace(RULES, points=PointRules(ended_is_no_claim=False)))
        )
        assert [now.lines, now.confirmed, now.contradicted, now.undecided, now.lowest, now.highest] == [
            float(value) for name, value in row.items() if name != "daftar 17, S = 15"
        ], row
        assert (before_10.lines, before_10.lowest, before_10.highest) == (10, 6, 13.5)


def test_what_is_compared_says_what_the_page_says(result: DistrictResult) -> None:
    codes = {(one.indicator, one.reason.code) for one in result.findings}
    for row in table("indikator", "jawaban", "dibandingkan dengan", "temuan", "kode"):
        assert (int(row["indikator"]), row["kode"]) in codes


def test_the_three_columns_are_those_of_the_page(result: DistrictResult) -> None:
    ledger = {line.indicator: line for line in result.ledger}
    for row in COLUMNS:
        line = ledger[int(row["indikator"])]
        left = line.desk.points if line.desk else None
        assert (line.claimed, left, line.lowest, line.highest) == tuple(
            points(row[name]) for name in ("diklaim", "sesudah dokumen", "terendah", "tertinggi")
        )


def test_the_sums_the_category_and_what_decides_it_are_those_of_the_page(result: DistrictResult) -> None:
    sums = totals(result.ledger)
    left = sum(line.desk.points - (line.claimed or 0) for line in result.ledger if line.desk and line.desk.points)
    standing = sums.standing + left
    lowest, highest = standing + sums.lowest, standing + sums.highest
    borders = RULES.categories.borders
    assert [sums.claimed, sums.standing, standing, lowest, highest, borders(lowest).short, borders(highest).above] == (
        pytest.approx(list(SUMS.values()))
    )
    assert re.findall(r"Ujung terendah masih (\w+)|ujung tertinggi sudah (\w+)", TEXT) == [
        ("Pratama", ""),
        ("", "Madya"),
    ]
    assert (RULES.categories.of(lowest), RULES.categories.of(highest)) == ("pratama", "madya")
    ranges = [Range(line.indicator, line.lowest, line.highest or 0, line.undecided) for line in result.ledger
              if line.lowest is not None]  # fmt: skip
    head = ("indikator", "poin terbuka", "tempat belum diputuskan", "sendiri mengubah kategori")
    by_hand = [
        (int(row[head[0]]), float(row[head[1]]), int(row[head[2]]), row[head[3]] == "ya") for row in table(*head)
    ]
    found = still_open(ranges, standing, RULES.categories)
    assert [(one.indicator, one.points, one.undecided, one.decides) for one in found] == by_hand
