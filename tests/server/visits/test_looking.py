"""The whole way of a photograph's signs: it comes, is looked at, verified, and shown beside the other one."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import Base as Exif
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.db import snapshot, writing
from server.register.tables import Facility
from server.removals.removing import remove_file
from server.results.tables import VisitResult
from server.results.verifying import verify
from server.rounds.states import CLOSED
from server.settings import Settings
from server.store.interface import Store
from server.store.opening import open_store
from server.submissions.files import STORED, Asked, note
from server.submissions.tables import Attachment, Form
from server.visits.looking import look_at_photographs
from server.visits.tables import Visit
from server.visits.traits import read_traits
from server.work.tables import Job
from tests.support.claiming import ROUND, forget_jobs
from tests.support.photographs import FORM, PROJECT, a_front, a_picture, a_visit_comes
from tests.support.rounds import begin, move_part
from tests.support.web import entered
from tests.support.workbooks import DISTRICT


@pytest.fixture
def store(any_store: Settings) -> Store:
    return open_store(any_store)


@pytest.fixture
def district(district: Engine) -> Engine:
    begin(district, DISTRICT)
    forget_jobs(district)
    return district


def signs(engine: Engine, store: Store) -> dict[str, list[list[str | None]]]:
    look_at_photographs(engine, lambda: store)
    verify(engine, ROUND, DISTRICT)
    return raised(engine)


def raised(engine: Engine) -> dict[str, list[list[str | None]]]:
    with snapshot(engine) as session:
        found = session.execute(select(VisitResult.visit_id, VisitResult.flags))
        return {root: [flag for flag in flags or [] if "photograph" in str(flag[0])] for root, flags in found}


BOTH = {"a": [["same_photograph", "b"]], "b": [["same_photograph", "a"]]}


def test_a_photograph_that_was_written_anew_and_smaller_is_known_again(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    a_visit_comes(district, store, "b", a_front(1, quality=40, pixels=640))
    a_visit_comes(district, store, "c", a_front(2))
    assert signs(district, store) == {**BOTH, "c": []}


def test_what_is_at_hand_of_a_district_follows_its_photographs(district: Engine, store: Store) -> None:
    """Each time the part was verified just before: what is known of it is not asked for again."""
    for name in "ab":
        a_visit_comes(district, store, name, a_front(1))
    verify(district, ROUND, DISTRICT)
    assert signs(district, store) == BOTH
    other = a_front(2)
    with writing(district) as session:
        asked = Asked(1, "b", "b", recheck=True, attempts=1)
        assert note(session, 1, asked, "1.jpg", state=STORED, media_type="image/jpeg",
                    digest=store.put([other], len(other)).digest)  # fmt: skip
    verify(district, ROUND, DISTRICT)
    assert raised(district) == {"a": [], "b": []}, "the other one has not been looked at yet"
    assert signs(district, store) == {"a": [], "b": []}


def a_dusk(number: int) -> bytes:
    """Light that fades over a wall, a little darker for each number: it looks the same wherever it falls."""
    image = Image.linear_gradient("L").rotate(90).point(lambda value: max(value * 9 // 10 - number, 0)).convert("RGB")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def a_wall(number: int) -> bytes:
    return a_picture(size=(160 + number, 120))


@pytest.mark.parametrize("drawn", [a_dusk, a_wall])
def test_one_file_is_known_again_though_it_shows_little_and_nothing_else_that_shows_little_is(
    district: Engine, store: Store, any_store: Settings, drawn: Callable[[int], bytes]
) -> None:
    for name, number in zip("abc", (1, 1, 2), strict=True):
        a_visit_comes(district, store, name, drawn(number))
    assert signs(district, store) == {**BOTH, "c": []}
    page = entered(create_app(district, any_store.model_copy(update={"central_project": PROJECT})))
    pair = re.search(r'<div class="photos pair">.*?</div>', page.get(f"/kiriman/{FORM}/a").text, re.S)
    assert pair and re.findall(r"/foto/(\d+)\.jpg", pair[0]) == ["1", "2"]


def test_what_shows_nothing_has_its_part_verified_too(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_wall(1))
    _done(district)
    look_at_photographs(district, lambda: store)
    assert _verifications(district) == 1, "its file may be another visit's"


def test_both_are_shown_side_by_side_to_who_may_see_them(district: Engine, store: Store, any_store: Settings) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    a_visit_comes(district, store, "b", a_front(1, quality=40))
    signs(district, store)
    page = entered(create_app(district, any_store.model_copy(update={"central_project": PROJECT})))
    text = page.get(f"/kiriman/{FORM}/a?lang=en").text
    pair = re.search(r'<div class="photos pair">.*?</div>', text, re.S)
    assert pair and re.findall(r"/foto/(\d+)\.jpg", pair[0]) == ["1", "2"]
    assert "One of its photographs is another visit" in text and "The other visit&#39;s photograph" in text
    _done(district)
    with writing(district) as session:
        remove_file(session, session.scalars(select(Form)).one(), "b", "1.jpg", "withdrawn_consent", "terminal:test")
    assert _verifications(district) == 1, "the other visit's sign goes with it"
    assert "photos pair" not in page.get(f"/kiriman/{FORM}/a?lang=en").text
    assert signs(district, store) == {"a": [], "b": []}


@pytest.mark.parametrize("taken, zone, expected", [
    ("2026:11:01 09:05:00", "+07:00", []), ("2026:11:01 11:05:00", "", []),
    ("2026:10:30 09:05:00", "", [["photographed_before_or_after", None]]),
    ("2026:10:30 09:05:00", "broken", [["photographed_before_or_after", None]]), ("2000:01:01 00:00:10", "", []),
    ("    ", "", []), ("", "", []),
])  # fmt: skip
def test_when_a_camera_says_that_it_was_taken(
    district: Engine, store: Store, taken: str, zone: str, expected: list[Any]
) -> None:
    a_visit_comes(district, store, "a", a_front(1, taken=taken, zone=zone))
    assert signs(district, store) == {"a": expected}


def traits(engine: Engine) -> list[Any]:
    with snapshot(engine) as session:
        return list(session.scalars(select(Attachment.traits).order_by(Attachment.id)))


def test_photographs_of_homes_are_not_looked_at(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1), kind="lksa")
    a_visit_comes(district, store, "b", a_front(1))
    a_visit_comes(district, store, "c", a_wall(1), kind="lksa")
    a_visit_comes(district, store, "d", a_wall(1))
    assert signs(district, store) == {"a": [], "b": [], "c": [], "d": []}
    assert traits(district)[0] == {} != traits(district)[1]


def test_a_home_by_the_register_is_a_home(district: Engine, store: Store) -> None:
    with writing(district) as session:
        session.add(Facility(id="home", kind="lksa", name="Rumah Rekaan", village=f"{DISTRICT}.01.2001"))
    a_visit_comes(district, store, "a", a_front(1))
    with writing(district) as session:
        session.execute(update(Visit).values(facility_id="home"))
    look_at_photographs(district, lambda: store)
    assert traits(district) == [{}]


def test_each_is_looked_at_once_and_what_waits_for_its_visit_waits(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    a_visit_comes(district, store, "b", b"no picture", media_type="text/csv")
    a_visit_comes(district, store, "c", a_front(1), state="expected")
    assert look_at_photographs(district, lambda: store) is False
    first = traits(district)
    assert sorted(first[0]) == ["looks"] and first[1:] == [{}, None]
    opened: list[int] = []
    assert look_at_photographs(district, lambda: opened.append(1) or store) is False  # type: ignore[func-returns-value]
    assert not opened and traits(district) == first


def test_what_shows_something_has_its_part_verified_unless_that_is_closed(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    assert _verifications(district) == 1, "for the visit"
    _done(district)
    look_at_photographs(district, lambda: store)
    assert _verifications(district) == 1, "for its photograph"


def _verifications(engine: Engine) -> int:
    with snapshot(engine) as session:
        return len(session.scalars(select(Job).filter_by(kind="verify", state="waiting")).all())


def _done(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Job).values(state="done"))


def test_a_file_that_is_not_to_be_had_stops_no_other(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    a_visit_comes(district, store, "b", a_front(2))
    with writing(district) as session:
        session.execute(update(Attachment).where(Attachment.root_id == "a").values(digest="0" * 64))
    assert look_at_photographs(district, lambda: store) is False
    assert [bool(each) for each in traits(district)] == [False, True]


def test_what_shows_nothing_looks_like_nothing_else() -> None:
    """A wall, a covered lens, a file that cannot be drawn."""
    assert read_traits(a_picture(size=(1600, 1200))) == read_traits(b"\xff\xd8\xff broken") == {}


def test_a_picture_held_otherwise_is_turned_first() -> None:
    upright, file = a_front(1), io.BytesIO()
    image = Image.open(io.BytesIO(upright)).transpose(Image.Transpose.ROTATE_90)
    exif = image.getexif()
    exif[Exif.Orientation] = 6
    image.save(file, "JPEG", quality=90, exif=exif)
    mine, turned = (int(read_traits(content)["looks"], 16) for content in (upright, file.getvalue()))
    assert (mine ^ turned).bit_count() <= 16


def test_a_closed_part_stays_as_it_is(district: Engine, store: Store) -> None:
    a_visit_comes(district, store, "a", a_front(1))
    verify(district, ROUND, DISTRICT)
    move_part(district, DISTRICT, CLOSED)
    _done(district)
    look_at_photographs(district, lambda: store)
    assert _verifications(district) == 0
