"""The list of homes that a team carries."""

import click

from server.audit.entries import Act, write_down
from server.db import writing
from server.people.acting import account
from server.register.homes import homes_of
from server.roles.table import Permission
from server.terminal import acts, district_option, opened, tell, words


@click.command(help=words.say("help.homes"))
@district_option
@acts(Permission.PRINT_HOMES)
def homes(district: str) -> None:
    """List a district's homes with their codes, to be printed and carried."""
    with opened() as (_, engine), writing(engine) as session:
        found = homes_of(session, district, words)
        if found:
            write_down(session, Act(account().label, "homes_printed", f"district:{district}", district))
    tell("homes.careful" if found else "homes.none", district=district)
    for home in found:
        click.echo(words.say("homes.line", code=home.code, kind=home.kind, name=home.name, area=home.area))
