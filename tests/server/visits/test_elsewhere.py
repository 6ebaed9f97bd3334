"""A photograph that was sent in another district of the round too: found, shown to who may see both, and forgotten."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from server.app import create_app
from server.db import snapshot, writing
from server.register.tables import Facility
from server.removals.removing import remove_file, remove_submission
from server.results.tables import VisitResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.store.interface import Store
from server.store.opening import open_store
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.elsewhere import sent_elsewhere
from server.visits.looking import look_at_photographs
from server.visits.tables import PhotoPart, Visit
from server.work.tables import Job
from tests.support.builders import NEIGHBOUR
from tests.support.claiming import ROUND
from tests.support.photographs import FORM, NEXT_DOOR, PROJECT, a_front, a_picture, a_visit_comes
from tests.support.rounds import begin, plan_round
from tests.support.statements import statements
from tests.support.web import account, entered
from tests.support.workbooks import DISTRICT
from verification.flags.elsewhere import MOST_APART

OTHER = NEIGHBOUR.code[:5]
BOTH, HERE_ALONE = (Held(Role.ASSESSOR),), (Held(Role.SUPERVISOR, DISTRICT),)
SAID = "juga dikirim pada"


@pytest.fixture
def store(any_store: Settings) -> Store:
    return open_store(any_store)


@pytest.fixture
def country(district: Engine) -> Engine:
    begin(district, DISTRICT, OTHER)
    return district


@pytest.fixture
def app(country: Engine, any_store: Settings) -> Flask:
    return create_app(country, any_store.model_copy(update={"central_project": PROJECT}))


def one_is_sent_twice(engine: Engine, store: Store, **other: Any) -> None:
    """A visit here and one in the neighbouring district have one photograph; there it was written anew."""
    a_visit_comes(engine, store, "a", a_front(1))
    a_visit_comes(engine, store, "b", **({"content": a_front(1, quality=60, pixels=900), "at": NEXT_DOOR} | other))
    look_at_photographs(engine, lambda: store)


def page(app: Flask, held: tuple[Held, ...], root: str = "a") -> str:
    text = entered(app, held).get(f"/kiriman/{FORM}/{root}").text
    assert "<h1>" in text
    return text


def parts(engine: Engine) -> dict[str, int]:
    with snapshot(engine) as session:
        query = select(Attachment.root_id, func.count()).join(PhotoPart, PhotoPart.file_id == Attachment.id)
        return dict(session.execute(query.group_by(Attachment.root_id)).all())


def test_whoever_may_see_both_sees_them_side_by_side(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store)
    for root, other, where, numbers in (
        ("a", "b", "Kabupaten Tetangga", ["1", "2"]),
        ("b", "a", "Kabupaten Contoh", ["2", "1"]),
    ):
        text = page(app, BOTH, root)
        pair = re.search(r'<div class="photos pair">.*?</div>', text, re.S)
        assert pair and re.findall(r"/foto/(\d+)\.jpg", pair[0]) == numbers
        assert f"{SAID} kunjungan di {where}" in text and f'/{other}?lang=id">Buka kunjungan yang lain itu' in text
        assert "200.000 foto lain" in text, "with how often that is false"


def test_whoever_sees_one_district_alone_is_told_how_many_and_nothing_else(
    country: Engine, app: Flask, store: Store
) -> None:
    one_is_sent_twice(country, store)
    a_visit_comes(country, store, "another", a_front(1), at=NEXT_DOOR)
    look_at_photographs(country, lambda: store)
    text = page(app, HERE_ALONE)
    assert f"{SAID} 2 kunjungan di kabupaten/kota lain" in text
    assert "photos pair" not in text and "Tetangga" not in text and OTHER not in text and "<code>b</code>" not in text
    assert not re.search(r"/foto/(kecil/)?[23]\.jpg", text)
    assert entered(app, HERE_ALONE).get("/foto/2.jpg").status_code == 404


def test_a_tie_to_the_other_district_hides_it(country: Engine, store: Store) -> None:
    one_is_sent_twice(country, store)
    with writing(country) as session:
        by = account(session, *BOTH)
    tied = type(by)(by.label, by.held, frozenset({OTHER}), by.person_id)
    with snapshot(country) as session:
        files = session.scalars(select(Attachment).filter_by(root_id="a")).all()
        found = [sent_elsewhere(session, one, PROJECT, (ROUND, DISTRICT), files)["a"] for one in (by, tied)]
    assert [[one.is_within_reach for one in each] for each in found] == [[True], [False]]


def test_whoever_sees_no_submissions_has_nothing_looked_up(country: Engine, store: Store) -> None:
    one_is_sent_twice(country, store)
    with writing(country) as session:
        by = account(session, Held(Role.SECRETARIAT))
        files = session.scalars(select(Attachment).filter_by(root_id="a")).all()
        assert sent_elsewhere(session, by, PROJECT, (ROUND, DISTRICT), files) == {}


def test_another_visit_in_the_district_is_no_other_district(country: Engine, app: Flask, store: Store) -> None:
    a_visit_comes(country, store, "a", a_front(1))
    a_visit_comes(country, store, "b", a_front(1))
    look_at_photographs(country, lambda: store)
    assert SAID not in page(app, BOTH) + page(app, HERE_ALONE)


def test_it_is_no_part_of_a_result(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store)
    verify(country, ROUND, DISTRICT)
    with snapshot(country) as session:
        assert "sent_elsewhere" not in str(session.scalars(select(VisitResult.flags)).all())
    assert SAID in page(app, BOTH)


@pytest.mark.parametrize("other", [
    {"kind": "lksa"}, {"kind": "rumah_aman"}, {"at": (-9.5, 115.5)}, {"content": a_front(2)}, {"state": "expected"},
], ids=["a home", "a shelter", "nowhere", "another photograph", "one that has not come"])  # fmt: skip
def test_what_may_not_be_shown_or_is_another_is_not_told_at_all(
    country: Engine, app: Flask, store: Store, other: dict[str, Any]
) -> None:
    one_is_sent_twice(country, store, **other)
    assert SAID not in page(app, BOTH) + page(app, HERE_ALONE)


def test_a_place_that_the_register_calls_a_home_later_is_not_told(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store)
    with writing(country) as session:
        session.add(Facility(id="home", kind="lksa", name="Rumah Rekaan", village=NEIGHBOUR.code))
        mine = select(Visit.submission_id).where(Visit.name == "Tempat b")
        session.execute(update(Visit).where(Visit.submission_id.in_(mine)).values(facility_id="home"))
    assert SAID not in page(app, BOTH)
    assert SAID not in page(app, BOTH, "b"), "nor on its own page"


def test_a_home_has_no_parts_and_the_same_file_there_is_not_told(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store, kind="lksa", content=a_front(1))
    assert parts(country) == {"a": MOST_APART + 1}
    assert SAID not in page(app, BOTH) + page(app, BOTH, "b")


def test_the_same_file_is_known_whatever_it_shows(country: Engine, app: Flask, store: Store) -> None:
    wall = a_picture(size=(1600, 1200))
    a_visit_comes(country, store, "a", wall)
    a_visit_comes(country, store, "b", wall, at=NEXT_DOOR)
    look_at_photographs(country, lambda: store)
    assert parts(country) == {} and SAID in page(app, BOTH)


def test_another_round_and_what_counts_no_longer_is_not_told(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store)
    there = update(SubmissionState).where(SubmissionState.root_id == "b")
    with writing(country) as session:
        session.execute(there.values(review_state="rejected"))
    assert SAID not in page(app, BOTH)
    plan_round(country, "another")
    with writing(country) as session:
        session.execute(there.values(review_state=None, round_id="another"))
    assert SAID not in page(app, BOTH)


def test_a_removal_takes_the_parts_and_the_sign_everywhere(country: Engine, app: Flask, store: Store) -> None:
    one_is_sent_twice(country, store)
    a_visit_comes(country, store, "c", a_front(1), at=NEXT_DOOR)
    look_at_photographs(country, lambda: store)
    assert parts(country) == dict.fromkeys("abc", MOST_APART + 1)
    with writing(country) as session:
        form = session.scalars(select(Form)).one()
        remove_file(session, form, "b", "1.jpg", "withdrawn_consent", "terminal:test")
        remove_submission(session, form, "c", "expired", "terminal:test")
    assert parts(country) == {"a": MOST_APART + 1}
    assert SAID not in page(app, BOTH)


def test_what_was_removed_while_it_was_looked_at_leaves_nothing(country: Engine, store: Store) -> None:
    a_visit_comes(country, store, "a", a_front(1))

    class Meanwhile:
        def read(self, digest: str) -> bytes:
            content = store.read(digest)
            with writing(country) as session:
                form = session.scalars(select(Form)).one()
                remove_file(session, form, "a", "1.jpg", "withdrawn_consent", "terminal:test")
            return content

    look_at_photographs(country, Meanwhile)  # type: ignore[arg-type]
    assert parts(country) == {}


def test_looking_twice_keeps_them_once(country: Engine, store: Store) -> None:
    one_is_sent_twice(country, store)
    before = parts(country)
    with writing(country) as session:
        session.execute(update(Attachment).values(traits=None))
        session.execute(update(Job).values(state="done"))
    look_at_photographs(country, lambda: store)
    assert parts(country) == before == dict.fromkeys("ab", MOST_APART + 1)


def test_it_takes_as_many_statements_however_many_there_are(country: Engine, store: Store) -> None:
    one_is_sent_twice(country, store)
    with writing(country) as session:
        by = account(session, *BOTH)
    taken = []
    for number in range(2, 5):
        with snapshot(country) as session, statements(country) as said:
            files = session.scalars(select(Attachment).where(Attachment.id % 2 == 1)).all()
            said.clear()
            found = sent_elsewhere(session, by, PROJECT, (ROUND, DISTRICT), files)
            assert len(found) == number - 1
            taken.append(len([one for one in said if "SELECT" in one]))
        a_visit_comes(country, store, f"a{number}", a_front(number))
        a_visit_comes(country, store, f"b{number}", a_front(number, quality=50), at=NEXT_DOOR)
        look_at_photographs(country, lambda: store)
    assert taken == [4, 4, 4], "which are alike, which of them may be shown, and the names of districts and forms"
