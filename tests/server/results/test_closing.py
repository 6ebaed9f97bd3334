"""A part is closed with all that had come to it, read and computed; and not while things still come."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot
from server.results import closing
from server.results.closing import close_part
from server.results.tables import VisitResult
from server.results.verifying import verify
from server.rounds.states import NotAllowed
from tests.support.arriving import a_visit_comes
from tests.support.claiming import ROUND, TESTER, claims_come
from tests.support.rounds import part_of
from tests.support.workbooks import DISTRICT, a_place, filled, row_of


@pytest.fixture
def claimed(district: Engine) -> Engine:
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15}, a_place()))
    return district


def frozen(engine: Engine) -> set[str]:
    with snapshot(engine) as session:
        return set(session.scalars(select(VisitResult.visit_id)))


def something_comes(roots: list[str]) -> Callable[[Engine, str, str], bool]:
    """Verify as ever, and let a visit come right after it, as long as there is one."""

    def verify_and(engine: Engine, round_id: str, district: str) -> bool:
        new = verify(engine, round_id, district)
        if roots:
            a_visit_comes(engine, roots.pop(), read=False)
        return new

    return verify_and


def test_what_has_come_and_nobody_has_read_yet_is_in_what_is_frozen(claimed: Engine) -> None:
    a_visit_comes(claimed, "uuid:unread", read=False)
    close_part(claimed, ROUND, DISTRICT, TESTER)
    assert (part_of(claimed, DISTRICT), frozen(claimed)) == ("closed", {"uuid:unread"})


def test_what_comes_while_it_is_being_closed_is_in_it_too(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "verify", something_comes(["uuid:2", "uuid:1"]))
    close_part(claimed, ROUND, DISTRICT, TESTER)
    assert (part_of(claimed, DISTRICT), frozen(claimed)) == ("closed", {"uuid:1", "uuid:2"})


def test_where_things_come_without_end_it_stays_open_and_that_is_said(
    claimed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "verify", something_comes([f"uuid:{number}" for number in range(9)]))
    with pytest.raises(NotAllowed) as refused:
        close_part(claimed, ROUND, DISTRICT, TESTER)
    assert [reason.code for reason in refused.value.reasons] == ["part_still_changes"]
    assert part_of(claimed, DISTRICT) == "open"
