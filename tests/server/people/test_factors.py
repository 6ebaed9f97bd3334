"""Second factors on paper and in an app: which code is taken, as people type it, and how often."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from server.db import writing
from server.people import factors, links
from server.people.factors import draw_codes, new_secret, passes_app, passes_printed, step_of
from server.people.links import as_typed
from server.people.tables import Person, PrintedCode
from tests.support.door import LIST, SECRET, Clock, app_code, member

MOMENTS = st.integers(1_577_836_800, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moment=MOMENTS, steps=st.integers(-3, 3))
def test_a_code_of_this_step_and_of_its_neighbours_is_taken(moment: datetime, steps: int) -> None:
    code = pyotp.TOTP(SECRET).at(moment + timedelta(seconds=30 * steps))
    near = {pyotp.TOTP(SECRET).at(moment + timedelta(seconds=30 * other)) for other in (-1, 0, 1)}
    assert (step_of(SECRET, code, moment) is not None) == (code in near)


@given(moment=MOMENTS, after=st.integers(-3, 3))
def test_no_code_is_taken_that_is_not_later_than_the_last(moment: datetime, after: int) -> None:
    current = int(moment.timestamp()) // 30
    step = step_of(SECRET, pyotp.TOTP(SECRET).at(moment), moment, current + after)
    assert step is None or step > current + after


@pytest.mark.parametrize("odd", [" {}", "{} ", "{:.3} {}", "{}\t"])
def test_blanks_in_a_code_of_the_app_do_not_matter(odd: str) -> None:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    code = pyotp.TOTP(SECRET).at(moment)
    assert step_of(SECRET, f"{code[:3]} {code[3:]}" if ":" in odd else odd.format(code), moment)


@pytest.mark.parametrize("code", ["", "x", "12345", "1234567", "½½½½½½", "١٢٣٤٥٦", "0" * 5000])
def test_what_is_no_code_of_six_digits_is_none(code: str) -> None:
    assert step_of(SECRET, code, datetime(2026, 11, 26, tzinfo=UTC)) is None


@given(code=st.sampled_from(LIST), between=st.sampled_from(["", " ", "-", " - ", "–", "."]), lower=st.booleans())
def test_a_printed_code_is_read_as_people_type_it(code: str, between: str, lower: bool) -> None:
    typed = f" {between.join(code.split('-'))} "
    assert as_typed(typed.lower() if lower else typed) == as_typed(code)


def test_codes_are_drawn_from_the_systems_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [code for _ in range(100) for code in draw_codes()]
    assert len(set(drawn)) == 1000 and {len(as_typed(code)) for code in drawn} == {12}  # 60 bits
    assert len(new_secret()) == 32  # 160 bits
    monkeypatch.setattr(links.secrets, "choice", lambda signs: signs[0])
    assert set(draw_codes()) == {"AAAA-AAAA-AAAA"}
    monkeypatch.setattr(factors.pyotp, "random_base32", secrets.token_hex)
    assert len(new_secret()) == 64


def test_codes_are_kept_as_argon2id_only(engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session, codes=True)
        kept = [session.get_one(PrintedCode, (person_id, number)).digest for number in range(1, 11)]
    assert all(digest.startswith("$argon2id$") for digest in kept) and len(set(kept)) == 10
    assert not any(as_typed(code) in digest for code in LIST for digest in kept)


def test_a_code_gets_in_once(engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        person = session.get_one(Person, member(session, app=True, codes=True))
        assert passes_app(session, person, app_code(0))
        assert not passes_app(session, person, app_code(0))
        assert not passes_app(session, person, app_code(-1)), "nor an older one"
        assert passes_app(session, person, app_code(1))
        assert passes_printed(session, person.id, 4, LIST[3])
        assert not passes_printed(session, person.id, 4, LIST[3])
        assert not passes_printed(session, person.id, 5, LIST[3])


def test_of_two_who_try_the_same_code_at_once_one_gets_in(engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session, app=True, codes=True)
    code = app_code()

    def tried(way: str) -> bool:
        with writing(engine) as session:
            if way == "app":
                return passes_app(session, session.get_one(Person, person_id), code)
            return passes_printed(session, person_id, 1, LIST[0])

    with ThreadPoolExecutor(4) as pool:
        for way in ("app", "printed"):
            assert sum(pool.map(tried, [way] * 4)) == 1


def test_who_has_no_app_has_no_code(engine: Engine) -> None:
    with writing(engine) as session:
        assert not passes_app(session, session.get_one(Person, member(session)), app_code())
