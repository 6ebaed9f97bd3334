"""Homes and shelters, and visits to them, are on no map: neither drawn, nor sent, nor counted, whoever looks.

Whichever is stricter decides: what the claim, the register, the visit's form or the place it picked says, or a name.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, literal, select, update

from server.app import create_app
from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.disclosure.places import could_name_a_shelter
from server.register.tables import Facility
from server.results.tables import VisitResult
from server.roles.account import Held
from server.roles.table import GIVEN, MAY, Permission, Role
from server.settings import Settings
from server.submissions.tables import SubmissionState
from server.visits.tables import Visit
from server.web.kept import A_MOMENT
from tests.support.claiming import ROUND
from tests.support.mapping import DATA, PAGE, a_large_district
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT
from verification.places.kinds import names_a_shelter
from verification.reason import Reason

HIDDEN = 4  # the number of a line that was confirmed at a visit
VIEWERS = [role for role in GIVEN if role in MAY[Permission.SEE_REPORT].roles]
Change = Callable[[Any], None]


def says(table: Any, key: str, value: object, **what: str) -> Change:
    return lambda session: session.execute(update(table).where(getattr(table, key) == value).values(**what))


def picked_another(session: Any) -> None:
    """Let the visit's form have picked a home of the register, as what the visit was read as knows."""
    session.execute(insert(Facility), [{"id": "home", "kind": "lksa", "name": "Panti X", "village": "99.01.01.2001"}])
    session.flush()
    session.execute(update(Visit).where(Visit.submission_id == HIDDEN).values(facility_id="home"))


def visit_was_to_a_home(session: Any) -> None:
    visit = f"uuid:{HIDDEN}"
    session.add(VisitResult(result_id=1, visit_id=visit, version=visit, kind="lksa", villages=[], lines=[HIDDEN],
                            reason_code="matched", reason=Reason("matched")))  # fmt: skip


SAID_BY: dict[str, Change] = {
    "claim": says(ClaimLine, "id", HIDDEN, kind="lksa"),
    "claim, a shelter": says(ClaimLine, "id", HIDDEN, kind="rumah_aman"),
    "claim, a kind nobody knows": says(ClaimLine, "id", HIDDEN, kind="istana"),
    "name": says(ClaimLine, "id", HIDDEN, name="Rumah Aman Melati"),
    "register": says(Facility, "id", f"f{HIDDEN}", kind="lksa"),
    "visit": says(Visit, "submission_id", HIDDEN, kind="lksa"),
    "submission": says(SubmissionState, "id", HIDDEN, kind="rumah_singgah"),
    "result": visit_was_to_a_home,
    "place that was picked": picked_another,
}


@pytest.fixture
def web(engine: Engine, tmp_path: Path) -> Callable[[Role], Browser]:
    a_large_district(engine, 8, 1, 1)
    app = create_app(engine, Settings(data=tmp_path, central_project=1))
    return lambda role: entered(app, [Held(role, DISTRICT, ROUND)])


@pytest.mark.parametrize("said_by", SAID_BY)
def test_it_is_not_drawn_sent_or_counted_whoever_says_what_it_is(
    engine: Engine, web: Callable[[Role], Browser], said_by: str, later: Callable[[float], None]
) -> None:
    lead = web(Role.LEAD)  # may see homes by name elsewhere
    before, page = lead.get(DATA).text, lead.get(PAGE).text
    assert f"[{HIDDEN}," in before and f"/baris/{HIDDEN}?" in page and "8 tempat di peta" in page
    with writing(engine) as session:
        SAID_BY[said_by](session)
    later(A_MOMENT)
    after, page = lead.get(DATA).text, lead.get(PAGE).text
    assert f"[{HIDDEN}," not in after and f"Rekaan {HIDDEN}" not in after and "Melati" not in after + page
    assert f"/baris/{HIDDEN}?" not in page and "7 tempat di peta" in page and "tanpa titik" not in page


@pytest.mark.parametrize("role", VIEWERS)
def test_for_nobody(engine: Engine, web: Callable[[Role], Browser], role: Role) -> None:
    with writing(engine) as session:
        SAID_BY["claim"](session)
    looking = web(role)
    told = looking.get(DATA).json
    assert told and [mark[0] for mark in told["marks"] if mark[0] == HIDDEN] == [] and len(told["marks"]) == 7
    for query in ("cari=rekaan", "jenis=lksa", "kecamatan=99.01.01", "hasil=confirmed"):
        assert f"[{HIDDEN}," not in looking.get(f"{DATA}?{query}").text, "no filter brings it"


def test_nor_is_it_on_paper(engine: Engine, web: Callable[[Role], Browser], later: Callable[[float], None]) -> None:
    looking = web(Role.SUPERVISOR)
    for hidden in (False, True):
        with writing(engine) as session:
            if hidden:
                SAID_BY["register"](session)
        later(A_MOMENT)
        drawn = looking.get(f"/laporan/{ROUND}/{DISTRICT}").text.partition('<svg class="map"')[2].partition("</svg>")[0]
        assert (">17.4</text>" in drawn) is not hidden and ">17.5</text>" in drawn, "all others keep their numbers"
        assert (f"/baris/{HIDDEN}?" in drawn) is not hidden


_PIECES = ("Rumah", "rumah", "RPSA", "rptc", "Aman", "aman", "safe", "House", "ſafe", "shelter", "Anak", "P2TP2A",
           "Pojok", " ", "\u00a0", "  ", "-", "K", "ı")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=6).map(" ".join))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_name_that_gives_a_shelter_away_is_looked_at(engine: Engine, name: str) -> None:
    """The database puts places together by all but their names, unless a name could say more."""
    name = name.replace("\0", "")
    with snapshot(engine) as session:
        looked_at = session.scalar(select(could_name_a_shelter(session, literal(name))))
    assert looked_at or not names_a_shelter(name)
    assert looked_at is not None
