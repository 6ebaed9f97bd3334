"""What the rules are given of a visit is in its digest, whatever it is; what is not theirs is not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from server.visits.queries import _FOR_THE_RULES, _as_read, _digest_of
from server.visits.stamps import VisitStamp
from verification.model import Frozen, Photograph, Visit
from verification.reason import Reason

_MORNING, _NOON = datetime(2026, 9, 1, 2, tzinfo=UTC), "2026-09-01T05:00:00.000Z"
_FROZEN = Frozen(date(2026, 9, 1), ("33.21.01.2001",), Reason("in_village"), ())
STAMP = VisitStamp(1, 1, "uuid:one", _NOON, "Tim Rekaan 1", "0a1b2c3d", date(2026, 9, 1), 1, 1, "uuid:one", "uuid:one",
                   None)  # fmt: skip
ROW: dict[str, Any] = dict(zip([*select(*_FOR_THE_RULES).selected_columns.keys()][1:], (
    "sekolah", "on_site", "open", None, "SDN 1", None, 110.5, -6.9, 5.0, "not_seen", '{"signboard":"yes","open":"no"}',
    "{}", "[]", 420, None, None), strict=True))  # fmt: skip
OURS: dict[str, Any] = {"number": 7, "form_pk": 7, "root_id": "uuid:two", "changes_read": 7, "version_id": 7}
OTHERS: dict[str, list[Any]] = {
    "submitted_at": ["2026-09-01T05:00:00.001Z"], "submitter": ["Tim Rekaan 2", None],
    "device": ["3d2c1b0a", None], "day": [date(2026, 9, 2), None],
    "version": ["uuid:two"], "visit_id": ["uuid:two"], "frozen": [_FROZEN],
    "photographs": [(Photograph("one.jpg", 2**255),), (Photograph("two.jpg", 1),)],
    "kind": ["lksa"], "mode": ["video"], "arrival": ["closed"], "facility_id": ["one"], "name": ["SDN 2", None, ""],
    "registry_no": ["20301234"], "lon": [None, 110.50000000000001], "lat": [-6.8], "accuracy_m": [6.0, None],
    "asked_third_party": ["yes"],
    "seen": ["{}", '{"signboard":"no","open":"no"}', '{"signboard":"no","open":"yes"}', '{"signboard open":"yes"}'],
    "noted": ['{"category":"open"}'], "signs": ['["no_altitude"]'],
    "zone_min": [480, None], "began_at": [_MORNING], "ended_at": [_MORNING],
}  # fmt: skip


def read(**other: Any) -> tuple[Visit, bytes]:
    """Give a visit without our own number, and its digest."""
    stamp = STAMP._replace(**{name: value for name, value in other.items() if name not in ROW})
    row = [other.get(name, value) for name, value in ROW.items()]
    return replace(_as_read(stamp, *row), number=0), _digest_of(stamp, *row)


def test_every_one_that_is_read_is_tried() -> None:
    assert OTHERS.keys() | OURS.keys() == {*VisitStamp._fields, *ROW}


@pytest.mark.parametrize("name", OTHERS)
def test_each_makes_another_visit_and_another_digest(name: str) -> None:
    those = [read(), *(read(**{name: value}) for value in OTHERS[name])]
    assert len({repr(visit) for visit, _ in those}) == len({digest for _, digest in those}) == len(those)


@pytest.mark.parametrize("name", OURS)
def test_our_own_numbering_is_in_neither(name: str) -> None:
    assert read(**{name: OURS[name]}) == read()


@pytest.mark.parametrize("name", ["lon", "lat", "accuracy_m"])
def test_nor_is_a_point_of_which_it_was_said_that_it_goes(name: str) -> None:
    assert read(frozen=_FROZEN, **{name: 1.5}) == read(frozen=_FROZEN)
