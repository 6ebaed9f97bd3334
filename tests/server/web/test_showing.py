"""The one way to a template: what was not cleared for its viewer does not go through."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.disclosure.cleared import Uncleared
from server.disclosure.clearing import Clearance
from server.web.showing import show
from server.words import catalogue
from tests.support.demo import Demo

CLEAR = Clearance(catalogue("id"))


UNCLEARED = ["Panti Rekaan", SimpleNamespace(name="Panti Rekaan"), [CLEAR.ours("x"), "Panti Rekaan"]]


@pytest.mark.parametrize("value", UNCLEARED,
                         ids=["a text", "a row", "a text among others"])  # fmt: skip
def test_a_page_is_not_written_from_what_nobody_cleared(run: Demo, value: Any) -> None:
    with run.app.test_request_context("/"), pytest.raises(Uncleared) as refused:
        show("error.html", code=404, sentence=value)
    assert "Panti" not in str(refused.value)


def test_it_is_from_what_somebody_did(run: Demo) -> None:
    with run.app.test_request_context("/"):
        assert "a sentence" in show("error.html", code=404, sentence=CLEAR.ours("a sentence"))
