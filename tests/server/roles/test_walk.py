"""Every page as every role, inside and outside: each is answered as the table of permissions says, with a sentence.

Left out of the walk: logging in where that works, and logging out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from server.web.guard import need_of
from server.words import catalogue
from tests.support.copying import a_copy
from tests.support.demo import Demo
from tests.support.environment import DATABASES, SQLITE
from tests.support.walking import OPEN, PARTS, Asked, Who, World, a_world, ask, expected

NOT_HERE = catalogue("id").say("page.not_here_or_not_yours")
NOT_WALKED = {"login.logout"}  # it would end the walk


@pytest.fixture(scope="module")
def world(run: Demo, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_copy(run.engine, request.param) as engine:
        yield a_world(run, engine)


@dataclass
class Walked:
    """What was asked, and how it was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, asked: Asked, who: Who) -> None:
        answer, wanted = ask(asked, who), expected(asked, who)
        self.statuses[answer.status_code] += 1
        self.refused += wanted in (403, 404) and asked.status not in (403, 404)
        told = f"{asked.method} {asked.path} {asked.fields.get('kind', '')} as {who.role or 'nobody in particular'}"
        if answer.status_code != wanted:
            self.wrong.append(f"{told}, {who.area}: {answer.status_code}, not {wanted}")
        elif wanted == 403 and not says(answer.text, "Akun Anda tidak berhak"):
            self.wrong.append(f"{told}: no sentence")
        elif wanted == 404 and asked.about == "looked up" and not says(answer.text, NOT_HERE):
            self.wrong.append(f"{told}: another sentence")

    def __str__(self) -> str:
        return f"{self.statuses.total()} attempts, {self.refused} refused: {dict(sorted(self.statuses.items()))}"


def says(page: str, sentence: str) -> bool:
    return f'<p class="note" role="alert">{sentence}' in page


def walk(pairs: Iterable[tuple[Asked, Who]]) -> Walked:
    found = Walked()
    for asked, who in pairs:
        found.note(asked, who)
    assert found.wrong == [], f"{found}\n" + "\n".join(found.wrong[:40])
    return found


@pytest.mark.ci
@pytest.mark.parametrize("world", [SQLITE], indirect=True)
def test_every_page_is_walked_by_the_permission_that_it_names(world: World) -> None:
    named = {endpoint: need_of(world.app, endpoint) for endpoint in world.app.view_functions}
    assert {asked.endpoint for asked in world.everything} == named.keys() - NOT_WALKED
    methods = {(rule.endpoint, method) for rule in world.app.url_map.iter_rules() for method in rule.methods or ()}
    walked = {(asked.endpoint, asked.method) for asked in world.everything}
    assert {pair for pair in methods - walked if pair[1] in ("GET", "POST") and pair[0] not in NOT_WALKED} == {
        ("login.login", "GET")}, "which leads on whoever is logged in"  # fmt: skip
    for asked in world.everything:
        need = named[asked.endpoint]
        assert (need.permission, need.about.value) == (
            asked.permission, "whole" if asked.about == OPEN else asked.about), asked.endpoint  # fmt: skip


@pytest.mark.ci
@pytest.mark.parametrize("world", DATABASES, indirect=True)
def test_every_page_as_every_role(world: World) -> None:
    """Each pair on one of the two kinds of database: rules are the same there, and a fifth of a page finds a fault."""
    found = walk(world.pairs(range(1, PARTS) if world.engine.dialect.name == SQLITE else [0]))
    print(f"\nwalked on {world.engine.dialect.name}: {len(world.everything)} requests x {len(world.everybody)} people,"
          f" {found}")  # fmt: skip
    assert found.statuses.total() > 5000, str(found)
    missing = 503  # a document's file is not in the store here, which is said and is no error
    assert found.refused > 1500 and max({*found.statuses} - {missing}) < 500, str(found)
