"""Faults between here and Central, at a real socket: each has its own name, and no answer's text leaves with it."""

import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from pyodk._utils.session import Adapter

from tests.support.scripted import TOKEN, Answer, Script, in_json, scripted
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import PATIENCE, CentralProblem, Patience, TilikSession

HASTY = Patience(connect_seconds=5, read_seconds=0.3, backoff=0.0)
SECRET = "yang dijawab orang"
PAGE = Answer(body=f"<html>{SECRET}</html>".encode(), kind="text/html")
REFUSED_LOGIN = in_json(401, code=401.2, message=SECRET)


def session_to(script: Script | str, patience: Patience = HASTY) -> TilikSession:
    url = script if isinstance(script, str) else script.url
    return TilikSession(url, "user@example.test", "password", patience)


@contextmanager
def central_that(answers: Answer) -> Iterator[Central]:
    """Connect to a Central that always answers so."""
    with scripted(answers) as script, Central(script.url, "user@example.test", "password", 1) as central:
        yield central


def problem_with(script: Script | str, path: str = "projects/1/forms") -> CentralProblem:
    """Ask once, and give what went wrong."""
    with session_to(script) as session, pytest.raises(CentralProblem) as caught:
        session.ask_json("GET", path)
    return caught.value


def problem_of(*answers: Answer, logins: tuple[Answer, ...] = (TOKEN,)) -> tuple[CentralProblem, list[str]]:
    """Give the problem such answers make, and how often was asked for the data."""
    with scripted(*answers, logins=logins) as script:
        problem = problem_with(script)
    return problem, [line for line in script.asked if "sessions" not in line]


def code_of(*answers: Answer) -> tuple[str, bool]:
    problem, _ = problem_of(*answers)
    return problem.reason.code, problem.passes


# ── logging in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_logs_in_once_for_many_requests() -> None:
    with scripted() as script, session_to(script) as session:
        for _ in range(3):
            session.ask_json("GET", "projects")
    assert script.asked == ["POST /v1/sessions"] + ["GET /v1/projects"] * 3
    assert script.tokens[1:] == ["Bearer a-token"] * 3


def test_a_token_that_has_died_leads_to_one_new_login_and_the_request_is_sent_again() -> None:
    logins = (TOKEN, in_json(200, token="a-new-token"))
    answers = (Answer(), REFUSED_LOGIN, in_json(200, found=7))
    with scripted(*answers, logins=logins) as script, session_to(script) as session:
        session.ask_json("GET", "projects")
        assert session.ask_json("POST", "projects", json={"name": "x"}) == {"found": 7}
    assert script.asked[2:] == ["POST /v1/projects", "POST /v1/sessions", "POST /v1/projects"]
    assert script.tokens[2:] == ["Bearer a-token", None, "Bearer a-new-token"]


def test_a_login_that_is_refused_is_said_and_not_tried_for_ever() -> None:
    with scripted(logins=(REFUSED_LOGIN,)) as script:
        problem = problem_with(script)
    assert (problem.reason.code, problem.passes) == ("central_login_refused", True)
    assert script.asked == ["POST /v1/sessions"] * 2


def test_of_several_logins_at_once_one_that_is_refused_is_tried_once_more() -> None:
    with scripted(in_json(200, found=7), logins=(REFUSED_LOGIN, TOKEN)) as script, session_to(script) as session:
        assert session.ask_json("GET", "projects") == {"found": 7}


@pytest.mark.parametrize("answer, code", [
    (in_json(404, code=404.1, message=SECRET), "central_login_by_password_off"),
    (Answer(404, b"<html>", "text/html"), "central_not_there"),
    (in_json(404, detail="Not Found"), "central_not_there"),
])  # fmt: skip
def test_where_nobody_can_log_in_by_password_that_is_said(answer: Answer, code: str) -> None:
    with scripted(logins=(answer,)) as script:
        problem = problem_with(script)
    assert (problem.reason.code, problem.passes) == (code, True)


