"""The register at the terminal: who is on duty, and drills. No command reads an incident."""

import click

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.incidents.drills import start_drill
from server.incidents.duty import KINDS
from server.incidents.duty_views import shifts_shown
from server.incidents.reporting import NotRegistered
from server.incidents.roster import NotOnDuty, Shift, put_on, take_off
from server.people.acting import account
from server.roles.account import EVERYWHERE
from server.roles.table import Permission
from server.terminal import acts, district_option, opened, stop, tell, words


@click.group(help=words.say("help.incidents"))
def incidents() -> None:
    """Keep the register of incidents manned."""


@incidents.command("roster", help=words.say("help.incidents_roster"))
@acts(Permission.KEEP_DUTY)
def roster_() -> None:
    """List who is on duty."""
    with opened() as (_, engine), snapshot(engine) as session:
        rows = shifts_shown(session, account(), Clearance(words))
    for one in rows:
        tell("duty.told", number=one.number, kind=one.kind, who=one.who, area=one.area,
             starts=words.show(one.starts), ends=words.show(one.ends))  # fmt: skip
    if not rows:
        tell("duty.nobody")


@incidents.command("duty", help=words.say("help.incidents_duty"))
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("person", type=click.IntRange(1))
@click.option("--from", "starts", required=True, help=words.say("help.duty_from"))
@click.option("--until", "ends", required=True, help=words.say("help.duty_until"))
@click.option("--area", default=EVERYWHERE, help=words.say("help.duty_area"))
@acts(Permission.KEEP_DUTY)
def duty_(kind: str, person: int, starts: str, ends: str, area: str) -> None:
    """Put somebody on the roster."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                number = put_on(session, Shift(kind, person, starts, ends, area), account()).id
        except NotOnDuty as wrong:
            stop(wrong.reason)
        tell("duty.is_set", number=number)


@incidents.command("off-duty", help=words.say("help.incidents_off_duty"))
@click.argument("number", type=click.IntRange(1))
@acts(Permission.KEEP_DUTY)
def off_duty_(number: int) -> None:
    """Take a shift off the roster."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                take_off(session, number, account())
        except NotOnDuty as wrong:
            stop(wrong.reason)
        tell("duty.has_ended", number=number)


@incidents.command("drill", help=words.say("help.incidents_drill"))
@district_option
@acts(Permission.KEEP_DUTY)
def drill_(district: str) -> None:
    """Start a drill."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                start_drill(session, district, account())
        except NotRegistered as wrong:
            stop(wrong.reason)
        tell("duty.drill_started")
