"""The pages about people and teams, and a secretariat logged in to them."""

from dataclasses import dataclass
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from server.app import create_app
from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.prepared import prepared
from tests.support.web import entered, person
from tests.support.workbooks import YEAR

OURS, ROUND, SECRETARIAT = {"Origin": "http://localhost"}, str(YEAR), Held(Role.SECRETARIAT)


@dataclass
class House:
    """The pages with areas and a round, and a secretariat logged in."""

    app: Flask
    engine: Engine
    web: FlaskClient

    def post(self, path: str, web: FlaskClient | None = None, **fields: str) -> tuple[int, str]:
        """Post a form; gives the status and what is said on the page that follows."""
        answer = (web or self.web).post(path, data=fields, headers=OURS)
        said = (web or self.web).get(answer.headers["Location"]) if answer.status_code == 303 else answer
        return answer.status_code, unescape(said.text)

    def somebody(self, *held: Held, name: str = "Orang Rekaan", email: str | None = None) -> int:
        with writing(self.engine) as session:
            return person(session, *held, name=name, email=email)


def open_house(engine: Engine, data: Path) -> tuple[Flask, Engine, FlaskClient]:
    """Load areas, open a round, and log a secretariat in: what a house is made of."""
    prepared(engine, _with_a_round)
    app = create_app(engine, Settings(data=data))
    return app, engine, entered(app, [SECRETARIAT])


def _with_a_round(engine: Engine) -> None:
    load_district(engine)
    open_round(engine)
