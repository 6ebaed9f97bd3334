"""What a night asks of Central grows with what the day brought, and not with all that ever came."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from server.db import snapshot, writing
from server.store.interface import Store
from server.sync.certificates import IDENTICAL
from server.sync.compared import forget_compared, left_to_compare
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.proxy import FaultProxy
from tests.support.trial import JPEG, OTHER
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.slow_pass import look_over

MANY, TURN = 12, 2
BEFORE_FILES = 5  # steps: Central is listed twice, each time living and deleted, and its feed read
Asked = Callable[[Callable[[Central], object]], int]


@pytest.fixture
def asked(sandbox: Sandbox, trial: Central) -> Iterator[Asked]:
    """Do something and count what was asked of single submissions."""
    with FaultProxy(sandbox.url) as proxy, Central(proxy.url, USER, PASSWORD, trial.project) as central:

        def count(task: Callable[[Central], object]) -> int:
            before = len(proxy.seen)
            task(central)
            paths = [request.path.split("?")[0] for request in proxy.seen[before:]]
            return sum("/submissions/" in path for path in paths)

        yield count


@pytest.fixture
def roots(engine: Engine, trial: Central, store: Store) -> list[str]:
    """Give many submissions with a photograph each, all of them looked over and compared."""
    found = [trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG}) for _ in range(MANY)]
    look_over(engine, trial, store, FORM_ID)
    assert certify(engine, trial, store, deep=True) == IDENTICAL
    return found


@pytest.fixture
def night(engine: Engine, store: Store) -> Callable[[Central], object]:
    return lambda central: look_over(engine, central, store, FORM_ID, turn=TURN)


ONE = 3  # requests for one submission: its list of files, its photograph, its comments


def test_a_night_after_a_quiet_day_asks_about_as_many_as_have_their_turn(
    asked: Asked, roots: list[str], night: Callable[[Central], object]
) -> None:
    assert asked(night) == TURN * ONE


def test_a_night_asks_about_what_is_new_or_reviewed_or_was_ever_edited(
    asked: Asked, trial: Central, roots: list[str], night: Callable[[Central], object]
) -> None:
    trial.review(FORM_ID, roots[0], "hasIssues")
    trial.submit(FORM_ID, a_submission(photo="2.jpg"), {"2.jpg": JPEG})
    assert asked(night) == (2 + TURN) * ONE
    edited = trial.submit(FORM_ID, a_submission())
    trial.edit(FORM_ID, edited, a_submission(new_id(), replaces=edited, word="2"))
    asked(night)
    assert asked(night) == 2 + TURN * ONE  # its comments, and whether its first version has files


def test_a_comment_and_a_replaced_file_that_nothing_tells_of_are_seen_when_their_turn_comes(
    engine: Engine, asked: Asked, trial: Central, store: Store, roots: list[str], night: Callable[[Central], object]
) -> None:
    trial.comment(FORM_ID, roots[-1], "seen")
    trial.attach(FORM_ID, roots[-1], "1.jpg", OTHER)
    for _ in range(MANY // TURN):
        asked(night)
    with writing(engine) as session:
        forget_compared(session, trial.project)
    assert certify(engine, trial, store, deep=True) == IDENTICAL


def test_a_plain_certificate_asks_about_no_single_submission(
    engine: Engine, asked: Asked, store: Store, roots: list[str]
) -> None:
    assert asked(lambda central: certify(engine, central, store)) == 0


def test_a_deep_certificate_asks_once_about_what_it_has_not_compared(
    engine: Engine, asked: Asked, trial: Central, store: Store, roots: list[str]
) -> None:
    def deep(central: Central) -> None:
        assert certify(engine, central, store, deep=True) == IDENTICAL

    assert asked(deep) == 0
    trial.submit(FORM_ID, a_submission(photo="2.jpg"), {"2.jpg": JPEG})
    trial.review(FORM_ID, roots[0], "hasIssues")
    look_over(engine, trial, store, FORM_ID, turn=0)
    with snapshot(engine) as session:
        assert left_to_compare(session, trial.project) == (1, 2)
    assert asked(deep) == 3
    assert asked(deep) == 0


def test_a_deep_certificate_that_is_stopped_goes_on_from_there(
    engine: Engine, asked: Asked, trial: Central, store: Store, roots: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    def stop_later(_form_id: str, _done: int) -> None:
        steps.append(1)
        if len(steps) == MANY + BEFORE_FILES:
            raise Stopped

    monkeypatch.setattr("workers.pulling.deeply.COMPARED_BATCH", 5)
    with writing(engine) as session:
        forget_compared(session, trial.project)
    steps: list[int] = []
    with pytest.raises(Stopped):
        certify(engine, trial, store, deep=True, progress=stop_later)
    with snapshot(engine) as session:
        files, submissions = left_to_compare(session, trial.project)
    assert (files, submissions) == (MANY - 10, MANY)
    assert asked(lambda central: certify(engine, central, store, deep=True)) == files + submissions
