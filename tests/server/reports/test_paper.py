"""The report as a page: its head."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from tests.support.claiming import ROUND, claims_come
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled


@pytest.mark.parametrize("language, said", [("id", "Kunjungan video"), ("en", "Visits by video")])
def test_each_sentence_of_the_head_ends(app: Flask, district: Engine, language: str, said: str) -> None:
    claims_come(district, filled({}, a_place()))
    verify(district, ROUND, DISTRICT)
    page = entered(app, [Held(Role.SUPERVISOR)]).get(f"/laporan/{ROUND}/{DISTRICT}?lang={language}").text
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert f"Nomor 12 Tahun 2011. {said}" in text
