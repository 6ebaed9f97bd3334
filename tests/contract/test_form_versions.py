"""A form version's definition at Central: by its name, and by three underscores where it has none."""

import pytest

from tests.support.forms import FORM_ID, a_form, a_form_without_ids
from tests.support.trial import publish_trial, publish_xml, refusal
from workers.central.api import Central
from workers.central.xforms import read_words


@pytest.fixture
def trial(any_central: Central) -> Central:
    return publish_trial(any_central)


def test_each_version_keeps_its_own_definition(trial: Central) -> None:
    trial.publish(FORM_ID, a_form("a/b 2", drop="word"), "a/b 2")
    assert read_words(trial.definition(FORM_ID, "1")).label("word", "id") == "word"
    newer = read_words(trial.definition(FORM_ID, "a/b 2"))
    assert newer.label("word", "id") is None and newer.label("inside/note", "id") == "note"


def test_a_version_without_a_name_goes_by_three_underscores(trial: Central) -> None:
    publish_xml(trial, a_form_without_ids("nameless").replace(' version="1"', ""))
    assert read_words(trial.definition("nameless", "")).label("word", "id") == "word"


def test_a_version_that_never_was_is_not_found(trial: Central) -> None:
    assert refusal(lambda: trial.definition(FORM_ID, "9")) == "central_not_found 404.1"
    assert refusal(lambda: trial.definition("none", "1")) == "central_not_found 404.1"
