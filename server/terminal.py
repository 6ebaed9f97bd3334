"""What all commands share: sentences for the person at the terminal, and the database that the settings name.

Exit code 0 only where a command did what it was asked; 1 where something forbade it, with a sentence; 2 for wrong use.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar, cast

import click
from pydantic import ValidationError

from server.click_words import speak
from server.roles.table import MAY, Permission, Role
from server.settings import Settings, load_settings
from server.words import Catalogue, catalogue
from verification.reason import Reason

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from sqlalchemy import Engine


def _language() -> str:
    """Give the language that is set, or end with code 2 and what wrong settings may be; values may be secrets."""
    try:
        return load_settings().language
    except ValidationError as error:
        names = ", ".join(map(_what_it_may_be, error.errors(include_input=False)))
        click.echo(catalogue("id").reason(Reason("settings_wrong", {"names": names})), err=True)
        sys.exit(2)


def _what_it_may_be(wrong: "ErrorDetails") -> str:
    """Name a setting and what it may be, never what it is."""
    kind, bounds = wrong["type"].split("_")[0], wrong.get("ctx", {})
    kinds = {"int": "settings.int", "float": "settings.float"}
    may_be = {"ge": "≥ {ge}", "gt": "> {gt}", "expected": "{expected}"}
    texts = [text.format(**bounds).replace(" or ", ", ") for name, text in may_be.items() if name in bounds]
    texts += [catalogue("id").say(kinds[kind])] if kind in kinds else []
    return f"TILIK_{str(wrong['loc'][0]).upper()}" + (f" ({texts[0]})" if texts else "")


words: Catalogue = catalogue(_language())
speak(words.language)


# What steers a terminal or turns round what follows: control characters but for a line's end and the tab, marks of
# direction, line ends of other kinds, halves of letters.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)"
)


def shown_safely(text: str) -> str:
    """Write what would steer a terminal as its number, as JSON does: names come from files, phones and Central."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):>04x}", text)


class Cleaned:
    """A stream to a person's terminal, to which only text goes that steers nothing."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text."""
        self.stream.write(shown_safely(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def clean_what_is_printed() -> None:
    """Let everything go through `shown_safely` that this process prints from here on: sentences, JSON, logs, errors."""
    if not isinstance(sys.stdout, Cleaned):
        sys.stdout, sys.stderr = cast(TextIO, Cleaned(sys.stdout)), cast(TextIO, Cleaned(sys.stderr))


def tell(key: str, **values: Any) -> None:
    """Say a sentence to the person at the terminal."""
    click.echo(words.say(key, **values), err=True)


def stop(*reasons: Reason) -> NoReturn:
    """End with a sentence for each reason, and exit code 1."""
    for reason in reasons:
        click.echo(words.reason(reason), err=True)
    sys.exit(1)


_Command = TypeVar("_Command", bound=Callable[..., Any])


class NoPermission(Exception):
    """A command that does not say which permission it acts by."""


def acts(permission: Permission) -> Callable[[_Command], _Command]:
    """Say which permission a command acts by; it is refused where the table does not give that to the terminal."""

    def mark(command: _Command) -> _Command:
        @wraps(command)
        def checked(*values: Any, **more: Any) -> Any:
            if Role.TERMINAL not in MAY[permission].roles:
                tell("terminal.may_not", permission=words.say(f"permission.{permission}"))
                sys.exit(1)
            return command(*values, **more)

        checked.acts_by = permission  # type: ignore[attr-defined]
        return cast(_Command, checked)

    return mark


def must_say_who_acts(name: str, command: click.Command) -> None:
    """Refuse a command, or a group with one in it, that does not name its permission. Raises NoPermission."""
    if isinstance(command, click.Group):
        for second, found in command.commands.items():
            must_say_who_acts(f"{name} {second}", found)
    elif not isinstance(getattr(command.callback, "acts_by", None), Permission):
        raise NoPermission(name)


def agreed(question: str) -> bool:
    """Ask the person at the terminal; who answers nothing, or "no" in either language, has not agreed."""
    answers = click.Choice(["y", "ya", "yes", "t", "tidak", "n", "no"], case_sensitive=False)
    text = f"{question} {words.say('terminal.yes_or_no')}"
    answer: str = click.prompt(text, default="n", type=answers, show_choices=False, show_default=False, err=True)
    return answer.startswith("y")


@contextmanager
def opened() -> Iterator[tuple[Settings, "Engine"]]:
    """Open the database the settings name, with its schema brought up to date."""
    from server.schema import open_up_to_date  # what only asks for help does not wait for the database's library

    settings = load_settings()
    engine = open_up_to_date(settings, lambda step, seconds: tell("upgrade.step", step=step, seconds=seconds))
    try:
        yield settings, engine
    finally:
        engine.dispose()


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help=words.say("help.json"))(command)


def round_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --round; --year is what it was called while a round was its data year."""
    return click.option("--round", "--year", "round_id", required=True, help=words.say("help.round"))(command)


def district_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --district."""
    return click.option("--district", required=True, help=words.say("help.district"))(command)


def with_progress(key: str, task: Callable[..., Any]) -> Any:
    """Run a task that reports its progress, and show it to a person; a program's output stays clean."""
    stream = sys.stderr.stream if isinstance(sys.stderr, Cleaned) else sys.stderr  # a bar moves the cursor
    with click.progressbar(length=0, label=words.say(key), file=stream, show_eta=False, show_pos=True,
                           show_percent=False) as bar:  # fmt: skip
        return task(progress=lambda _form, rows: bar.update(rows))
