"""People from the terminal: the first administrator, and all that the pages do for others.

What opens a door is printed once, to where a program would read, and written nowhere.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from server.roles.table import GIVEN, Permission, Role
from server.terminal import acts, agreed, json_option, opened, stop, tell, words
from server.words import LANGUAGES
from verification.reason import Reason, WithReason

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.people.links import NewLink
    from server.roles.account import Held
    from server.settings import Settings

_ROLES = click.Choice([role.value for role in GIVEN])
_PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535),
                     help=words.say("help.people_port"))  # fmt: skip
_WHO = click.argument("who", metavar=words.say("help.people_who"))


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --area and --round, where a role is held."""
    command = click.option("--round", "round_id", help=words.say("help.people_round"))(command)
    return click.option("--area", default="", help=words.say("help.people_area"))(command)


@click.group(help=words.say("help.people"))
def people() -> None:
    """Manage people."""


@people.command("add", help=words.say("help.people_add"))
@click.option("--name", required=True, help=words.say("help.people_name"))
@click.option("--email", required=True, help=words.say("help.people_email"))
@click.option("--role", type=_ROLES, help=words.say("help.people_role"))
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True,
              help=words.say("help.people_language"))  # fmt: skip
@click.option("--with-code", is_flag=True, help=words.say("help.people_with_code"))
@_where
@_PORT
@acts(Permission.MANAGE_PEOPLE)
def add(name: str, email: str, role: str | None, language: str, with_code: bool, area: str, round_id: str | None,
        port: int) -> None:  # fmt: skip
    """Invite somebody."""
    from server.people.inviting import Invitation, invite

    with _changing() as (settings, session, account):
        held = (_held(role, area, round_id),) if role else ()
        invited = invite(session, account, Invitation(name, email, held, language), with_code=with_code)
    tell("people.added", number=invited.person_id)
    _hand_out(settings, port, invited.link)


@people.command("list", help=words.say("help.people_list"))
@click.option("--ended", is_flag=True, help=words.say("help.people_ended"))
@json_option
@acts(Permission.MANAGE_PEOPLE)
def list_(ended: bool, as_json: bool) -> None:
    """List the people, with what they hold."""
    from server.db import snapshot
    from server.people.listing import listed_people

    with opened() as (_, engine), snapshot(engine) as session:
        found = listed_people(session, ended=ended)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    if not found:
        tell("people.none")
    for one in found:
        click.echo(f"{one['id']}  {one['name']}  {one['email'] or '–'}")
        for held in one["roles"]:
            role = words.say(f"role.{held['role']}")
            click.echo("   " + ", ".join(filter(None, (role, held["area"], held["round"]))))


@people.command("link", help=words.say("help.people_link"))
@_WHO
@click.option("--lost-factors", is_flag=True, help=words.say("help.people_lost_factors"))
@_PORT
@acts(Permission.MANAGE_PEOPLE)
def link(who: str, lost_factors: bool, port: int) -> None:
    """Let somebody in again."""
    from server.people.inviting import let_in_again

    with _changing() as (settings, session, account):
        made = let_in_again(session, account, _person(session, who), lost_factors=lost_factors)
    tell("people.link_made")
    _hand_out(settings, port, made)


@people.command("hand-over", help=words.say("help.people_hand_over"))
@_WHO
@click.option("--name", required=True, help=words.say("help.people_name"))
@click.option("--email", required=True, help=words.say("help.people_email"))
@_PORT
@acts(Permission.MANAGE_PEOPLE)
def hand_over_(who: str, name: str, email: str, port: int) -> None:
    """Hand somebody's post over to another."""
    from server.people.inviting import hand_over

    with _changing() as (settings, session, account):
        invited = hand_over(session, account, _person(session, who), name, email)
    tell("people.handed_over", number=invited.person_id)
    _hand_out(settings, port, invited.link)


@people.command("end", help=words.say("help.people_end"))
@_WHO
@click.option("--yes", is_flag=True, help=words.say("help.people_yes"))
@acts(Permission.MANAGE_PEOPLE)
def end(who: str, yes: bool) -> None:
    """End somebody's account."""
    from server.people.inviting import end_account

    if not yes and not agreed(words.say("people.confirm_end", who=who)):
        tell("people.nothing_done")
        raise SystemExit(1)
    with _changing() as (_, session, account):
        end_account(session, account, _person(session, who))
    tell("people.ended")


@people.command("log-out", help=words.say("help.people_log_out"))
@click.argument("who", required=False, metavar=words.say("help.people_who"))
@click.option("--everybody", is_flag=True, help=words.say("help.people_everybody"))
@acts(Permission.MANAGE_PEOPLE)
def log_out_(who: str | None, everybody: bool) -> None:
    """End somebody's sessions, or everybody's."""
    from server.people.inviting import log_out, log_out_everybody

    if bool(who) is everybody:
        raise click.UsageError(words.say("people.one_or_everybody"))
    with _changing() as (_, session, account):
        count = log_out(session, account, _person(session, who)) if who else log_out_everybody(session, account)
    tell("people.logged_out", count=count)


@people.group("roles", help=words.say("help.people_roles"))
def roles() -> None:
    """Give roles and take them."""


@roles.command("give", help=words.say("help.people_give"))
@_WHO
@click.argument("role", type=_ROLES)
@_where
@acts(Permission.MANAGE_PEOPLE)
def give_(who: str, role: str, area: str, round_id: str | None) -> None:
    """Give a role."""
    from server.roles.granting import give

    with _changing() as (_, session, account):
        give(session, account, _person(session, who), _held(role, area, round_id))
    tell("people.role_given", role=words.say(f"role.{role}"))


@roles.command("take", help=words.say("help.people_take"))
@_WHO
@click.argument("role", type=_ROLES)
@_where
@acts(Permission.MANAGE_PEOPLE)
def take_(who: str, role: str, area: str, round_id: str | None) -> None:
    """Take a role away."""
    from server.roles.granting import take
    from server.roles.queries import held_by

    held = _held(role, area, round_id)
    with _changing() as (_, session, account):
        number = _person(session, who)
        if held not in held_by(session, number):
            stop(Reason("role_not_held"))
        take(session, account, number, held)
    tell("people.role_taken", role=words.say(f"role.{role}"))


@contextmanager
def _changing() -> "Iterator[tuple[Settings, Session, Any]]":
    """Change something as the terminal's account; end with the reason against it."""
    from server.db import writing
    from server.people.acting import account
    from server.people.managing import NotMade
    from server.roles.account import NotGiven

    refusals: tuple[type[WithReason], ...] = (NotMade, NotGiven)
    with opened() as (settings, engine):
        try:
            with writing(engine) as session:
                yield settings, session, account()
        except refusals as refused:
            stop(refused.reason)


def _held(role: str, area: str, round_id: str | None) -> "Held":
    from server.roles.account import Held

    return Held(Role(role), area, round_id)


def _person(session: "Session", who: str) -> int:
    """Find somebody by number or address. Raises NotMade."""
    from server.people.listing import person_called
    from server.people.managing import NotMade

    found = person_called(session, who)
    if found is None:
        raise NotMade("person_not_known")
    return found


def _hand_out(settings: "Settings", port: int, made: "NewLink") -> None:
    """Print what opens the door: once, here."""
    from server.web.addresses import link_address

    click.echo(link_address(settings, port, made.token))
    if made.code:
        click.echo(made.code)
        tell("people.code_apart")
