"""The list of homes that a team carries."""

import click

from server.db import snapshot
from server.register.homes import homes_of
from server.terminal import district_option, opened, tell, words


@click.command(help=words.say("help.homes"))
@district_option
def homes(district: str) -> None:
    """List a district's homes with their codes, to be printed and carried."""
    with opened() as (_, engine), snapshot(engine) as session:
        found = homes_of(session, district, words)
    tell("homes.careful" if found else "homes.none", district=district)
    for home in found:
        click.echo(words.say("homes.line", code=home.code, kind=home.kind, name=home.name, area=home.area))