def test_what_is_not_found_once_logged_in_is_no_matter_of_the_login() -> None:
    assert code_of(in_json(404, code=404.1)) == ("central_not_found", False)


def test_no_cookie_goes_back_to_central() -> None:
    """A cookie of a session that has ended makes Central refuse the new login."""
    cookie = {"Set-Cookie": "session=ended; Path=/"}
    with scripted(Answer(headers=cookie), in_json(200, found=7)) as script, session_to(script) as session:
        session.ask_json("GET", "projects")
        assert session.ask_json("GET", "projects") == {"found": 7}
    assert script.cookies == [None] * 3


def test_an_account_that_is_refused_whatever_its_token_is_asked_for_one_new_login_only() -> None:
    with scripted(Answer(), REFUSED_LOGIN) as script, session_to(script) as session:
        session.ask_json("GET", "projects")
        with pytest.raises(CentralProblem) as caught:
            session.ask_json("GET", "projects")
    assert caught.value.reason.code == "central_login_refused"
    assert script.asked.count("POST /v1/sessions") == 2


# ── what Central says ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_central_is_asked_again_and_then_named(status: int) -> None:
    problem, asked = problem_of(Answer(status, SECRET.encode(), "text/html"))
    assert (problem.reason.code, problem.reason.values, problem.passes) == (
        "central_busy",
        {"status": str(status)},
        True,
    )
    assert len(asked) == 1 + PATIENCE.retries


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_central_that_recovers_meanwhile_is_no_problem(status: int) -> None:
    with scripted(Answer(status), in_json(200, found=7)) as script, session_to(script) as session:
        assert session.ask_json("GET", "projects") == {"found": 7}


def test_what_is_not_safe_to_repeat_is_not_repeated() -> None:
    with scripted(Answer(503)) as script, session_to(script) as session, pytest.raises(CentralProblem):
        session.ask("POST", "projects", json={})
    assert script.asked.count("POST /v1/projects") == 1


def test_a_central_that_wants_us_back_tomorrow_does_not_hold_a_worker_until_then() -> None:
    problems: list[CentralProblem] = []
    with scripted(Answer(503, headers={"Retry-After": "86400"})) as script:
        asking = threading.Thread(target=lambda: problems.append(problem_with(script)), daemon=True)
        asking.start()
        asking.join(timeout=60)
    assert [problem.reason.code for problem in problems] == ["central_busy"]


SAID = {
    403: ("central_not_allowed", True, {"number": "403.1"}),
    404: ("central_not_found", False, {"number": "404.1"}),
    400: ("central_refused", False, {"status": "400", "number": "400.8"}),
    409: ("central_refused", False, {"status": "409", "number": "409.3"}),
}


@pytest.mark.parametrize("status", SAID)
def test_a_refusal_keeps_centrals_number_and_not_its_text(status: int) -> None:
    code, passes, values = SAID[status]
    problem, asked = problem_of(in_json(status, code=float(values["number"]), message=SECRET))
    assert (problem.reason.code, problem.passes, problem.reason.values) == (code, passes, values)
    assert len(asked) == 1


def test_a_refusal_by_something_else_has_no_number() -> None:
    problem, _ = problem_of(Answer(403, b"<html>", "text/html"))
    assert problem.reason.values == {"number": "–"}


# ── what is no answer of Central's ───────────────────────────────────────────────────────────────────────────────────


def test_a_login_page_that_answers_200_is_not_taken_for_data() -> None:
    assert code_of(PAGE) == ("central_answers_with_a_page", True)


def test_a_redirect_to_a_login_page_is_not_taken_for_data() -> None:
    assert code_of(Answer(302, headers={"Location": "/login"}), PAGE) == ("central_answers_with_a_page", True)


REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
def test_no_redirect_is_followed(status: int) -> None:
    with scripted() as elsewhere, scripted(Answer(status, headers={"Location": f"{elsewhere.url}/x"})) as script:
        assert problem_with(script).reason.code == "central_answers_with_a_page"
    assert elsewhere.asked == []


def test_nor_one_of_the_login_which_would_take_the_password_along() -> None:
    with scripted() as elsewhere:
        problem, asked = problem_of(Answer(), logins=(Answer(307, headers={"Location": f"{elsewhere.url}/x"}),))
    assert (problem.reason.code, asked, elsewhere.asked) == ("central_answers_with_a_page", [], [])


def test_a_file_is_fetched_from_the_store_that_central_sends_us_to_without_the_token() -> None:
    file = Answer(body=b"a photograph", kind="image/jpeg", headers={"ETag": '"anything"'})
    with scripted(file) as store, scripted(Answer(307, headers={"Location": f"{store.url}/bucket/x"})) as script:
        store_by_name = script.url.replace("127.0.0.1", "localhost")  # another host, as S3 is
        with (
            Central(store_by_name, "user@example.test", "password", 1) as central,
            central.attachment("f", "uuid:1", "uuid:1", "a.jpg") as found,
        ):
            assert found.chunks is not None and b"".join(found.chunks) == b"a photograph"
    assert (store.asked, store.tokens) == (["GET /bucket/x"], [None])
    assert script.tokens[-1] == "Bearer a-token"


def test_a_page_in_the_place_of_the_login_is_said_to_be_one() -> None:
    problem, asked = problem_of(Answer(), logins=(PAGE,))
    assert (problem.reason.code, asked) == ("central_answers_with_a_page", [])


WHERE_A_PAGE_COULD_PASS: dict[str, Callable[[Central], Any]] = {
    "the feed": lambda central: central.feed("f").__enter__(),
    "a version's XML": lambda central: central.xml("f", "uuid:1", "uuid:1"),
    "a photograph": lambda central: central.attachment("f", "uuid:1", "uuid:1", "a.jpg").__enter__(),
    "sending a photograph": lambda central: central.attach("f", "uuid:1", "a.jpg", b"x"),
    "a review": lambda central: central.review("f", "uuid:1", "approved"),
    "a comment": lambda central: central.comment("f", "uuid:1", "x"),
    "the entity lists": lambda central: central.entities("facilities"),
}


@pytest.mark.parametrize("ask", WHERE_A_PAGE_COULD_PASS.values(), ids=WHERE_A_PAGE_COULD_PASS)
def test_a_page_is_no_evidence_and_no_success_anywhere(ask: Callable[[Central], Any]) -> None:
    with central_that(PAGE) as central, pytest.raises(CentralProblem) as caught:
        ask(central)
    assert caught.value.reason.code == "central_answers_with_a_page"


def test_a_file_that_is_a_page_comes_as_a_file() -> None:
    """What a phone sent as HTML is Central's own answer: it names its file, as no login page does."""
    page = Answer(body=b"<html>", kind="text/html", headers={"Content-Disposition": 'attachment; filename="a.csv"'})
    with central_that(page) as central, central.attachment("f", "uuid:1", "uuid:1", "a.csv") as file:
        assert file.chunks and b"".join(file.chunks) == b"<html>"


@pytest.mark.parametrize("body", [b"", b'{"value":', b"\xff\xfe", SECRET.encode()])
def test_json_that_is_none_is_named(body: bytes) -> None:
    assert code_of(Answer(body=body)) == ("central_malformed", True)


@pytest.mark.parametrize("content", [{"message": SECRET}, {"name": SECRET, "createdAt": SECRET}])
def test_json_of_another_shape_is_named_too(content: dict[str, str]) -> None:
    with central_that(in_json(200, **content)) as central, pytest.raises(CentralProblem) as caught:
        central.comment("f", "uuid:1", "x")
    assert caught.value.reason.code == "central_malformed"
    assert SECRET not in everything_said(caught.value)


