"""Passwords: any signs, as they were typed, long enough, and none that others would try first."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from server.db import now, writing
from server.login.entering import by_password
from server.people import passwords
from server.people.passwords import (
    LONGEST,
    OFTEN_HERE,
    SHORTEST,
    BadPassword,
    check_strength,
    fits,
    hashed,
    is_outdated,
)
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from server.settings import CHECKOUT
from tests.support.environment import examples
from tests.support.once import AS_KEPT
from tests.support.sampling import Share, all_of_them
from tests.support.web import person as a_person

GOOD = "kuda hijau menyanyi pelan"
PAGE = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8")
SOME_OR_ALL = pytest.mark.parametrize(
    "share", [lambda things: things[::60], pytest.param(all_of_them, marks=pytest.mark.ci)], ids=["some", "all"]
)


def refusal(password: str, *about: str) -> str | None:
    try:
        check_strength(password, *about)
    except BadPassword as bad:
        return bad.reason.code
    return None


# ── how long, and of which signs


@pytest.mark.parametrize("length, code", [
    (7, "password_too_short"), (11, "password_too_short"), (12, None), (64, None), (200, None),
    (201, "password_too_long"),
])  # fmt: skip
def test_a_password_has_twelve_signs_at_least_and_two_hundred_at_most(length: int, code: str | None) -> None:
    assert refusal((GOOD[::-1] + GOOD * 9)[:length].replace(" ", "")[:length].ljust(length, "ß")) == code
    assert (SHORTEST, LONGEST) == (12, 200)


TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=LONGEST)


@settings(max_examples=examples(20))
@given(TYPED)
def test_a_password_of_any_signs(password: str) -> None:
    """None is refused for what it is made of; whatever it is, it opens its own door."""
    assert refusal(password) in (None, "password_easily_guessed")
    assert fits(hashed(password), password)


@pytest.mark.parametrize("password", [
    "83749238749283107465", "qzkfhwmrtyplvbnx", "QZKFHWMRTYPLVBNX", "   q  z kf  hw mr ", "ббббдддзззии рыба",
    "😀🐎🌋🎻🍉🚲🧵🦑🪁🧊🪵🛶",
])  # fmt: skip
def test_of_one_kind_of_signs_alone(password: str) -> None:
    assert refusal(password) is None


LONG = "Kuda " + "abcdefghij" * 19 + "Ekor "


@pytest.mark.parametrize("other", [
    LONG.lower(), LONG.strip(), LONG[:-1], LONG[:72], LONG[:-6] + "x" + LONG[-5:], LONG.replace("j", "k", 1),
    f" {LONG}", LONG.swapcase(), "",
], ids=range(9))  # fmt: skip
def test_a_password_is_compared_as_it_was_typed(other: str) -> None:
    kept = hashed(LONG)
    assert len(LONG) == LONGEST and fits(kept, LONG) and not fits(kept, other)


def test_two_keyboards_type_the_same() -> None:
    """The one change that is made: Unicode's own, as NIST SP 800-63B asks."""
    assert fits(hashed("Bu Renée menari pelan"), "Bu Rene\u0301e menari pelan")


# ── which others would try


COMMON = list(FREQUENCY_LISTS["passwords"])


def lengthened(word: str) -> Iterable[str]:
    """Bring a short word to twelve signs as people do."""
    yield word * -(-SHORTEST // len(word))
    yield (word + "123456789012")[: max(SHORTEST, len(word))]


@SOME_OR_ALL
def test_a_password_that_is_known_is_refused(share: Share) -> None:
    """All known ones that are long enough, and the 3,000 most common made long enough."""
    assert len(COMMON) == 30_000
    tried = [word for word in COMMON if len(word) >= SHORTEST]
    tried += [longer for word in COMMON[:3000] for longer in lengthened(word)]
    assert [word for word in share(tried) if refusal(word) is None] == []


@pytest.mark.parametrize("word", OFTEN_HERE)
def test_a_password_made_of_our_own_words_is_refused(word: str) -> None:
    others = [
        word * 6,
        f"{word}{word}20262026",
        f"{word.title()}-{word.upper()}-1!",
        f"{word}Tilik2026!?",
        f"{word}123456789",
    ]
    assert [made for made in others if refusal(made.ljust(SHORTEST, "1")) is None] == []


@pytest.mark.parametrize("password", [
    "SitiRahmawati1", "siti rahmawati 2026", "Rahmawati1990!!", "siti.rahmawati@demak", "DemakDemakSiti",
    "rahmawatisitidemak",
])  # fmt: skip
def test_a_password_made_of_what_others_know_of_a_person_is_refused(password: str) -> None:
    assert refusal(password, "Siti Rahmawati", "siti.rahmawati@demak.go.id") == "password_easily_guessed"


def test_such_a_word_among_others_is_no_harm() -> None:
    assert refusal("siti menanam pohon di bulan", "Siti Rahmawati") is None


def test_the_page_on_security_lists_our_own_words() -> None:
    told = PAGE.partition("### Words that make no password")[2].partition("\n#")[0]
    assert re.findall(r"`(\w+)`", told) == list(OFTEN_HERE)


# ── how it is kept


def test_a_password_is_kept_by_argon2id_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", AS_KEPT)
    kept = hashed(GOOD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") and hashed(GOOD) != kept and GOOD not in kept
    assert "argon2id, 19 MiB, 2 passes" in PAGE


def test_who_has_no_password_has_none_that_fits() -> None:
    assert not fits(None, "nobody has this one") and not fits(None, "") and not fits("no hash", GOOD)


def with_password(engine: Engine, kept: str) -> int:
    with writing(engine) as session:
        number = a_person(session, Held(Role.OBSERVER), email="bu@example.id")
        person = session.get_one(Person, number)
        person.password, person.password_set_at = kept, now().replace(year=2000)
    return number


def test_a_password_does_not_expire(engine: Engine) -> None:
    with_password(engine, hashed(GOOD))
    with writing(engine) as session:
        assert by_password(session, "bu@example.id", GOOD, "a test") is not None


def test_a_hash_of_older_parameters_is_made_anew_when_its_owner_logs_in(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1))
        weak = hashed(GOOD)
    assert is_outdated(weak)
    number = with_password(engine, weak)
    with writing(engine) as session:
        assert by_password(session, "bu@example.id", "another one altogether", "a test") is None
        assert session.scalar(select(Person.password).filter_by(id=number)) == weak
        assert by_password(session, "bu@example.id", GOOD, "a test")
    with writing(engine) as session:
        kept = session.get_one(Person, number).password
    assert kept and not is_outdated(kept) and fits(kept, GOOD)


# ── the fields


def test_password_fields_hide_what_is_typed_and_leave_managers_alone() -> None:
    fields = [field for file in (CHECKOUT / "server").rglob("*.html")
              for field in re.findall(r"<input[^>]*password[^>]*>", file.read_text(encoding="utf-8"))
              if 'type="hidden"' not in field]  # fmt: skip
    assert len(fields) >= 2
    for field in fields:
        assert 'type="password"' in field and re.search(r'autocomplete="(current|new)-password"', field), field
        assert not re.search(r"onpaste|readonly|maxlength=\"(?!200)", field), field
