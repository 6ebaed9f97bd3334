"""Every scenario of every form by both engines: Collect's (JavaRosa) and that of ODK Web Forms keep the same answers.

A form that reads otherwise in a browser than on a phone would give two districts different results for the same place.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.built import all_built
from tests.support.npm import engine_of_web_forms
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller
from xlsforms.scenarios import Scenario, media_for, scenarios

pytestmark = pytest.mark.ci
ALL = [(form, scenario) for form in all_built() for scenario in scenarios(form)]
OWN = {"start", "end", "instanceID"}  # each filling has its own


class WebFormsFiller(FormFiller):
    """The browser's engine, asked in the same words."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._command, self._folder = command, folder

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(self._command, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)  # fmt: skip


@pytest.fixture(scope="module")
def in_a_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FormFiller]:
    command, folder = engine_of_web_forms(tmp_path_factory.mktemp("npm"))
    with WebFormsFiller([*command, str(Path(__file__).parent / "web_forms.mjs")], folder) as running:
        yield running


def named(value: object) -> str:
    return value.form_id if isinstance(value, BuiltForm) else value.name if isinstance(value, Scenario) else ""


@pytest.mark.parametrize("form, scenario", ALL, ids=named)
def test_both_engines_keep_the_same_answers(
    filler: FormFiller, in_a_browser: FormFiller, form: BuiltForm, scenario: Scenario
) -> None:
    on_a_phone = filler.fill(form.xform, *scenario.rounds, media=media_for(form))
    in_browser = in_a_browser.fill(form.xform, *scenario.rounds, media=media_for(form))
    assert (in_browser.problem is None) == (on_a_phone.problem is None) == scenario.can_be_sent
    if scenario.can_be_sent:
        assert kept(in_browser.xml) == kept(on_a_phone.xml)
        assert in_browser.asked == on_a_phone.asked


def kept(xml: str) -> dict[str, Any]:
    """Give what was answered, by path; the order in which several choices were picked says nothing."""
    return dict(_leaves(read_answers(xml)))


def _leaves(answers: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}/{name}")
        elif isinstance(value, list):
            for number, one in enumerate(value):
                yield from _leaves(one, f"{path}/{name}[{number}]")
        elif name not in OWN and value not in (None, ""):
            several = re.fullmatch(r"[a-z0-9_]+( [a-z0-9_]+)+", str(value))
            yield f"{path}/{name}", sorted(str(value).split()) if several else str(value)
