"""What lies elsewhere is answered as what is not there: the same page, byte for byte, after the same statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from server.audit import refusals
from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import HeldRole, TeamDistrict
from server.submissions.tables import Form, SubmissionState
from server.web.guard import LOOKED_UP, need_of
from tests.support.copying import a_copy
from tests.support.demo import Demo
from tests.support.environment import SQLITE
from tests.support.walking import OTHER_ROUND, World, a_world
from tests.support.web import Browser, entered
from workers.demo.story import DISTRICT, ROUND

OURS = {"Origin": "http://localhost"}
ELSEWHERE = (Held(Role.SUPERVISOR, "98.01"), Held(Role.SECRETARIAT, "98"), Held(Role.VERIFIER, "98.01", OTHER_ROUND),
             Held(Role.SAFEGUARDING, "98"))  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The addresses of something elsewhere, and of something that is not there."""

    elsewhere: str
    not_there: str


@pytest.fixture(scope="module")
def world(run: Demo, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_copy(run.engine, request.param) as engine:
        yield a_world(run, engine)


def pairs(world: World) -> dict[str, Pair]:
    """Give one for every page that looks up what it is about."""
    with snapshot(world.engine) as session:
        somebody = session.scalars(select(HeldRole.person_id).filter_by(area=DISTRICT)).first()
        team = session.scalars(select(TeamDistrict.team_id).filter_by(district=DISTRICT)).first()
        query = select(Form.form_id, SubmissionState.root_id).join(Form, Form.id == SubmissionState.form_pk)
        form, root = session.execute(query.where(SubmissionState.district == DISTRICT)).first() or ("", "")
    photo = next(asked.path for asked in world.everything if asked.endpoint == "photographs.photo")
    sealed = next(asked.path for asked in world.everything if asked.endpoint == "restricted.shelter_page")
    small = photo.replace("/foto/", "/foto/kecil/")
    found = {"photographs.photo": Pair(photo, "/foto/98765.jpg"),
             "photographs.small_photo": Pair(small, "/foto/kecil/98765.jpg"),
             "restricted.shelter_page": Pair(sealed, "/tersegel/98765"),
             "decisions.submission_page": Pair(f"/kiriman/{form}/{root}", f"/kiriman/{form}/{root}0")}  # fmt: skip
    for rule in world.app.url_map.iter_rules():
        if need_of(world.app, rule.endpoint).about is LOOKED_UP and rule.endpoint not in found:
            path, one = re.sub(r"<(?:[^>]*:)?(\w+)>", r"{\1}", rule.rule), uuid4()  # no incident is here at all
            there = {"person_id": somebody, "team_id": team, "round_id": ROUND, "uuid": one}
            nowhere = {"person_id": 987654, "team_id": 987654, "round_id": "1999", "uuid": uuid4()}
            found[rule.endpoint] = Pair(path.format(**there), path.format(**nowhere))
    return found


def without_itself(page: str, path: str) -> str:
    """Leave out what differs from request to request, and the address that was asked for."""
    return re.sub(r'name="csrf_token" value="[^"]*"|nonce="[^"]*"', "", page).replace(path, "")


def answers(world: World, web: Browser, path: str) -> Iterator[tuple[int, str, str, list[str]]]:
    for method in ("GET", "POST"):
        asked: list[str] = []

        def note(_c, _cursor, statement: str, *_more: object, asked: list[str] = asked) -> None:
            asked.append(re.sub(r"\s+", " ", statement))

        event.listen(world.engine, "before_cursor_execute", note)
        answer = web.open(path, method="GET") if method == "GET" else web.post(path, headers=OURS, data={"sure": "1"})
        event.remove(world.engine, "before_cursor_execute", note)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie")
        yield answer.status_code, without_itself(answer.text, path), without_itself(headers, path), asked


@pytest.mark.ci
@pytest.mark.parametrize("world", [SQLITE, pytest.param("postgresql", marks=pytest.mark.ci)], indirect=True)
def test_elsewhere_is_as_nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "TOLD", ())  # whichever was the tenth of all, is written down as that
    web, found = entered(world.app, ELSEWHERE), pairs(world)
    assert len(found) > 15
    for endpoint, pair in found.items():
        list(answers(world, web, pair.not_there))  # what is asked once only is asked before
        for elsewhere, nowhere in zip(answers(world, web, pair.elsewhere), answers(world, web, pair.not_there),
                                      strict=True):  # fmt: skip
            assert elsewhere[0] in (404, 405), endpoint
            assert re.sub(r"Content-Length: \d+", "", elsewhere[2]) == re.sub(r"Content-Length: \d+", "", nowhere[2])
            assert elsewhere[:2] == nowhere[:2], endpoint
            assert elsewhere[3] == nowhere[3], endpoint


@pytest.mark.ci
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_lists_and_counts_say_nothing_of_what_lies_elsewhere(world: World) -> None:
    web, new = entered(world.app, ELSEWHERE), entered(world.app, [Held(Role.SECRETARIAT, "97")])
    assert DISTRICT not in web.get("/").text
    assert len(re.findall(r'href="/orang/\d+', new.get("/orang").text)) == 1, "themselves"
    assert "/tim/" not in new.get("/tim").text
    for path in ("/disisihkan", "/sertifikat", "/pekerjaan"):
        assert web.get(path).status_code == 403
