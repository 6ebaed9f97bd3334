"""The report in the terminal, and for programs and spreadsheets."""

import click
from sqlalchemy import Engine

from server.db import snapshot
from server.reports.builder import build_report
from server.reports.exports import report_csv, report_json
from server.reports.report import Report
from server.reports.text import summary_table
from server.settings import Settings
from server.terminal import json_option, opened, stop, words
from verification.reason import Reason


@click.command(help=words.say("help.report"))
@click.option("--district", required=True, help=words.say("help.district"))
@click.option("--year", required=True, type=int, help=words.say("help.year"))
@click.option("--csv", "as_csv", is_flag=True, help=words.say("help.csv"))
@json_option
def report(district: str, year: int, as_csv: bool, as_json: bool) -> None:
    """Print a district's report."""
    with opened() as (settings, engine):
        found = report_or_stop(engine, settings, year, district)
    if as_csv or as_json:
        click.echo(report_json(found) if as_json else report_csv(found, words), nl=False)
    else:
        click.echo(summary_table(found, words))


def report_or_stop(engine: Engine, settings: Settings, year: int, district: str) -> Report:
    """Build a district's report, or end with a sentence where there is none yet."""
    with snapshot(engine) as session:
        found = build_report(session, year, district, settings.central_project or 0, words)
    if found is None:
        stop(Reason("not_verified_yet", {"district": district, "year": str(year)}))
    return found
