"""Which lines are wanted: read from an address, written into one, and applied; and what nobody learns by asking."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.disclosure.viewer import EVERYONE, TEAM, Viewer
from server.lines.filter import NAMES, ORDERS, OUTCOMES, PERSON, LineFilter, over_lines, read
from server.register.tables import Facility
from server.results.tables import LineResult
from server.rulebook import load_kinds
from server.submissions.tables import SubmissionState
from tests.support.room import FIRST_DAY, a_part
from verification.model import CONTRADICTS
from verification.places.kinds import Shown

SEES_HOMES = Viewer(names=TEAM.names, lists=frozenset(Shown), findings=True, visitors=True)
SEES_FINDINGS = replace(EVERYONE, findings=True, visitors=True)

texts = st.text(min_size=1, max_size=20).map(lambda text: text.replace("\0", "").strip()).filter(bool)
filters = st.builds(
    LineFilter, indicator=st.none() | st.integers(1, 31), outcome=st.none() | st.sampled_from(OUTCOMES),
    reason=st.none() | st.sampled_from(["not_visited", "arrival_closed", "not_yet_confirmed"]),
    subdistrict=st.none() | st.just("99.01.01"), kind=st.none() | st.sampled_from(sorted(load_kinds().by_code)),
    visitor=st.none() | st.integers(1, 2**31 - 1), since=st.none() | st.dates(), until=st.none() | st.dates(),
    person=st.none() | st.sampled_from(PERSON), search=st.none() | texts, order=st.sampled_from(ORDERS),
)  # fmt: skip


@given(filters)
def test_what_is_written_into_an_address_is_read_from_it(wanted: LineFilter) -> None:
    assert read(wanted.args()) == wanted


@given(st.dictionaries(st.sampled_from(sorted(NAMES.values())), st.text(max_size=30)))
def test_whatever_stands_in_an_address_is_read_or_named_as_unknown(args: dict[str, str]) -> None:
    found = read(args)
    for field, name in NAMES.items():
        asked = args.get(name, "").replace("\0", "").strip()
        understood = getattr(found, field) != getattr(LineFilter(), field)
        assert understood <= bool(asked)
        if field != "order":
            assert (field in found.unknown) <= (not understood)
    assert read(found.args()) == replace(found, unknown=())


@pytest.mark.parametrize(("name", "value"), [
    ("indikator", "tujuh belas"), ("indikator", "0"), ("indikator", "-1"), ("indikator", "99999999999"),
    ("hasil", "not_found"), ("alasan", "x' OR 1=1"), ("kecamatan", "%"), ("jenis", "kantor"),
    ("pengunjung", "Tim Melati"), ("dari", "2026-13-01"), ("sampai", "kemarin"), ("keputusan", "x"), ("urut", "poin"),
])  # fmt: skip
def test_a_value_that_is_none_is_left_out_and_named(name: str, value: str) -> None:
    field = next(field for field, written in NAMES.items() if written == name)
    assert read({name: value}) == LineFilter(unknown=(field,))


@pytest.fixture
def result_id(district: Engine) -> int:
    """48 lines, every second visited: in turn confirmed, unsure, without a refrigerator, not there."""
    return a_part(district, 48)


@pytest.fixture
def session(district: Engine, result_id: int) -> Iterator[Session]:
    with snapshot(district) as found:
        yield found


def chosen(session: Session, result_id: int, viewer: Viewer = SEES_FINDINGS, **args: Any) -> list[int]:
    wanted = read({name: str(value) for name, value in args.items()})
    assert not wanted.unknown
    query = wanted.ordered(wanted.apply(over_lines(result_id, LineResult.line_id), viewer))
    return list(session.scalars(query))


def outcomes(session: Session, result_id: int, lines: list[int]) -> set[str]:
    query = over_lines(result_id, LineResult.outcome).where(LineResult.line_id.in_(lines))
    return set(session.scalars(query))


def test_each_field_chooses(session: Session, result_id: int) -> None:
    def found(**args: Any) -> set[int]:
        return set(chosen(session, result_id, **args))

    assert found() == set(range(1, 49))
    assert found(indikator=25) == {n for n in range(1, 49) if n % 3 == 1} == found(jenis="sekolah")
    assert found(kecamatan="99.01.01") == {n for n in range(1, 49) if n % 4 < 2}
    assert found(hasil="not_visited") == set(range(1, 49, 2)) == found(alasan="not_visited")
    assert outcomes(session, result_id, list(found(hasil="confirmed"))) == {"confirmed"}
    assert found(alasan="arrival_closed") == found(hasil="unsure") == found(keputusan="waits")
    assert found(pengunjung=4) == {n for n in range(2, 49, 2) if n % 3 == 1}, "all visits of who sent submission 4"
    assert found(dari=FIRST_DAY, sampai=FIRST_DAY) == {10, 20, 30, 40}
    assert found(cari="rekaan 12") == {12} == found(cari="REKAAN 12")
    assert found(indikator=25, hasil="not_visited", cari="SDN") == {n for n in range(1, 49, 2) if n % 3 == 1}


def test_what_waits_for_a_person_comes_first_then_what_nobody_visited(session: Session, result_id: int) -> None:
    found = chosen(session, result_id)
    rows = session.execute(over_lines(result_id, LineResult.line_id, LineResult.outcome))
    known: dict[int, str] = dict(rows.all())
    told = ["adverse" if known[line] in CONTRADICTS else known[line] for line in found]
    assert told == ["unsure"] * 6 + ["not_visited"] * 24 + ["adverse"] * 12 + ["confirmed"] * 6
    assert chosen(session, result_id, urut="farthest")[:3] == [48, 46, 44]


def test_a_decision_that_was_reopened_waits_too(district: Engine, result_id: int) -> None:
    with writing(district) as session:
        session.execute(update(LineResult).where(LineResult.line_id == 8).values(reopened_id=5))
        session.execute(update(LineResult).where(LineResult.line_id == 16).values(fact_id=6))
    with snapshot(district) as session:
        assert chosen(session, result_id, keputusan="reopened") == [8]
        assert chosen(session, result_id, keputusan="decided") == [16]
        assert 8 in chosen(session, result_id, keputusan="waits")
        assert 8 in chosen(session, result_id)[:7]


# ── what nobody learns by asking


def test_no_filter_tells_one_adverse_outcome_from_another(session: Session, result_id: int) -> None:
    """A district, before it could reply: both reasons of adverse outcomes are one to it, and none can be asked for."""
    adverse = set(chosen(session, result_id, EVERYONE, hasil="not_yet_confirmed"))
    assert outcomes(session, result_id, list(adverse)) == {"criteria_not_met", "not_found"}
    assert set(chosen(session, result_id, EVERYONE, alasan="not_yet_confirmed")) == adverse
    for code in ("required_absent", "not_at_claimed_place"):
        assert not chosen(session, result_id, EVERYONE, alasan=code)
        assert chosen(session, result_id, SEES_FINDINGS, alasan=code)
    assert len(chosen(session, result_id, EVERYONE, alasan="arrival_closed")) == 6


def test_a_home_is_found_by_its_name_only_by_whom_it_is_named_to(session: Session, result_id: int) -> None:
    assert not chosen(session, result_id, EVERYONE, cari="Panti")
    assert len(chosen(session, result_id, SEES_HOMES, cari="Panti")) == 16
    assert len(chosen(session, result_id, EVERYONE, cari="Rekaan")) == 32


@pytest.mark.parametrize(("who_says", "values"), [
    (Facility, {"kind": "lksa"}), (ClaimLine, {"kind": "rumah_singgah"}), (SubmissionState, {"kind": "lksa"}),
    (Facility, {"kind": "rumah_aman"}), (Facility, {"kind": "nobody_knows"}),
])  # fmt: skip
def test_whoever_says_that_it_is_a_home_it_is_not_found(
    district: Engine, result_id: int, who_says: Any, values: dict[str, str]
) -> None:
    with writing(district) as session:
        number = "00000000-0000-4000-8000-00000000000c" if who_says is Facility else 12
        session.execute(update(who_says).where(who_says.id == number).values(**values))
    with snapshot(district) as session:
        assert not chosen(session, result_id, EVERYONE, cari="Rekaan 12")
        hidden_from_all = values["kind"] in ("rumah_aman", "nobody_knows")
        assert chosen(session, result_id, SEES_HOMES, cari="Rekaan 12") == ([] if hidden_from_all else [12])


def test_a_shelter_is_found_by_nobody_whatever_kind_it_is_said_to_be(district: Engine, result_id: int) -> None:
    with writing(district) as session:
        session.execute(update(ClaimLine).where(ClaimLine.id == 12).values(name="Rumah  Aman Rekaan 12"))
    with snapshot(district) as session:
        for viewer in (EVERYONE, SEES_HOMES):
            assert not chosen(session, result_id, viewer, cari="Rekaan 12")


def test_percent_and_underscore_are_letters(district: Engine, result_id: int) -> None:
    with writing(district) as session:
        session.execute(update(ClaimLine).where(ClaimLine.id == 4).values(name="SDN 100% Ceria_1"))
    with snapshot(district) as session:
        assert chosen(session, result_id, cari="100%") == [4] == chosen(session, result_id, cari="ceria_")
        assert not chosen(session, result_id, cari="Rekaan_12")
        assert chosen(session, result_id, cari="%") == [4]


def test_who_made_a_visit_is_asked_only_by_whom_it_is_told(session: Session, result_id: int) -> None:
    wanted = read({"pengunjung": "4"})
    assert wanted.unknown_to(EVERYONE) == ("visitor",)
    assert len(chosen(session, result_id, EVERYONE, pengunjung=4)) == 48, "it is passed over"


def test_a_number_of_another_district_names_no_visitor(district: Engine, result_id: int) -> None:
    with writing(district) as session:
        session.execute(update(SubmissionState).where(SubmissionState.id == 4).values(district="99.02"))
    with snapshot(district) as session:
        assert chosen(session, result_id, pengunjung=4) == [4], "of nobody else, whose name is the same"


def test_days_include_both_ends(session: Session, result_id: int) -> None:
    found = chosen(session, result_id, dari="2026-11-04", sampai="2026-11-06")
    days = set(session.scalars(over_lines(result_id, SubmissionState.day).where(LineResult.line_id.in_(found))))
    assert days == {date(2026, 11, 4), date(2026, 11, 6)}, "odd days have no visit here"
