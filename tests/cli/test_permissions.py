"""Every command names the permission that it acts by, and one that names none does not start."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import click
import pytest

from server.roles.table import MAY, Permission, Role, Row
from server.terminal import NoPermission
from tests.support.cli import said
from tilik import COMMANDS, main


def leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for second, found in command.commands.items():
            yield from leaves(f"{name} {second}", found)
    else:
        yield name, command


def test_every_command_names_a_permission_that_the_terminal_has() -> None:
    found = dict(
        leaf
        for name in COMMANDS
        for leaf in leaves(name, cast(click.Command, main.get_command(click.Context(main), name)))
    )
    assert len(found) > 30
    by = {name: command.callback.acts_by for name, command in found.items()}  # type: ignore[union-attr]
    assert {name for name, permission in by.items() if Role.TERMINAL not in MAY[permission].roles} == set()
    assert (by["remove"], by["people add"]) == (Permission.REMOVE_BY_LAW, Permission.MANAGE_PEOPLE)


@pytest.mark.parametrize("in_a_group", [False, True])
def test_a_command_that_names_none_does_not_start(monkeypatch: pytest.MonkeyPatch, in_a_group: bool) -> None:
    ran: list[str] = []
    command = click.Command("nameless", callback=lambda: ran.append("it ran"))
    found = click.Group("nameless", [command]) if in_a_group else command
    monkeypatch.setattr(sys.modules[__name__], "nameless", found, raising=False)
    monkeypatch.setitem(COMMANDS, "nameless", f"{__name__}:nameless")
    with pytest.raises(NoPermission, match="nameless"):
        main.main(["nameless"] + ["nameless"] * in_a_group, standalone_mode=False)
    assert ran == []


def test_a_command_is_refused_that_the_table_does_not_give_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    nobodys = replace(MAY[Permission.MANAGE_PEOPLE], roles=frozenset({Role.SECRETARIAT}))
    monkeypatch.setitem(cast(dict[Permission, Row], MAY), Permission.MANAGE_PEOPLE, nobodys)
    assert "mengatur orang" in said(1, "people", "list")
    assert not Path("var/tilik.sqlite3").exists(), "nothing was opened"
