"""The page of the country's numbers: what sets ask for, what is lacking, what was typed wrongly and stays typed."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from server.app import create_app
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.indicator_sets import OURS
from tests.support.web import Browser, as_read, entered

TYPED = {"code": "gizi_kurang", "year": "2024", "value": "7,1", "source": "Lembaga rekaan & kawan"}


@pytest.fixture
def app(district: Engine, tmp_path: Path) -> Flask:
    return create_app(district, Settings(data=tmp_path))


@pytest.fixture
def web(app: Flask) -> Browser:
    return entered(app, [Held(Role.SECRETARIAT)])


def stated(web: Browser, path: str = "", **typed: str) -> Any:
    return web.post(f"/angka-nasional{path}", data=TYPED | typed, headers=OURS)


def test_what_is_lacking_stands_beside_what_is_there(web: Browser) -> None:
    page = as_read(web.get("/angka-nasional").text)
    assert re.search(r"14\. .*?: diharapkan di bawahnya 2022 16,85 BPS, Long Form Sensus Penduduk 2020", page)
    assert page.count("Belum ada angka; perbandingannya tetap terbuka.") == 8, "akb and stunting alone come with Tilik"


def test_a_number_is_stated_shown_and_taken_away(web: Browser) -> None:
    assert stated(web).status_code == 303
    page = as_read(web.get("/angka-nasional").text)
    assert "2024 7,1 Lembaga rekaan & kawan dinyatakan" in page and "Angka nasional dicatat." in page
    assert "2022 16,85 BPS, Long Form Sensus Penduduk 2020 bawaan Tilik 2026" in page, "the round that goes by it"
    assert stated(web, "/tarik").status_code == 303
    assert "Lembaga rekaan" not in as_read(web.get("/angka-nasional").text)
    assert stated(web, "/tarik").status_code == 409


def test_what_was_typed_stays_typed_beside_what_is_wrong_with_it(web: Browser) -> None:
    answer = stated(web, value="7.123")
    assert answer.status_code == 400 and "“7.123” tidak terbaca sebagai angka" in as_read(answer.text)
    for kept in ('value="7.123"', 'value="2024"', 'value="Lembaga rekaan &amp; kawan"', '"gizi_kurang" selected'):
        assert kept in answer.text
    assert "Lembaga rekaan" not in as_read(web.get("/angka-nasional").text)


def test_who_does_not_manage_rounds_has_no_such_page(app: Flask) -> None:
    web = entered(app, [Held(Role.ASSESSOR)])
    assert (web.get("/angka-nasional").status_code, stated(web).status_code) == (403, 403)
