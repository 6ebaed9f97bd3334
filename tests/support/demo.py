"""The demo, run once: the whole way from claims and filled forms to a report, for the tests to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from server.app import create_app
from server.db import snapshot
from server.disclosure.viewer import EVERYONE
from server.reports.builder import build_report
from server.reports.exports import report_csv, report_json
from server.reports.material import load_material
from server.reports.report import LineReport, Report
from server.reports.text import summary_table
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.words import catalogue
from tests.support.web import entered
from workers.demo.story import DISTRICT, ROUND, demo

WITH_PHOTOGRAPHS = replace(EVERYONE, photographs=True)
PAGE = f"/laporan/{ROUND}/{DISTRICT}"


@dataclass(frozen=True)
class Demo:
    engine: Engine
    settings: Settings
    app: Flask
    steps: list[str]

    @property
    def web(self) -> FlaskClient:
        return entered(self.app)

    @property
    def officer(self) -> FlaskClient:
        """Give the browser of an officer of the district: their own, and before they could reply."""
        return entered(self.app, [Held(Role.DISTRICT, DISTRICT)])

    def report(self, language: str = "id") -> Report:
        with snapshot(self.engine) as session:
            material = load_material(session, ROUND, DISTRICT, self.settings.project)
            assert material
            return build_report(material, catalogue(language), WITH_PHOTOGRAPHS)

    def line(self, indicator: int, number: int) -> LineReport:
        return self.report().indicators[indicator - 1].lines[number - 1]

    def outputs(self) -> dict[str, str]:
        """Give everything that leaves, in both languages."""
        shown: dict[str, str] = {}
        for language in ("id", "en"):
            report, words = self.report(language), catalogue(language)
            shown |= {
                f"page {language}": self.officer.get(PAGE, query_string={"lang": language}).text,
                f"json {language}": report_json(report),
                f"csv {language}": report_csv(report, words),
                f"terminal {language}": summary_table(report, words),
            }
        return shown


@contextmanager
def told_demo(data: Path) -> Iterator[Demo]:
    steps: list[str] = []

    def note(step: str, **_values: Any) -> None:
        steps.append(step)

    with demo(Settings(data=data), note) as (engine, settings):
        yield Demo(engine, settings, create_app(engine, settings), steps)


HOMES = ("Panti Asuhan", "Rumah Singgah Rekaan")


HOMES_POINTS = ("-5.29931", "111.03902", "-5.3024", "111.1362", "-5.29926", "111.03911")
