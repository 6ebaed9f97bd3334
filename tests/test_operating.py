"""What docs/operating.md tells an operator is so: every setting, and every sentence a failed job may carry."""

import ast
import re
from pathlib import Path

import pytest

from server.areas.geojson import CODE_KEYS, NAME_KEYS, ZONE_KEYS
from server.settings import CHECKOUT, Settings
from server.settings import CHECKOUT as HERE
from server.words import catalogue

TEXT = (CHECKOUT / "docs/operating.md").read_text(encoding="utf-8")
RAISING = ("workers/central/api.py", "workers/central/session.py", "workers/queue/draining.py", "server/machine.py")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_table_with_its_default_and_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    default = field.default.relative_to(HERE) if isinstance(field.default, Path) else field.default
    shown = "–" if default is None else f"`{default}`"
    assert f"| `TILIK_{name.upper()}` | {shown} | {field.description} |" in TEXT


def test_the_table_names_no_setting_that_there_is_not() -> None:
    named = {line.split("`")[1] for line in TEXT.splitlines() if line.startswith("| `TILIK_")}
    assert named == {f"TILIK_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("key", [*CODE_KEYS, *NAME_KEYS, *ZONE_KEYS])
def test_every_property_that_is_understood_is_named(key: str) -> None:
    assert f"`{key}`" in TEXT.partition("## Areas")[2].partition("## ")[0]


def codes() -> set[str]:
    """Collect the codes with which whatever talks to Central, or does a job, can fail."""
    return {
        node.args[0].value
        for name in RAISING
        for node in ast.walk(ast.parse((CHECKOUT / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("CentralProblem", "Reason")
        and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }  # fmt: skip


def test_every_sentence_a_failed_job_may_carry_says_there_what_to_do() -> None:
    sentences = {code: catalogue("id").sentences[f"reason.{code}"] for code in codes()}
    assert len(sentences) > 12
    beginnings = {code: re.split(r"[{.;:(]", sentence)[0].strip() for code, sentence in sentences.items()}
    assert {code: beginning for code, beginning in beginnings.items() if f"| {beginning}" not in TEXT} == {}
