"""What is told of how a visit was made; an ordinary one is told nothing of."""

from typing import Any

import pytest

from server.words import LANGUAGES, catalogue
from verification.reading.circumstances import circumstances

PLAIN: dict[str, Any] = {
    "on_arrival": {"letter_shown": "yes", "arrival": "open"}, "place": {"substitute": "no"},
    "opening": {"attempt": "1"},
    "closing": {"two_adults": "yes", "staff_within_hearing": "no"}, "point": "-5.3 111.1 4 10",
}  # fmt: skip


def codes(**answers: Any) -> list[str]:
    found = circumstances(PLAIN | answers)
    for reason in found:
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
    return [reason.code.removeprefix("circumstance_") for reason in found]


def test_an_ordinary_visit_is_told_nothing_of() -> None:
    assert codes() == []
    assert circumstances({}) == ()


@pytest.mark.parametrize("answers, code", [
    ({"on_arrival": {"letter_shown": "no"}}, "no_letter"), ({"closing": {"two_adults": "no"}}, "one_adult"),
    ({"closing": {"staff_within_hearing": "yes"}}, "staff_near"),
    ({"place": {"substitute": "belum"}}, "substitute_not_approved"), ({"opening": {"attempt": "3"}}, "third_attempt"),
    ({"on_arrival": {"closed_why": "permanently"}}, "closed_for_good"),
    ({"on_arrival": {"refused_why": "no_letter"}}, "refused_without_notice"), ({"unannounced": "no"}, "announced"),
], ids=str)  # fmt: skip
def test_what_is_worth_knowing_is_told(answers: dict[str, Any], code: str) -> None:
    assert codes(**answers) == [code]
