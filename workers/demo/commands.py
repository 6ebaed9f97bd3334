"""The demo."""

import click

from server.reports.commands import report_or_stop
from server.reports.text import summary_table
from server.settings import load_settings
from server.terminal import tell, words
from server.web.commands import serve_pages
from workers.demo import story


@click.command(help=words.say("help.demo"))
@click.option("--once", is_flag=True, help=words.say("help.demo_once"))
@click.option("--port", default=0, help=words.say("help.port"))
def demo(once: bool, port: int) -> None:
    """Run the whole way once, and serve the report."""
    with story.demo(load_settings(), tell) as (engine, settings):
        click.echo(summary_table(report_or_stop(engine, settings, story.ROUND, story.DISTRICT), words))
        if not once:
            serve_pages(engine, settings, port, f"laporan/{story.ROUND}/{story.DISTRICT}")
