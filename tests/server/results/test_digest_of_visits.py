"""What the rules are given of a visit is in its digest, whatever it is; what is not theirs is not."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.results.inputs import _digest_of
from verification.flags.flag import Flag
from verification.model import Arrival, Fix, Frozen, Mode, Photograph, Seen, Visit
from verification.reason import Reason

_MORNING = datetime(2026, 9, 1, 2, tzinfo=UTC)
VISIT = Visit("uuid:one", "uuid:one", "sekolah", Mode.ON_SITE, Arrival.OPEN, fix=Fix(110.5, -6.9, 5.0), name="SDN 1",
              answers={"signboard": Seen.YES, "open": Seen.NO})  # fmt: skip
OTHERS: dict[str, list[Any]] = {
    "visit_id": ["uuid:two"], "version": ["uuid:two"], "kind": ["lksa"], "mode": [Mode.VIDEO],
    "arrival": [Arrival.CLOSED], "received_at": [_MORNING], "facility_id": ["one"], "name": ["SDN 2", None],
    "registry_no": ["20301234"], "fix": [None, Fix(110.5, -6.9, 6.0), Fix(110.50000000000001, -6.9, 5.0)],
    "asked_third_party": [Seen.YES],
    "answers": [{}, {"signboard": Seen.NO, "open": Seen.NO}, {"signboard": Seen.NO, "open": Seen.YES},
                {"signboard open": Seen.YES}, {"signboard": Seen.YES}],
    "day": [date(2026, 9, 1)], "frozen": [Frozen(date(2026, 9, 1), ("33.21.01.2001",), Reason("in_village"), ())],
    "noted": [{"category": "open"}], "sender": ["Tim Rekaan 1"], "began_at": [_MORNING], "ended_at": [_MORNING],
    "signs": [(Flag.NO_ALTITUDE,)], "photographs": [(Photograph("one.jpg", 2**255),), (Photograph("two.jpg", 1),)],
}  # fmt: skip


def test_every_field_is_tried() -> None:
    assert OTHERS.keys() | {"number"} == {field.name for field in fields(Visit)}


@pytest.mark.parametrize("name", OTHERS)
def test_each_field_makes_another_digest(name: str) -> None:
    those = [VISIT, *(replace(VISIT, **{name: value}) for value in OTHERS[name])]
    assert len({_digest_of(visit) for visit in those}) == len(those)


def test_our_own_numbering_is_in_no_digest() -> None:
    assert _digest_of(replace(VISIT, number=7)) == _digest_of(VISIT)
