"""Verifying at once, without waiting for the queue."""

import click

from server.db import snapshot
from server.results.verifying import all_districts_with_claims, verify
from server.terminal import opened, stop, tell, words
from server.visits.reading import read_new_visits
from verification.reason import Reason
from xlsforms.build import FORMS


@click.command("verify", help=words.say("help.verify"))
def verify_command() -> None:
    """Verify every district that has claimed something."""
    with opened() as (settings, engine):
        if settings.central_project is None:
            stop(Reason("central_project_not_named"))
        read_new_visits(engine, FORMS)
        with snapshot(engine) as session:
            districts = all_districts_with_claims(session)
        for year, district in districts:
            new = verify(engine, settings.central_project, year, district)
            tell("verify.done" if new else "verify.unchanged", district=district, year=str(year))
    if not districts:
        stop(Reason("no_claims_yet"))
