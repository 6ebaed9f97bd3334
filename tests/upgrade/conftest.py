"""What earlier Tiliks left, on each kind of database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from pathlib import Path

import pytest

from server.schema import upgrade
from tests.support.environment import DATABASES, SQLITE
from tests.support.once import step_by_step
from tests.upgrade.left import FIRST, MADE, Left, Release, left_in, template_of

LayOut = Callable[[Release, Path], AbstractContextManager[Left]]


@pytest.fixture(scope="module", autouse=True)
def climbed() -> Iterator[None]:
    """Climb every step: they are what is tried here."""
    with step_by_step():
        yield


@pytest.fixture(params=DATABASES, scope="module")
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lay_out(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LayOut]:
    """Give what lays a release out; on PostgreSQL as a copy of what was laid out once."""
    with ExitStack() as until_the_end:

        @cache
        def template(release: Release) -> str:
            return until_the_end.enter_context(template_of(release, tmp_path_factory.mktemp("template")))

        yield lambda release, folder: left_in(folder, release, None if database == SQLITE else template(release))


@pytest.fixture
def left(lay_out: LayOut, tmp_path: Path) -> Iterator[Left]:
    """Give what the first of them left, not upgraded yet."""
    with lay_out(FIRST, tmp_path) as found:
        yield found


@pytest.fixture(params=[FIRST, *MADE], ids=str)
def any_left(request: pytest.FixtureRequest, lay_out: LayOut, tmp_path: Path) -> Iterator[Left]:
    """Give what each of them left, not upgraded yet."""
    with lay_out(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=[FIRST, *MADE], ids=str, scope="module")
def looked_at(
    request: pytest.FixtureRequest, lay_out: LayOut, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Left]:
    """Give what each of them left, upgraded, to tests that change nothing."""
    with lay_out(request.param, tmp_path_factory.mktemp("left")) as found:
        upgrade(found.engine)
        yield found
