"""The children's line: what a code opens, what an answer leaves behind, and what is never looked at."""

import io
import json
import logging
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from server.audit.tables import AuditEntry
from server.backup.encryption import decrypted, identities
from server.children.codes import digest_of_code
from server.children.tables import ChildCode, ChildSession, ChildSwitch
from server.db import snapshot, writing
from server.feedback.line import _SEEN, line_of
from server.feedback.memory import OF_A_CODE, WRONG
from server.feedback.tables import FreshAnswer
from server.opening.tables import Contact
from server.work.tables import Job
from tests.support.lining import (
    DECEMBER,
    NOVEMBER,
    OURS,
    PAGE,
    SECRET,
    VERSION,
    Clock,
    answer,
    ask,
    fresh,
    planned,
    why,
)  # fmt: skip
from tests.support.workbooks import DISTRICT


def change(engine: Engine, table: Any, **values: Any) -> None:
    with writing(engine) as session:
        session.execute(update(table).values(**values))


# ── what a code opens


def test_a_code_opens_the_page_and_names_whom_to_turn_to_and_is_not_used_by_that(line: Flask, district: Engine) -> None:
    made = planned(district)
    with writing(district) as session:
        session.add(Contact(district=DISTRICT, kind="uptd_ppa", office="UPTD PPA Rekaan", number="0291 000",
                            entered_by="terminal:test", entered_at=NOVEMBER))  # fmt: skip
    for typed in (made.codes[0], made.codes[0].lower().replace("-", " ")):
        found = ask(line, "kode", code=typed)
        assert found.status_code == 200 and found.json == {
            "session": {"place_kind": "children_group", "district": DISTRICT}, "page": PAGE,
            "contacts": [{"kind": "uptd_ppa", "office": "UPTD PPA Rekaan", "number": "0291 000"}],
        }  # fmt: skip
    assert answer(line, made.codes[0]).status_code == 204


def test_what_opens_nothing_is_told_why(line: Flask, district: Engine, clock: Clock) -> None:
    made = planned(district)
    code, other = made.codes[:2]

    def both() -> set[tuple[int, str | None]]:
        return {why(ask(line, "kode", code=code)), why(answer(line, code))}

    assert why(ask(line, "kode", code="AAAA-AAAA")) == (404, "unknown") == why(answer(line, "AAAA-AAAA"))
    clock.moment = DECEMBER
    assert both() == {(410, "expired")}
    clock.moment = NOVEMBER.replace(month=10)
    assert both() == {(410, "expired")}
    clock.moment = NOVEMBER
    change(district, ChildSwitch, on=False)
    assert both() == {(503, "off")}
    change(district, ChildSwitch, on=True)
    change(district, ChildSession, state="settled")
    assert both() == {(410, "expired")}
    change(district, ChildSession, state="dropped")
    assert both() == {(410, "revoked")}
    change(district, ChildSession, state="held")
    change(district, ChildCode, state="revoked")
    assert both() == {(410, "revoked")}
    change(district, ChildCode, state="out")
    assert answer(line, code).status_code == 204
    assert both() == {(410, "used")}
    change(district, ChildCode, state="used")
    assert why(ask(line, "kode", code=other)) == (410, "used")


def test_the_month_is_that_of_the_districts_own_clock(line: Flask, district: Engine, clock: Clock) -> None:
    made = planned(district)
    clock.moment = NOVEMBER.replace(day=30, hour=16, minute=59)  # 23:59 in Jakarta, whose zone the district has
    assert ask(line, "kode", code=made.codes[0]).status_code == 200
    clock.moment = NOVEMBER.replace(day=30, hour=17)
    assert why(ask(line, "kode", code=made.codes[0])) == (410, "expired")


# ── an answer


def test_what_the_page_does_not_ask_is_dropped_before_anything_is_stored(line: Flask, district: Engine) -> None:
    made = planned(district)
    sent: dict[str, Any] = {"name": "Rekaan", "feel_safe": "no", "may_come": "yes", "shelf": "yes", "age": "9",
                            "mark_1": ["a"], "mark_2": {"a": 1}, "mark_3": None, "time": "10:41"}  # fmt: skip
    assert answer(line, made.codes[0], sent).status_code == 204
    (found,) = fresh(line, made.id)
    assert list(found.items()) == [("may_come", "yes"), ("feel_safe", "no")], "in the page's order, not as it was sent"


