"""A photograph on the page: drawn where it can be, else a sentence that says why not; never a mistake, never kept."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from server.db import writing
from server.store.opening import open_store
from server.submissions.media import media_type
from server.submissions.tables import Attachment
from server.words import catalogue
from tests.support.demo import PAGE, Demo
from tests.support.photographs import a_picture, png_of
from verification.reason import Reason

WORDS = catalogue("id")


@contextmanager
def another(run: Demo, **values: Any) -> Iterator[int]:
    """Let a photograph of the report be another for a while; gives its number."""
    number = next(photo.number for photo in run.line(17, 1).photos if photo.number)
    with writing(run.engine) as session:
        kept = session.scalars(select(Attachment).filter_by(id=number)).one()
        before = {name: getattr(kept, name) for name in values}
        _change(kept, values)
    try:
        yield number
    finally:
        with writing(run.engine) as session:
            _change(session.get_one(Attachment, number), before)


def _change(attachment: Attachment, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(attachment, name, value)


def photographs(run: Demo) -> list[tuple[int | None, str | None]]:
    """List what the report says of the photographs of all lines: their numbers, or why they are not shown."""
    report = run.web.get(f"{PAGE}.json").json or {}
    return [(photo["number"], photo["why_not"]) for i in report["indicators"] for line in i["lines"]
            for photo in line["photos"]]  # fmt: skip


def sent_as(run: Demo, content: bytes, name: str) -> dict[str, Any]:
    stored = open_store(run.settings).put([content], 20_000_000)
    return {"digest": stored.digest, "media_type": media_type(stored.head, name), "name": name}


@pytest.mark.parametrize("kind, name", [("JPEG", "a.png"), ("JPEG", "photo"), ("WEBP", "a.jpg"), ("PNG", "a.exe")])
def test_a_picture_by_whatever_name_is_shown_as_jpeg(run: Demo, kind: str, name: str) -> None:
    with another(run, **sent_as(run, a_picture(kind), name)) as number:
        assert (number, None) in photographs(run)
        answer = run.web.get(f"/foto/{number}.jpg")
    assert (answer.status_code, answer.content_type, answer.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert (
        answer.headers["Cache-Control"] == "private, no-cache" and answer.headers["X-Content-Type-Options"] == "nosniff"
    )


NOT_DRAWN: dict[str, Callable[[], bytes]] = {
    "HEIC": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" * 9,
    "a broken JPEG": lambda: a_picture(size=(900, 900))[:3000],
    "a PNG to exhaust us": lambda: png_of(7_800, 7_800, 0), "a text": lambda: b"<script>alert(1)</script>",
    "nothing": lambda: b"",
}  # fmt: skip


@pytest.mark.parametrize("make", NOT_DRAWN.values(), ids=NOT_DRAWN)
def test_what_cannot_be_drawn_is_kept_and_said(run: Demo, make: Callable[[], bytes]) -> None:
    values = sent_as(run, make(), "a.jpg")
    with another(run, **values) as number:
        answer, said = run.web.get(f"/foto/{number}.jpg"), photographs(run)
    assert answer.status_code == 404 and WORDS.say("page.photo_not_drawable") in html.unescape(answer.text)
    assert open_store(run.settings).is_whole(values["digest"])
    if not values["media_type"].startswith(("image/jpeg", "image/png")):
        assert (None, WORDS.say("report.photo_kept_only", kind=values["media_type"])) in said
        assert number not in dict(said)


@pytest.mark.parametrize("state, sentence", [
    ("expected", "report.photo_not_here"), ("removed", "report.photo_removed"),
    ("refused", "reason.attachment_too_large"),
])  # fmt: skip
def test_what_is_not_here_says_why(run: Demo, state: str, sentence: str) -> None:
    problem = Reason("attachment_too_large", {"limit": 20}) if state == "refused" else None
    with another(run, state=state, digest=None, problem=problem) as number:
        said = photographs(run)
        assert run.web.get(f"/foto/{number}.jpg").status_code == 404
    assert (None, WORDS.say(sentence, limit=20)) in said
