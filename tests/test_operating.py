"""What the two guides tell an operator is so: every setting, every command, every sentence a failed job may carry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from server.areas.geojson import CODE_KEYS, NAME_KEYS, ZONE_KEYS
from server.settings import CHECKOUT, Settings
from server.settings import CHECKOUT as HERE
from server.words import catalogue
from tilik import COMMANDS, main

TEXT = (CHECKOUT / "docs/operating.md").read_text(encoding="utf-8")
INDONESIAN = (CHECKOUT / "docs/mengelola.md").read_text(encoding="utf-8")
RAISING = (
    "workers/central/api.py",
    "workers/central/session.py",
    "workers/queue/draining.py",
    "server/machine.py",
    "server/store/bucket.py",
    "server/store/s3.py",
    "server/store/opening.py",
    "workers/telling/mail.py",
    "workers/telling/gateway.py",
)


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
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("CentralProblem", "ChannelProblem", "Reason")
        and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }  # fmt: skip


def test_every_sentence_a_failed_job_may_carry_says_there_what_to_do() -> None:
    sentences = {code: catalogue("id").sentences[f"reason.{code}"] for code in codes()}
    assert len(sentences) > 12
    beginnings = {code: re.split(r"[{.;:(]", sentence)[0].strip() for code, sentence in sentences.items()}
    assert {code: beginning for code, beginning in beginnings.items() if f"| {beginning}" not in TEXT} == {}


def commands(name: str = "", command: click.Command | None = None) -> Iterator[tuple[str, click.Command]]:
    """Give every command that can be called, with its words."""
    if command is None:
        for first in COMMANDS:
            yield from commands(first, main.get_command(click.Context(main), first))
    elif isinstance(command, click.Group):
        for second, found in command.commands.items():
            yield from commands(f"{name} {second}", found)
    else:
        yield name, command


@pytest.mark.parametrize("guide", [TEXT, INDONESIAN], ids=["operating", "mengelola"])
def test_every_command_is_told_with_its_options(guide: str) -> None:
    found = dict(commands())
    assert len(found) > 20
    assert [name for name in found if f"`tilik {name}" not in guide] == []
    options = {option for command in found.values() for each in command.params if isinstance(each, click.Option)
               for option in each.opts[:1]}  # fmt: skip
    assert {option for option in options if not re.search(rf"{option}\b", guide)} == set()


def test_the_indonesian_guide_names_every_setting_and_no_other() -> None:
    assert set(re.findall(r"`(TILIK_\w+)`", INDONESIAN)) == {
        *(f"TILIK_{name.upper()}" for name in Settings.model_fields), "TILIK_SECRETS",
    }  # fmt: skip
