"""The demo."""

from collections.abc import Sequence

import click

from server.db import writing
from server.reports.commands import report_or_stop
from server.reports.text import summary_table
from server.roles.table import Permission
from server.settings import Settings, load_settings
from server.terminal import acts, tell, words
from server.web.addresses import link_address
from server.web.commands import serve_pages
from workers.demo import story
from workers.demo.people import DemoPerson, make_people


@click.command(help=words.say("help.demo"))
@click.option("--once", is_flag=True, help=words.say("help.demo_once"))
@click.option("--port", default=0, help=words.say("help.port"))
@acts(Permission.OPERATE)
def demo(once: bool, port: int) -> None:
    """Run the whole way once, and serve the report."""
    with story.demo(load_settings(), tell) as (engine, settings):
        click.echo(summary_table(report_or_stop(engine, settings, story.ROUND, story.DISTRICT), words))
        if once:
            return
        with writing(engine) as session:
            people = make_people(session, words)
        serve_pages(engine, settings, port, lambda chosen: _hand_out(people, settings, chosen))


def _hand_out(people: Sequence[DemoPerson], settings: Settings, port: int) -> None:
    """Print everybody's link; whose to open first comes last, where a newcomer looks."""
    page = f"?next=/wilayah/{story.ROUND}/{story.DISTRICT}"
    first, *others = [(person.name, link_address(settings, port, person.token)) for person in people]
    longest = max(len(name) for name, _ in others)
    click.echo("\n" + words.say("demo.others"))
    for name, link in others:
        click.echo(f"    {name:<{longest}}  {link}")
    click.echo(f"\n{words.say('demo.open_this', who=first[0])}\n\n    {first[1]}{page}\n")
