"""Whoever is shown a home by its name, on whatever page, is written down by that very request (safeguarding).

Every route is asked for, so a page that is new is too: one that names a home and writes nothing fails here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.app import create_app
from server.claims.tables import ClaimLine
from server.db import snapshot
from server.plan.tables import PlannedVisit
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import Team
from tests.attacker.machine import a_scene
from tests.attacker.outputs import OURS, addresses, run, text
from tests.attacker.planted import PLANTED
from tests.attacker.scene import Scene, behind_closed_doors, home_of, people_act, people_write
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT

pytestmark = pytest.mark.ci
HERE = f"/wilayah/{ROUND}/{DISTRICT}"
DAY = (today_here() + timedelta(days=5)).isoformat()
WHO = {"supervisor": Held(Role.SUPERVISOR), "lead": Held(Role.LEAD, DISTRICT, ROUND)}
NAMES = ("home_name", "home_registry", "remarks")  # and what was written of it on a phone


@dataclass(frozen=True)
class Lived:
    scene: Scene
    app: Flask


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Give the attacker's scene with all that people do in it, and a visit to the home planned."""
    with a_scene(tmp_path_factory.mktemp("traces")) as (scene, _proxy):
        run("work", {}, "work", "--once")
        people_write(scene)
        people_act(scene)
        behind_closed_doors(scene)
        run("work", {}, "work", "--once")
        app = create_app(scene.engine, scene.settings)
        with snapshot(scene.engine) as session:
            team = session.scalars(select(Team.id).order_by(Team.id)).first()
        typed = {"place": home_of(scene.engine), "who": str(team), "day": DAY, "mode": "on_site"}
        entered(app, [WHO["supervisor"]]).post(f"{HERE}/rencana/tambah", data=typed, headers=OURS)
        with snapshot(scene.engine) as session:
            assert session.scalar(select(PlannedVisit.id)) is not None
        yield Lived(scene, app)


def asked_for(lived: Lived) -> Iterator[str]:
    """Give an address of every route, and of pages that name homes only where they are asked for more."""
    with snapshot(lived.scene.engine) as session:
        line = session.scalars(select(ClaimLine.id).filter_by(facility_id=home_of(lived.scene.engine))).first()
    yield from addresses(lived.scene.engine, lived.app)
    for more in ("rencana/tambah?cari=kunci", f"rencana/hari?hari={DAY}", f"tugas/beri?baris={line}",
                 f"baris/sekaligus?baris={line}"):  # fmt: skip
        yield f"{HERE}/{more}"


def shown(web: Browser, address: str) -> bool:
    with web.get(address) as answer:
        said = text(answer.get_data()).lower()
        return answer.status_code == 200 and any(PLANTED[name].lower() in said for name in NAMES)


@pytest.mark.parametrize("role", WHO)
def test_who_is_shown_a_home_by_its_name_is_written_down(lived: Lived, role: str) -> None:
    web, engine = entered(lived.app, [WHO[role]]), lived.scene.engine
    named, silent = [], []
    for address in asked_for(lived):
        before = newest(engine)
        if shown(web, address):
            named.append(address)
            if not written_down(engine, before):
                silent.append(address)
    assert silent == []
    assert len(named) >= 15 and any("rencana" in one for one in named), named
