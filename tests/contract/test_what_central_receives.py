"""All that Central receives: publishing, the lists on phones, assignments, decisions, pulls, repairs and removals.

What is planted, and everything that is done: `planted_post.py`. None of the words may be in any address, head or body.
"""

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest

from tests.contract.planted_post import A_KIND, EMPTY, HIDDEN, NEVER, SENT, everything_is_done
from tests.sandbox.server import USER, Sandbox
from tests.support.built import all_built
from tests.support.proxy import Request
from workers.sending.publish import columns_on_phones

_CODE = re.compile(r"\d\d\.\d\d(\.\d\d(\.\d{4})?)?")  # of an area
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


@pytest.fixture(scope="module")
def received(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """Go the whole way once, and give all that Central was sent."""
    return everything_is_done(sandbox, tmp_path_factory.mktemp("post"))


def texts(request: Request) -> str:
    """Give a request as text: address, head and body, that also unpacked and without escapes; our secrets left out."""
    head, _, body = request.raw.partition(b"\r\n\r\n")
    head = re.sub(rb"(?im)^(authorization|cookie):.*$", b"", head)
    parts = [head, body]
    if b"PK\x03\x04" in body:
        with zipfile.ZipFile(io.BytesIO(body[body.index(b"PK\x03\x04") :])) as archive:
            parts = [head, *(archive.read(name) for name in archive.namelist())]
    plain = "\n".join(part.decode("utf-8", "replace") for part in parts)
    return f"{plain}\n{unquote(plain)}\n{_unescaped(body)}"


def _unescaped(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return ""


def is_a_form(request: Request) -> bool:
    return b"PK\x03\x04" in request.raw


@pytest.mark.ci
def test_nothing_of_shelters_homes_children_points_scores_or_people_is_sent(received: list[Request]) -> None:
    found = {
        (what, request.method, request.path) for request in received for what, word in NEVER.items()
        if word.lower() in texts(request).lower() and not (what in A_KIND and is_a_form(request))
    }  # fmt: skip
    assert found == set()


@pytest.mark.ci
def test_where_homes_and_shelters_are_is_sent_only_within_a_list_of_all_villages(received: list[Request]) -> None:
    for request in received:
        text = texts(request)
        assert HIDDEN not in text or EMPTY in text, (request.method, request.path)


@pytest.mark.ci
def test_nobodys_address_is_sent_but_that_of_our_account_at_central(received: list[Request]) -> None:
    found = {address for request in received if not is_a_form(request) for address in _ADDRESS.findall(texts(request))}
    assert found <= {USER}


def entities(received: list[Request]) -> list[dict[str, Any]]:
    """Give all that was sent to be an entity."""
    found: list[dict[str, Any]] = []
    for request in received:
        if "/entities" in request.path and request.method in ("POST", "PATCH"):
            sent = json.loads(request.raw.partition(b"\r\n\r\n")[2])
            found += sent.get("entities", [sent])
    return found


@pytest.mark.ci
def test_an_entity_has_the_columns_of_its_list_and_no_point(received: list[Request]) -> None:
    known = frozenset[str]().union(*columns_on_phones().values())
    assert entities(received)
    for entity in entities(received):
        assert set(entity.get("data") or {}) <= known, entity
        said = _CODE.sub("", json.dumps(entity))
        assert not re.search(r"\d\.\d{2,}", said), entity


@pytest.mark.ci
def test_the_tests_above_look_at_all_that_is_sent(received: list[Request]) -> None:
    """What may be sent is: else all would be quiet because nothing was."""
    everything = "\n".join(map(texts, received))
    assert {what for what, word in SENT.items() if word not in everything} == set()
    ways = {(request.method, re.sub(r"[^/]*\d[^/]*", "…", request.path.split("?")[0])) for request in received}
    assert len(ways) > 20 and {method for method, _ in ways} >= {"GET", "POST", "PATCH", "DELETE"}
    assert sum(map(is_a_form, received)) >= len(all_built())
