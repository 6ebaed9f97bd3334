"""What people did in the demo, and what is left for whoever tries it: a document to read, a drawing to agree to."""

from sqlalchemy import func, select

from server.db import snapshot
from server.desk.checked import checked_part
from server.desk.tables import DeskReading
from server.draws.tables import Draw, DrawnPlace
from server.facts.tables import Fact
from server.results.tables import LineResult
from server.roles.account import Held
from server.roles.table import Role
from tests.support.demo import Demo
from tests.support.web import entered
from workers.demo.judged import DRAWN
from workers.demo.story import DISTRICT, ROUND

HERE = f"/wilayah/{ROUND}/{DISTRICT}"


def test_one_document_is_read_and_another_waits_for_its_reader(run: Demo) -> None:
    with snapshot(run.engine) as session:
        here = [one for one in checked_part(session, (ROUND, DISTRICT), has_scanner=False) if one.files]
        assert session.scalar(select(func.count()).select_from(DeskReading)) == 1
    assert [one.stands.asks_reader for one in here] == [True, False]
    reader = entered(run.app, [Held(Role.READER, DISTRICT, ROUND)])
    waits = here[0].document
    assert f"{HERE}/dokumen/periksa" in reader.get("/dokumen/periksa").text
    assert f"{HERE}/dokumen/periksa/{waits.id}" in reader.get(f"{HERE}/dokumen/periksa").text
    page = reader.get(f"{HERE}/dokumen/periksa/{waits.id}")
    assert page.status_code == 200 and 'name="matches_number"' in page.text


def test_what_was_drawn_waits_for_tim_penilai_who_can_agree_to_it(run: Demo) -> None:
    with snapshot(run.engine) as session:
        (draw,) = session.scalars(select(Draw)).all()
        drawn = select(func.count()).select_from(DrawnPlace).where(DrawnPlace.substitute_for.is_(None))
        assert (draw.state, session.scalar(drawn)) == ("drawn", DRAWN)
    assessor = entered(run.app, [Held(Role.ASSESSOR)])
    assert f"{HERE}/rencana/undian" in assessor.get("/menunggu").text
    assert 'value="approve"' in assessor.get(f"{HERE}/rencana/undian/{draw.id}").text


def test_one_fact_is_decided_as_the_rules_propose(run: Demo) -> None:
    with snapshot(run.engine) as session:
        (fact,) = session.scalars(select(Fact)).all()
        (line,) = session.scalars(select(LineResult).where(LineResult.fact_id.is_not(None))).all()
        assert (line.fact_id, line.outcome, line.proposed) == (fact.id, fact.outcome, fact.outcome)
