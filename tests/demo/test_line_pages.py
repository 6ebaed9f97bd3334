"""Every claimed line of the demo has its page; none tells of a home more than its reader may see, nor its point."""

import re

import pytest
from sqlalchemy import select

from server.claims.tables import ClaimLine
from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from tests.support.demo import HOMES, HOMES_POINTS, Demo
from tests.support.web import entered
from workers.demo.story import DISTRICT, ROUND

pytestmark = pytest.mark.ci


def pages(run: Demo) -> dict[str, str]:
    """Give the kinds of the claimed places by the addresses of their pages."""
    with snapshot(run.engine) as session:
        lines = session.execute(select(ClaimLine.id, ClaimLine.kind)).all()
    return {f"/wilayah/{ROUND}/{DISTRICT}/baris/{line.id}": line.kind for line in lines}


READ: dict[tuple[Role, str], dict[str, str]] = {}  # once for all tests


def texts(run: Demo, role: Role, language: str = "id") -> dict[str, str]:
    if (role, language) not in READ:
        READ[role, language] = _read(run, role, language)
    return READ[role, language]


def _read(run: Demo, role: Role, language: str) -> dict[str, str]:
    web = entered(run.app, [Held(role)])
    answers = {path: web.get(path, query_string={"lang": language}) for path in pages(run)}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: answer.text for path, answer in answers.items()}


def test_no_page_of_a_line_has_the_point_of_a_home_and_only_the_team_reads_its_name(run: Demo) -> None:
    for role in (Role.ASSESSOR, Role.DISTRICT, Role.OBSERVER, Role.SECRETARIAT, Role.SUPERVISOR):
        for language in ("id", "en"):
            found = " ".join(texts(run, role, language).values())
            assert [point for point in HOMES_POINTS if point in found] == []
            assert any(home in found for home in HOMES) is (role is Role.SUPERVISOR), role


def test_no_photograph_of_a_home_is_on_any_page_and_others_are(run: Demo) -> None:
    shown = texts(run, Role.SUPERVISOR)
    with_pictures = {kind for path, kind in pages(run).items() if "/foto/" in shown[path]}
    assert with_pictures and not with_pictures & {"lksa", "rumah_singgah", "rumah_aman"}


def test_all_sentences_are_there_in_both_languages(run: Demo) -> None:
    families = "line|visit|point|photo|answer|relation|grade|arrival|mode|standing|change|version"
    for language in ("id", "en"):
        for path, text in texts(run, Role.SUPERVISOR, language).items():
            assert re.findall(rf"[> ](?:{families})\.[a-z_]+", text) == [], path


def test_a_line_and_its_submission_are_one_click_apart(run: Demo) -> None:
    web = entered(run.app, [Held(Role.SUPERVISOR)])
    leading = {path: text for path, text in texts(run, Role.SUPERVISOR).items() if 'href="/kiriman/' in text}
    assert len(leading) > 5
    path, text = next(iter(leading.items()))
    submission = text.split('href="/kiriman/')[1].split("?")[0]
    assert f'href="{path}?' in web.get(f"/kiriman/{submission}").text


def test_visits_of_the_demo_have_no_sign(run: Demo) -> None:
    assert not [path for path, text in texts(run, Role.SUPERVISOR).items() if "Pertanda" in text]
