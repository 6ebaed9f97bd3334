"""Pictures of photographs: drawn once, kept beside them, gone with them; a browser asks before it shows one again."""

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.audit.tables import AuditEntry
from server.db import snapshot, writing
from server.removals.removing import empty_store, remove_file
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.store.folder import Folder
from server.store.opening import open_store
from server.submissions.tables import Attachment, Form
from server.visits import drawing
from server.visits.pictures import Size, picture
from server.words import catalogue
from tests.support.builders import LAT, LON
from tests.support.claiming import ROUND
from tests.support.photographs import a_picture
from tests.support.storing import everything_in, settings_for
from tests.support.trial import it_comes
from tests.support.web import browser, entered

PROJECT, ROOT = 1, "uuid:1"
BOTH = ("/foto/1.jpg", "/foto/kecil/1.jpg")
PHOTO = a_picture(size=(1600, 1200))
THIS_BROWSERS = "private, no-cache"


@pytest.fixture
def shown(district: Engine, any_store: Settings) -> FlaskClient:
    """Give the pages, with one photograph that may be shown."""
    answers = {"kind": "pojok_asi", "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    form_pk = it_comes(district, "visit_pojok_asi", ROOT, answers, project=PROJECT)
    digest = open_store(any_store).put([PHOTO], len(PHOTO)).digest
    with writing(district) as session:
        session.add(Attachment(id=1, form_pk=form_pk, root_id=ROOT, instance_id=ROOT, name="1.jpg", state="stored",
                               digest=digest))  # fmt: skip
    return web(district, any_store)


def web(engine: Engine, settings: Settings) -> FlaskClient:
    return entered(create_app(engine, settings.model_copy(update={"central_project": PROJECT})))


def size_of(content: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(content)).size


def test_a_photograph_has_a_small_picture_for_the_report_and_a_larger_one(shown: FlaskClient) -> None:
    large, small = (shown.get(path) for path in BOTH)
    assert size_of(large.data) == (1000, 750) and size_of(small.data) == (440, 330)
    assert len(small.data) < len(large.data) < len(PHOTO)
    for answer in (large, small):
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert dict(Image.open(io.BytesIO(answer.data)).getexif()) == {}


def test_every_byte_comes_from_us_and_no_answer_names_where_it_lies(shown: FlaskClient, any_store: Settings) -> None:
    for path in BOTH:
        answer = shown.get(path)
        said = f"{answer.headers}{answer.data!r}"
        assert answer.status_code == 200 and "Location" not in answer.headers
        assert [name for name in ("amz", "s3", str(any_store.store_endpoint), "tilik-") if name in said] == []


def test_a_picture_is_drawn_once_in_both_sizes_and_kept(shown: FlaskClient, any_store: Settings) -> None:
    store = open_store(any_store)
    (digest,) = store.digests()
    shown.get(BOTH[1])
    assert set(everything_in(store)) == {digest, *(f"{digest}.{size.value}" for size in Size)}
    for size, path in zip((Size.LARGE, Size.SMALL), BOTH, strict=True):
        store.put_drawn(digest, size.value, f"drawn before, {size.name}".encode())
        assert shown.get(path).data == f"drawn before, {size.name}".encode()


def test_a_lawful_removal_takes_the_pictures_too_and_no_browser_shows_its_own_any_more(
    shown: FlaskClient, district: Engine, any_store: Settings
) -> None:
    marks = {path: shown.get(path).headers["ETag"] for path in BOTH}
    store = open_store(any_store)
    assert len(everything_in(store)) == 3
    with writing(district) as session:
        form = session.scalars(select(Form)).one()
        removed = remove_file(session, form, ROOT, "1.jpg", "withdrawn_consent", "terminal:test")
    for path, mark in marks.items():
        answer = shown.get(path, headers={"If-None-Match": mark})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    empty_store(store, removed)
    assert everything_in(store) == {}


def test_a_browser_may_keep_a_picture_and_asks_before_it_shows_it_again(shown: FlaskClient) -> None:
    for path in BOTH:
        first = shown.get(path)
        assert (first.headers["Cache-Control"], first.headers["Vary"]) == (THIS_BROWSERS, "Cookie")
        again = shown.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert (again.headers["Cache-Control"], again.headers["Vary"]) == (THIS_BROWSERS, "Cookie")
        assert shown.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    assert len({shown.get(path).headers["ETag"] for path in BOTH}) == 2


@pytest.mark.parametrize("withdrawn", [{"state": "removed"}, {"state": "expected"}], ids=str)
def test_what_a_browser_kept_is_worth_nothing_once_the_photograph_is_withdrawn(
    shown: FlaskClient, district: Engine, withdrawn: dict[str, str]
) -> None:
    mark = shown.get(BOTH[0]).headers["ETag"]
    with writing(district) as session:
        session.execute(update(Attachment).values(withdrawn))
    assert shown.get(BOTH[0], headers={"If-None-Match": mark}).status_code == 404


def test_what_one_account_was_shown_is_no_answer_to_another(shown: FlaskClient) -> None:
    mark = shown.get(BOTH[0]).headers["ETag"]
    another = entered(shown.application)
    answer = another.get(BOTH[0], headers={"If-None-Match": mark})
    assert answer.status_code == 200 and answer.headers["ETag"] != mark


def test_whoever_may_not_see_it_or_is_nobody_is_refused_whatever_the_browser_kept(shown: FlaskClient) -> None:
    marks = {path: shown.get(path).headers["ETag"] for path in BOTH}
    elsewhere = entered(shown.application, [Held(Role.VERIFIER, "11.71", ROUND)])
    for path, mark in marks.items():
        for somebody, refused in ((elsewhere, 404), (browser(shown.application), 303)):
            answer = somebody.get(path, headers={"If-None-Match": mark})
            assert (answer.status_code, answer.headers["Cache-Control"]) == (refused, "no-store")


def test_each_look_is_on_record_also_at_what_a_browser_kept(shown: FlaskClient, district: Engine) -> None:
    first = shown.get(BOTH[1])
    assert shown.get(BOTH[1], headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with snapshot(district) as session:
        seen = session.scalars(select(AuditEntry).filter_by(act="photograph_seen")).all()
        assert [entry.about for entry in seen] == ["attachment:1"] * 2


def test_a_store_that_cannot_be_reached_is_said_and_kept_by_no_browser(shown: FlaskClient, district: Engine) -> None:
    answer = web(district, settings_for("http://127.0.0.1:1")).get(BOTH[0])
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert catalogue("id").sentences["reason.store_unreachable"][:40] in answer.text


def test_a_picture_that_is_kept_waits_for_nobody_who_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 0)
    folder = Folder(tmp_path)
    digest = folder.put([PHOTO], len(PHOTO)).digest
    first = picture(folder, digest, Size.SMALL)
    with drawing.our_turn():
        assert picture(folder, digest, Size.SMALL) == first


@contextmanager
def no_file_longer_than(limit: int) -> Iterator[None]:
    """Be a machine on whose disk there is hardly any room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_picture_for_which_there_is_no_room_is_shown_all_the_same(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    digest = folder.put([PHOTO], len(PHOTO)).digest
    with no_file_longer_than(1000):
        assert size_of(picture(folder, digest, Size.SMALL)) == (440, 330)
    assert everything_in(folder) == {digest: PHOTO}