def test_nothing_of_an_answer_is_written_but_itself_sealed_and_as_long_as_any(line: Flask, district: Engine) -> None:
    made = planned(district)
    before = counts(district)
    everything = {one["name"]: one["choices"][0]["name"] for one in PAGE["questions"]}
    assert answer(line, made.codes[0], {"may_come": "yes"}).status_code == 204
    assert answer(line, made.codes[1], everything).status_code == 204
    assert counts(district) == before
    with snapshot(district) as session:
        rows = session.scalars(select(FreshAnswer)).all()
        assert session.scalars(select(ChildCode.state).distinct()).all() == ["out"], "the table does not say it yet"
    keys = identities("\n".join(line_of(line).keys.of(made.id)))
    assert len({len(decrypted(bytes.fromhex(row.answers["sealed"]), keys) or b"") for row in rows}) == 1
    assert "may_come" not in str([row.answers for row in rows])


def counts(engine: Engine) -> list[int | None]:
    with snapshot(engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Job, AuditEntry)]


def test_the_same_answer_sent_again_is_thanked_for_and_stored_once(line: Flask, district: Engine, clock: Clock) -> None:
    made, once = planned(district), secrets.token_hex(16)
    assert answer(line, made.codes[0], once=once).status_code == 204
    assert answer(line, made.codes[0], once=once).status_code == 204
    assert why(answer(line, made.codes[0])) == (410, "used"), "another answer is another"
    assert answer(line, made.codes[1], once=once).status_code == 204, "and so is another code"
    clock.seconds += 301
    assert why(answer(line, made.codes[0], once=once)) == (410, "used")
    assert len(fresh(line, made.id)) == 2


def test_a_code_counts_once_however_many_use_it_at_the_same_moment(line: Flask, district: Engine) -> None:
    made = planned(district, codes=3)
    sent = [(code, {"mark_0": mark}) for mark in "abcdef" for code in made.codes]
    with ThreadPoolExecutor(18) as pool:
        found = list(pool.map(lambda one: answer(line, *one).status_code, sent))
    assert sorted(found) == [204] * 3 + [410] * 15
    assert len(fresh(line, made.id)) == 3


@pytest.mark.ci
def test_a_code_is_used_exactly_once_by_fifty_at_once(line: Flask, district: Engine) -> None:
    made = planned(district, codes=4)
    line_of(line).memory._codes.clear()
    with ThreadPoolExecutor(50) as pool:
        for code in made.codes:
            found = list(pool.map(lambda _number, code=code: answer(line, code).status_code, range(50)))
            assert found.count(204) == 1 and set(found) <= {204, 410, 429}
    assert len(fresh(line, made.id)) == 4


def test_an_answer_that_is_not_stored_uses_nothing(
    line: Flask, district: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, once = planned(district), secrets.token_hex(16)
    keys = line_of(line).keys
    with monkeypatch.context() as patched:
        patched.setattr(keys, "_write", _full)
        assert why(answer(line, made.codes[0], once=once)) == (500, "wait")
    assert answer(line, made.codes[0], once=once).status_code == 204
    assert len(fresh(line, made.id)) == 1


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


WRONG_BODIES: list[dict[str, Any]] = [
    {"data": b"{", "content_type": "application/json"}, {"json": []}, {"json": {"code": 7, "version": VERSION}},
    {"json": {"code": "AAAA-AAAA", "version": VERSION, "answers": [], "once": "x" * 32}},
    {"json": {"code": "AAAA-AAAA", "version": VERSION, "answers": {}, "once": "short"}},
    {"json": {"code": "A" * 101, "version": VERSION, "answers": {}}},
    {"data": {"code": "AAAA-AAAA"}}, {"data": b'{"code": "AAAA-AAAA"}', "content_type": "text/plain"},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG_BODIES, ids=range(len(WRONG_BODIES)))
def test_what_no_page_of_ours_sends_is_wrong(line: Flask, body: dict[str, Any]) -> None:
    assert why(line.test_client().post("/anak/jawaban", headers=OURS, **body)) == (400, "wrong")


def test_a_version_that_there_is_none_of_uses_nothing_and_what_is_long_is_not_read(
    line: Flask, district: Engine
) -> None:
    made = planned(district)
    assert why(ask(line, "jawaban", code=made.codes[0], version="1", answers={}, once="x" * 32)) == (400, "wrong")
    assert why(ask(line, "jawaban", code=made.codes[0], version="x" * 9000)) == (413, "wrong")
    assert answer(line, made.codes[0]).status_code == 204


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"},
                                     {"Origin": "null"}, OURS | {"Origin": "https://elsewhere.example"},
                                     OURS | {"Host": "elsewhere.example"}], ids=str)  # fmt: skip
