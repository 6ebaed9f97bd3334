"""Faults between Tilik and Central: nothing lost, nothing doubled, a sentence to act on, and it goes on by itself."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import Engine, func, select

from server.db import snapshot
from server.forms.tables import FormVersion
from server.store.folder import Folder
from server.submissions.tables import SubmissionState
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.faults import QUICK, SLOW, Cut, Fault, Trickle, status
from tests.support.proxy import FaultProxy
from tests.support.visits import (
    Json,
    assert_operator_can_act,
    empty,
    everything,
    gather,
    submit_many,
    time_passes,
    visits_with_history,
)
from tests.support.wires import Listener
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import Patience

pytestmark = pytest.mark.ci

PATIENT = Patience(backoff=0, retries=1)
HASTY = replace(PATIENT, read_seconds=0.5)  # only where nothing ever comes: a busy machine may be slow


ONCE_IS_ENOUGH = {"cut", "malformed", "login page", "redirect to a login page"}


@dataclass
class Trial:
    """A form with a little of everything, a proxy before its Central, and a database."""

    engine: Engine
    central: Central  # without the proxy
    proxy: FaultProxy
    data: Path
    wanted: Json
    requests: int

    def gather(
        self, patience: Patience = PATIENT, *, password: str = PASSWORD, url: str | None = None
    ) -> Reason | None:
        with Central(url or self.proxy.url, USER, password, self.central.project, patience) as central:
            return gather(self.engine, central, Folder(self.data / "store"))

    def found(self) -> Json:
        return everything(self.engine, self.data)

    def lacks_words(self) -> bool:
        """Tell whether a form's words did not come, which stops nothing: noted with it, and asked for again."""
        lacking = select(FormVersion).where(FormVersion.words.is_(None), FormVersion.problem.is_not(None))
        with snapshot(self.engine) as session:
            return session.scalars(lacking).first() is not None

    def start_anew(self) -> None:
        empty(self.engine, self.data)

    def assert_goes_on(self) -> None:
        """The cause has ended: the next run ends as an undisturbed one."""
        self.proxy.heal()
        time_passes(self.engine)
        assert self.gather() is None
        assert self.found() == self.wanted


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    visits_with_history(central)
    with FaultProxy(sandbox.url) as proxy:
        trial = Trial(engine, central, proxy, tmp_path, {}, 0)
        assert trial.gather() is None
        trial.wanted, trial.requests = trial.found(), proxy.requests
        assert all(trial.wanted[kind] for kind in ("submissions", "submission_states", "attachments", "files"))
        trial.start_anew()
        yield trial


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_at_any_one_request(trial: Trial, name: str) -> None:
    """Asking once more helps with some; the others are told, whichever request they met."""
    for at in range(1, trial.requests + 1):
        trial.start_anew()
        trial.proxy.next(QUICK[name], at)
        if problem := trial.gather():
            assert_operator_can_act(problem)
        assert problem or name not in ONCE_IS_ENOUGH or trial.lacks_words()
        trial.assert_goes_on()


@pytest.mark.parametrize("fault", (QUICK | SLOW).values(), ids=QUICK | SLOW)
def test_a_fault_that_lasts_from_any_request_on(trial: Trial, fault: Fault) -> None:
    for at in range(1, trial.requests + 1):
        trial.start_anew()
        trial.proxy.always(fault, after=at - 1)
        assert_operator_can_act(trial.gather(HASTY if fault in SLOW.values() else PATIENT))
        assert trial.found() != trial.wanted
        trial.assert_goes_on()


def test_a_central_that_is_down_from_any_request_on_and_comes_back(trial: Trial) -> None:
    for at in range(1, trial.requests + 1):
        trial.start_anew()
        trial.proxy.at_request(at, trial.proxy.down)
        problem = trial.gather()
        assert problem == Reason("central_unreachable")
        assert_operator_can_act(problem)
        trial.assert_goes_on()


def test_a_token_that_dies_at_any_request_is_replaced_without_a_word(trial: Trial, sandbox: Sandbox) -> None:
    for at in range(1, trial.requests + 1):
        trial.start_anew()
        trial.proxy.at_request(at, sandbox.state.tokens.clear)
        assert trial.gather() is None
        assert trial.found() == trial.wanted
        trial.proxy.heal()


def test_a_password_changed_at_central_stops_until_the_settings_follow(trial: Trial, sandbox: Sandbox) -> None:
    sandbox.state.password = "a new one"
    sandbox.state.tokens.clear()
    try:
        assert trial.gather() == Reason("central_login_refused")
        assert trial.gather(password="a new one") is None
    finally:
        sandbox.state.password = PASSWORD
        sandbox.state.tokens.clear()
    assert trial.found() == trial.wanted
    trial.assert_goes_on()


def test_a_tls_failure_is_named_and_passes(trial: Trial) -> None:
    no_certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listener = Listener(lambda client: no_certificate.wrap_socket(client, server_side=True).close())
    listener.start()
    problem = trial.gather(url=f"https://127.0.0.1:{listener.port}")
    listener.stop()
    assert problem == Reason("central_tls")
    assert_operator_can_act(problem)
    trial.assert_goes_on()


def test_an_answer_that_comes_in_drops_is_an_answer(trial: Trial) -> None:
    trial.proxy.always(Trickle())
    trial.assert_goes_on()


@pytest.mark.parametrize(
    ("fault", "code"),
    [("login page", "central_answers_with_a_page"), ("redirect to a login page", "central_answers_with_a_page"),
     ("hang", "central_slow"), ("stall", "central_slow"), ("cut", "central_cut"), ("malformed", "central_malformed"),
     ("reset", "central_unreachable"), ("503", "central_busy")],
)  # fmt: skip
def test_the_reason_names_the_cause(trial: Trial, fault: str, code: str) -> None:
    trial.proxy.always((QUICK | SLOW)[fault], where=lambda request: ".svc/" in request.path)
    problem = trial.gather(HASTY if fault in SLOW else PATIENT)
    assert problem is not None
    assert problem.code == code


def test_who_says_come_back_in_an_hour_does_not_hold_the_worker(trial: Trial) -> None:
    trial.proxy.always(status(429, Retry_After="3600"), where=lambda request: ".svc/" in request.path)
    assert trial.gather() == Reason("central_busy", {"status": "429"})
    trial.assert_goes_on()


def test_a_feed_cut_in_its_second_batch_goes_on_from_there(trial: Trial, sandbox: Sandbox) -> None:
    submit_many(sandbox, trial.central, 1000, version="2")
    trial.proxy.always(Cut(0.7), where=lambda request: ".svc/" in request.path)
    assert trial.gather() == Reason("central_cut")
    kept = trial.found()["submissions"]
    assert 500 <= len(kept) < 1000, "what came of the second batch is kept too"
    with snapshot(trial.engine) as session:
        oldest = session.scalar(select(func.min(SubmissionState.submitted_at)))
    trial.proxy.heal()
    first = trial.proxy.requests
    assert trial.gather() is None
    feeds = [request.path for request in trial.proxy.seen[first:] if ".svc/" in request.path]
    assert [f"submissionDate le {oldest}" in unquote_plus(feed) for feed in feeds] == [True, False]
    disturbed = trial.found()
    trial.start_anew()
    assert trial.gather() is None
    assert disturbed == trial.found()
    assert set(kept) < set(disturbed["submissions"])
