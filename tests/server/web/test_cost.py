"""What every page costs as it is put together: few statements, however much there is, and no more than 150 kB.

A page's own statements are counted with who asks, what stands around it and what it writes down; and with the note that
somebody is here, which is due once a minute.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.assignments.giving import AssignmentWish, There, give
from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.login.tables import LoginSession
from server.results.tables import LineResult
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import Team, TeamMember
from server.settings import Settings
from server.submissions.tables import Form, SubmissionState
from tests.support.claiming import ROUND, claims_come
from tests.support.days import today_here
from tests.support.facts import FORM, NAMES, SUPERVISOR, District, latitude
from tests.support.statements import statements
from tests.support.web import TESTER, Browser, account, entered, person
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

pytestmark = pytest.mark.ci
MOST_STATEMENTS, MOST_BYTES = 17, 150_000
FEW, MANY = 3, 70  # places
PART, VISIT = f"/wilayah/{ROUND}/{DISTRICT}", "uuid:1"
EMPTY_AT_FIRST = "tanpa-klaim"  # few visits all belong to a line; the list's own tests count it with few and many
READERS = {role: Held(role, DISTRICT, ROUND) for role in (Role.SUPERVISOR, Role.SECRETARIAT)}
OPENED = {Role.SUPERVISOR: 34, Role.SECRETARIAT: 25}  # pages
OWN = ("", "akun", "benturan", "akun/pemberitahuan", "jejak-saya", "menunggu", "disisihkan", "sertifikat", "pekerjaan",
       "pemberitahuan", "orang", "orang/baru", "tim", "jejak-audit", "kunjungan-kedua",
       "kunjungan-kedua?jenis=regulation")  # fmt: skip
ABOUT = ("", "indikator/17", "baris", "baris?hasil=unsure", "baris?cari=Pasar", "baris/{line}", "baris/{line}?sama=1",
         "baris/{unvisited}",
         "baris/{line}/tugas", "baris/sekaligus", "baris/sekaligus?hasil=not_visited", "peta", "peta.json", "kiriman",
         "kunjungan", "tanpa-klaim", "disisihkan", "berkas-kurang", "belum-tiba", "tugas", "tugas?state=all",
         "tugas/beri?hasil=not_visited", "rencana", "rencana/hari", "rencana/tambah",
         "rencana/rilis", "penutupan", "kunjungan/{state}/keputusan", "rekap-layanan")  # fmt: skip


@pytest.fixture
def here(district: Engine) -> District:
    """Claim a few places, have one visited, and decide, ask and assign once each."""
    import_places(district, FEW)
    with writing(district) as session:
        found = District(district, *(account(session, SUPERVISOR) for _ in range(3)))
    found.visit()
    found.decide("duplicate_claim", by=found.supervisor, other=found.line(1))
    happens(found, 1)
    return found


def import_places(engine: Engine, count: int) -> None:
    names = [*NAMES, *(f"Pojok ASI Rekaan {number}" for number in range(len(NAMES), count))]
    rows = [a_place(name, G=latitude(number % 5)) for number, name in enumerate(names)]
    claims_come(engine, filled({f"Klaim!E{row_of(17)}": 15}, *rows))


def happens(here: District, times: int) -> None:
    """Let people decide, ask and assign so many times."""
    with snapshot(here.engine) as session:
        places = session.scalars(select(ClaimLine.facility_id).order_by(ClaimLine.id.desc())).all()
        version, form_pk = session.execute(
            select(SubmissionState.instance_id, Form.id).join(Form).where(SubmissionState.root_id == VISIT)
        ).one()  # fmt: skip
    for number in range(times):
        a_team(here, number)
        here.decide("unsure" if number % 2 else "not_found", by=here.supervisor)
        with writing(here.engine) as session:
            for place in (here.facility(), places[number % len(places)]):
                day = (today_here() + timedelta(days=20)).isoformat()
                give(session, There(ROUND, DISTRICT, place), AssignmentWish(question="Apa?", why="x", deadline=day),
                     TESTER)  # fmt: skip
            decide(session, form_pk, VISIT, Wish("comment", version, text="Mohon dilengkapi."), TESTER)


def a_team(here: District, number: int) -> None:
    with writing(here.engine) as session:
        lead = person(session, Held(Role.LEAD, DISTRICT, ROUND), name=f"Ketua Rekaan {number}")
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
        member = person(session, name=f"Anggota Rekaan {number}")
        session.add(TeamMember(team_id=team, person_id=member, leads=False, given_by="test", given_at=now()))


def pages(here: District) -> Iterator[str]:
    """Give the addresses of the pages as they are now."""
    with snapshot(here.engine) as session:
        state = session.scalars(select(SubmissionState.id).filter_by(root_id=VISIT)).one()
        unvisited = session.scalars(select(LineResult.line_id).where(LineResult.visit_id.is_(None))).first()
        team, some = session.scalars(select(Team.id)).first(), session.scalars(select(TeamMember.person_id)).first()
    numbers = {"line": here.line(), "unvisited": unvisited, "state": state}
    yield from (f"/{page}" for page in OWN)
    yield from (f"{PART}/{page}".rstrip("/").format(**numbers) for page in ABOUT)
    yield from (f"/kiriman/{FORM}/{VISIT}", f"/laporan/{ROUND}/{DISTRICT}", f"/tim/{team}", f"/orang/{some}")


def cost(engine: Engine, web: Browser, address: str) -> tuple[int, int, int]:
    """Open a page once what is worked out once is there, after a while: its status, statements and bytes."""
    web.get(address)
    with writing(engine) as session:
        session.execute(update(LoginSession).values(seen_at=now() - timedelta(minutes=2)))
    with statements(engine) as said:
        answer = web.get(address)
    asked = [one for one in said if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
    assert any(one.startswith("UPDATE login_sessions SET seen_at") for one in asked), "the note is due"
    return answer.status_code, len(asked), len(answer.data)


@pytest.mark.parametrize("role", READERS)
def test_every_page_costs_little_and_no_more_where_there_is_much(here: District, role: Role, tmp_path: Path) -> None:
    app = create_app(here.engine, Settings(data=tmp_path, central_project=1))
    web = entered(app, [READERS[role]])
    few = [cost(here.engine, web, address) for address in pages(here)]
    import_places(here.engine, MANY)
    for number in range(2, MANY // 2):
        here.visit(str(number), place=None if number % 3 else 0, compute=False)
    happens(here, 8)
    here.compute()
    opened = 0
    for address, (status, asked, _) in zip(list(pages(here)), few, strict=True):
        now_status, many, size = cost(here.engine, web, address)
        assert now_status == status in (200, 403), address
        assert many <= MOST_STATEMENTS, (address, many)
        assert many <= asked or address.endswith(EMPTY_AT_FIRST), (address, asked, many)
        assert size <= MOST_BYTES or "peta.json" in address, (address, size)
        opened += status == 200
    assert opened >= OPENED[role], "nothing is measured by being refused"