def test_it_is_asked_from_its_own_page_alone(line: Flask, headers: dict[str, str]) -> None:
    assert why(line.test_client().post("/anak/kode", json={"code": "AAAA-AAAA"}, headers=headers)) == (403, "origin")


# ── limits


def test_guessing_is_slowed_without_knowing_who_guesses(line: Flask, district: Engine, clock: Clock) -> None:
    made = planned(district)
    for _ in range(WRONG):
        line_of(line).memory.count_wrong()
    assert why(ask(line, "kode", code="AAAA-AAAA")) == (429, "wait") == why(ask(line, "kode", code=made.codes[0]))
    clock.seconds += 61
    assert ask(line, "kode", code=made.codes[0]).status_code == 200
    found = [ask(line, "kode", code=made.codes[0]).status_code for _ in range(OF_A_CODE)]
    assert found[:-1] == [200] * (OF_A_CODE - 1) and found[-1] == 429
    assert ask(line, "kode", code=made.codes[1]).status_code == 200


# ── what is never looked at, and what is said


class Untouchable(dict[str, Any]):
    """What a server tells of a request; whoever reads who asks, fails."""

    def __getitem__(self, key: str) -> Any:
        assert key in _SEEN, key
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        assert key in _SEEN, key
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all of it was looked through")

    items = keys = values = copy = __iter__  # type: ignore[assignment]


@pytest.mark.parametrize("path", ["/anak/kode", "/anak/jawaban", "/anak/nowhere"])
def test_who_asks_is_never_looked_at_and_no_cookie_is_given(line: Flask, district: Engine, path: str) -> None:
    made = planned(district)
    body = json.dumps({"code": made.codes[0], "version": VERSION, "answers": {"may_come": "yes"}}).encode()
    environ = Untouchable({
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "HTTP_SEC_FETCH_SITE": "same-origin", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False, "REMOTE_ADDR": "203.0.113.9", "REMOTE_PORT": "4711",
        "HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_USER_AGENT": "Ponsel", "HTTP_COOKIE": "tilik=x",
        "HTTP_REFERER": "http://localhost/x", "HTTP_ACCEPT_LANGUAGE": "jv", "HTTP_IF_NONE_MATCH": '"x"',
    })  # fmt: skip
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        told.append((status, headers))

    assert b"".join(line.wsgi_app(environ, start_response)) is not None
    ((status, headers),) = told
    assert status.split()[0] in {"/anak/kode": "200", "/anak/jawaban": "204"}.get(path, "404")
    assert not [name for name, _ in headers if name.lower() in ("set-cookie", "etag", "vary", "last-modified")]
    said = dict(headers)
    assert said["Referrer-Policy"] == "no-referrer" and said["Cache-Control"] == "no-store"
    assert "default-src 'none'" in said["Content-Security-Policy"]


def test_what_fails_is_logged_by_its_kind_alone(
    line: Flask, district: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned(district)
    monkeypatch.setattr(line_of(line).keys, "draw", _full)
    with caplog.at_level(logging.DEBUG):
        answer(line, made.codes[0], {"may_come": "yes"})
        ask(line, "kode", code="AAAA-AAAA")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("server", "tests", "flask"))]
    assert len(ours) == 1 and ours[0].startswith("OSError in _full, line ")
    everything = caplog.text
    for word in (*made.codes, "AAAA-AAAA", "may_come", "anak", digest_of_code(SECRET, made.codes[0])):
        assert word not in everything