def test_a_login_that_brings_no_token_is_named_without_what_it_brought() -> None:
    problem, asked = problem_of(Answer(), logins=(in_json(200, message=SECRET),))
    assert (problem.reason.code, asked) == ("central_request_wrong", [])
    assert SECRET not in everything_said(problem)


# ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_cut_in_the_middle_is_named() -> None:
    assert code_of(Answer(body=b'{"value":[1,2,3]}', missing=6)) == ("central_cut", True)


def test_a_stream_cut_in_the_middle_is_named_where_it_is_read() -> None:
    cut = central_that(Answer(body=b"x" * 200_000, missing=10))
    with cut as central, central.feed("f") as feed, pytest.raises(CentralProblem) as caught:
        list(feed.chunks)
    assert caught.value.reason.code == "central_cut"


def test_a_central_that_hangs_is_asked_again_and_then_said_to_be_slow() -> None:
    problem, asked = problem_of(Answer(hangs=True))
    assert (problem.reason.code, problem.passes, len(asked)) == ("central_slow", True, 1 + PATIENCE.retries)


def test_a_login_that_hangs_is_slow_too() -> None:
    problem, asked = problem_of(Answer(), logins=(Answer(hangs=True),))
    assert (problem.reason.code, asked) == ("central_slow", [])


def test_a_body_that_stops_coming_is_slow() -> None:
    assert code_of(Answer(body=b'{"value":[1,2,3]}', missing=6, stalls=True)) == ("central_slow", True)


def test_a_connection_that_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    problem = problem_with(f"http://127.0.0.1:{port}")
    assert (problem.reason.code, problem.passes) == ("central_unreachable", True)


def test_a_host_that_there_is_not() -> None:
    assert problem_with("http://nowhere.invalid").reason.code == "central_unreachable"


def test_tls_with_a_server_that_speaks_none() -> None:
    with scripted() as script:
        problem = problem_with(script.url.replace("http", "https"))
    assert (problem.reason.code, problem.passes) == ("central_tls", True)


@pytest.mark.parametrize("address", ["central.example.test", "localhost:8383", "ftp://central.example.test", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    problem = problem_with(address)
    assert (problem.reason, problem.passes) == (Reason("central_address_wrong"), False)


def test_http_has_the_limits_and_retries_of_https() -> None:
    with TilikSession("http://127.0.0.1:1", "u", "p") as session:
        plain, secure = (cast(Adapter, session.get_adapter(f"{scheme}://x")) for scheme in ("http", "https"))
        assert plain.timeout == secure.timeout == (PATIENCE.connect_seconds, PATIENCE.read_seconds)
        assert plain.max_retries is secure.max_retries
        assert plain.max_retries.total == PATIENCE.retries > 0
        assert plain.max_retries.backoff_factor == PATIENCE.backoff > 0


# ── what must never leave ────────────────────────────────────────────────────────────────────────────────────────────


def everything_said(problem: CentralProblem) -> str:
    return repr(problem) + repr(problem.reason) + "".join(traceback.format_exception(problem))


TALKATIVE = {
    "refused": in_json(400, code=400.8, message=SECRET, details=SECRET),
    "busy": Answer(503, SECRET.encode()),
    "a page": PAGE,
    "malformed": Answer(body=SECRET.encode()),
    "cut": Answer(body=f'{{"value":"{SECRET}"}}'.encode(), missing=1),
}


@pytest.mark.parametrize("answer", TALKATIVE.values(), ids=TALKATIVE)
def test_no_answers_text_is_in_the_error_or_the_log(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    problem, _ = problem_of(answer)
    assert SECRET not in everything_said(problem) and SECRET not in caplog.text


def test_what_pyodk_would_log_of_an_answer_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with central_that(TALKATIVE["refused"]) as central, pytest.raises(CentralProblem) as caught:
        central.comment("f", "uuid:1", "x")
    assert SECRET not in everything_said(caught.value) and SECRET not in caplog.text
