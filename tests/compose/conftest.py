"""The web and its proxy as compose.yaml starts them, with a certificate made on the spot, for all tests of a file."""

from collections.abc import Iterator

import pytest

from tests.compose.stack import Stack, free_port
from tests.compose.tls import NAME, Client, new_certificate
from tests.support.environment import on_postgres_anew, postgres_url


@pytest.fixture(scope="module")
def served(postgresql_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("served")
    variables = {"TILIK_CENTRAL_PROJECT": "1", "TILIK_WEB_NAME": NAME}
    secrets = {"database_password": "as-the-server-here-asks-for-none", "redis_password": "nobody-asks",
               **new_certificate(folder)}  # fmt: skip
    with on_postgres_anew(postgresql_template) as name:
        stack = Stack(folder, postgres_url(name), free_port(), variables, secrets,
                      instead={"server.wsgi": "tests.compose.mirror"})  # fmt: skip
        try:
            stack.start("web")
            stack.start("proxy")
            stack.until_healthy("web", "proxy")
            yield stack
        finally:
            stack.kill_all()


@pytest.fixture
def client(served: Stack) -> Client:
    return Client(served)
