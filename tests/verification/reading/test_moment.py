"""A phone's clock is believed where it can have been right."""

from datetime import UTC, datetime, timedelta

import pytest

from verification.reading.moment import believable

RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)
LATE = timedelta(days=180)
PHONES = {
    "it does not say": (None, False), "at once": (RECEIVED, True),
    "an hour before": (RECEIVED - timedelta(hours=1), True),
    "half a year without a line": (RECEIVED - LATE, True),
    "longer than that": (RECEIVED - LATE - timedelta(seconds=1), False),
    "a day ahead": (RECEIVED + timedelta(days=1), True),
    "further ahead": (RECEIVED + timedelta(days=1, seconds=1), False),
}  # fmt: skip


@pytest.mark.parametrize("began, believed", PHONES.values(), ids=PHONES)
def test_a_phones_clock_is_believed_unless_it_cannot_have_been_right(began: datetime | None, believed: bool) -> None:
    assert believable(began, RECEIVED) == (began if believed else RECEIVED)
