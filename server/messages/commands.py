"""What is not well, for whatever watches this machine."""

import json

import click

from server.db import snapshot
from server.messages.alerts import alarms
from server.roles.table import Permission
from server.terminal import acts, json_option, opened, tell, words


@click.command(help=words.say("help.alerts"))
@json_option
@acts(Permission.SEE_MESSAGES)
def alerts(as_json: bool) -> None:
    """Say what is not well, and what to do; exit code 1 where something is not."""
    with opened() as (settings, engine), snapshot(engine) as session:
        found = alarms(session, settings)
    if as_json:
        told = [{"code": one.code, "values": one.values, "sentence": words.reason(one)} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False))
    for one in [] if as_json else found:
        click.echo(f"{words.reason(one)} {words.say(f'todo.{one.code}')}")
    if not found and not as_json:
        tell("alerts.none")
    if found:
        raise SystemExit(1)
